/**
 * Turns Scalus' refusal, a text, into a named error. `rule` is the name of Scalus' ledger rule, whose texts are matched by how they begin;
 * for a script it is `PlutusScript`, and `contractRules` name what did not hold, innermost first, when the contracts were compiled with traces.
 */
import { DppError } from "../../domain/errors.js";

/** How each rule's text begins (Scalus 0.17, `TransactionException`). */
const RULES: readonly (readonly [string, string])[] = [
  ["Plutus script validation failed", "PlutusScript"],
  ["Missing inputs", "BadInputs"],
  ["Missing collateral inputs", "BadCollateralInputs"],
  ["Missing reference inputs", "BadReferenceInputs"],
  ["Datums validation failed", "Datums"],
  ["Empty transaction inputs", "EmptyInputs"],
  ["Execution units", "ExUnitsExceedMax"],
  ["Exact set of redeemers", "ExactSetOfRedeemers"],
  ["Fee or collateral validation failed", "FeesOk"],
  ["Ill-formed scripts", "IllFormedScripts"],
  ["Invalid script data hash", "ScriptDataHash"],
  ["Invalid verified signatures", "InvalidSignatures"],
  ["Transaction size", "TransactionSize"],
  ["Missing key hashes", "MissingKeyHashes"],
  ["Missing or extra script hashes", "MissingOrExtraScriptHashes"],
  ["Invalid native scripts", "NativeScripts"],
  ["Inputs intersects with reference inputs", "NonDisjointReferenceInputs"],
  ["Bootstrap address attributes", "BootstrapAddress"],
  ["Transaction outputs are too small", "OutputTooSmall"],
  ["Transaction outputs exceed maximum value", "OutputTooBig"],
  ["Too many collateral inputs", "TooManyCollateralInputs"],
  ["Value not conserved", "ValueNotConserved"],
  ["Stake certificates validation failed", "StakeCertificates"],
  ["Withdrawals validation failed", "Withdrawals"],
  ["Wrong network", "WrongNetwork"],
  ["Missing auxiliary data", "AuxiliaryData"],
  ["Invalid auxiliary data", "AuxiliaryData"],
];

const FAILED_RULE = /^(.*\S) \? False$/;

/** Names of the contract's rules that did not hold, innermost first: Aiken traces `name ? False` for each. */
export const contractRules = (logs: readonly string[]): string[] =>
  logs.flatMap((line) => FAILED_RULE.exec(line.trim())?.[1] ?? []);

function ruleOf(message: string): string {
  if (/is outside the validity interval/.test(message)) return "OutsideValidityInterval";
  return RULES.find(([start]) => message.startsWith(start))?.[1] ?? "Other";
}

/** The script that ran and refused. */
export interface Refuser {
  readonly purpose: string;
  readonly scriptHash: string | null;
}

/** @param findRefuser asked only when a script refuses. */
export function refusal(
  message: string,
  logs: readonly string[],
  findRefuser: () => Refuser | null,
): DppError {
  const rule = ruleOf(message);
  if (rule !== "PlutusScript") {
    return new DppError("ledger/refused", `the ledger refused the transaction (${rule}): ${message}`, {
      details: { rule, message },
    });
  }
  const refuser = findRefuser();
  const names = contractRules(logs);
  const where = refuser === null ? "" : ` at ${refuser.purpose}`;
  const why = names[0] ?? logs.at(-1) ?? message;
  return new DppError("ledger/refused", `a contract refused the transaction${where}: ${why}`, {
    details: { rule, message, contractRules: names, logs, ...refuser },
  });
}
