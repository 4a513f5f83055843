/**
 * The script data hash (Conway CDDL `script_integrity_hash`): the one field of a body that binds the redeemers, which lie outside of it. It also covers the
 * cost model that the ledger had then, as a _language view_; who has the right one can tell that redeemers are the ones that were signed.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { encode, rfc8949EncodeOptions } from "cborg";
import { concat, toHex } from "../../domain/bytes.js";
import type { SignedTransaction } from "./signed.js";

/** The language's number in the views' map. */
const PLUTUS_V3 = 2;

/** The view of transactions that run Plutus V3 scripts alone. `costModel`: as the protocol parameters list it. */
export const languageView = (costModel: readonly number[]): Uint8Array =>
  encode(new Map([[PLUTUS_V3, costModel]]), rfc8949EncodeOptions);

/** Whether the body commits to these redeemers under this view; `true` as well for a transaction without scripts. */
export function bindsRedeemers({ scriptDataHash, witnesses }: SignedTransaction, view: Uint8Array): boolean {
  const { redeemerBytes, datumBytes } = witnesses;
  if (scriptDataHash === null || redeemerBytes === null)
    return scriptDataHash === null && redeemerBytes === null;
  const bytes = concat(redeemerBytes, datumBytes ?? new Uint8Array(), view);
  return toHex(blake2b(bytes, { dkLen: 32 })) === scriptDataHash;
}
