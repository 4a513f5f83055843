/** How large a transaction becomes with its signatures: known before anyone signs, so that the fee and the limit can be told. */
import { parseAddress } from "../../codec/address.js";
import { toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { Utxo } from "../../ports/ledger.js";
import { sameOutRef } from "../../tx/plan.js";
import { readTransaction } from "../ledger-cbor/transaction.js";
import { addWitnesses } from "./witnesses.js";

/** Key hashes (hex) that must sign: owners of inputs and collateral, and the required signers. */
export function requiredKeys(
  cbor: string,
  known: readonly Utxo[],
  signers: readonly string[],
): ReadonlySet<string> {
  const { inputs, collateral } = readTransaction(cbor);
  const owners = [...inputs, ...collateral].flatMap((ref) => {
    const utxo = known.find((other) => sameOutRef(other, ref));
    return utxo === undefined ? [] : ownerOf(utxo);
  });
  return new Set([...owners, ...signers]);
}

function ownerOf({ address }: Utxo): string[] {
  try {
    const { payment } = parseAddress(address).address;
    return payment?.kind === "key" ? [payment.hash] : [];
  } catch (error) {
    if (isDppError(error)) return [];
    throw error;
  }
}

export function sizeWhenSigned(cbor: string, known: readonly Utxo[], signers: readonly string[]): number {
  const witnesses = Array.from({ length: requiredKeys(cbor, known, signers).size }, (_, index) => ({
    publicKey: toHex(new Uint8Array(32).fill(index)),
    signature: "00".repeat(64),
  }));
  return addWitnesses(cbor, witnesses).length / 2;
}
