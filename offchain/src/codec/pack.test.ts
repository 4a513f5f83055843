import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { tierNumber } from "../domain/event.js";
import type { Pack, PackHeader } from "../domain/pack.js";
import { flipped } from "../testing/arbitraries.js";
import { pack, packHeader, partyNames } from "../testing/arbitraries-event.js";
import { decodePack, encodePack, jointDigest, MAX_PACK_BYTES, packDigest } from "./pack.js";

const u64 = (value: number): string => BigInt(value).toString(16).padStart(16, "0");

const PACK: Pack = {
  config: "c0".repeat(28),
  source: "a1".repeat(22),
  tier: "DEVICE_SIGNED",
  lo: 41,
  hi: 43,
  root: "44".repeat(32),
  cmin: 1000,
  cmax: 2000,
  signature: "55".repeat(64),
  events: [
    { signed: Uint8Array.of(0x8e, 1), payload: null },
    { signed: Uint8Array.of(0xd2, 1), payload: Uint8Array.of(1) },
  ],
};

describe("a pack's digest", () => {
  it("is what the specification says", () => {
    fc.assert(
      fc.property(packHeader, (header) => {
        const { config, tier, lo, hi, root, cmin, cmax, source } = header;
        const text = [toHex(utf8("dpp/pack/1")), config, `0${tierNumber(tier)}`, u64(lo), u64(hi), root];
        const bytes = fromHex([...text, u64(cmin), u64(cmax), source].join(""));
        expect(packDigest(header)).toEqual(blake2b(bytes, { dkLen: 32 }));
      }),
    );
  });

  it.each<[string, Partial<Record<keyof PackHeader, unknown>>, string]>([
    ["a short config", { config: "c0".repeat(27) }, "/config"],
    ["a short source", { source: "a1".repeat(12) }, "/source"],
    ["a long source", { source: "a1".repeat(29) }, "/source"],
    ["an unknown tier", { tier: "SIGNED" }, "/tier"],
    ["a negative lo", { lo: -1 }, "/lo"],
    ["a fraction", { lo: 0.5 }, "/lo"],
    ["a hi beyond what is exact", { hi: 2 ** 53 }, "/hi"],
    ["no events", { hi: 41 }, "/hi"],
    ["too many events", { hi: 41 + 65_537 }, "/hi"],
    ["a short root", { root: "44".repeat(31) }, "/root"],
    ["a negative time", { cmin: -1 }, "/cmin"],
    ["times in the wrong order", { cmin: 2001 }, "/cmax"],
  ])("is not made of %s", (_, change, path) => {
    const header = { ...PACK, ...change } as Pack;
    expect(() => packDigest(PACK)).not.toThrow();
    const refusal = expect.objectContaining({ code: "pack/malformed", details: { path } });
    expect(() => packDigest(header)).toThrow(refusal);
    expect(() => encodePack(header)).toThrow(refusal);
  });
});

describe("the digest that the parties of a joint pack sign", () => {
  const thread = `${toHex(utf8("DPP_JOINT"))}${"ab".repeat(12)}`;
  const joint: PackHeader = { ...PACK, source: thread, tier: "MULTI_PARTY_SIGNED" };

  it("is what the specification says", () => {
    fc.assert(
      fc.property(packHeader, partyNames, (header, names) => {
        const { config, lo, hi, root, cmin, cmax } = header;
        const sized = names.map((name) => (name.length / 2).toString(16).padStart(2, "0") + name).join("");
        const parties = toHex(blake2b(fromHex(sized), { dkLen: 32 }));
        const text = [toHex(utf8("dpp/co-pack/1")), config, parties, u64(lo), u64(hi), root];
        const bytes = fromHex([...text, u64(cmin), u64(cmax), thread].join(""));
        const digest = jointDigest({ ...header, source: thread, tier: "MULTI_PARTY_SIGNED" }, names);
        expect(digest).toEqual(blake2b(bytes, { dkLen: 32 }));
      }),
    );
  });

  it("is another one when a party is left out, added or replaced", () => {
    const [a, b, c] = ["aa", "bb", "cc"].map((byte) => byte.repeat(19)) as [string, string, string];
    const digests = [
      [a, b],
      [a, c],
      [b, c],
      [a, b, c],
    ].map((names) => toHex(jointDigest(joint, names)));
    expect(new Set(digests).size).toBe(4);
  });

  const names = ["aa", "bb"].map((byte) => byte.repeat(19));
  it.each<[string, Partial<PackHeader>, readonly string[], string]>([
    ["a source's thread", { source: PACK.source }, names, "pack/malformed"],
    ["a source's tier", { tier: "DEVICE_SIGNED" }, names, "pack/malformed"],
    ["no events", { hi: PACK.lo }, names, "pack/malformed"],
    ["a short name", {}, ["aa".repeat(12), ...names.slice(1)], "pack/malformed"],
    ["one party", {}, names.slice(1), "pack/parties"],
    ["a party twice", {}, [names[0] as string, ...names], "pack/parties"],
    ["another order", {}, names.toReversed(), "pack/parties"],
    ["ten parties", {}, Array.from({ length: 10 }, (_, at) => `${at}${at}`.repeat(19)), "pack/parties"],
  ])("is not made of %s", (_, change, parties, code) => {
    expect(() => jointDigest(joint, names)).not.toThrow();
    expect(() => jointDigest({ ...joint, ...change }, parties)).toThrow(expect.objectContaining({ code }));
  });
});

describe("a pack file", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(pack, (value) => {
        expect(decodePack(encodePack(value))).toEqual(value);
      }),
    );
  });

  it("has one encoding: any bytes that are read encode to themselves", () => {
    fc.assert(
      fc.property(pack, fc.nat(), fc.nat(), (value, position, mask) => {
        const bytes = flipped(encodePack(value), position, mask);
        let read: Pack;
        try {
          read = decodePack(bytes);
        } catch (error) {
          if (!isDppError(error)) throw error;
          expect(error.code).toMatch(/^(pack|cbor)\//);
          return;
        }
        expect(read).not.toEqual(value);
        expect(toHex(encodePack(read))).toBe(toHex(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it("is refused when cut", () => {
    fc.assert(
      fc.property(pack, fc.nat(), (value, cut) => {
        const bytes = encodePack(value);
        expect(() => decodePack(bytes.subarray(0, cut % bytes.length))).toThrow(DppError);
      }),
    );
  });

  it.each<[string, Partial<Pack>, string]>([
    ["no events", { events: [] }, "/events"],
    ["an empty event", { events: [{ signed: new Uint8Array(), payload: null }] }, "/events/0/0"],
    ["what is no event", { events: [{ signed: Uint8Array.of(0x84), payload: null }] }, "/events/0/0"],
    ["a long leaf", { events: [{ signed: new Uint8Array(257).fill(0x8e), payload: null }] }, "/events/0/0"],
    [
      "a long signed event",
      { events: [{ signed: new Uint8Array(332).fill(0xd2), payload: null }] },
      "/events/0/0",
    ],
    [
      "an empty payload",
      { events: [{ signed: Uint8Array.of(0x8e), payload: new Uint8Array() }] },
      "/events/0/1",
    ],
    [
      "a long payload",
      { events: [{ signed: Uint8Array.of(0x8e), payload: new Uint8Array(65_537) }] },
      "/events/0/1",
    ],
    ["a short signature", { signature: "55".repeat(63) }, "/signature"],
    ["a long signature", { signature: "55".repeat(32_769) }, "/signature"],
  ])("is not written with %s", (_, change, path) => {
    expect(() => encodePack(PACK)).not.toThrow();
    expect(() => encodePack({ ...PACK, ...change })).toThrow(
      expect.objectContaining({ code: "pack/malformed", details: { path } }),
    );
  });

  it("has a signature of up to 32,768 bytes", () => {
    const longest = { ...PACK, signature: "55".repeat(32_768) };
    expect(decodePack(encodePack(longest))).toEqual(longest);
  });

  it("has at most 65,536 events", () => {
    const [event] = PACK.events as [Pack["events"][number]];
    const events = Array.from({ length: 65_537 }, () => event);
    expect(() => encodePack({ ...PACK, events })).toThrow(
      expect.objectContaining({ code: "pack/malformed", details: { path: "/events" } }),
    );
    const full = { ...PACK, hi: PACK.lo + 65_536, events: events.slice(1) };
    expect(decodePack(encodePack(full)).events).toHaveLength(65_536);
  });

  it("has at most 64 MiB, and is measured before it is parsed", () => {
    const payload = new Uint8Array(65_536);
    const events = Array.from({ length: 1025 }, () => ({ signed: Uint8Array.of(0x8e), payload }));
    const refusal = expect.objectContaining({ code: "pack/too-large" });
    expect(() => encodePack({ ...PACK, hi: PACK.lo + 1025, events })).toThrow(refusal);
    expect(() => decodePack(new Uint8Array(MAX_PACK_BYTES + 1))).toThrow(refusal);
  });
});
