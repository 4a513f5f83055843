import { describe, expect, it } from "vitest";
import { wrapped } from "../../testing/blockfrost-refusals.js";
import { refusalOf } from "./refusal.js";

/** As `/tx/submit` wrapped a refusal before Conway. */
const before = (failure: string): string =>
  JSON.stringify(
    `transaction submit error ShelleyTxValidationError ShelleyBasedEraBabbage (ApplyTxError [UtxowFailure (FromAlonzoUtxowFail (WrappedShelleyEraFailure (${failure})))])`,
  );

const NOT_CONSERVED =
  "UtxoFailure (ValueNotConservedUTxO (Mismatch {mismatchSupplied = MaryValue (Coin 0) (MultiAsset (fromList [])), mismatchExpected = MaryValue (Coin 9) (MultiAsset (fromList []))}))";
const BAD_INPUTS =
  'UtxoFailure (BadInputsUTxO (fromList [TxIn (TxId {unTxId = SafeHash "dc65048cfc63118a595e0143de82a16b7d4567c5fa3fe4ccfb2cb61685957e12"}) (TxIx {unTxIx = 1})]))';

describe("a node's refusal", () => {
  it.each([
    ["OutsideValidityIntervalUTxO", "OutsideValidityInterval"],
    ["InvalidWitnessesUTXOW", "InvalidSignatures"],
    ["MissingVKeyWitnessesUTXOW", "MissingKeyHashes"],
    ["MissingScriptWitnessesUTXOW", "MissingOrExtraScriptHashes"],
    ["ExtraneousScriptWitnessesUTXOW", "MissingOrExtraScriptHashes"],
    ["FeeTooSmallUTxO", "FeesOk"],
    ["InsufficientCollateral", "FeesOk"],
    ["NoCollateralInputs", "FeesOk"],
    ["MaxTxSizeUTxO", "TransactionSize"],
    ["BabbageOutputTooSmallUTxO", "OutputTooSmall"],
    ["OutputTooBigUTxO", "OutputTooBig"],
    ["ExUnitsTooBigUTxO", "ExUnitsExceedMax"],
    ["ExtraRedeemers", "ExactSetOfRedeemers"],
    ["PPViewHashesDontMatch", "ScriptDataHash"],
    ["ValueNotConservedUTxO", "ValueNotConserved"],
    ["WrongNetwork", "WrongNetwork"],
    ["InputSetEmptyUTxO", "EmptyInputs"],
    ["StakeKeyRegisteredDELEG", "StakeCertificates"],
    ["WithdrawalsNotInRewardsCERTS", "Withdrawals"],
    ["ConwayWithdrawalsMissingAccounts", "Withdrawals"],
    ["ConwayIncompleteWithdrawals", "Withdrawals"],
    ["ConwayTxRefScriptsSizeTooBig", "Other"],
  ])("for %s has the embedded ledger's rule %s", (failure, rule) => {
    for (const message of [wrapped(`UtxoFailure (${failure} 1 2)`), before(failure)])
      expect(refusalOf(message)).toMatchObject({ code: "ledger/refused", details: { rule, message } });
  });

  it("names the cause, not its consequence", () => {
    expect(refusalOf(wrapped(NOT_CONSERVED, "MissingVKeyWitnessesUTXOW (fromList [])")).details.rule).toBe(
      "MissingKeyHashes",
    );
  });

  it("for a spent input is a conflict, though value is missing, too", () => {
    expect(refusalOf(wrapped(NOT_CONSERVED, BAD_INPUTS)).code).toBe("ledger/conflict");
    expect(
      refusalOf('ConwayMempoolFailure "All inputs are spent. Transaction has probably already been included"')
        .code,
    ).toBe("ledger/conflict");
  });

  it("for bytes that it cannot read is no refusal of a transaction", () => {
    const text =
      '{"contents":{"contents":["DecoderErrorDeserialiseFailure \\"Shelley Tx\\" (DeserialiseFailure 0 \\"expected list len or indef\\")"],"tag":"TxCmdTxReadError"},"tag":"TxSubmitFail"}';
    expect(refusalOf(text).code).toBe("ledger/bad-transaction");
  });

  const HASH = "42de07a377d3a7ea7e1e811d008fd2fbc460dfc4a5dd28470af81c9a";
  const script = (logs: string): string =>
    wrapped(
      `UtxoFailure (UtxosFailure (ValidationTagMismatch (IsValid True) (FailedUnexpectedly (PlutusFailure "\\nThe PlutusV3 script (PlutusScript PlutusV3 ScriptHash \\"${HASH}\\") failed.\\nCekError An error has occurred: User error:\\nThe machine terminated because of an error${logs}" "AAAA" :| []))))`,
    );

  it("by a script names the script, and the contract's rule when it traces one", () => {
    expect(refusalOf(script(""))).toMatchObject({
      code: "ledger/refused",
      details: { rule: "PlutusScript", scriptHash: HASH, logs: [], contractRules: [] },
    });
    const traced = refusalOf(script('\\nLogs: [\\"must_be_signed ? False\\",\\"outer ? False\\"]'));
    expect(traced).toMatchObject({
      message: expect.stringContaining("must_be_signed"),
      details: { contractRules: ["must_be_signed", "outer"] },
    });
  });

  it("by a script is not mistaken for what the script traces", () => {
    expect(refusalOf(script('\\nLogs: [\\"BadInputsUTxO\\"]')).details.rule).toBe("PlutusScript");
  });
});
