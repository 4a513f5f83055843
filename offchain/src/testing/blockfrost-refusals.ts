/** Refusals as cardano-node prints them and Blockfrost's `/tx/submit` hands them on, for the local server of its API. */
import type { DppError } from "../domain/errors.js";

/** The embedded ledger's rules → what cardano-node prints for them, in the wrapping that `/tx/submit` gives it. */
const FAILURES: Readonly<Record<string, string>> = {
  MissingKeyHashes:
    'MissingVKeyWitnessesUTXOW (fromList [KeyHash {unKeyHash = "266f92d45e9bffe4d2945428b85ed39ebd3bb772db76e291ab7b10e3"}])',
  InvalidSignatures: 'InvalidWitnessesUTXOW [VKey (VerKeyEd25519DSIGN "00")]',
  OutsideValidityInterval:
    "UtxoFailure (OutsideValidityIntervalUTxO (ValidityInterval {invalidBefore = SNothing, invalidHereafter = SJust (SlotNo 10000)}) (SlotNo 69213233))",
  ValueNotConserved:
    "UtxoFailure (ValueNotConservedUTxO (Mismatch {mismatchSupplied = MaryValue (Coin 0) (MultiAsset (fromList [])), mismatchExpected = MaryValue (Coin 1) (MultiAsset (fromList []))}))",
  FeesOk: "UtxoFailure (FeeTooSmallUTxO (Mismatch {mismatchSupplied = Coin 1, mismatchExpected = Coin 2}))",
  OutputTooSmall: "UtxoFailure (BabbageOutputTooSmallUTxO [])",
  ScriptDataHash:
    "PPViewHashesDontMatch (Mismatch {mismatchSupplied = SNothing, mismatchExpected = SNothing})",
};

/** As `/tx/submit` wraps a node's refusal. */
export const wrapped = (...failures: readonly string[]): string =>
  JSON.stringify({
    contents: {
      contents: {
        contents: {
          era: "ShelleyBasedEraConway",
          error: failures.map((failure) => `ConwayUtxowFailure (${failure})`),
          kind: "ShelleyTxValidationError",
        },
        tag: "TxValidationErrorInCardanoMode",
      },
      tag: "TxCmdTxSubmitValidationError",
    },
    tag: "TxSubmitFail",
  });

/** The body's `message` for a refusal by the embedded ledger. */
export function nodeText({ code, details }: DppError): string {
  if (code === "ledger/conflict") {
    const [hash, index] = String(details.output).split("#");
    return wrapped(
      `UtxoFailure (BadInputsUTxO (fromList [TxIn (TxId {unTxId = SafeHash "${hash}"}) (TxIx {unTxIx = ${index}})]))`,
      FAILURES.ValueNotConserved ?? "",
    );
  }
  if (code === "ledger/bad-transaction")
    return '{"contents":{"contents":["DecoderErrorDeserialiseFailure \\"Shelley Tx\\" (DeserialiseFailure 0 \\"expected list len\\")"],"tag":"TxCmdTxReadError"},"tag":"TxSubmitFail"}';
  return wrapped(FAILURES[String(details.rule)] ?? `UtxoFailure (UtxosFailure ${String(details.rule)})`);
}
