/** Trust roots as JSON, and their fingerprint. Spec: docs/spec/receipt.md "Trust root". */
import { blake2b } from "@noble/hashes/blake2.js";
import { fromHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { parseJson } from "../domain/json.js";
import type { OutRef } from "../domain/out-ref.js";
import { publicSlots } from "../domain/public-slots.js";
import { type KnownConfig, MAX_KNOWN_CONFIGS, TRUST_NETWORKS, type TrustRoot } from "../domain/trust-root.js";
import { encodeCbor } from "./cbor.js";
import { jsonShape, type Read } from "./json-shape.js";

export const TRUST_ROOT_KIND = "dpp/trust-root/2";
export const MAX_TRUST_ROOT_BYTES = 256 * 1024;
const HASH_BYTES = 28;

const { object, list, hex, int, oneOf, where, refuse } = jsonShape("trust-root/malformed", "trust root");

const keys: Read<readonly string[]> = where(
  list(hex(HASH_BYTES), 1, 32),
  (found) => new Set(found).size === found.length,
  "keys, none twice",
);

const output: Read<OutRef> = (value, path) => {
  const [, txHash, index] = /^([0-9a-f]{64})#(0|[1-9]\d{0,4})$/.exec(String(value)) ?? [];
  if (typeof value !== "string" || txHash === undefined || Number(index) > 0xffff)
    throw refuse(path, "the hash of a transaction, # and a position");
  return { txHash, outputIndex: Number(index) };
};

const known: Read<KnownConfig> = where(
  object({ output, members: keys, threshold: int(1, 32), freezeKeys: keys }),
  ({ members, threshold }) => threshold <= members.length,
  "a threshold that the members can reach",
);

const script: Read<string | null> = (value, path) => (value === null ? null : hex(HASH_BYTES)(value, path));

const root = object({
  kind: oneOf([TRUST_ROOT_KIND]),
  network: oneOf(TRUST_NETWORKS),
  config: hex(HASH_BYTES),
  roles: hex(HASH_BYTES),
  anchor: hex(HASH_BYTES),
  joint: script,
  p256: script,
  slots: list(int(0), 3, 3),
  configs: list(known, 1, MAX_KNOWN_CONFIGS),
});

const refText = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;

/** @throws DppError `trust-root/too-large`, `trust-root/malformed-json`, `trust-root/duplicate-key`, `trust-root/malformed`, `trust-root/slots`. */
export function parseTrustRoot(text: string | Uint8Array): TrustRoot {
  const { kind: _, slots, ...read } = root(parseJson(text, "trust-root", MAX_TRUST_ROOT_BYTES), "");
  const [zeroTime = 0, zeroSlot = 0, slotLength = 0] = slots;
  if (slotLength < 1 || slotLength > 3_600_000)
    throw refuse("/slots/2", "a slot's length of 1 to 3,600,000 ms");
  if (new Set(read.configs.map((config) => refText(config.output))).size !== read.configs.length)
    throw refuse("/configs", "configs with an output each");
  const fixed = publicSlots(read.network);
  if (
    fixed !== null &&
    (fixed.zeroTime !== zeroTime || fixed.zeroSlot !== zeroSlot || fixed.slotLength !== slotLength)
  )
    throw new DppError("trust-root/slots", `the slots are not those of ${read.network}`);
  return { ...read, slots: { zeroTime, zeroSlot, slotLength } };
}

const slotsOf = ({ zeroTime, zeroSlot, slotLength }: TrustRoot["slots"]): readonly number[] => [
  zeroTime,
  zeroSlot,
  slotLength,
];

/** As it is written to a file. @throws DppError as `parseTrustRoot`. */
export function trustRootJson(trusted: TrustRoot): string {
  const { network, config, roles, anchor, joint, p256, slots, configs } = trusted;
  const json = {
    kind: TRUST_ROOT_KIND,
    network,
    config,
    roles,
    anchor,
    joint,
    p256,
    slots: slotsOf(slots),
    configs: configs.map(({ output: at, members, threshold, freezeKeys }) => ({
      output: refText(at),
      members,
      threshold,
      freezeKeys,
    })),
  };
  const text = `${JSON.stringify(json, null, 2)}\n`;
  parseTrustRoot(text);
  return text;
}

const GROUPS = 8;
const GROUP_BYTES = 5;

/** 8 groups of 5 digits, for two people to compare by voice. */
export function trustFingerprint(trusted: TrustRoot): string {
  const { network, config, roles, anchor, joint, p256, slots, configs } = trusted;
  const bytes = encodeCbor({
    kind: TRUST_ROOT_KIND,
    network,
    config: fromHex(config),
    roles: fromHex(roles),
    anchor: fromHex(anchor),
    joint: joint && fromHex(joint),
    p256: p256 && fromHex(p256),
    slots: slotsOf(slots),
    configs: configs.map(({ output: { txHash, outputIndex }, members, threshold, freezeKeys }) => [
      fromHex(txHash),
      outputIndex,
      members.map(fromHex),
      threshold,
      freezeKeys.map(fromHex),
    ]),
  });
  const digest = blake2b(bytes, { dkLen: 64 });
  return Array.from({ length: GROUPS }, (_, group) => {
    const number = digest
      .subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES)
      .reduce((value, byte) => value * 256 + byte, 0);
    return String(number % 100_000).padStart(5, "0");
  }).join(" ");
}
