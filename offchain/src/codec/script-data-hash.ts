/**
 * The hash in a body that covers its redeemers, datums and cost models (Conway CDDL `script_data_hash`): blake2b-256 of the redeemers' bytes, the datums'
 * bytes when there are any, and the language views. Plutus V3 alone.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { encode } from "cborg";
import { concat, toHex } from "../domain/bytes.js";
import type { WitnessSet } from "./ledger-cbor/witnesses.js";

/** Map of one language: 2 is Plutus V3, whose view is its cost model as it is. */
const PLUTUS_V3_VIEW = Uint8Array.of(0xa1, 0x02);

/** `null`: no script is called. `costModel`: parameters of Plutus V3, in the ledger's order. */
export function scriptDataHash(
  { redeemerBytes, datumBytes }: Pick<WitnessSet, "redeemerBytes" | "datumBytes">,
  costModel: readonly number[],
): string | null {
  if (redeemerBytes === null) return null;
  const views = concat(PLUTUS_V3_VIEW, encode(costModel));
  return toHex(blake2b(concat(redeemerBytes, datumBytes ?? new Uint8Array(), views), { dkLen: 32 }));
}
