/** Who acts in a plan: attestations that are referred to, and the wallet output that holds a token. */
import { parseAddress } from "../codec/address.js";
import { decodeAttestationDatum } from "../codec/datum.js";
import { DppError } from "../domain/errors.js";
import type { Utxo } from "../ports/ledger.js";
import { type PlannedOutput, sameOutRef, type TxPlan } from "./plan.js";

/** An attestation as the acting party presents it. */
export interface Presented {
  /** State output that carries the attestation. */
  readonly utxo: Utxo;
  /** Attestation name, hex. */
  readonly name: string;
}

export const holderOf = ({ utxo }: Presented): string =>
  decodeAttestationDatum(utxo.datum ?? "").extra.holder;

/** Who presents two attestations at once, or one twice, refers to each once. */
export const withPresented = (
  plan: Pick<TxPlan, "referenceInputs" | "scripts">,
  ...presented: readonly Presented[]
): Pick<TxPlan, "referenceInputs" | "scripts"> => ({
  ...plan,
  referenceInputs: [...plan.referenceInputs, ...presented.map(({ utxo }) => utxo)].filter(
    (utxo, at, all) => all.findIndex((other) => sameOutRef(other, utxo)) === at,
  ),
});

/** The key that unlocks a wallet's output. @throws DppError `tx/no-key-address` when a script holds it. */
export function keyOf({ address }: Pick<Utxo, "address">): string {
  const { payment } = parseAddress(address).address;
  if (payment?.kind !== "key")
    throw new DppError("tx/no-key-address", `${address} is no address of a key: nobody can sign for it`);
  return payment.hash;
}

/** A wallet's output goes back as it was, whoever pays for the transaction. */
export const returned = ({ address, assets }: Utxo): PlannedOutput => ({ address, assets });

export const distinct = (keys: readonly string[]): readonly string[] => [...new Set(keys)];

/** Other tokens that share the output go back to where they were; bare ADA goes the way of the change. */
export function leftBeside({ address, assets }: Utxo, unit: string): readonly PlannedOutput[] {
  const { [unit]: given, lovelace, ...others } = assets;
  return Object.keys(others).length === 0 ? [] : [{ address, assets: others }];
}
