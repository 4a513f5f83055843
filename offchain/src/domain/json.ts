/** JSON from outside: bounded, well-formed, no key twice. What the members mean is the caller's business. */
import { decode } from "cborg/json";
import { utf8 } from "./bytes.js";
import { DppError } from "./errors.js";

/**
 * @param code area of the error codes, e.g. `document`.
 * @throws DppError `{code}/too-large`, `{code}/malformed-json`, `{code}/duplicate-key`.
 */
export function parseJson(input: string | Uint8Array, code: string, maxBytes: number): unknown {
  const bytes = typeof input === "string" ? utf8(input) : input;
  if (bytes.length > maxBytes)
    throw new DppError(`${code}/too-large`, `${bytes.length} bytes, at most ${maxBytes} are read`);
  const value = parse(bytes, code);
  assertDistinctKeys(bytes, code);
  return value;
}

function parse(bytes: Uint8Array, code: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DppError(`${code}/malformed-json`, `no well-formed JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

// JSON.parse silently keeps the last of two equal keys: a person would read one value, and the passport would hold the other.
function assertDistinctKeys(bytes: Uint8Array, code: string): void {
  try {
    decode(bytes, { rejectDuplicateMapKeys: true, useMaps: true });
  } catch (cause) {
    const repeated = /repeat map key "(.*)"/.exec((cause as Error).message)?.[1];
    throw new DppError(
      repeated === undefined ? `${code}/malformed-json` : `${code}/duplicate-key`,
      repeated === undefined ? "no well-formed JSON" : `the key "${repeated}" stands twice in one object`,
      { cause },
    );
  }
}
