/** Pack files: one of signed events, one of bare leaves, and damaged ones, each one change away from the first. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { type CborInput, encodeCbor } from "../../src/codec/cbor.js";
import { encodeLeaf, eventHash } from "../../src/codec/event.js";
import { decodePack, encodePack, packDigest } from "../../src/codec/pack.js";
import { encodeSignedEvent, toBeSigned } from "../../src/codec/signed-event.js";
import { concat, fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { TIERS } from "../../src/domain/event.js";
import type { Pack } from "../../src/domain/pack.js";
import { packRoot } from "../../src/merkle/pack.js";
import { PUBLISHED_SECRET_KEY } from "../../src/testing/ed25519-cases.js";
import { EVENT_CONFIG, SAMPLE_LEAF } from "./event.js";
import { refusalOf } from "./refusal.js";

const sign = (message: Uint8Array): Uint8Array => ed25519.sign(message, PUBLISHED_SECRET_KEY);

/** Events 0 to 2 of one thread; the middle one was captured first, its clock having been set back. */
function samplePack(signsEvents: boolean): Pack {
  const times = [1_790_000_000_000, 1_789_999_990_000, 1_790_000_020_000];
  const leaves: Uint8Array[] = [];
  for (const [counter, captured] of times.entries()) {
    const before = leaves.at(-1);
    const previous = before === undefined ? "" : toHex(eventHash(before));
    leaves.push(encodeLeaf({ ...SAMPLE_LEAF, counter, captured, previous }));
  }
  const header = {
    config: EVENT_CONFIG,
    source: SAMPLE_LEAF.source,
    tier: SAMPLE_LEAF.tier,
    lo: 0,
    hi: times.length,
    root: toHex(packRoot(leaves.map(eventHash))),
    cmin: Math.min(...times),
    cmax: Math.max(...times),
  };
  return {
    ...header,
    signature: toHex(sign(packDigest(header))),
    events: leaves.map((leaf, index) => ({
      signed: signsEvents ? encodeSignedEvent(leaf, sign(toBeSigned(EVENT_CONFIG, leaf))) : leaf,
      // The pack does not look into payload records: any bytes do here.
      payload: index === 1 ? utf8("payload record") : null,
    })),
  };
}

const fileVector = (name: string, pack: Pack) => {
  const { tier, events, ...header } = pack;
  return {
    name,
    ...header,
    tier: TIERS.indexOf(tier),
    digest: toHex(packDigest(pack)),
    signed: events.map(({ signed }) => toHex(signed)),
    payloads: events.map(({ payload }) => (payload === null ? null : toHex(payload))),
    file: toHex(encodePack(pack)),
  };
};

export const packFiles = () => [
  fileVector("signed-events", samplePack(true)),
  fileVector("bare-leaves", samplePack(false)),
];

/** The map that a pack file is, not checked: what `encodePack` would refuse is made with it. */
const mapOf = (pack: Pack): Readonly<Record<string, CborInput>> => ({
  kind: "dpp/pack/1",
  config: fromHex(pack.config),
  source: fromHex(pack.source),
  tier: TIERS.indexOf(pack.tier),
  lo: pack.lo,
  hi: pack.hi,
  root: fromHex(pack.root),
  cmin: pack.cmin,
  cmax: pack.cmax,
  signature: fromHex(pack.signature),
  events: pack.events.map(({ signed, payload }): CborInput => [signed, payload]),
});

export function refusedPackFiles() {
  const pack = samplePack(true);
  const map = mapOf(pack);
  const whole = encodePack(pack);
  const signed = pack.events[0]?.signed as Uint8Array;
  const withEvents = (...events: CborInput[]) => ({ ...map, events });
  const without = (key: string) => Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));
  const changes: readonly (readonly [string, Uint8Array | CborInput])[] = [
    ["empty", new Uint8Array()],
    ["truncated", whole.subarray(0, whole.length - 1)],
    ["trailing", concat(whole, Uint8Array.of(0))],
    ["map-head", concat(Uint8Array.of((whole[0] ?? 0) + 1), whole.subarray(1))],
    [
      "key-order",
      concat(whole.subarray(0, 1), whole.subarray(5, 9), whole.subarray(1, 5), whole.subarray(9)),
    ],
    ["indefinite-map", concat(Uint8Array.of(0xbf), whole.subarray(1), Uint8Array.of(0xff))],
    ["tagged", concat(Uint8Array.of(0xd2), whole)],
    ["list", Object.values(map)],
    ["kind", { ...map, kind: "dpp/pack/2" }],
    ["kind-missing", without("kind")],
    ["key-more", { ...map, seq: 0 }],
    ["config-length", { ...map, config: new Uint8Array(27) }],
    ["source-length", { ...map, source: new Uint8Array(12) }],
    ["source-length", { ...map, source: new Uint8Array(29) }],
    ["tier-unknown", { ...map, tier: 4 }],
    ["tier-text", { ...map, tier: pack.tier }],
    ["lo-negative", { ...map, lo: -1 }],
    ["hi-lo", { ...map, hi: 0 }],
    ["hi-far", { ...map, hi: 65_537 }],
    ["root-length", { ...map, root: new Uint8Array(31) }],
    ["cmin-cmax", { ...map, cmin: pack.cmax + 1 }],
    ["signature-length", { ...map, signature: new Uint8Array(63) }],
    ["events-none", withEvents()],
    ["events-map", { ...map, events: {} }],
    ["event-alone", withEvents([signed])],
    ["event-three", withEvents([signed, null, null])],
    ["event-empty", withEvents([new Uint8Array(), null])],
    ["event-other", withEvents([Uint8Array.of(0x8d), null])],
    ["event-text", withEvents(["signed", null])],
    ["event-long", withEvents([concat(signed, new Uint8Array(200)), null])],
    ["leaf-long", withEvents([concat(Uint8Array.of(0x8e), new Uint8Array(256)), null])],
    ["payload-empty", withEvents([signed, new Uint8Array()])],
    ["payload-text", withEvents([signed, "payload"])],
    ["payload-false", withEvents([signed, false])],
  ];
  return changes.map(([reason, change]) => {
    const bytes = change instanceof Uint8Array ? change : encodeCbor(change);
    return { reason, file: toHex(bytes), ...refusalOf(reason, () => decodePack(bytes)) };
  });
}
