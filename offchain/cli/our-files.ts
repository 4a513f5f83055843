/** Files that this command makes: which kind one is, when it was handed in as another. */
import { isReceiptFile } from "../src/codec/receipt.js";
import { DppError } from "../src/domain/errors.js";

/** What each says of itself near its beginning, and who takes it. */
const KINDS: Readonly<Record<string, string>> = {
  "dpp/history/": "a passport's history: dpp history verify",
  "dpp/pack/": "a pack of events: dpp event import",
  "dpp/receipt/": "an event's receipt: dpp verify",
  "dpp/trust-root/": "a trust root: dpp trust show",
  "dpp/weakest-link/": "a proof of a weakest link: dpp verify",
};
const BEGINNING = 64;

/**
 * What is of no known kind passes: its own reader says what is wrong with it.
 * @param kind key of `KINDS` that is wanted.
 * @param wanted e.g. `receipt`.
 * @throws DppError `input/other-file`.
 */
export function assertKind(path: string, file: Uint8Array, kind: string, wanted: string): void {
  const beginning = String.fromCharCode(...file.subarray(0, BEGINNING));
  const found = isReceiptFile(file)
    ? "dpp/receipt/"
    : Object.keys(KINDS).find((known) => beginning.includes(known));
  if (found === undefined || found === kind) return;
  throw new DppError("input/other-file", `${path} is no ${wanted} but ${KINDS[found]}`);
}
