/**
 * Token names: CIP-67 labels, CIP-68 pairs, and the names that the validators derive. Spec: docs/spec/datum.md "Token names".
 * All names and ids are lower-case hex.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromHex, toHex, utf8 } from "./bytes.js";
import { DppError } from "./errors.js";
import { JOINT_PREFIX } from "./joint.js";
import { ROLES, type Role } from "./role.js";

/** CIP-67 label of the CIP-68 reference token. */
export const LABEL_REFERENCE = "000643b0";
/** CIP-67 label of the CIP-68 user token (an NFT). */
export const LABEL_USER = "000de140";
export const CONFIG_TOKEN = toHex(utf8("DPP_CONFIG"));

const SERIAL_BYTES = 12;
const PASSPORT_ID_BYTES = 28;

/** CIP-67: `[0000b | 16 bits label | 8 bits crc8 | 0000b]`, so the label itself stands in the nibbles 1–4. @returns null when the name has no valid label. */
export function parseLabel(assetName: string): { label: number; content: string } | null {
  const prefix = assetName.slice(0, 8);
  if (!/^0[0-9a-f]{6}0$/.test(prefix)) return null;
  const label = Number.parseInt(prefix.slice(1, 5), 16);
  const checksum = Number.parseInt(prefix.slice(5, 7), 16);
  return crc8(Uint8Array.of(label >> 8, label & 0xff)) === checksum
    ? { label, content: assetName.slice(8) }
    : null;
}

/** @throws DppError `token/label` for a label beyond 16 bits. */
export function makeLabel(label: number): string {
  if (!Number.isInteger(label) || label < 0 || label > 0xffff)
    throw new DppError("token/label", "a CIP-67 label has 16 bits");
  const number = label.toString(16).padStart(4, "0");
  const checksum = crc8(Uint8Array.of(label >> 8, label & 0xff))
    .toString(16)
    .padStart(2, "0");
  return `0${number}${checksum}0`;
}

/** CRC-8 with polynomial 0x07 and initial value 0, as CIP-67 prescribes. */
function crc8(bytes: Uint8Array): number {
  return bytes.reduce((crc, byte) => {
    let value = crc ^ byte;
    for (let bit = 0; bit < 8; bit++) value = value & 0x80 ? ((value << 1) ^ 0x07) & 0xff : value << 1;
    return value;
  }, 0);
}

const u32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
};

/** `unique(seed, i)`: what a mint may name its tokens; 28 bytes hex. */
export const unique = (seed: { txHash: string; outputIndex: number }, index: number): string =>
  toHex(blake2b(concat(fromHex(seed.txHash), u32(seed.outputIndex), u32(index)), { dkLen: 28 }));

export const roleName = (role: Role): string => `DPP_${role}`;

/** An attestation's name: role name ‖ 12-byte serial, hex. */
export const attestationName = (
  role: Role,
  seed: { txHash: string; outputIndex: number },
  index: number,
): string => toHex(utf8(roleName(role))) + unique(seed, index).slice(0, 2 * SERIAL_BYTES);

/** A joint thread's name, hex: 21 bytes. */
export const jointThreadName = (seed: { txHash: string; outputIndex: number }): string =>
  JOINT_PREFIX + unique(seed, 0).slice(0, 2 * SERIAL_BYTES);

/** The role that an attestation name says, or null. The datum decides; this is for listings. */
export function roleOfName(name: string): Role | null {
  const text = name.slice(0, -2 * SERIAL_BYTES);
  return ROLES.find((role) => toHex(utf8(roleName(role))) === text) ?? null;
}

export const referenceUnit = (policy: string, name: string): string => policy + LABEL_REFERENCE + name;
export const userUnit = (policy: string, name: string): string => policy + LABEL_USER + name;

export const isPassportId = (text: string): boolean =>
  text.length === 2 * PASSPORT_ID_BYTES && /^[0-9a-f]*$/.test(text);
