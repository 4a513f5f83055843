/** Vectors of docs/spec/event.md: leaves, their hashes and ids, signed events, and what is refused. The secret key is RFC 8032's: it protects nothing. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { encodeLeaf, eventHash, eventId } from "../../src/codec/event.js";
import { algFits, EVENT_ALGS, encodeSignedEvent, toBeSigned } from "../../src/codec/signed-event.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { CLOCKS, EVENT_TYPES, type EventLeaf, TIERS } from "../../src/domain/event.js";
import { ROLES } from "../../src/domain/role.js";
import { ed25519Cases, keyCases, PUBLISHED_SECRET_KEY } from "../../src/testing/ed25519-cases.js";
import { refusedLeaves, refusedSignedEvents } from "./event-refused.js";

export const EVENT_CONFIG = "c0".repeat(28);
const secretKey = PUBLISHED_SECRET_KEY;

/** A purchase that a supervisor's tablet takes down. */
export const SAMPLE_LEAF: EventLeaf = {
  source: "4450505f53555045525649534f52000102030405060708090a0b",
  counter: 41,
  device: "00112233445566778899aabbccddeeff",
  type: "purchase",
  subject: "11".repeat(16),
  role: "SUPERVISOR",
  tier: "INDIVIDUAL_SIGNED",
  payload: "22".repeat(32),
  previous: "33".repeat(32),
  captured: 1_790_000_000_000,
  clock: "network",
  uptime: 86_400_000,
  boot: 7,
};

/** Every field at its least. */
export const SMALLEST_LEAF: EventLeaf = {
  source: "a1".repeat(13),
  counter: 0,
  device: `${"00".repeat(8)}80${"00".repeat(7)}`,
  type: "harvest",
  subject: "",
  role: "MANUFACTURER",
  tier: "GATEWAY_SIGNED",
  payload: "00".repeat(32),
  previous: "",
  captured: 0,
  clock: "unset",
  uptime: 0,
  boot: 0,
};

/** Every field at its greatest: 187 bytes. */
export const LARGEST_LEAF: EventLeaf = {
  source: "ff".repeat(28),
  counter: Number.MAX_SAFE_INTEGER,
  device: `${"ff".repeat(8)}bf${"ff".repeat(7)}`,
  type: "incident",
  subject: "ff".repeat(32),
  role: "LAB",
  tier: "MULTI_PARTY_SIGNED",
  payload: "ff".repeat(32),
  previous: "ff".repeat(32),
  captured: Number.MAX_SAFE_INTEGER,
  clock: "gnss",
  uptime: Number.MAX_SAFE_INTEGER,
  boot: 2 ** 32 - 1,
};

/** Where the encoding of an integer changes its length, and its bounds. */
const INTEGERS = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];

/** One field after another away from the sample. */
const variants = (): readonly (readonly [string, EventLeaf])[] => {
  const of = <K extends keyof EventLeaf>(
    field: K,
    values: readonly EventLeaf[K][],
    name: (value: EventLeaf[K]) => string | number = String,
  ) =>
    values.map((value): readonly [string, EventLeaf] => [
      `${field}-${name(value)}`,
      { ...SAMPLE_LEAF, [field]: value },
    ]);
  const byLength = (hex: string): string => `${hex.length / 2}-bytes`;
  const ofLengths = (...lengths: number[]) => lengths.map((length) => "5a".repeat(length));
  return [
    ["sample", SAMPLE_LEAF],
    ["smallest", SMALLEST_LEAF],
    ["largest", LARGEST_LEAF],
    ...of("type", EVENT_TYPES),
    ...of("role", ROLES),
    ...of("tier", TIERS),
    ...of("clock", CLOCKS),
    ...of("source", ofLengths(13, 23, 24, 28), byLength),
    ...of("subject", ofLengths(0, 16, 28, 32), byLength),
    ...of("previous", ofLengths(0, 32), byLength),
    ...of(
      "device",
      ["80", "9f", "a0", "bf"].map((byte) => `${"00".repeat(8)}${byte}${"00".repeat(7)}`),
      (hex) => hex.slice(16, 18),
    ),
    ...of("counter", INTEGERS),
    ...of("captured", INTEGERS),
    ...of("uptime", INTEGERS),
    ...of(
      "boot",
      INTEGERS.filter((value) => value < 2 ** 32),
    ),
  ];
};

function accepted(name: string, leaf: EventLeaf) {
  const bytes = encodeLeaf(leaf);
  const message = toBeSigned(EVENT_CONFIG, bytes);
  const signature = ed25519.sign(message, secretKey);
  return {
    name,
    ...leaf,
    type: EVENT_TYPES.indexOf(leaf.type),
    role: ROLES.indexOf(leaf.role),
    tier: TIERS.indexOf(leaf.tier),
    clock: CLOCKS.indexOf(leaf.clock),
    leaf: toHex(bytes),
    hash: toHex(eventHash(bytes)),
    id: eventId(EVENT_CONFIG, leaf.source, leaf.counter),
    toBeSigned: toHex(message),
    signature: toHex(signature),
    signed: toHex(encodeSignedEvent(bytes, signature)),
  };
}

export const eventVectors = () => {
  const sample = encodeLeaf(SAMPLE_LEAF);
  return {
    spec: "docs/spec/event.md",
    note:
      "Byte strings are hex. Numbers of types, roles, tiers and clocks are their positions in the specification. Of refused ones, 'code' is what this " +
      "implementation says and 'path' the field; another may tell apart less. 'ed25519' and 'keys' have no relation to events.",
    config: EVENT_CONFIG,
    secretKey: toHex(secretKey),
    publicKey: toHex(ed25519.getPublicKey(secretKey)),
    accepted: variants().map(([name, leaf]) => accepted(name, leaf)),
    algorithms: EVENT_ALGS.filter((alg) => algFits(alg, "Ed25519")).map((alg) => {
      const message = toBeSigned(EVENT_CONFIG, sample, alg);
      const signature = ed25519.sign(message, secretKey);
      return {
        alg,
        leaf: toHex(sample),
        toBeSigned: toHex(message),
        signature: toHex(signature),
        signed: toHex(encodeSignedEvent(sample, signature, alg)),
      };
    }),
    refused: refusedLeaves(SAMPLE_LEAF, encodeLeaf(SMALLEST_LEAF)),
    refusedSigned: refusedSignedEvents(fromHex(accepted("sample", SAMPLE_LEAF).signed)),
    ed25519: ed25519Cases().map(({ reason, publicKey, message, signature, valid }) => ({
      reason,
      publicKey: toHex(publicKey),
      message: toHex(message),
      signature: toHex(signature),
      valid,
    })),
    keys: keyCases().map(({ reason, publicKey, weak }) => ({ reason, publicKey: toHex(publicKey), weak })),
  };
};
