/** Who may be accredited, and by which address. The command end to end: dpp.test.ts. */
import { describe, expect, it } from "vitest";
import type { Keystore } from "../src/adapters/keystore.js";
import { type Address, encodeAddressBytes, toBech32Address } from "../src/codec/address.js";
import { toHex } from "../src/domain/bytes.js";
import { actor } from "../src/testing/actors.js";
import { actorOf, payableAddress } from "./actor.js";

const own = actor("own");
const key = (hash: string) => ({ kind: "key" as const, hash });
const script = (hash: string) => ({ kind: "script" as const, hash });
const PAYMENT = "aa".repeat(28);
const STAKE = "bb".repeat(28);
const text = (address: Omit<Address, "networkId">, networkId: 0 | 1 = 0): string =>
  toBech32Address(encodeAddressBytes({ ...address, networkId }));
const BASE = { kind: "base", payment: key(PAYMENT), stake: key(STAKE) } as const;
const base = text(BASE);
const reward = text({ kind: "reward", payment: null, stake: key(STAKE) });

const keys = {
  load: async () => ({ signer: own, reading: { publicKey: "07".repeat(32) } }),
} as unknown as Keystore;
const wallet = (holder: string, badgeTo?: string) =>
  actorOf(keys, "preprod", { holder, readingKey: "07".repeat(32), ...(badgeTo && { badgeTo }) });
const refused = (words: RegExp) =>
  expect.objectContaining({ code: "usage/address", message: expect.stringMatching(words) });

describe("an actor whose wallet is elsewhere", () => {
  it("is the payment key of a base or enterprise address, the stake key of a stake address", async () => {
    expect(await wallet(base)).toMatchObject({ holder: PAYMENT, badgeAddress: base });
    const enterprise = text({ kind: "enterprise", payment: key(PAYMENT), stake: null });
    expect(await wallet(enterprise)).toMatchObject({ holder: PAYMENT, badgeAddress: enterprise });
    expect(await wallet(reward, base)).toMatchObject({ holder: STAKE, badgeAddress: base });
    const hex = toHex(encodeAddressBytes({ ...BASE, networkId: 0 }));
    expect(await wallet(hex)).toMatchObject({ holder: PAYMENT, badgeAddress: base });
    const besideScript = text({ kind: "base", payment: key(PAYMENT), stake: script(STAKE) });
    expect(await wallet(besideScript)).toMatchObject({ holder: PAYMENT });
  });

  it.each([
    ["a payment script", text({ kind: "enterprise", payment: script(PAYMENT), stake: null })],
    ["a payment script beside a stake key", text({ ...BASE, payment: script(PAYMENT) })],
    ["a stake script", text({ kind: "reward", payment: null, stake: script(STAKE) })],
  ])("is not %s, which cannot sign", async (_, holder) => {
    await expect(wallet(holder, base)).rejects.toEqual(refused(/a script cannot sign.*use an address whose/));
  });

  it.each([
    ["an address of another network", text(BASE, 1), /mainnet.*switch/],
    ["a Byron address", "Ae2tdPwUPEYwFx4dmJheyNPPYXtvHbJLeCaA96o6Y2iiUL18cAt7AizN2zG", /Byron.*give a base/],
    ["a mistyped address", `${base.slice(0, -1)}q`, /bech32/],
    ["no address", "somebody", /bech32/],
    ["a short one", "00aabb", /Shelley address/],
  ])("is not named by %s", async (_, holder, words) => {
    await expect(wallet(holder, base)).rejects.toEqual(refused(words));
  });

  it("receives the badge at an address that can hold it: no stake address, no script, none of another network", async () => {
    await expect(wallet(reward)).rejects.toEqual(refused(/--badge-to/));
    const contract = text({ ...BASE, payment: script(PAYMENT) });
    await expect(wallet(base, contract)).rejects.toEqual(refused(/script cannot prove a role.*--badge-to/));
    await expect(wallet(base, text(BASE, 1))).rejects.toEqual(refused(/another network.*on preprod/));
    // A passport may belong to a script, a badge may not.
    expect(payableAddress(contract, "preprod")).toBe(contract);
  });
});

describe("an actor of this home", () => {
  it("is the key, with its address, or another that holds the badge", async () => {
    const ask = (badgeTo?: string) => actorOf(keys, "preprod", { key: "own", ...(badgeTo && { badgeTo }) });
    expect(await ask()).toMatchObject({ holder: own.keyHash, badgeAddress: own.address });
    expect(await ask(base)).toMatchObject({ holder: own.keyHash, badgeAddress: base });
    const contract = text({ ...BASE, payment: script(PAYMENT) });
    await expect(ask(contract)).rejects.toEqual(refused(/script/));
  });

  it("is not both, nor half a wallet elsewhere", async () => {
    for (const options of [
      { key: "own", holder: base },
      { holder: base },
      { readingKey: "07".repeat(32) },
      {},
    ]) {
      await expect(actorOf(keys, "preprod", options)).rejects.toMatchObject({ code: "usage/arguments" });
    }
  });
});
