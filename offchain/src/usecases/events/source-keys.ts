/** Event keys that a source had before the one it has: what they signed while they counted stays signed. */
import { decodeAttestationDatum } from "../../codec/datum.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import type { Reading } from "../context.js";
import type { AttestationView } from "../resolve.js";

/** Hex, oldest first, without today's. @throws DppError `ledger/*`, `datum/shape`. */
export async function earlierKeys(
  { ledger, contracts }: Reading,
  { unit, pk, keyEpoch }: Pick<AttestationView, "unit" | "pk" | "keyEpoch">,
): Promise<readonly string[]> {
  if (keyEpoch === 0) return [];
  const keys = (await ledger.transactionsOf(unit)).flatMap(({ cbor }) =>
    readSigned(cbor)
      .outputs.filter(({ address, assets }) => assets[unit] === 1n && address === contracts.roles.address)
      .map(({ datum }) => decodeAttestationDatum(datum ?? "").extra)
      .flatMap(({ alg, pk: key }) => (alg === 1 && key !== pk ? [key] : [])),
  );
  return [...new Set(keys)];
}
