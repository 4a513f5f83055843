import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCbor } from "../../codec/cbor.js";
import { decodeLeaf, encodeLeaf, eventHash } from "../../codec/event.js";
import { decodePack, encodePack, PACK_KIND } from "../../codec/pack.js";
import { encodeSignedEvent, toBeSigned } from "../../codec/signed-event.js";
import { verifyKey } from "../../crypto/event-signature.js";
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { Pack } from "../../domain/pack.js";
import { SMALL_ORDER_ENCODINGS } from "../../testing/ed25519-cases.js";
import { type Packing, packWith } from "../../testing/event-packs.js";
import { eventSigner, leavesOf } from "../../testing/event-world.js";
import { checkEvent, checkPack, type EventRules } from "./check.js";
import { CLOCK_TOLERANCE } from "./check-leaf.js";

const NOW = Date.UTC(2027, 2, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CONFIG = "c0".repeat(28);
const OTHER = "d1".repeat(28);
const signer = eventSigner("tablet");
const source = { name: "aa".repeat(16), role: "SUPERVISOR", kind: "Individual" } as const;
const rules: EventRules = {
  config: CONFIG,
  source: { ...source, alg: 1, pk: signer.publicKey },
  verify: verifyKey,
  now: NOW,
};

const honest = (changes: Partial<Packing> = {}): Promise<Pack> =>
  packWith({ config: CONFIG, source, signer, captured: NOW - HOUR, ...changes });

function codeOf(work: () => unknown): string {
  try {
    work();
    return "taken";
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
}
const verdict = (pack: Pack, changed: Partial<EventRules> = {}, previous: string | null = ""): string =>
  codeOf(() => checkPack(pack, { ...rules, ...changed }, previous));

/** Its events signed one by one, too. */
async function signedEvents(pack: Pack, by = signer, config = CONFIG): Promise<Pack> {
  const events = await Promise.all(
    pack.events.map(async ({ signed, payload }) => ({
      signed: encodeSignedEvent(signed, await by.sign(toBeSigned(config, signed))),
      payload,
    })),
  );
  return { ...pack, events };
}

/** s + L: verifies for who does not look at the range of s. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
function plusOrder(signature: Uint8Array): Uint8Array {
  let s = ORDER;
  for (let at = 31; at >= 0; at--) s += BigInt(signature[32 + at] ?? 0) << BigInt(8 * at);
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => Number((s >> BigInt(8 * at)) & 0xffn));
  return concat(signature.subarray(0, 32), bytes);
}

const swap = (at: number, leaf: (leaves: readonly Uint8Array[]) => Uint8Array) => ({
  altered: (leaves: readonly Uint8Array[]) => leaves.map((own, index) => (index === at ? leaf(leaves) : own)),
});
const restated = (at: number, fields: object) =>
  swap(at, (leaves) => encodeLeaf({ ...decodeLeaf(leaves[at] as Uint8Array), ...fields }));

describe("a pack of its source", () => {
  it("is taken, with single signatures and without", async () => {
    const pack = await honest({ count: 5 });
    expect(checkPack(pack, rules, "").map(({ leaf }) => leaf.counter)).toEqual([0, 1, 2, 3, 4]);
    expect(verdict(await signedEvents(pack))).toBe("taken");
    const one = await honest({ count: 1 });
    expect(verdict(one)).toBe("taken");
  });

  it("goes on from the event before it, from none, or from one that nobody knows", async () => {
    const leaves = leavesOf(source.name, source, { lo: 0, count: 4, captured: NOW - HOUR });
    const hash = toHex(eventHash(leaves[1] as Uint8Array));
    const rest = await honest({ lo: 2, count: 2, altered: () => leaves.slice(2) });
    expect([verdict(rest, {}, hash), verdict(rest, {}, null)]).toEqual(["taken", "taken"]);
    expect([verdict(rest, {}, ""), verdict(rest, {}, "ee".repeat(32))]).toEqual(["pack/chain", "pack/chain"]);
  });

  it("may have been captured in 1970, or by a clock that is a day ahead; in 2099 it was not", async () => {
    expect(verdict(await honest({ captured: 0 }))).toBe("taken");
    expect(verdict(await honest({ count: 1, captured: NOW + CLOCK_TOLERANCE }))).toBe("taken");
    expect(verdict(await honest({ count: 1, captured: NOW + CLOCK_TOLERANCE + 1 }))).toBe("pack/clock-ahead");
    expect(verdict(await honest({ captured: Date.UTC(2099, 0) }))).toBe("pack/clock-ahead");
    expect(verdict(await honest({ count: 1, captured: Number.MAX_SAFE_INTEGER }))).toBe("pack/clock-ahead");
  });

  it("may hold events under a key that its source had before, which seals no pack any more", async () => {
    const old = eventSigner("the tablet before");
    const pack = await signedEvents(await honest(), old);
    expect(verdict(pack)).toBe("event/signature");
    expect(verdict(pack, { earlier: [old.publicKey] })).toBe("taken");
    expect(verdict(await honest({ signer: old }), { earlier: [old.publicKey] })).toBe("pack/signature");
  });
});

describe("a pack that its source did not make so", () => {
  const REFUSED: readonly (readonly [string, string, () => Promise<Pack>])[] = [
    ["pack/tier", "its header claims a stronger tier", () => honest({ header: { tier: "DEVICE_SIGNED" } })],
    ["pack/tier", "its header claims a weaker tier", () => honest({ header: { tier: "GATEWAY_SIGNED" } })],
    ["pack/tier", "one leaf claims another tier", () => honest(restated(1, { tier: "MULTI_PARTY_SIGNED" }))],
    ["pack/role", "one leaf claims another role", () => honest(restated(2, { role: "LAB" }))],
    ["pack/signature", "a gateway's key signed it", () => honest({ signer: eventSigner("gateway") })],
    [
      "pack/foreign-leaf",
      "one leaf is of another thread",
      () => honest(restated(1, { source: "bb".repeat(16) })),
    ],
    [
      "pack/foreign-leaf",
      "it is of another thread",
      () => honest({ source: { ...source, name: "bb".repeat(16) } }),
    ],
    ["pack/gap", "an event is missing", () => honest({ altered: ([a, , c]) => [a, c] as Uint8Array[] })],
    ["pack/gap", "it holds fewer events than it says", () => honest({ header: { hi: 4 } })],
    ["pack/gap", "its events are in another order", () => honest({ altered: (it) => it.toReversed() })],
    [
      "pack/order",
      "an event stands in it twice",
      () => honest({ altered: ([a, b]) => [a, b, b] as Uint8Array[] }),
    ],
    ["pack/chain", "one does not name the one before", () => honest(restated(1, { previous: "" }))],
    [
      "pack/chain",
      "one names another event before it",
      () => honest(restated(2, { previous: "ee".repeat(32) })),
    ],
    [
      "pack/chain",
      "an event was altered, and the next not",
      () => honest(restated(0, { captured: NOW - DAY })),
    ],
    ["pack/root", "its root is of other events", () => honest({ header: { root: "ee".repeat(32) } })],
    ["pack/times", "its first time is earlier", () => honest({ header: { cmin: NOW - DAY } })],
    ["pack/times", "its last time is later", () => honest({ header: { cmax: NOW } })],
    ["pack/deployment", "it is of another deployment", () => honest({ config: OTHER })],
    [
      "pack/signature",
      "it is of another deployment, and says of this one",
      async () => ({ ...(await honest({ config: OTHER })), config: CONFIG }),
    ],
    [
      "pack/signature",
      "its header was altered since",
      async () => ({ ...(await honest()), root: "ee".repeat(32) }),
    ],
    [
      "event/signature",
      "a single event is signed by another key",
      async () => signedEvents(await honest(), eventSigner("gateway")),
    ],
    [
      "event/signature",
      "its events are signed for another deployment",
      async () => signedEvents(await honest(), signer, OTHER),
    ],
    [
      "pack/signature",
      "the order was added to its signature",
      async () => {
        const pack = await honest();
        return { ...pack, signature: toHex(plusOrder(fromHex(pack.signature))) };
      },
    ],
    [
      "event/signature",
      "the order was added to an event's signature",
      async () => {
        const pack = await signedEvents(await honest({ count: 1 }));
        const [only] = pack.events as [Pack["events"][number]];
        const head = only.signed.subarray(0, only.signed.length - 64);
        const signed = concat(head, plusOrder(only.signed.subarray(-64)));
        return { ...pack, events: [{ ...only, signed }] };
      },
    ],
    [
      "event/weak-key",
      "its signature's point is of small order",
      async () => {
        const pack = await honest();
        return {
          ...pack,
          signature: toHex(SMALL_ORDER_ENCODINGS[0] as Uint8Array) + pack.signature.slice(64),
        };
      },
    ],
  ];
  it.each(REFUSED)("%s: %s", async (code, _why, make) => {
    expect(verdict(await make())).toBe(code);
  });

  it("event/weak-key: the attestation's key is a point of small order, for which anybody can sign", async () => {
    for (const weak of SMALL_ORDER_ENCODINGS) {
      const weakly = { source: { ...rules.source, pk: toHex(weak) } };
      expect(verdict(await honest({ count: 1 }), weakly)).toBe("event/weak-key");
      const [only] = (await signedEvents(await honest({ count: 1 }))).events;
      expect(codeOf(() => checkEvent(only?.signed as Uint8Array, { ...rules, ...weakly }))).toBe(
        "event/weak-key",
      );
    }
  });

  it("is refused whatever its key, when the attestation has a key of another form", async () => {
    for (const [alg, pk] of [
      [2, rules.source.pk],
      [4, rules.source.pk],
      [0, ""],
    ] as const)
      expect(verdict(await honest(), { source: { ...rules.source, alg, pk } })).toBe("key/form");
  });
});

describe("bytes that are no pack", () => {
  const file = async (changes: object) => {
    const pack = await honest({ count: 1 });
    const { config, source: name, root, signature, events, ...rest } = pack;
    return encodeCbor({
      ...rest,
      kind: PACK_KIND,
      tier: 1,
      config: fromHex(config),
      source: fromHex(name),
      root: fromHex(root),
      signature: fromHex(signature),
      events: events.map(({ signed, payload }) => [signed, payload]),
      ...changes,
    });
  };
  const codeOfFile = async (changes: object) => {
    const bytes = await file(changes);
    return codeOf(() => decodePack(bytes));
  };

  it("are refused by name: no event, too many, a megabyte, another version", async () => {
    expect(await codeOfFile({})).toBe("taken");
    expect(await codeOfFile({ events: [] })).toBe("pack/malformed");
    const leaf = [Uint8Array.of(0x8e), null];
    expect(await codeOfFile({ hi: 65_537, events: Array.from({ length: 65_537 }, () => leaf) })).toBe(
      "pack/malformed",
    );
    const megabyte = new Uint8Array(1024 * 1024);
    megabyte[0] = 0x8e;
    expect(await codeOfFile({ events: [[megabyte, null]] })).toBe("pack/malformed");
    expect(codeOf(() => checkEvent(megabyte, rules))).toBe("event/too-large");
    megabyte[0] = 0xd2;
    expect(codeOf(() => checkEvent(megabyte, rules))).toBe("event/too-large");
    expect(await codeOfFile({ kind: "dpp/pack/2" })).toBe("pack/version");
    const [leafBytes] = leavesOf(source.name, source, { lo: 0, count: 1, captured: NOW });
    expect(codeOf(() => checkEvent((leafBytes as Uint8Array).with(1, 2), rules))).toBe("event/version");
  });

  it("come of one altered byte, or say the same", async () => {
    const plain = await honest({ count: 2 });
    const signedToo = await signedEvents(await honest({ count: 2 }));
    const withPayload = {
      ...plain,
      events: plain.events.map((event) => ({ ...event, payload: Uint8Array.of(0xa1, 1, 2) })),
    };
    const seed = 20_270_301;
    for (const pack of [plain, signedToo, withPayload]) {
      const bytes = encodePack(pack);
      const hashes = checkPack(pack, rules, "").map(({ hash }) => hash);
      fc.assert(
        fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
          const damaged = bytes.with(at, (bytes[at] as number) ^ mask);
          try {
            const read = decodePack(damaged);
            expect(checkPack(read, rules, "").map(({ hash }) => hash)).toEqual(hashes);
            const { events: _, ...header } = read;
            expect({ ...header, events: pack.events }).toEqual({ ...pack });
          } catch (error) {
            if (!isDppError(error)) throw error;
          }
        }),
        { seed, numRuns: 150 },
      );
    }
  });
});
