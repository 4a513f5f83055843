/**
 * Deterministic CBOR (RFC 8949 §4.2.1) without floats, tags, bignums or indefinite lengths: one value has one encoding. Decoding encodes
 * again and compares, so that nobody can vary bytes under a hash or a signature. Spec: docs/spec/document.md "Encoding".
 */
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { equalBytes } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

/** What is encoded; maps are plain objects with text keys. */
export type CborInput =
  | Uint8Array
  | string
  | number
  | boolean
  | null
  | readonly CborInput[]
  | { readonly [key: string]: CborInput };

/** What is decoded; maps are `Map`s, so that a key such as `__proto__` is only a key. */
export type CborValue =
  | Uint8Array
  | string
  | number
  | boolean
  | null
  | readonly CborValue[]
  | ReadonlyMap<CborValue, CborValue>;

/** @throws DppError `cbor/value` for a number that is no safe integer, ill-formed Unicode or an unsupported type. */
export function encodeCbor(value: CborInput): Uint8Array {
  assertEncodable(value);
  return encode(value, rfc8949EncodeOptions);
}

function assertEncodable(value: unknown): void {
  if (value === null || typeof value === "boolean" || value instanceof Uint8Array) return;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new DppError("cbor/value", "only whole numbers are encoded");
  } else if (typeof value === "string") {
    // A lone surrogate would silently become U+FFFD, and decoders strip a byte order mark.
    if (/^\ufeff|\p{Surrogate}/u.test(value))
      throw new DppError(
        "cbor/value",
        "the text is not well-formed Unicode, or starts with a byte order mark",
      );
  } else if (Array.isArray(value)) {
    value.forEach(assertEncodable);
  } else if (typeof value === "object") {
    for (const [key, entry] of Object.entries(value)) {
      assertEncodable(key);
      assertEncodable(entry);
    }
  } else throw new DppError("cbor/value", `cannot encode a value of type ${typeof value}`);
}

/** @throws DppError `cbor/too-large`, `cbor/malformed`, `cbor/not-canonical`. */
export function decodeCbor(bytes: Uint8Array, maxBytes: number): CborValue {
  if (bytes.length > maxBytes)
    throw new DppError("cbor/too-large", `${bytes.length} bytes, at most ${maxBytes} are read`);
  const value = attempt(() =>
    decode(bytes, {
      useMaps: true,
      strict: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      allowNaN: false,
      allowInfinity: false,
    }),
  );
  const again = attempt(() => encode(value, rfc8949EncodeOptions));
  if (!equalBytes(again, bytes))
    throw new DppError("cbor/not-canonical", "the CBOR is not in its deterministic form");
  return value as CborValue;
}

// cborg throws plain errors, and nesting beyond the stack a RangeError.
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new DppError("cbor/malformed", "the bytes are no well-formed CBOR", { cause });
  }
}
