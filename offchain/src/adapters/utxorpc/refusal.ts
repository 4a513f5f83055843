/**
 * Why a node refused a transaction, from the text that UTxO RPC leaves it to (the protocol has no codes). The rule names are the embedded ledger's
 * where both have the rule, so that a caller need not know who judged.
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { DppError } from "../../domain/errors.js";
import { unavailable } from "./client.js";

/** How nodes name a rule → our name. Order matters: a script's failure quotes other words. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/plutus|script (?:evaluation|execution|validation) fail|phase.?2|budget/i, "PlutusScript"],
  [/outside.*validity|validity interval|expired|ttl/i, "OutsideValidityInterval"],
  [
    /missing.*(?:vkey|key) ?(?:witness|hash)|missing required (?:vkey|signer)|required signer/i,
    "MissingKeyHashes",
  ],
  [/invalid.*(?:signature|witness)|signature.*(?:invalid|verif)/i, "InvalidSignatures"],
  [/script.?data.?hash|script integrity/i, "ScriptDataHash"],
  [/fee too small|fee.*(?:below|less|insufficient)|collateral/i, "FeesOk"],
  [/value not conserved/i, "ValueNotConserved"],
  [/output too small|min.?(?:utxo|ada|coin)/i, "OutputTooSmall"],
  [/wrong network/i, "WrongNetwork"],
  [/ex.?units.*(?:exceed|too)|too many ex/i, "ExUnitsExceedMax"],
  [/(?:extraneous|missing).*(?:script|redeemer)/i, "MissingOrExtraScriptHashes"],
  [/max.*tx.*size|transaction.*too (?:large|big)/i, "TransactionSize"],
  [/reference input/i, "BadReferenceInputs"],
];

const SPENT =
  /bad input|input.*(?:not found|already|spent|missing|unknown)|utxo.*not found|conflict|double.?spend/i;
const FULL = /mempool.*full/i;

/** @throws never; answers the error to throw. */
export function refusalOf(error: unknown): DppError {
  const { code, rawMessage } = ConnectError.from(error);
  if (code === Code.Unavailable || code === Code.DeadlineExceeded || FULL.test(rawMessage))
    return unavailable(error);
  const message = rawMessage.slice(0, 2000);
  const rule = RULES.find(([pattern]) => pattern.test(message))?.[1];
  if (rule !== "PlutusScript" && SPENT.test(message)) {
    return new DppError("ledger/conflict", "an input is spent already or never existed", {
      details: { message },
    });
  }
  return new DppError("ledger/refused", `the node refused the transaction (${rule ?? "Other"}): ${message}`, {
    details: { rule: rule ?? "Other", message },
  });
}
