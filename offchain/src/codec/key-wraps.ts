/** The wraps of a sealed section, flat: key ids and wrapped keys in turn. Spec: docs/spec/action.md "Sealed section". */
import { KEY_ID_BYTES, type KeyWrap, MAX_READERS } from "../domain/action.js";
import { fromHex, toHex } from "../domain/bytes.js";
import type { CborInput, CborValue } from "./cbor.js";
import type { CborShape } from "./cbor-shape.js";

/** HPKE message: enc(32) ‖ ciphertext(32) ‖ tag(16). */
const WRAP_BYTES = 32 + 32 + 16;

export const wrapsToCbor = (wraps: readonly KeyWrap[]): CborInput =>
  wraps.flatMap(({ keyId, wrapped }): CborInput[] => [fromHex(keyId), wrapped]);

/** Form, number and order. @throws DppError with the code of the shape. */
export function wrapsFromCbor(
  shape: CborShape,
  value: CborValue | undefined,
  path: string,
): readonly KeyWrap[] {
  const items = shape.list(value, 2 * MAX_READERS, path, (item) => item);
  if (items.length === 0 || items.length % 2 !== 0)
    throw shape.refuse(path, "key ids and wrapped keys in turn");
  const wraps = Array.from({ length: items.length / 2 }, (_, at) => ({
    keyId: toHex(shape.bytes(items[2 * at], KEY_ID_BYTES, KEY_ID_BYTES, `${path}/${2 * at}`)),
    wrapped: shape.bytes(items[2 * at + 1], WRAP_BYTES, WRAP_BYTES, `${path}/${2 * at + 1}`),
  }));
  if (wraps.some(({ keyId }, at) => at > 0 && (wraps[at - 1] as KeyWrap).keyId >= keyId))
    throw shape.refuse(path, "ascending key ids without repetition");
  return wraps;
}
