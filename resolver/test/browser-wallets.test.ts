/** Kinds of wallets and accounts in a real browser: the page, `window.cardano`, a resolver, the ledger. The cases one by one: page/role-session.test.ts. */
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { actor } from "@cardano-dpp/offchain/testing/actors";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Listening } from "../src/server.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import type { TestWorld } from "../src/testing/world.js";
import { type BrowserWallet, injectWallets, singleAddress } from "./browser-wallet.js";
import { addresses, type Behaviour, type Cip30Api, cip30Wallet, coinAt } from "./cip30-wallet.js";
import { eachOnNewPage, launchChromium, makeWorldOfNow, serveWorld } from "./real-browser.js";
import { accredit } from "./wallet-roles.js";

const holder = actor("holder key");
const change = actor("change key");
const stake = actor("stake key");
const foreign = actor("foreign key");
const home = addresses.base(holder.keyHash, foreign.keyHash);
const away = addresses.base(change.keyHash, stake.keyHash);
const other = addresses.base(foreign.keyHash, stake.keyHash);
const reward = addresses.reward(stake.keyHash);

let browser: Browser;
let world: TestWorld;
let server: Listening;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  world = await makeWorldOfNow([productFile("A1")], [TEST_POLICY]);
  await accredit(world, [
    { holder: holder.keyHash, badgeAddress: away },
    { holder: stake.keyHash, badgeAddress: away },
  ]);
  server = await serveWorld(world);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
eachOnNewPage(
  () => browser,
  (made) => {
    page = made;
  },
);

const open = async (wallets: readonly BrowserWallet[]): Promise<void> => {
  await injectWallets(page, wallets);
  await visit();
};
const visit = async (): Promise<void> => {
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  await page.goto(`http://localhost:${server.port}${world.qr(passport)}`);
  await page.getByRole("button", { name: "Connect a wallet" }).click();
};
const of = (name: string, keys: readonly Signer[], behaviour: Behaviour): BrowserWallet => ({
  name,
  accounts: [cip30Wallet(keys, behaviour).api],
});
const connect = (name: string) => page.getByRole("button", { name: `Connect ${name}` }).click();
const readsAsRepairer = async (): Promise<void> => {
  await page.locator("[data-group=dismantling]").waitFor();
  expect(await page.locator("#role-proven").textContent()).toBe("Your role: repairer");
  await page.locator("[data-element='device.screws']").waitFor();
};
const refusal = async (): Promise<string> => {
  const alert = page.locator("#wallet-status [role=alert]");
  await alert.waitFor();
  return (await alert.textContent()) ?? "";
};

describe("a wallet reads as a repairer", () => {
  it("with the holder's key, while the badge lies on a change address: two signatures", async () => {
    await open([
      of("Many", [holder, change, foreign], { used: [other, home], unused: [away], change: away }),
    ]);
    await connect("Many");
    await readsAsRepairer();
  });

  it("with the stake key, by its reward address", async () => {
    await open([of("Staker", [foreign, stake], { used: [other], rewards: [reward], spells: "bech32" })]);
    await connect("Staker");
    await readsAsRepairer();
  });

  it("as a device that signs transactions only, with tagged sets and by a stake key", async () => {
    const device = { used: [away], rewards: [reward], missing: ["signData"], tagged: true };
    await open([
      of("Device", [change, stake], { ...device, coins: [coinAt(away, { tokens: 5, map: true })] }),
    ]);
    await connect("Device");
    await readsAsRepairer();
  });

  it("after its owner changed the account meanwhile", async () => {
    const changed = { code: -4, info: "account changed" };
    const accounts: Cip30Api[] = [
      singleAddress(world.actors.repairer, { dataError: changed }),
      singleAddress(world.actors.repairer),
    ];
    await open([{ name: "Changing", accounts }]);
    await connect("Changing");
    await readsAsRepairer();
  });
});

describe("a wallet is refused in words that say what to do", () => {
  it.each([
    [
      "an account that is a script",
      { used: [addresses.script("5c".repeat(28))] },
      /a script cannot sign.*Connect/,
    ],
    ["mainnet", { used: [home], networkId: 1 }, /Switch its network/],
    ["a badge that lies with none of its keys", { used: [home] }, /lies at addr_test1\w+.*Send the badge/],
    [
      "a wallet that signs nothing",
      { used: [away], rewards: [reward], missing: ["signData", "signTx"] },
      /neither a text nor a transaction.*recovery phrase/,
    ],
    ["nothing at all", { missing: ["getUsedAddresses", "getChangeAddress"] }, /CIP-30/],
  ])("%s", async (_, behaviour, words) => {
    await open([of("Wallet", [holder, stake], behaviour)]);
    await connect("Wallet");
    expect(await refusal()).toMatch(words);
    // And may be tried again at once.
    await page.getByRole("button", { name: "Connect a wallet" }).click();
    await page.getByRole("button", { name: "Connect Wallet" }).waitFor();
  });
});

describe("a wallet that never answers", () => {
  it("leaves the page usable: cancelled, another reads, and what the first says at last changes nothing", async () => {
    let late: ((answer: unknown) => void) | null = null;
    const silent: Cip30Api = {
      ...singleAddress(world.actors.stranger),
      getUsedAddresses: () =>
        new Promise((resolve) => {
          late = resolve;
        }),
    };
    await open([
      { name: "Silent", accounts: [silent] },
      { name: "Repair", accounts: [singleAddress(world.actors.repairer)] },
    ]);
    await connect("Silent");
    await vi.waitFor(() => expect(late).not.toBeNull());
    await page.getByRole("button", { name: "Cancel" }).click();
    await connect("Repair");
    await readsAsRepairer();
    (late as unknown as (answer: unknown) => void)([]);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await page.locator("#role-proven").count()).toBe(1);
    expect(await page.locator("#wallet-status [role=alert]").count()).toBe(0);
  });
});

describe("hostile entries in window.cardano", () => {
  it("are shown as text, run nothing, load nothing, and hide no other wallet", async () => {
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    const script = "window.hacked=1";
    await injectWallets(page, [
      { name: `<img src=x onerror="${script}">`, icon: "javascript:window.hacked=1", accounts: [{}] },
      { name: "L".repeat(100_000), icon: "https://tracker.example/pixel.png", accounts: [{}] },
      {
        name: "Drawn",
        icon: `data:image/svg+xml,${encodeURIComponent(
          `<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"><script>${script}</script><image href="https://tracker.example/a.png"/></svg>`,
        )}`,
        accounts: [{}],
      },
      { name: "\u202eteppaW", accounts: [{}] },
      { name: "Repair", accounts: [singleAddress(world.actors.repairer)] },
      { name: "Repair", accounts: [singleAddress(world.actors.stranger)] },
    ]);
    await page.addInitScript(() => {
      Object.defineProperty((window as unknown as { cardano: object }).cardano, "trap", {
        enumerable: true,
        get: () => {
          throw new Error("gotcha");
        },
      });
    });
    await visit();
    const buttons = page.locator("#wallet-status button");
    expect(await buttons.count()).toBe(6);
    expect(await buttons.nth(0).textContent()).toBe(`Connect <img src=x onerror="${script}">`);
    expect((await buttons.nth(1).textContent())?.length).toBeLessThan(60);
    expect(await page.locator("#wallet-status img").count()).toBe(1);
    expect(await buttons.nth(3).textContent()).toBe("Connect teppaW");
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Connect Repair (wallet4)" }).click();
    await readsAsRepairer();
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect(requests.filter((url) => url.includes("tracker"))).toEqual([]);
  });

  it("that throw, lack everything or answer nonsense are refused in words", async () => {
    await page.addInitScript(() => {
      (window as unknown as { cardano: unknown }).cardano = {
        thrower: {
          name: "Thrower",
          enable: () => {
            throw new TypeError("<b>broken</b>");
          },
        },
        empty: { name: "Empty", enable: async () => ({}) },
        nonsense: {
          name: "Nonsense",
          enable: async () => ({ getUsedAddresses: async () => ({ length: 1e9 }) }),
        },
      };
    });
    await visit();
    for (const [name, words] of [
      ["Thrower", /failed: it says “<b>broken<\/b>”/],
      ["Empty", /does not offer what CIP-30 asks for/],
      ["Nonsense", /CIP-30/],
    ] as const) {
      await connect(name);
      expect(await refusal()).toMatch(words);
      await page.getByRole("button", { name: "Connect a wallet" }).click();
    }
  });
});
