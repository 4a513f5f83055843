/**
 * Turns a node's refusal, a text in which Haskell's constructors stand, into the port's error. Rules get the names that the embedded ledger gives them
 * (`embedded-ledger/refusal.ts`), so that a caller matches one set of names.
 */
import { DppError } from "../../domain/errors.js";
import { contractRules } from "../embedded-ledger/refusal.js";

/** An input is gone. `All inputs are spent` is the mempool's own check, made before the ledger's rules. */
const SPENT = /\bBadInputsUTxO\b|\bAllInputsAreSpent\b|All inputs are spent/;
const UNREADABLE = /\bDecoderError|\bDeserialiseFailure\b/;
const SCRIPT = /\bPlutusFailure\b/;

/** Predicate failures of the node's rules (`ConwayUtxoPredFailure`, `ConwayUtxowPredFailure` and the older eras' names) → the rule's name. */
const RULES: readonly (readonly [string, string])[] = [
  ["OutsideValidityIntervalUTxO", "OutsideValidityInterval"],
  ["ExpiredUTxO", "OutsideValidityInterval"],
  ["OutsideForecast", "OutsideValidityInterval"],
  ["InvalidWitnessesUTXOW", "InvalidSignatures"],
  ["MissingVKeyWitnessesUTXOW", "MissingKeyHashes"],
  ["MissingScriptWitnessesUTXOW", "MissingOrExtraScriptHashes"],
  ["ExtraneousScriptWitnessesUTXOW", "MissingOrExtraScriptHashes"],
  ["ScriptWitnessNotValidatingUTXOW", "NativeScripts"],
  ["MalformedScriptWitnesses", "IllFormedScripts"],
  ["MalformedReferenceScripts", "IllFormedScripts"],
  ["MissingRedeemers", "ExactSetOfRedeemers"],
  ["ExtraRedeemers", "ExactSetOfRedeemers"],
  ["MissingRequiredDatums", "Datums"],
  ["NotAllowedSupplementalDatums", "Datums"],
  ["UnspendableUTxONoDatumHash", "Datums"],
  ["PPViewHashesDontMatch", "ScriptDataHash"],
  ["ScriptIntegrityHashMismatch", "ScriptDataHash"],
  ["MissingTxBodyMetadataHash", "AuxiliaryData"],
  ["MissingTxMetadata", "AuxiliaryData"],
  ["ConflictingMetadataHash", "AuxiliaryData"],
  ["InvalidMetadata", "AuxiliaryData"],
  ["InputSetEmptyUTxO", "EmptyInputs"],
  ["MaxTxSizeUTxO", "TransactionSize"],
  ["ExUnitsTooBigUTxO", "ExUnitsExceedMax"],
  ["TooManyCollateralInputs", "TooManyCollateralInputs"],
  ["NoCollateralInputs", "FeesOk"],
  ["InsufficientCollateral", "FeesOk"],
  ["IncorrectTotalCollateralField", "FeesOk"],
  ["CollateralContainsNonADA", "FeesOk"],
  ["ScriptsNotPaidUTxO", "FeesOk"],
  ["FeeTooSmallUTxO", "FeesOk"],
  ["BabbageNonDisjointRefInputs", "NonDisjointReferenceInputs"],
  ["BabbageOutputTooSmallUTxO", "OutputTooSmall"],
  ["OutputTooSmallUTxO", "OutputTooSmall"],
  ["OutputTooBigUTxO", "OutputTooBig"],
  ["OutputBootAddrAttrsTooBig", "BootstrapAddress"],
  ["StakeKeyRegisteredDELEG", "StakeCertificates"],
  ["WithdrawalsNotInRewardsCERTS", "Withdrawals"],
  ["ConwayWithdrawalsMissingAccounts", "Withdrawals"],
  ["ConwayIncompleteWithdrawals", "Withdrawals"],
  ["WrongNetworkInTxBody", "WrongNetwork"],
  ["WrongNetworkWithdrawal", "WrongNetwork"],
  ["WrongNetwork", "WrongNetwork"],
  // Last: what is wrong with inputs, scripts or collateral shows up here too.
  ["ValueNotConservedUTxO", "ValueNotConserved"],
];

/** The rule for a text that names none we know. */
export const UNNAMED = "Other";

/**
 * @param said the server's text.
 * @returns `ledger/conflict`, `ledger/bad-transaction`, or `ledger/refused` with details `{ rule, message, scriptHash?, contractRules?, logs? }`.
 */
export function refusalOf(said: string): DppError {
  // First, because the rules before scripts held when a script ran, and a script's traces may say anything.
  if (SCRIPT.test(said)) return scriptRefusal(said);
  if (SPENT.test(said)) return conflict(said);
  if (UNREADABLE.test(said))
    return new DppError("ledger/bad-transaction", "the node cannot read the transaction", {
      details: { message: said },
    });
  const rule = RULES.find(([failure]) => new RegExp(`\\b${failure}\\b`).test(said))?.[1] ?? UNNAMED;
  const why = rule === UNNAMED ? "without a rule that we know" : `(${rule})`;
  return new DppError("ledger/refused", `the ledger refused the transaction ${why}: ${said}`, {
    details: { rule, message: said },
  });
}

export const conflict = (message: string): DppError =>
  new DppError("ledger/conflict", "an input is spent already or never existed", { details: { message } });

const MAX_LOGS = 100;

function scriptRefusal(said: string): DppError {
  // The text is a Haskell string inside JSON, so quotes may be escaped several times over.
  const [, scriptHash] = /script hash is:?[^0-9a-f]{0,12}([0-9a-f]{56})\b/i.exec(said) ??
    /ScriptHash[\s\\"]{1,8}([0-9a-f]{56})\b/.exec(said) ?? [null, null];
  const [, logged = ""] = /Logs?:?\s*\[([^\]]*)\]/.exec(said) ?? [];
  const logs = logged
    .split(/[\\"]+,?[\\"]*|\\n/)
    .filter((line) => /\w/.test(line))
    .slice(0, MAX_LOGS);
  const names = contractRules(logs);
  const why = names[0] ?? logs.at(-1) ?? "it gives no reason";
  return new DppError("ledger/refused", `a contract refused the transaction: ${why}`, {
    details: {
      rule: "PlutusScript",
      message: said,
      contractRules: names,
      logs,
      scriptHash: scriptHash ?? null,
    },
  });
}
