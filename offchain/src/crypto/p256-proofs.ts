/**
 * Signatures out of what the ledger's script `p256` was given, as packs carry them: the same signatures with other numbers. Spec: docs/spec/signature-forms.md
 * "Script p256".
 */
import { p256 } from "@noble/curves/nist.js";
import { numberToBytesBE } from "@noble/curves/utils.js";
import type { P256Proofs } from "../codec/redeemer.js";
import { encodeAssertion } from "../codec/webauthn.js";
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

const { Fn } = p256.Point;
const SCALAR_BYTES = 32;

/**
 * The signature behind a statement of the script's redeemer, hex, as a pack carries it. `null`: it states no such thing, or with numbers that are no signature.
 * Whether it verifies is for who asks.
 */
export function signatureIn({ statements, proofs }: P256Proofs, statement: string): string | null {
  const proof = proofs[statements.indexOf(statement)];
  if (proof === undefined || !Fn.isValidNot0(proof.r) || !Fn.isValidNot0(proof.w)) return null;
  const raw = concat(numberToBytesBE(proof.r, SCALAR_BYTES), numberToBytesBE(Fn.inv(proof.w), SCALAR_BYTES));
  if (proof.assertion === null) return toHex(raw);
  try {
    const authenticatorData = fromHex(proof.assertion.authenticatorData);
    const clientDataJSON = fromHex(proof.assertion.clientDataJSON);
    return toHex(encodeAssertion({ authenticatorData, clientDataJSON, signature: raw }));
  } catch (error) {
    // The ledger takes longer ones than a pack may carry.
    if (error instanceof DppError) return null;
    throw error;
  }
}
