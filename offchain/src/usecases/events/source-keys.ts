/** Event keys that a source had before the one it has: what they signed while they counted stays signed. */
import { decodeAttestationDatum } from "../../codec/datum.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import { formOf } from "../../domain/event-key.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { Reading } from "../context.js";
import type { AttestationView } from "../resolve.js";

type Keyed = Pick<AttestationView, "unit" | "pk" | "keyEpoch">;

/** Hex, oldest first, without today's. @throws DppError `ledger/*`, `datum/shape`. */
export async function earlierKeys(reading: Reading, source: Keyed): Promise<readonly string[]> {
  if (source.keyEpoch === 0) return [];
  return distinct(await keysOverTime(reading, source.unit)).filter((key) => key !== source.pk);
}

/**
 * Keys (hex) that the source had until the attestation's output `until`, with that output's own: what a later key signs cannot have been written with it.
 * @throws DppError as `earlierKeys`.
 */
export async function keysUntil(reading: Reading, source: Keyed, until: OutRef): Promise<readonly string[]> {
  if (source.keyEpoch === 0) return [source.pk];
  const keys = await keysOverTime(reading, source.unit);
  const last = keys.findLastIndex(({ txHash }) => txHash === until.txHash);
  return distinct(keys.slice(0, last + 1));
}

interface KeyInTime {
  readonly txHash: string;
  /** Hex; "" when that attestation has no event key. */
  readonly key: string;
}

const distinct = (keys: readonly KeyInTime[]): readonly string[] => [
  ...new Set(keys.flatMap(({ key }) => (key === "" ? [] : [key]))),
];

/** Of each output of the attestation, oldest first. */
async function keysOverTime({ ledger, contracts }: Reading, unit: string): Promise<readonly KeyInTime[]> {
  return (await ledger.transactionsOf(unit)).flatMap(({ hash, cbor }) =>
    readSigned(cbor)
      .outputs.filter(({ address, assets }) => assets[unit] === 1n && address === contracts.roles.address)
      .map(({ datum }) => decodeAttestationDatum(datum ?? "").extra)
      .map(({ alg, pk }) => ({ txHash: hash, key: formOf(alg, pk) === null ? "" : pk })),
  );
}
