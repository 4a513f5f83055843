/** The content id of a blob that fits one block: CIDv1, raw, SHA-256. Spec: docs/spec/document.md "Content id". Larger ones are split, which adapters do. */
import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../domain/bytes.js";
import { cidFromBytes } from "../domain/cid.js";
import { DppError } from "../domain/errors.js";

/** Size of UnixFS blocks here: a larger blob has another kind of id. */
export const MAX_BLOCK_BYTES = 262_144;
/** CIDv1, raw, SHA-256, 32 bytes. */
const PREFIX = Uint8Array.of(0x01, 0x55, 0x12, 0x20);

/** @throws DppError `content/too-large` for a blob of several blocks. */
export function blockCid(bytes: Uint8Array): string {
  if (bytes.length > MAX_BLOCK_BYTES)
    throw new DppError("content/too-large", `a block has at most ${MAX_BLOCK_BYTES} bytes`);
  return cidFromBytes(concat(PREFIX, sha256(bytes)));
}
