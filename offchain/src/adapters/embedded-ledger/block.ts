/**
 * One block: one transaction, the slot it was judged in, and the hash of the block before it. Spec: docs/spec/journal.md.
 * The hash stands in the block too, so that a torn or altered file is told from a whole one.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { decode, encode } from "cborg";
import { equalBytes } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";

export interface Block {
  readonly height: number;
  readonly slot: number;
  /** Hash of the block before (32 bytes); for block 1, of the genesis file. */
  readonly parent: Uint8Array;
  readonly transaction: Uint8Array;
}

const FORMAT = 1;
export const HASH_BYTES = 32;

export const hashBytes = (bytes: Uint8Array): Uint8Array => blake2b(bytes, { dkLen: HASH_BYTES });

/** `[payload, blake2b_256(payload)]`: what blocks and snapshots are kept in. */
export function seal(payload: Uint8Array): { bytes: Uint8Array; hash: Uint8Array } {
  const hash = hashBytes(payload);
  return { bytes: encode([payload, hash]), hash };
}

/** @returns null when the bytes are torn, altered, or not sealed at all. */
export function unseal(bytes: Uint8Array): { payload: Uint8Array; hash: Uint8Array } | null {
  const parts = tryDecode(bytes);
  if (!Array.isArray(parts) || parts.length !== 2) return null;
  const [payload, hash] = parts as unknown[];
  if (!(payload instanceof Uint8Array) || !(hash instanceof Uint8Array)) return null;
  return equalBytes(hashBytes(payload), hash) ? { payload, hash } : null;
}

const tryDecode = (bytes: Uint8Array): unknown => {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
};

export const encodeBlock = (block: Block): { bytes: Uint8Array; hash: Uint8Array } =>
  seal(encode([FORMAT, block.height, block.slot, block.parent, block.transaction]));

/** @returns null when the checksum does not hold. @throws DppError `ledger/corrupt-journal` for a whole block of another format. */
export function decodeBlock(bytes: Uint8Array): { block: Block; hash: Uint8Array } | null {
  const sealed = unseal(bytes);
  if (sealed === null) return null;
  const parts = tryDecode(sealed.payload);
  if (!Array.isArray(parts) || parts.length !== 5 || parts[0] !== FORMAT) {
    throw new DppError("ledger/corrupt-journal", "a block has another format than this version reads");
  }
  const [, height, slot, parent, transaction] = parts as [number, number, number, Uint8Array, Uint8Array];
  return { block: { height, slot, parent, transaction }, hash: sealed.hash };
}
