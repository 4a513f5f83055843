/** Ranges of events as people and programs name them: `thread:lo-hi`, or JSON. Spec: docs/spec/weakest-link.md "Question". */
import { DppError } from "../domain/errors.js";
import { parseJson } from "../domain/json.js";
import { MAX_RANGES, type ThreadRange } from "../domain/weakest-link.js";
import { jsonShape } from "./json-shape.js";

/** Of a file with ranges. */
export const MAX_QUESTION_BYTES = 64 * 1024;

const { object, list, hex, int } = jsonShape("weakest-link/malformed", "ranges");
const ranges = list(object({ thread: hex(12, 28), lo: int(0), hi: int(0) }), 0, MAX_RANGES);

/** A JSON list of `{thread, lo, hi}`. @throws DppError `weakest-link/too-large`, `-malformed-json`, `-duplicate-key`, `-malformed` (with the path). */
export const parseQuestion = (bytes: Uint8Array): readonly ThreadRange[] =>
  ranges(parseJson(bytes, "weakest-link", MAX_QUESTION_BYTES), "");

/** `name:lo-hi`, `hi` one after the last; the name as it stands. @throws DppError `weakest-link/malformed`. */
export function rangeFromText(text: string): ThreadRange {
  const [, thread, lo, hi] = /^([^:]{1,100}):(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  if (thread === undefined)
    throw new DppError(
      "weakest-link/malformed",
      `${text.slice(0, 120)}: expected a thread, its first counter, and one after its last, like thread:0-12`,
    );
  return { thread, lo: Number(lo), hi: Number(hi) };
}
