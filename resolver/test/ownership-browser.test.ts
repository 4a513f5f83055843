/** Ownership in a real browser: receive, prove, give; the pages, CIP-30 wallets, a resolver on the embedded ledger. */
import { encodeReceiveRequest, parseReceiveRequest } from "@cardano-dpp/offchain/codec/receive-request";
import { publicKeyOf } from "@cardano-dpp/offchain/crypto/x25519";
import { fromHex, toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import { encodeOwnershipProof } from "@cardano-dpp/offchain/usecases/ownership/proof";
import { readOwnership } from "@cardano-dpp/offchain/usecases/ownership/read";
import { checkReceipt } from "@cardano-dpp/offchain/usecases/ownership/receipt";
import { bodyHashOf } from "@cardano-dpp/offchain/usecases/ownership/sale";
import { revokePassport } from "@cardano-dpp/offchain/usecases/passports";
import { encodeReadingKeyFile, makeReadingKeyFile } from "@cardano-dpp/offchain/usecases/reading-key-file";
import { encode } from "cborg";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Listening } from "../src/server.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import type { TestWorld } from "../src/testing/world.js";
import { type BrowserWallet, injectWallets } from "./browser-wallet.js";
import { type Cip30Api, cip30Wallet, coinAt } from "./cip30-wallet.js";
import { launchChromium, makeWorldOfNow, OFTEN, serveWorld } from "./real-browser.js";

/** A moving picture instead of a camera, and nobody who is asked for it. */
const CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

let browser: Browser;
let world: TestWorld;
let server: Listening;
let context: BrowserContext;
let origin: string;
let passport: string;
let seller: Signer;
let buyer: Signer;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchChromium(CAMERA);
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  world = await makeWorldOfNow([productFile("A1")], [TEST_POLICY]);
  server = await serveWorld(world, {
    builder: world.context.builder,
    limits: { auth: OFTEN, ownershipPolls: OFTEN },
  });
  origin = `http://localhost:${server.port}`;
  passport = world.passports[0]?.id ?? "";
  ({ maker: seller, stranger: buyer } = world.actors);
  context = await browser.newContext({ permissions: ["camera"] });
  faults.length = 0;
});
afterEach(async () => {
  await context?.close();
  await server?.close();
  expect(faults).toEqual([]);
});

/** A wallet with one address that signs transactions as they come, and counts them. */
const walletOf = (signer: Signer, signed: string[] = []): BrowserWallet => {
  const { api } = cip30Wallet([signer], { used: [signer.address], coins: [coinAt(signer.address)] });
  const signTx = async (tx: string): Promise<string> => {
    signed.push(tx);
    const { publicKey, signature } = await signer.signTx(bodyHashOf(tx));
    return toHex(encode(new Map([[0, [[fromHex(publicKey), fromHex(signature)]]]])));
  };
  return { name: "Purse", accounts: [{ ...api, signTx } as Cip30Api] };
};
const open = async (path: string, wallet?: BrowserWallet): Promise<Page> => {
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  if (wallet !== undefined) await injectWallets(page, [wallet]);
  await page.goto(origin + path);
  return page;
};
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const connect = async (page: Page, button: string): Promise<void> => {
  await press(page, button);
  await press(page, "Connect Purse");
};
const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? "";
const alertOf = async (page: Page): Promise<string> => {
  await page.locator("[role=alert]").first().waitFor();
  return textOf(page, "[role=alert]");
};

describe("proving ownership", () => {
  /** From the passport's page to the code that the owner scans. */
  const ask = async (): Promise<{ readonly asker: Page; readonly link: string }> => {
    const [issued] = world.passports;
    if (issued === undefined) throw new Error("no passport");
    const asker = await open(world.qr(issued));
    await asker.getByRole("link", { name: "Is this person the owner?" }).click();
    await press(asker, "Ask for a proof");
    await asker.locator("#qr").waitFor();
    return { asker, link: await textOf(asker, "#prove-link") };
  };
  const messageOn = async (page: Page): Promise<string> => {
    await page.getByText("The text that is signed").click();
    return (await page.locator("#challenge-text").innerText()).trim();
  };
  const verdict = async (page: Page): Promise<readonly [string | null, string]> => {
    const shown = page.locator("#ask-verdict");
    await shown.waitFor();
    return [await shown.getAttribute("data-state"), (await shown.textContent()) ?? ""];
  };

  it("passes from screen to screen: the owner signs, the asker's browser checks", async () => {
    const { asker, link } = await ask();
    const owner = await open(link.slice(origin.length), walletOf(seller));
    expect(await textOf(owner, "#product-name")).toBe("Product: Example device A1");
    expect(await textOf(owner, "#challenge")).toContain(`verifier: localhost:${server.port}`);
    await connect(owner, "I prove that I own this");
    await owner.locator("#proven").waitFor();
    const [state, words] = await verdict(asker);
    expect(state).toBe("passed");
    expect(words).toContain(seller.address);
    // The code was good for one answer.
    const again = await open(link.slice(origin.length), walletOf(seller));
    await connect(again, "I prove that I own this");
    expect(await alertOf(again)).toContain("answered already");
  });

  it("is refused to a wallet that does not hold the product, which is not asked to sign", async () => {
    const { link } = await ask();
    const owner = await open(link.slice(origin.length), walletOf(buyer));
    await connect(owner, "I prove that I own this");
    expect(await alertOf(owner)).toContain("does not hold the product");
  });

  it("takes a pasted proof of the command, and refuses one for another code", async () => {
    const { asker } = await ask();
    const message = await messageOn(asker);
    const nonce = /nonce: (.*)$/.exec(message)?.[1] ?? "";
    const signed = await seller.signData(seller.address, toHex(utf8(message)));
    const proof = { nonce, address: seller.address, ...signed };
    await asker.getByText("Or paste a proof here").first().click();
    await asker.locator("#proof-text").fill(encodeOwnershipProof({ ...proof, nonce: "A".repeat(72) }));
    await press(asker, "Check the proof");
    expect(await alertOf(asker)).toContain("another code");
    await asker.locator("#proof-text").fill(encodeOwnershipProof(proof));
    await press(asker, "Check the proof");
    expect((await verdict(asker))[0]).toBe("passed");
  });

  it("does not believe a server that says yes without the owner's signature", async () => {
    const { asker } = await ask();
    const signed = await buyer.signData(buyer.address, toHex(utf8(await messageOn(asker))));
    const answer = { address: buyer.address, ...signed, status: "Active", since: 0, txHash: "00".repeat(32) };
    await asker.route("**/ownership/answer", (route) => route.fulfill({ json: { answer } }));
    expect(await verdict(asker)).toEqual(["failed", expect.stringContaining("does not own the product")]);
  });

  it("is not asked for by a code that is cut off", async () => {
    const { link } = await ask();
    const path = link.slice(origin.length);
    expect(await alertOf(await open(path.slice(0, -64)))).toContain("incomplete");
    const page = await open("/owner#ask.77");
    expect(await alertOf(page)).toContain("incomplete");
  });
});

describe("the buyer's screen", () => {
  it("shows address, reading key and passport as a code; whoever scans it reads the same", async () => {
    const page = await open(`/receive#for.${passport}`, walletOf(buyer));
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await connect(page, "Take the address from a wallet");
    await page.locator("#qr").waitFor();
    const without = parseReceiveRequest(await textOf(page, "#request-text"));
    expect(without).toEqual({ network: "embedded", address: buyer.address, readingKey: null, passport });
    await press(page, "Make a passkey");
    await page.getByText("Your code holds a reading key.").first().waitFor();
    const request = parseReceiveRequest(await textOf(page, "#request-link"));
    expect(request.readingKey).toMatch(/^[0-9a-f]{64}$/);
    expect(request).toEqual({ ...without, readingKey: request.readingKey });
    const seen = await open(new URL(await textOf(page, "#request-link")).href.slice(origin.length));
    expect(await textOf(seen, "#request-to")).toBe(`To the address ${buyer.address}`);
    await seen.getByRole("link", { name: "I am the seller: give it" }).click();
    expect(await textOf(seen, "#gives")).toContain(buyer.address);
  });

  it("refuses by name what cannot own a product", async () => {
    const page = await open("/receive");
    for (const [address, words] of [
      ["stake_test1uqevw2xnsc0pvn9t9r9c7qryfqfeerchgrlm3ea2nefr9hqp8n5xl", "stake address"],
      ["addr1vyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygatvcjl", "mainnet"],
      ["hello", "no address"],
    ] as const) {
      await page.locator("#receive-address").fill(address);
      await press(page, "Show the code");
      await page.getByText(words).first().waitFor();
      expect(await alertOf(page)).toContain(words);
    }
  });
});

describe("the seller's screen", () => {
  const buyersKey = seededRandom("the buyer's reading key").bytes(32);
  const requestOf = (withKey = true): string =>
    encodeReceiveRequest({
      network: "embedded",
      address: buyer.address,
      readingKey: withKey ? toHex(publicKeyOf(buyersKey)) : null,
      passport,
    });
  const receipt = () =>
    checkReceipt(world.context, passport, { keyHash: buyer.keyHash, readingSecret: buyersKey });
  const paste = async (page: Page, text: string): Promise<void> => {
    await page.locator("#request").fill(text);
    await press(page, "Go on");
  };

  it("gives product and owner keys: pasted code, reading key from a file, one signature", async () => {
    const signed: string[] = [];
    const page = await open(`/give#${passport}`, walletOf(seller, signed));
    await paste(page, requestOf());
    expect(await textOf(page, "#gives")).toContain(`You give “Example device A1” to ${buyer.address}`);
    const file = await makeReadingKeyFile(
      "maker",
      world.readingKeys.maker.secretKey,
      undefined,
      seededRandom("file"),
    );
    await page.getByText("Reading key file").first().click();
    await page.locator("#key-file").setInputFiles({
      name: "key.json",
      mimeType: "application/json",
      buffer: Buffer.from(encodeReadingKeyFile(file)),
    });
    await press(page, "Open with the file");
    await page.getByText("Your owner key goes with it.").waitFor();
    await connect(page, "3. Sign with the wallet that holds it");
    await page.locator("#given").waitFor();
    expect(await textOf(page, "#given")).toContain("1 owner key went with it");
    expect(signed).toHaveLength(1);
    expect(await receipt()).toMatchObject({
      yours: true,
      arrival: "Transfer",
      keys: 1,
      marked: 0,
      verification: { ok: true },
    });
  });

  it("scans the code with the camera, and without reading keys says that none went along", async () => {
    const text = requestOf(false);
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    await injectWallets(page, [walletOf(seller)]);
    // This browser has a camera and no detector: one that sees the code at its second look.
    await page.addInitScript((seen) => {
      let looks = 0;
      Object.assign(window, {
        BarcodeDetector: class {
          async detect(video: HTMLVideoElement) {
            return video.videoWidth > 0 && ++looks > 1 ? [{ rawValue: seen }] : [];
          }
        },
      });
    }, text);
    await page.goto(`${origin}/give#${passport}`);
    await press(page, "Scan with the camera");
    await page.locator("#gives").waitFor();
    expect(await page.locator("video").count()).toBe(0);
    await page.getByText("The buyer shows no reading key").waitFor();
    await connect(page, "3. Sign with the wallet that holds it");
    await page.locator("#given").waitFor();
    expect(await textOf(page, "#given")).toContain("No keys went with it");
    expect(await receipt()).toMatchObject({ yours: true, arrival: "Transfer", keys: 0 });
  });

  it("has a wallet sign nothing that the server made otherwise", async () => {
    const signed: string[] = [];
    const page = await open(`/give#${passport}`, walletOf(seller, signed));
    const lie = world.actors.repairer;
    // The server builds a transfer to somebody else than the buyer.
    await page.route("**/transfers", async (route) => {
      const body = route.request().postDataJSON();
      const response = await route.fetch({ postData: { ...body, request: lie.address } });
      return route.fulfill({ response });
    });
    await paste(page, requestOf());
    await connect(page, "3. Sign with the wallet that holds it");
    expect(await alertOf(page)).toContain("the product would go to somebody else");
    expect(signed).toEqual([]);
    expect((await readOwnership(world.context, passport)).address).toBe(seller.address);
  });

  it("refuses a wrong code, another wallet, and a revoked passport, in words", async () => {
    const page = await open(`/give#${passport}`, walletOf(buyer));
    await paste(page, "dpp_receive1nonsense");
    expect(await alertOf(page)).toContain("no receive request");
    await paste(page, seller.address);
    await page.getByText("lies under this key already").waitFor();
    await paste(page, requestOf());
    await connect(page, "3. Sign with the wallet that holds it");
    expect(await alertOf(page)).toContain("does not hold the product");
    await revokePassport(world.context, [world.actors.authority], world.role("authority"), passport);
    const revoked = await open(`/give#${passport}`);
    expect(await alertOf(revoked)).toContain("cannot be given away");
    const asked = await open(`/owner#ask.${passport}`);
    await asked.getByText("This passport was REVOKED by an authority.").waitFor();
  });
});

describe("the pages", () => {
  it("load nothing from others, and let no page but the seller's use a camera", async () => {
    const foreign: string[] = [];
    const page = await context.newPage();
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== origin) foreign.push(request.url());
    });
    for (const [path, camera] of [
      ["/owner", "camera=()"],
      ["/receive", "camera=()"],
      ["/give", "camera=(self)"],
    ] as const) {
      const answer = await page.goto(`${origin}${path}#${path === "/owner" ? "ask." : ""}${passport}`);
      expect(await answer?.headerValue("permissions-policy")).toContain(camera);
      await page.locator("h1").waitFor();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    }
    expect(foreign).toEqual([]);
  });
});
