/**
 * From a wallet to the roles read off the ledger: the page's own code, a resolver with its rules, and CIP-30 wallets of our own with real keys, each
 * behaving as some wallets do. The same in a browser: test/browser-wallets.test.ts.
 */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { actor } from "@cardano-dpp/offchain/testing/actors";
import { suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import {
  addresses,
  type Behaviour,
  type Cip30Api,
  cip30Wallet,
  coinAt,
  type TestWallet,
} from "../test/cip30-wallet.js";
import { accredit } from "../test/wallet-roles.js";
import { proveRole, type SessionContext } from "./role-session.js";
import type { InstalledWallet } from "./wallet-list.js";
import { walletWords } from "./wallet-texts.js";

const holder = actor("holder key");
const change = actor("change key");
const stake = actor("stake key");
const foreign = actor("foreign key");
const apart = actor("holder of a badge elsewhere");
const ended = actor("holder of a suspended role");
const both = actor("holder of a suspended and of a standing role");
const delegating = actor("holder of a badge beside his stake key");
const delegated = actor("stake key without a role");
const home = addresses.base(holder.keyHash, stake.keyHash);
const other = addresses.base(foreign.keyHash, stake.keyHash);
const away = addresses.base(change.keyHash, stake.keyHash);
const lost = addresses.enterprise(apart.keyHash);
const scriptHash = "5c".repeat(28);

let world: TestWorld;
let app: App;
let posted: string[] = [];
beforeAll(async () => {
  world = await makeTestWorld([productFile("A1")], [TEST_POLICY]);
  const [, , , suspended] = await accredit(world, [
    { holder: holder.keyHash, badgeAddress: home },
    { holder: stake.keyHash, badgeAddress: away },
    { holder: apart.keyHash, badgeAddress: away },
    { holder: ended.keyHash, badgeAddress: ended.address },
    { holder: both.keyHash, badgeAddress: both.address },
    { holder: delegating.keyHash, badgeAddress: addresses.base(change.keyHash, delegated.keyHash) },
  ]);
  await suspendRole(world.context, [world.actors.freezer], suspended ?? "");
  app = await buildApp({
    ...world.parts("https://passports.example"),
    limits: { auth: { burst: 1e6, perMinute: 1e6 } },
  });
  vi.stubGlobal("fetch", async (url: string, { method, headers, body }: RequestInit) => {
    posted.push(url);
    const answer = await app.inject({
      method: method as "POST",
      url,
      headers: headers as Record<string, string>,
      payload: String(body),
    });
    return new Response(answer.body, { status: answer.statusCode });
  });
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const installed = (enable: () => Promise<unknown>): InstalledWallet => ({
  id: "w",
  name: "Wallet",
  icon: null,
  enable,
});
const wallet = (keys: readonly Signer[], behaviour: Behaviour): TestWallet => cip30Wallet(keys, behaviour);
const context = (more: Partial<SessionContext> = {}): SessionContext => ({
  networkId: 0,
  host: "passports.example",
  configPolicy: world.context.contracts.config.hash,
  signal: new AbortController().signal,
  answerWithin: 60_000,
  step: () => {},
  ...more,
});
/** The roles, or the refusal's code and its words on the page. */
const outcome = async (
  api: Cip30Api | InstalledWallet,
  more: Partial<SessionContext> = {},
): Promise<{ roles: string[] } | { code: string; words: string | null }> => {
  posted = [];
  const chosen = typeof api.enable === "function" ? (api as InstalledWallet) : installed(async () => api);
  try {
    const session = await proveRole(chosen, context(more));
    return { roles: session.roles.map(({ role }) => role) };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { code: error.code, words: walletWords(error) };
  }
};
const proven = { roles: ["REPAIRER"] };
const windows = ({ asked }: TestWallet): string[] =>
  asked.map(({ method, address }) => `${method} ${address}`.trim());

describe("a wallet with many addresses", () => {
  it("is asked to sign once, with the one whose key holds the role", async () => {
    const one = wallet([foreign, holder, stake], { used: [other, home], change: other, rewards: [] });
    expect(await outcome(one.api)).toEqual(proven);
    expect(windows(one)).toEqual([`signData ${home}`]);
    expect(posted).toEqual(["/auth/holders", "/auth/challenge", "/auth/verify"]);
  });

  it.each([
    ["used", { used: [other, home] }],
    ["unused", { used: [other], unused: [home] }],
    ["change", { used: [other], change: home }],
    ["the coins", { used: [other], coins: [coinAt(other), coinAt(home)] }],
    ["used, as bech32", { used: [other, home], spells: "bech32" as const }],
    ["used, as CBOR", { used: [other, home], spells: "cbor" as const }],
  ])("is found among %s", async (_, lists) => {
    expect(await outcome(wallet([foreign, holder], lists).api)).toEqual(proven);
  });

  it("is found at the two hundredth address", async () => {
    const many = Array.from({ length: 199 }, (_, at) =>
      addresses.enterprise(at.toString(16).padStart(56, "0")),
    );
    expect(await outcome(wallet([holder], { used: [...many, home] }).api)).toEqual(proven);
    expect(posted.length).toBe(3);
  });

  it("whose stake key holds the role signs with its reward address, wherever the badge moves among its addresses", async () => {
    const one = wallet([foreign, change, stake], {
      used: [other, away],
      rewards: [addresses.reward(stake.keyHash)],
    });
    expect(await outcome(one.api)).toEqual(proven);
    expect(windows(one)).toEqual([`signData ${addresses.reward(stake.keyHash)}`]);
  });

  it("signs twice when the badge lies under another of its keys", async () => {
    const one = wallet([apart, change], { used: [lost, away] });
    const steps: string[] = [];
    expect(await outcome(one.api, { step: (text) => steps.push(text) })).toEqual(proven);
    expect(windows(one)).toEqual([`signData ${lost}`, `signData ${away}`]);
    expect(steps.join("\n")).toMatch(/first of two[\s\S]*second of two/);
  });

  it("is told where the badge lies when none of its keys is there, and asked for no signature", async () => {
    const one = wallet([apart], { used: [lost] });
    const refused = await outcome(one.api);
    expect(refused).toMatchObject({ code: "access/badge-elsewhere" });
    expect(refused).toMatchObject({ words: expect.stringContaining(away) });
    expect(windows(one)).toEqual([]);
  });

  it("does not have the badge for its stake key's standing beside it", async () => {
    const used = [delegating.address];
    const one = wallet([delegating, delegated], { used, rewards: [addresses.reward(delegated.keyHash)] });
    expect(await outcome(one.api)).toMatchObject({ code: "access/badge-elsewhere" });
    expect(windows(one)).toEqual([]);
  });

  it("is told to send the badge to the holder's address when the badge's key does not sign", async () => {
    const one = wallet([apart, change], {
      used: [lost, away],
      accepts: (address) => address === lost,
      txError: () => ({ code: 1, info: "cannot sign" }),
    });
    expect(await outcome(one.api)).toMatchObject({
      code: "wallet/cannot-sign",
      words: expect.stringContaining(`Send the badge to ${lost}`),
    });
  });

  it("prefers a standing role to a suspended one, and says which when there is no other", async () => {
    const used = [ended.address, both.address];
    expect(await outcome(wallet([ended, both], { used }).api)).toEqual(proven);
    const one = wallet([ended], { used: [ended.address] });
    expect(await outcome(one.api)).toMatchObject({ code: "access/suspended" });
    expect(windows(one)).toEqual([]);
    expect(await outcome(wallet([foreign], { used: [other] }).api)).toMatchObject({ code: "access/no-role" });
  });
});

describe("a wallet that signs data in its own way", () => {
  it("knows one spelling of addresses", async () => {
    expect(await outcome(wallet([holder], { used: [home], reads: "hex" }).api)).toEqual(proven);
    expect(await outcome(wallet([holder], { used: [home], reads: "bech32" }).api)).toEqual(proven);
  });

  it("signs for another of the key's addresses than the first", async () => {
    const enterprise = addresses.enterprise(holder.keyHash);
    const one = wallet([holder], { used: [home, enterprise], accepts: (address) => address === enterprise });
    expect(await outcome(one.api)).toEqual(proven);
    expect(windows(one)).toEqual([`signData ${enterprise}`]);
  });

  it("signs for its reward address alone: proven when the stake key holds a role too, else by a transaction", async () => {
    const accepts = (address: string) => parseAddress(address).address.kind === "reward";
    const rewards = [addresses.reward(stake.keyHash)];
    const own = wallet([holder, change, stake], {
      used: [away],
      rewards,
      accepts,
      txError: () => ({ code: 1 }),
    });
    expect(await outcome(own.api)).toEqual(proven);
    const payment = wallet([holder], { used: [home], rewards: [], accepts, coins: [coinAt(home)] });
    expect(await outcome(payment.api)).toEqual(proven);
    expect(windows(payment)).toEqual(["signTx"]);
  });

  it.each([
    ["answers the signature alone", async () => "84a0"],
    ["answers no key", async () => ({ signature: "84a0" })],
    ["answers nothing", async () => undefined],
    ["answers what is no COSE", async () => ({ signature: "84", key: "a0" })],
    ["answers what is no hex", async () => ({ signature: "z", key: "a0" })],
    [
      "signs with another of its addresses",
      async (_: string, payload: string) => foreign.signData(foreign.address, payload),
    ],
    ["signs another text", async () => holder.signData(home, "00")],
  ])("%s: a transaction is tried instead, and no second window for the same", async (_, signData) => {
    const one = wallet([holder], { used: [home], coins: [coinAt(home)] });
    let times = 0;
    const api = {
      ...one.api,
      signData: async (address: string, payload: string) => {
        times += 1;
        return signData(address, payload);
      },
    };
    expect(await outcome(api as Cip30Api)).toEqual(proven);
    expect(windows(one)).toEqual(["signTx"]);
    expect(times).toBe(1);
    const cannot = { ...api, signTx: async () => "a0" } as Cip30Api;
    expect(await outcome(cannot)).toMatchObject({
      code: "wallet/cannot-sign",
      words: expect.stringMatching(/your role: its? .*another wallet with the same recovery phrase/),
    });
  });
});

describe("a wallet that signs transactions only", () => {
  const hardware = { used: [home], coins: [coinAt(other), coinAt(home, { tokens: 3 })] };
  it.each([
    ["says so with a code", { ...hardware, dataError: { code: 1, info: "cannot sign data" } }],
    ["says so with CIP-30's InvalidFormat", { ...hardware, dataError: { code: 4, info: "" } }],
    ["throws an Error", { ...hardware, dataError: new Error("not implemented") }],
    ["throws a text", { ...hardware, dataError: "not implemented" }],
    ["throws undefined", { ...hardware, dataError: null }],
    ["has no such method", { ...hardware, missing: ["signData"] }],
    ["writes witnesses in a tagged set", { ...hardware, missing: ["signData"], tagged: true }],
    ["holds nothing", { used: [home], coins: null, missing: ["signData"] }],
    ["does not tell its coins", { used: [home], missing: ["signData", "getUtxos"] }],
    ["tells coins that cannot be read", { used: [home], coins: ["ff", "80"], missing: ["signData"] }],
    [
      "knows no partial signing",
      {
        ...hardware,
        missing: ["signData"],
        txError: (partial: boolean) => (partial ? { code: -1, info: "partial" } : undefined),
      },
    ],
  ])("%s", async (_, behaviour) => {
    const one = wallet([holder], behaviour as Behaviour);
    expect(await outcome(one.api)).toEqual(proven);
    expect(windows(one)).toEqual(["signTx"]);
  });

  it("proves a stake key, paying its change address when it holds nothing", async () => {
    const one = wallet([change, stake], {
      used: [away],
      rewards: [addresses.reward(stake.keyHash)],
      missing: ["signData"],
    });
    expect(await outcome(one.api)).toEqual(proven);
  });

  it("is told so when it signs what it wrote itself, or cannot sign at all", async () => {
    const rewriting = wallet([holder], { ...hardware, missing: ["signData"], rewrites: true });
    expect(await outcome(rewriting.api)).toMatchObject({
      code: "wallet/cannot-sign",
      words: expect.stringContaining("does not belong to what it was given to sign"),
    });
    expect(windows(rewriting)).toEqual(["signTx"]);
    const neither = wallet([holder], { ...hardware, missing: ["signData", "signTx"] });
    expect(await outcome(neither.api)).toMatchObject({
      code: "wallet/cannot-sign",
      words: expect.stringContaining("it lacks what CIP-30 asks for"),
    });
  });
});

describe("the wallet's owner", () => {
  it.each([
    ["at signData", { dataError: { code: 3, info: "declined" } }],
    ["at signData, as APIError", { dataError: { code: -3, info: "refused" } }],
    ["at signData, in words alone", { dataError: new Error("User declined to sign") }],
    ["at signTx", { missing: ["signData"], coins: [coinAt(home)], txError: () => ({ code: 2, info: "" }) }],
  ])("declines %s, and is not asked again", async (_, behaviour) => {
    let times = 0;
    const one = wallet([holder], { used: [home], ...behaviour });
    const counted = Object.fromEntries(
      Object.entries(one.api).map(([name, method]) => [
        name,
        name.startsWith("sign")
          ? (...args: never[]) => {
              times += 1;
              return method(...args);
            }
          : method,
      ]),
    );
    expect(await outcome(counted)).toMatchObject({
      code: "wallet/declined",
      words: expect.stringMatching(/declined/),
    });
    expect(times).toBe(1);
  });

  it("declines to connect", async () => {
    const refusing = installed(async () => {
      throw { code: -3, info: "user canceled connection" };
    });
    expect(await outcome(refusing)).toMatchObject({ code: "wallet/declined" });
    expect(posted).toEqual([]);
  });

  it("changes the account while a signature is asked for: connected anew, the other account is read", async () => {
    const first = wallet([foreign], { used: [other] }).api;
    const second = wallet([holder], { used: [home] }).api;
    let enabled = 0;
    const changing = installed(async () => {
      enabled += 1;
      return enabled === 1
        ? { ...first, getUsedAddresses: () => Promise.reject({ code: -4, info: "account changed" }) }
        : second;
    });
    expect(await outcome(changing)).toEqual(proven);
    expect(enabled).toBe(2);
  });

  it("changes it at the signature", async () => {
    const accounts = [
      wallet([holder], { used: [home], dataError: { code: -4, info: "account changed" } }).api,
      wallet([stake], { rewards: [addresses.reward(stake.keyHash)] }).api,
    ];
    expect(await outcome(installed(async () => accounts.shift()))).toEqual(proven);
  });

  it("changes it again and again: told so after the second time", async () => {
    let enabled = 0;
    const always = installed(async () => {
      enabled += 1;
      return wallet([holder], { used: [home], dataError: { code: -4, info: "" } }).api;
    });
    expect(await outcome(always)).toMatchObject({
      code: "wallet/account-changed",
      words: expect.stringContaining("Choose the account"),
    });
    expect(enabled).toBe(2);
  });
});

describe("a wallet that cannot be used here", () => {
  it.each([
    ["is on mainnet", { networkId: 1, used: [home] }, "auth/network", /Switch its network/],
    [
      "names addresses of mainnet",
      { used: [addresses.base(holder.keyHash, stake.keyHash, 1)] },
      "cip8/network",
      /Switch/,
    ],
    [
      "has an account that is a script",
      { used: [addresses.script(scriptHash)] },
      "cip8/script-address",
      /a script cannot sign/,
    ],
    [
      "has an account of a script beside a stake script",
      {
        used: [addresses.scriptBesideKey(scriptHash, stake.keyHash)],
        rewards: [addresses.rewardScript(scriptHash)],
      },
      "cip8/script-address",
      /script/,
    ],
    ["names nothing", { missing: ["getChangeAddress"] }, "wallet/incomplete", /CIP-30/],
  ])("%s", async (_, behaviour, code, words) => {
    const one = wallet([holder], behaviour);
    expect(await outcome(one.api)).toMatchObject({ code, words: expect.stringMatching(words) });
    expect(windows(one)).toEqual([]);
  });

  it("has only addresses of the Byron era", async () => {
    const api = { getUsedAddresses: async () => [`82d818582183581c${"ab".repeat(28)}a0001a0d2bc4b5`] };
    expect(await outcome(api)).toMatchObject({
      code: "address/unsupported",
      words: expect.stringContaining("Byron"),
    });
  });

  it("names a script and a key: the key is used", async () => {
    const used = [addresses.script(scriptHash), "garbage", home];
    const api = { ...wallet([holder], { used: [home] }).api, getUsedAddresses: async () => used };
    expect(await outcome(api)).toEqual(proven);
  });

  it.each([
    ["answers nothing to enable", async () => undefined],
    ["answers a text", async () => "api"],
    ["answers an object without methods", async () => ({})],
    ["answers methods that are none", async () => ({ getUsedAddresses: [home], signData: "sign" })],
  ])("%s", async (_, enable) => {
    expect(await outcome(installed(enable))).toMatchObject({
      code: "wallet/incomplete",
      words: expect.stringContaining("Update it"),
    });
  });

  it.each([
    ["getNetworkId"],
    ["getUsedAddresses"],
    ["getUnusedAddresses"],
    ["getRewardAddresses"],
    ["getUtxos"],
  ])("lacks %s, and is used all the same", async (method) => {
    const one = wallet([holder], { used: [home], change: home, unused: [], missing: [method] });
    expect(await outcome(one.api)).toEqual(proven);
  });

  it("fails in its own words, which are shown as one line of text", async () => {
    const words = `<b>locked</b>\u202e\n${"x".repeat(1000)}`;
    const failing = installed(() => Promise.reject({ code: -2, info: words }));
    const refused = await outcome(failing);
    expect(refused).toMatchObject({
      code: "wallet/failed",
      words: expect.stringContaining("<b>locked</b> xxx"),
    });
    expect((refused as { words: string }).words.length).toBeLessThan(300);
  });
});

describe("a wallet that never answers", () => {
  const never = () => new Promise<never>(() => {});

  it.each([
    ["to enable", installed(never), 0],
    [
      "to signData",
      installed(async () => ({ ...wallet([holder], { used: [home] }).api, signData: never })),
      2,
    ],
  ])("%s is left when its owner cancels", async (_, silent, requests) => {
    const abort = new AbortController();
    const waiting = outcome(silent, { signal: abort.signal });
    await vi.waitFor(() => expect(posted.length).toBe(requests));
    abort.abort();
    expect(await waiting).toMatchObject({ code: "wallet/cancelled" });
  });

  it("to what needs no consent is left after a while", async () => {
    const api = Object.fromEntries(
      [
        "getNetworkId",
        "getUsedAddresses",
        "getChangeAddress",
        "getUnusedAddresses",
        "getRewardAddresses",
        "getUtxos",
      ].map((method) => [method, never]),
    );
    expect(
      await outcome(
        installed(async () => api),
        { answerWithin: 5 },
      ),
    ).toMatchObject({
      code: "wallet/no-answer",
      words: expect.stringContaining("Unlock it"),
    });
    // One list is enough.
    const oneList = { ...wallet([holder], { used: [home] }).api, getUtxos: never, getUnusedAddresses: never };
    expect(await outcome(oneList as Cip30Api, { answerWithin: 50 })).toEqual(proven);
  });
});

describe("a text to sign", () => {
  it("that names another host or another deployment reaches no wallet", async () => {
    for (const more of [{ host: "bank.example" }, { configPolicy: "00".repeat(28) }]) {
      const one = wallet([holder], { used: [home] });
      expect(await outcome(one.api, more)).toMatchObject({ code: "wallet/foreign-host" });
      expect(windows(one)).toEqual([]);
      const hardware = wallet([holder], { used: [home], missing: ["signData"] });
      expect(await outcome(hardware.api, more)).toMatchObject({ code: "wallet/foreign-host" });
      expect(windows(hardware)).toEqual([]);
    }
  });
});
