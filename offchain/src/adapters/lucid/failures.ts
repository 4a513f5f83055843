/** Lucid's failures, which are texts, as named errors. */
import { DppError } from "../../domain/errors.js";

const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [
    /enough funds|insufficient input|balance insufficient/i,
    "tx/insufficient-funds",
    "the payer's coins do not cover the transaction: send ADA to {payer}",
  ],
  [/max transaction size/i, "tx/too-large", "the transaction is larger than the ledger takes"],
];

/** `cause` keeps Lucid's own words. */
export function buildFailure(error: unknown, payer: string): DppError {
  const text = error instanceof Error ? error.message : String(error);
  const [, code, message] = KNOWN.find(([pattern]) => pattern.test(text)) ?? [];
  return new DppError(
    code ?? "tx/build",
    message?.replace("{payer}", payer) ?? `the transaction cannot be built: ${text.slice(0, 300)}`,
    { cause: error },
  );
}
