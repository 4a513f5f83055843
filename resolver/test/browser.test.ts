/** The page in a real browser: scan, check, read by role, open with one's own key, see a revocation, notice a lie. */
import { readFileSync } from "node:fs";
import { parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import { findPreset } from "@cardano-dpp/offchain/policies/presets";
import { revokePassport } from "@cardano-dpp/offchain/usecases/passports";
import { encodeReadingKeyFile, makeReadingKeyFile } from "@cardano-dpp/offchain/usecases/reading-key-file";
import { rotateKeys, suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PassportAnswer } from "../src/passport/answer.js";
import type { Listening } from "../src/server.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import type { TestWorld } from "../src/testing/world.js";
import { injectWallets, singleAddress } from "./browser-wallet.js";
import { launchChromium, makeWorldOfNow, serveWorld } from "./real-browser.js";

const POLICY = findPreset("eu-battery");
if (POLICY === null) throw new Error("the preset eu-battery is gone");
const policy = POLICY;
const battery = {
  policy,
  file: parsePassportFile(readFileSync(new URL("../../examples/ev-battery.json", import.meta.url), "utf8")),
};

let browser: Browser;
let world: TestWorld;
let server: Listening;
let url: string;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  world = await makeWorldOfNow([battery], [policy]);
  server = await serveWorld(world);
  // `localhost`, as the server names itself: passkeys need a name.
  url = `http://localhost:${server.port}${world.qr(first())}`;
  page = await browser.newPage();
  faults.length = 0;
  page.on("pageerror", (error) => faults.push(error.message));
});
afterEach(async () => {
  await page?.close();
  await server?.close();
  expect(faults).toEqual([]);
});
const first = () => {
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  return passport;
};
const verdict = async (): Promise<{ state: string | null; text: string }> => {
  const shown = page
    .locator("#verdict .verdict:not([data-state=unknown]), #verdict .verdict[data-settled]")
    .first();
  await shown.waitFor();
  return { state: await shown.getAttribute("data-state"), text: (await shown.textContent()) ?? "" };
};
const check = async (id: string): Promise<string | null> =>
  page.locator(`[data-check=${id}]`).getAttribute("data-state");
const connect = async (name: string): Promise<void> => {
  await page.getByRole("button", { name: "Connect a wallet" }).click();
  await page.getByRole("button", { name: `Connect ${name}` }).click();
};
const disclosed = (elements: readonly unknown[]) => elements as { element: { id: string; value: unknown } }[];
/** Alters the passport's JSON on its way to the page, as a lying server would. */
const lie = async (change: (answer: PassportAnswer) => void): Promise<void> => {
  await page.route("**/01/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    const isPassport = /^\/01\/[^/]+\/21\/[^/]+$/.test(pathname);
    if (!isPassport || route.request().headers().accept !== "application/json") return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as PassportAnswer;
    change(answer);
    return route.fulfill({ response, json: answer });
  });
};

describe("the page of a scanned passport", () => {
  it("shows the product and everything it checked, loading nothing from others", async () => {
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).host !== `localhost:${server.port}`) foreign.push(request.url());
    });
    await page.goto(url);
    const { state, text } = await verdict();
    expect([state, text]).toEqual(["passed", expect.stringContaining("this is the passport on the ledger")]);
    // The server answered for the ledger too, and the page says so.
    expect(text).toContain("This server answered for the ledger too");
    expect(await page.locator("h1").textContent()).toBe(battery.file.product.name);
    expect(await page.locator("#status").textContent()).toBe("Valid");
    for (const id of ["proofs", "ledger", "state", "identifier", "issuer", "deployment", "document"]) {
      expect([id, await check(id)]).toEqual([id, "passed"]);
    }
    expect(await page.locator("#elements dd").count()).toBeGreaterThan(40);
    expect(await page.locator("#sealed li").allInnerTexts()).toEqual([
      expect.stringMatching(/composition.*recycler, authority/),
      expect.stringMatching(/dismantling.*recycler, repairer, authority/),
      expect.stringMatching(/reports.*authority/),
      expect.stringMatching(/use.*recycler, repairer/),
    ]);
    expect(foreign).toEqual([]);
  });

  it("tells what happened, checked against the ledger, and proves the version of a day", async () => {
    await page.goto(url);
    await page.locator("#history-check[data-state=passed]").waitFor();
    const acts = await page
      .locator("ol.timeline > li")
      .evaluateAll((items) => items.map((item) => item.getAttribute("data-act")));
    expect(acts).toEqual(["Issue"]);
    await page.locator("#archive > summary").click();
    await page.getByLabel("Day").fill(new Date(world.clock.now()).toISOString().slice(0, 10));
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByText("each proven against the fingerprint in the history above").waitFor();
  });

  it("can be read on a phone and by assistive technology", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(url);
    await verdict();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.locator("h1").count()).toBe(1);
    const unnamed = await page.evaluate(
      () =>
        [...document.querySelectorAll("input, button, a[href]")].filter((node) => {
          const labelled =
            node instanceof HTMLInputElement
              ? (node.labels?.length ?? 0) > 0
              : (node.textContent ?? "").trim() !== "";
          return !labelled && !node.getAttribute("aria-label");
        }).length,
    );
    expect(unnamed).toBe(0);
  });

  it("asks another ledger source when the reader chooses one", async () => {
    const other = await serveWorld(world);
    try {
      await page.goto(url);
      await verdict();
      await page.locator("#trust summary").click();
      await page.getByLabel("Address of a Blockfrost-compatible source").fill(`${other.url}/ledger/api/v0`);
      await page.getByRole("button", { name: "Check again with this source" }).click();
      await page.getByText(`According to 127.0.0.1:${other.port}`).waitFor();
      const { state, text } = await verdict();
      expect(state).toBe("passed");
      expect(text).not.toContain("This server answered for the ledger too");
    } finally {
      await other.close();
    }
  });

  it("says that nothing was checked when the source cannot be asked", async () => {
    await page.route("**/ledger/**", (route) => route.abort());
    await page.goto(url);
    await page.getByText("Not checked against the ledger").waitFor();
    expect(await check("ledger")).toBe("unknown");
  });

  it("belongs to the deployment that the reader expects, or fails", async () => {
    await page.goto(url);
    await verdict();
    await page.locator("#trust summary").click();
    await page.getByLabel("Deployment that you expect").fill("ab".repeat(28));
    await page.getByRole("button", { name: "Check again with this source" }).click();
    await page.getByText("another deployment than the one you expect").waitFor();
    expect((await verdict()).state).toBe("failed");
  });
});

describe("a manufacturer who writes markup", () => {
  it("has it shown as text", async () => {
    const markup = '<img src=x onerror="window.hacked=1">';
    const own = await makeWorldOfNow([productFile("M1", markup)], [TEST_POLICY]);
    const other = await serveWorld(own);
    try {
      const [passport] = own.passports;
      if (passport === undefined) throw new Error("no passport");
      await page.goto(`${other.url}${own.qr(passport)}`);
      await page.locator("[data-check=document]").waitFor();
      expect(await page.locator("[data-element='device.model']").first().textContent()).toBe(markup);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      // A policy of the manufacturer's own: shown, and pointed out.
      expect(await check("document")).toBe("warning");
    } finally {
      await other.close();
    }
  });
});

describe("a lying server", () => {
  it("is noticed when it changes a value", async () => {
    await lie((answer) => {
      for (const { element } of disclosed(answer.elements)) {
        if (element.id === "battery.manufacturer.name") element.value = "Another Company Ltd";
      }
    });
    await page.goto(url);
    expect(await verdict()).toMatchObject({
      state: "failed",
      text: expect.stringContaining("Do not rely on this page"),
    });
    expect(await check("proofs")).toBe("failed");
    expect(await page.locator("[data-check=proofs]").textContent()).toContain("battery.manufacturer.name");
    expect(await page.locator("body").textContent()).not.toContain("Another Company Ltd");
  });

  it("is noticed when it hides a revocation", async () => {
    await revokePassport(world.context, [world.actors.authority], world.role("authority"), first().id);
    await lie((answer) => {
      (answer.passport as { status: string }).status = "Active";
    });
    await page.goto(url);
    expect(await verdict()).toMatchObject({ state: "failed", text: expect.stringContaining("REVOKED") });
  });

  it("is noticed when it shows another product's passport under the code", async () => {
    await lie((answer) => {
      (answer.passport as { dataRoot: string }).dataRoot = "00".repeat(32);
    });
    await page.goto(url);
    expect((await verdict()).state).toBe("failed");
    expect(await check("ledger")).toBe("failed");
  });
});

describe("a repairer with a wallet", () => {
  beforeEach(async () => {
    const { repairer, stranger } = world.actors;
    const cannot = { code: 1, info: "cannot sign data" };
    const declined = { code: 3, info: "declined" };
    await injectWallets(page, [
      { name: "Repair Wallet", accounts: [singleAddress(repairer)] },
      { name: "Hardware Wallet", accounts: [singleAddress(repairer, { dataError: cannot })] },
      { name: "Shy Wallet", accounts: [singleAddress(repairer, { dataError: declined })] },
      { name: "Stranger Wallet", accounts: [singleAddress(stranger)] },
    ]);
    await page.goto(url);
    await verdict();
  });

  const keyFile = async (
    secretKey: Uint8Array,
  ): Promise<{ name: string; mimeType: string; buffer: Buffer }> => {
    const file = await makeReadingKeyFile("repairer", secretKey, "correct horse", world.context.random, 10);
    return {
      name: "reading-key.json",
      mimeType: "application/json",
      buffer: Buffer.from(encodeReadingKeyFile(file)),
    };
  };

  it("reads what a repairer may, is refused the authority's report, and opens the direct group with a key file", async () => {
    await connect("Repair Wallet");
    await page.locator("[data-group=dismantling]").waitFor();
    expect(await page.locator("#role-proven").textContent()).toBe("Your role: repairer");
    expect(await page.locator("[data-group=dismantling] dd").count()).toBeGreaterThan(2);
    expect(await page.locator("[data-refused=reports]").textContent()).toMatch(/refused[\s\S]*AUTHORITY/);
    expect(await page.locator("[data-refused=composition]").count()).toBe(1);
    expect(await page.locator("[data-group=use]").count()).toBe(0);

    await page
      .getByLabel("Reading key file")
      .setInputFiles(await keyFile(world.readingKeys.recycler.secretKey));
    await page.getByLabel("Its passphrase").fill("correct horse");
    await page.getByRole("button", { name: "Open with the file" }).click();
    await page.getByText("This reading key is not the one").waitFor();

    await page
      .getByLabel("Reading key file")
      .setInputFiles(await keyFile(world.readingKeys.repairer.secretKey));
    await page.getByRole("button", { name: "Open with the file" }).click();
    await page.locator("[data-group=use]").waitFor();
    expect(await page.locator("[data-group=use] dd[data-element]").count()).toBeGreaterThan(15);
  });

  it("proves the role with a hardware wallet, which cannot sign data, by an unsubmitted transaction", async () => {
    await connect("Hardware Wallet");
    await page.locator("[data-group=dismantling]").waitFor();
    expect(await page.locator("#role-proven").textContent()).toBe("Your role: repairer");
  });

  it("opens the direct group with a passkey, once its key is registered and the keyring refreshed", async () => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        hasPrf: true,
        automaticPresenceSimulation: true,
      },
    });
    await connect("Repair Wallet");
    await page.getByRole("button", { name: "Create a passkey" }).click();
    const publicKey = (await page.locator("#reading-public-key").textContent()) ?? "";
    expect(publicKey).toMatch(/^[0-9a-f]{64}$/);

    await rotateKeys(world.context, [world.actors.repairer], world.role("repairer"), {
      holder: world.actors.repairer.keyHash,
      alg: 0,
      pk: "",
      encPk: publicKey,
    });
    await world.refreshKeyring();
    await page.reload();
    await verdict();
    await connect("Repair Wallet");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.locator("[data-group=use]").waitFor();
    expect(await page.locator("[data-group=use] dd[data-element]").count()).toBeGreaterThan(15);
  });

  it("is told to use a file where the browser offers no passkeys", async () => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "credentials", { value: undefined });
    });
    await page.reload();
    await verdict();
    await connect("Repair Wallet");
    for (const name of ["Use a passkey", "Create a passkey"]) {
      await page.getByRole("button", { name }).click();
      const alert = page.locator("#direct [role=alert]");
      await alert.waitFor();
      expect(await alert.textContent()).toContain("Use a reading key file");
    }
  });

  it("is told in words why a wallet reads nothing", async () => {
    await connect("Stranger Wallet");
    await page
      .getByText("No key of this wallet holds a role here.")
      .or(page.getByText("This wallet's key holds no role."))
      .waitFor();
    await connect("Shy Wallet");
    await page.getByText("The wallet's owner declined.").waitFor();
    await suspendRole(world.context, [world.actors.freezer], world.role("repairer"));
    await connect("Repair Wallet");
    await page.getByText("The role is suspended by the consortium.").waitFor();
  });

  it("does not sign a text that names another host", async () => {
    await page.route("**/auth/challenge", async (route) => {
      const response = await route.fetch();
      const challenge = (await response.json()) as { message: string };
      const message = challenge.message.replace(/^host: .*$/m, "host: bank.example");
      await route.fulfill({ response, json: { ...challenge, message } });
    });
    await connect("Repair Wallet");
    await page.getByText("names another host than this page").waitFor();
  });

  it("is shown that an opened element was changed", async () => {
    await lie((answer) => {
      const group = answer.reading?.groups.find(({ name }) => name === "dismantling");
      if (group?.access === "escrow")
        for (const { element } of disclosed(group.elements)) element.value = "Use a hammer";
    });
    await connect("Repair Wallet");
    await page.getByText("Refused, since the proof fails").waitFor();
    expect(await page.locator("body").textContent()).not.toContain("Use a hammer");
  });
});

describe("what the ledger decides shows at once", () => {
  it("shows the revocation after it, and the issuer's suspension", async () => {
    await page.goto(url);
    expect((await verdict()).state).toBe("passed");
    await suspendRole(world.context, [world.actors.freezer], world.role("maker"));
    await page.reload();
    expect(await verdict()).toMatchObject({
      state: "failed",
      text: expect.stringContaining("Issuer suspended"),
    });
    await revokePassport(world.context, [world.actors.authority], world.role("authority"), first().id);
    await page.reload();
    expect(await verdict()).toMatchObject({
      state: "failed",
      text: expect.stringContaining("REVOKED by an authority"),
    });
    expect(await page.locator("#status").textContent()).toBe("REVOKED");
  });

  it("says of an unknown product and of a forged code what they are", async () => {
    await page.goto(url.replace(/21\/[^?]+\?.*/, "21/NOBODY"));
    expect(await verdict()).toMatchObject({
      state: "failed",
      text: expect.stringContaining("No passport found"),
    });
    await page.goto(url.replace(/21\/[^?]+/, "21/OTHER"));
    expect(await verdict()).toMatchObject({
      state: "failed",
      text: expect.stringContaining("does not belong to this product"),
    });
  });
});
