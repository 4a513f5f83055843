/**
 * Why a node refused a transaction, from the text that UTxO RPC leaves it to (the protocol has no codes). The rule names are the embedded ledger's
 * where both have the rule, so that a caller need not know who judged.
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { DppError } from "../../domain/errors.js";
import { unavailable } from "./client.js";

/** How nodes name a rule → our name. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/plutus script failed|plutus validation|script (?:evaluation|execution) failed/i, "PlutusScript"],
  [/outside.*validity|validity interval/i, "OutsideValidityInterval"],
  [/missing (?:required )?(?:vkey|key|signer|signature)/i, "MissingKeyHashes"],
  [/invalid.*(?:signature|witness)|signature.*invalid/i, "InvalidSignatures"],
  [/script data hash/i, "ScriptDataHash"],
  [/fee too small|minimum fee|collateral/i, "FeesOk"],
  [/value not conserved/i, "ValueNotConserved"],
  [/output too small/i, "OutputTooSmall"],
  [/wrong (?:transaction )?network/i, "WrongNetwork"],
  [/withdrawal from unregistered|withdrawals? .*(?:drain|missing account)/i, "Withdrawals"],
  [/(?:stake|credential).*already registered/i, "StakeCertificates"],
  [/ExUnits too big/i, "ExUnitsExceedMax"],
  [/(?:extraneous|missing).*(?:script|redeemer)/i, "MissingOrExtraScriptHashes"],
  [/transaction size/i, "TransactionSize"],
  [/non.?disjoint|reference inputs? .*(?:overlap|disjoint|also)/i, "NonDisjointReferenceInputs"],
  [/input set empty|no inputs/i, "EmptyInputs"],
];

const SPENT = /bad input|already consumed|utxo not found/i;
/** Codes under which nodes refuse; the protocol prescribes none. */
const ANSWERS: readonly Code[] = [Code.Unknown, Code.InvalidArgument, Code.FailedPrecondition, Code.Internal];
const FULL = /mempool.*full/i;
const MAX_TEXT = 4_000;

/** Answers the error to throw. `details.rules`: every rule that the node names, one line of its text each. */
export function refusalOf(error: unknown): DppError {
  const { code, rawMessage } = ConnectError.from(error);
  // Only a node's answer is a refusal. A connection that broke says nothing: the transaction may have arrived.
  if (!ANSWERS.includes(code) || isBrokenConnection(error) || FULL.test(rawMessage))
    return unavailable(error);
  const message = rawMessage.slice(0, MAX_TEXT);
  // An input that is not there makes other rules fail, too.
  if (SPENT.test(message)) {
    return new DppError("ledger/conflict", "an input is spent already or never existed", {
      details: { message },
    });
  }
  const named = message
    .split("\n")
    .flatMap((line) => RULES.find(([pattern]) => pattern.test(line))?.[1] ?? []);
  const rules = [...new Set(named)];
  const rule = rules[0] ?? "Other";
  return new DppError("ledger/refused", `the node refused the transaction (${rule}): ${message}`, {
    details: { rule, rules, message },
  });
}

/** Node's own network errors carry a code such as ECONNRESET. */
function isBrokenConnection(error: unknown): boolean {
  const { cause } = ConnectError.from(error);
  return error instanceof Error && cause instanceof Error && "code" in cause;
}
