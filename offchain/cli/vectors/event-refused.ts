/** Leaves and signed events that are refused: each one change away from an accepted one. */
import { encodeCbor } from "../../src/codec/cbor.js";
import { decodeLeaf } from "../../src/codec/event.js";
import { decodeSignedEvent } from "../../src/codec/signed-event.js";
import { concat, fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { CLOCKS, EVENT_TYPES, type EventLeaf, TIERS } from "../../src/domain/event.js";
import { ROLES } from "../../src/domain/role.js";
import { refusalOf } from "./refusal.js";

const FIELDS = [
  "version",
  "source",
  "counter",
  "device",
  "type",
  "subject",
  "role",
  "tier",
  "payload",
  "previous",
  "captured",
  "clock",
  "uptime",
  "boot",
] as const;
type Field = (typeof FIELDS)[number];

const itemsOf = (leaf: EventLeaf): readonly Uint8Array[] =>
  [
    1,
    fromHex(leaf.source),
    leaf.counter,
    fromHex(leaf.device),
    EVENT_TYPES.indexOf(leaf.type),
    fromHex(leaf.subject),
    ROLES.indexOf(leaf.role),
    TIERS.indexOf(leaf.tier),
    fromHex(leaf.payload),
    fromHex(leaf.previous),
    leaf.captured,
    CLOCKS.indexOf(leaf.clock),
    leaf.uptime,
    leaf.boot,
  ].map(encodeCbor);

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(" ", ""));
const zeros = (length: number): Uint8Array => encodeCbor(new Uint8Array(length));
const TWO_53 = hex("1b 0020000000000000");
const TWO_32 = hex("1b 0000000100000000");

/** `smallest`: the bytes of an accepted leaf, which is cut at each of its bytes. */
export function refusedLeaves(sample: EventLeaf, smallest: Uint8Array) {
  const items = itemsOf(sample);
  const LIST = Uint8Array.of(0x8e);
  const withItem = (field: Field, item: Uint8Array): Uint8Array =>
    concat(LIST, ...items.map((own, at) => (FIELDS[at] === field ? item : own)));
  const whole = concat(LIST, ...items);
  const padded = (length: number): Uint8Array => concat(whole, new Uint8Array(length - whole.length));
  const changes: readonly (readonly [string, Uint8Array])[] = [
    ["empty", new Uint8Array()],
    ...Array.from(smallest.subarray(1), (_, cut) => ["truncated", smallest.subarray(0, cut + 1)] as const),
    ["trailing", concat(whole, Uint8Array.of(0))],
    ["too-large", padded(257)],
    ["too-large", withItem("payload", zeros(150))],
    ["trailing", padded(256)],
    ["indefinite-list", concat(Uint8Array.of(0x9f), ...items, Uint8Array.of(0xff))],
    ["long-list-head", concat(hex("98 0e"), ...items)],
    ["13-items", concat(Uint8Array.of(0x8d), ...items.slice(0, 13))],
    ["15-items", concat(Uint8Array.of(0x8f), ...items, Uint8Array.of(0))],
    ["map", concat(Uint8Array.of(0xae), ...items.flatMap((item, at) => [Uint8Array.of(at), item]))],
    ["tagged", concat(hex("d9 d9f7"), whole)],
    ["wrapped", encodeCbor(whole)],
    ["version", withItem("version", hex("00"))],
    ["version", withItem("version", hex("02"))],
    ["version", withItem("version", hex("18 18"))],
    ["version-negative", withItem("version", hex("20"))],
    ["version-bytes", withItem("version", hex("41 01"))],
    ...([0, 12, 29] as const).map((length) => ["source-length", withItem("source", zeros(length))] as const),
    ["source-text", withItem("source", encodeCbor("DPP_SUPERVISOR"))],
    [
      "source-indefinite",
      withItem("source", concat(Uint8Array.of(0x5f), items[1] as Uint8Array, Uint8Array.of(0xff))),
    ],
    ["source-long-head", withItem("source", concat(hex("59 001a"), fromHex(sample.source)))],
    ...([0, 15, 17] as const).map((length) => ["device-length", withItem("device", zeros(length))] as const),
    ...["00", "7f", "c0", "ff"].map(
      (byte) =>
        [
          "device-variant",
          withItem("device", hex(`50 ${"00".repeat(8)} ${byte} ${"00".repeat(7)}`)),
        ] as const,
    ),
    ["type-unknown", withItem("type", hex("0b"))],
    ["type-text", withItem("type", encodeCbor("purchase"))],
    ["type-negative", withItem("type", hex("20"))],
    ...([1, 5, 15, 17, 27, 29, 31, 33] as const).map(
      (length) => ["subject-length", withItem("subject", zeros(length))] as const,
    ),
    ["subject-null", withItem("subject", hex("f6"))],
    ["role-unknown", withItem("role", hex("09"))],
    ["tier-unknown", withItem("tier", hex("04"))],
    ...([0, 31, 33] as const).map(
      (length) => ["payload-length", withItem("payload", zeros(length))] as const,
    ),
    ["payload-text", withItem("payload", encodeCbor("p".repeat(32)))],
    ...([1, 31, 33] as const).map(
      (length) => ["previous-length", withItem("previous", zeros(length))] as const,
    ),
    ["previous-null", withItem("previous", hex("f6"))],
    ["clock-unknown", withItem("clock", hex("04"))],
    ["boot-2^32", withItem("boot", TWO_32)],
    ...(["counter", "captured", "uptime"] as const).flatMap((field) => [
      [`${field}-2^53`, withItem(field, TWO_53)] as const,
      [`${field}-2^64`, withItem(field, hex("1b ffffffffffffffff"))] as const,
    ]),
    ...(["counter", "captured", "uptime", "boot"] as const).flatMap((field) => [
      [`${field}-negative`, withItem(field, hex("20"))] as const,
      [`${field}-float`, withItem(field, hex("f9 3c00"))] as const,
      [`${field}-bignum`, withItem(field, hex("c2 41 01"))] as const,
      [`${field}-bytes`, withItem(field, hex("41 01"))] as const,
      [`${field}-true`, withItem(field, hex("f5"))] as const,
      [`${field}-list`, withItem(field, hex("81 01"))] as const,
      [`${field}-reserved`, withItem(field, hex("1c"))] as const,
      ...[
        "18 01",
        "19 0001",
        "1a 00000001",
        "1b 0000000000000001",
        "18 17",
        "19 00ff",
        "1a 0000ffff",
        "1b 00000000ffffffff",
      ].map((long) => [`${field}-not-shortest`, withItem(field, hex(long))] as const),
    ]),
    ...(["version", "type", "role", "tier", "clock"] as const).map(
      (field) => [`${field}-not-shortest`, withItem(field, hex("18 01"))] as const,
    ),
  ];
  return changes.map(([reason, bytes]) => ({
    reason,
    leaf: toHex(bytes),
    ...refusalOf(reason, () => decodeLeaf(bytes)),
  }));
}

/** `signed`: an accepted signed event, with −8 as its algorithm. */
export function refusedSignedEvents(signed: Uint8Array) {
  const { leaf, signature } = decodeSignedEvent(signed);
  const LEAF = encodeCbor(leaf);
  const SIGNATURE = encodeCbor(signature);
  const framed = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
    concat(...parts.map((part) => (typeof part === "string" ? hex(part) : part)));
  const START = "d2 84";
  const HEADER = "43 a10127";
  const changes: readonly (readonly [string, Uint8Array])[] = [
    ["empty", new Uint8Array()],
    ...[1, 2, 3, 6, 7, 8, 9, 10, signed.length - 66, signed.length - 65, signed.length - 1].map(
      (cut) => ["truncated", signed.subarray(0, cut)] as const,
    ),
    ["trailing", concat(signed, Uint8Array.of(0))],
    ["too-large", concat(signed, new Uint8Array(200))],
    ["leaf", leaf],
    ["untagged", signed.subarray(1)],
    ["tag-17", framed("d1 84", HEADER, "a0", LEAF, SIGNATURE)],
    ["tag-long", framed("d8 12 84", HEADER, "a0", LEAF, SIGNATURE)],
    ["tagged-twice", framed("d2", signed)],
    ["3-items", framed("d2 83", HEADER, "a0", LEAF)],
    ["5-items", framed("d2 85", HEADER, "a0", LEAF, SIGNATURE, "00")],
    ["indefinite-list", framed("d2 9f", HEADER, "a0", LEAF, SIGNATURE, "ff")],
    ["alg-unknown", framed(START, "43 a10129", "a0", LEAF, SIGNATURE)],
    ["alg-positive", framed(START, "43 a10107", "a0", LEAF, SIGNATURE)],
    ["alg-long", framed(START, "44 a1013807", "a0", LEAF, SIGNATURE)],
    ["alg-missing", framed(START, "41 a0", "a0", LEAF, SIGNATURE)],
    ["alg-absent", framed(START, "40", "a0", LEAF, SIGNATURE)],
    ["alg-unprotected", framed(START, "41 a0", "a10127", LEAF, SIGNATURE)],
    ["header-more", framed(START, "47 a2012704 4101", "a0", LEAF, SIGNATURE)],
    ["header-map", framed(START, "a10127", "a0", LEAF, SIGNATURE)],
    ["unprotected-kid", framed(START, HEADER, "a104 4101", LEAF, SIGNATURE)],
    ["unprotected-indefinite", framed(START, HEADER, "bfff", LEAF, SIGNATURE)],
    ["leaf-detached", framed(START, HEADER, "a0", "f6", SIGNATURE)],
    ["leaf-empty", framed(START, HEADER, "a0", "40", SIGNATURE)],
    ["leaf-text", framed(START, HEADER, "a0", encodeCbor("a".repeat(100)), SIGNATURE)],
    ["leaf-long-head", framed(START, HEADER, "a0 59 00", Uint8Array.of(leaf.length), leaf, SIGNATURE)],
    ["leaf-not-shortest", framed(START, HEADER, "a0 58 17", leaf.subarray(0, 23), SIGNATURE)],
    ["leaf-not-a-list", framed(START, HEADER, "a0", encodeCbor(utf8("a".repeat(100))), SIGNATURE)],
    ["leaf-bare", framed(START, HEADER, "a0", leaf, SIGNATURE)],
    ["signature-missing", framed(START, HEADER, "a0", LEAF)],
    ["signature-null", framed(START, HEADER, "a0", LEAF, "f6")],
    ["signature-63", framed(START, HEADER, "a0", LEAF, encodeCbor(signature.subarray(1)))],
    ["signature-65", framed(START, HEADER, "a0", LEAF, encodeCbor(concat(signature, Uint8Array.of(0))))],
    ["signature-long-head", framed(START, HEADER, "a0", LEAF, "59 0040", signature)],
    ["signature-text", framed(START, HEADER, "a0", LEAF, encodeCbor("a".repeat(64)))],
  ];
  return changes.map(([reason, bytes]) => ({
    reason,
    signed: toHex(bytes),
    ...refusalOf(reason, () => decodeSignedEvent(bytes)),
  }));
}
