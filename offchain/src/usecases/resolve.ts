/** Reads attestations and passports off the ledger, as plain views. Believes nothing but the ledger. */

import { decodeAttestationDatum, decodePassportDatum } from "../codec/datum.js";
import { readTransaction } from "../codec/ledger-cbor/transaction.js";
import { type Attestation, isLive } from "../domain/attestation.js";
import { cidFromHex } from "../domain/cid.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { Passport, PassportStatus } from "../domain/passport.js";
import { isPassportId, LABEL_REFERENCE, referenceUnit } from "../domain/tokens.js";
import type { LedgerTx, Tip, Utxo } from "../ports/ledger.js";
import { type PendingTransaction, submissionsOf } from "../ports/pending-transactions.js";
import { sameOutRef } from "../tx/plan.js";
import type { Reading } from "./context.js";

export interface AttestationView extends Omit<Attestation, "keyring"> {
  /** Attestation name, hex. */
  readonly name: string;
  readonly title: string;
  /** CID of the sealing keyring. */
  readonly keyring: string | null;
  /** Active and inside its dates, now. */
  readonly live: boolean;
  /** Unit of the (100). */
  readonly unit: string;
  readonly utxo: Utxo;
}

export interface PassportState {
  readonly id: string;
  /** Unit of the (100). */
  readonly unit: string;
  readonly status: PassportStatus;
  readonly revision: number;
  readonly issuer: AttestationView | null;
  /** Attestation name of the issuer, as the datum has it. */
  readonly issuerName: string;
  /** Attestation name of the manufacturer who sealed the present document: another than the issuer from a Reassign until the next Update. */
  readonly sealedBy: string;
  readonly sealer: AttestationView | null;
  readonly name: string;
  readonly image: string;
  readonly dataRoot: string;
  /** CID of the sealed passport. */
  readonly content: string;
  readonly idCommit: string;
  readonly idMethod: number;
  /** Head of the chain of actions, hex; empty before the first. */
  readonly actionHead: string;
  /** Id of the passport that this one succeeds. */
  readonly predecessor: string | null;
  readonly utxo: Utxo;
  readonly datum: string;
  /** The transaction that made the present state. */
  readonly anchor: Anchor;
  readonly issued: Anchor;
}

export interface Anchor {
  readonly txHash: string;
  readonly slot: number;
  readonly height: number;
  /** POSIX ms. */
  readonly time: number;
}

/** How deep a transaction stands, and how deep it has to. */
export interface Depth {
  /** Blocks, its own included. */
  readonly confirmations: number;
  /** `confirmations` at which it counts as settled. */
  readonly needed: number;
  readonly settled: boolean;
}

/** `tip`: read before the anchor, so that a block in between makes it look shallower, never deeper. */
export function depthOf({ height }: Pick<Anchor, "height">, tip: Pick<Tip, "height">, needed: number): Depth {
  const confirmations = Math.max(1, tip.height - height + 1);
  return { confirmations, needed, settled: confirmations >= needed };
}

/** What this home sent, is in no block yet, and spends the output: the next state, unless something comes between. */
export async function pendingOn({ ledger }: Reading, utxo: Utxo): Promise<readonly PendingTransaction[]> {
  const entries = (await submissionsOf(ledger)?.pending.list()) ?? [];
  return entries.filter(
    ({ spends, trouble }) => trouble?.final !== true && spends.some((ref) => sameOutRef(ref, utxo)),
  );
}

/** What this home sent that mints the passport, unless it is lost for good. */
export async function pendingIssueOf(
  { ledger, contracts }: Reading,
  id: string,
): Promise<PendingTransaction | null> {
  const entries = (await submissionsOf(ledger)?.pending.list()) ?? [];
  const unit = referenceUnit(contracts.passport.hash, id);
  return entries.find(({ mints, trouble }) => trouble?.final !== true && mints.includes(unit)) ?? null;
}

/** Why there is no such passport: `passport/pending` while its transaction is under way, `passport/erased`, else `passport/unknown`. */
export async function absentPassport(reading: Reading, id: string): Promise<DppError> {
  const absent = await unmintedPassport(reading, id);
  return absent.code === "passport/unknown" && (await wasErased(reading, id))
    ? new DppError(
        "passport/erased",
        `${id} was erased; what it said stays readable: dpp passport history ${id}`,
      )
    : absent;
}

/** The same of one that the ledger has no transaction of: `passport/pending`, `passport/unknown`. */
export async function unmintedPassport(reading: Reading, id: string): Promise<DppError> {
  const issue = await pendingIssueOf(reading, id);
  if (issue === null) return new DppError("passport/unknown", `this deployment has no passport ${id}`);
  const why = issue.trouble === null ? "" : `: ${issue.trouble.reason}`;
  return new DppError(
    "passport/pending",
    `the passport ${id} is pending: its transaction ${issue.hash} is in no block yet${why} (dpp tx list)`,
    { details: { id, transaction: issue.hash } },
  );
}

/** A passport that was, and is burnt. A ledger that cannot tell what is gone from what never was says no. */
async function wasErased({ ledger, contracts }: Reading, id: string): Promise<boolean> {
  if (!isPassportId(id)) return false;
  try {
    return (await ledger.transactionsOf(referenceUnit(contracts.passport.hash, id))).length > 0;
  } catch (error) {
    if (isDppError(error, "ledger/unavailable")) return false;
    throw error;
  }
}

/** The state output of an NFT at its contract; `null` when there is none, or when it lies anywhere else. */
async function stateOf({ ledger }: Reading, unit: string, address: string): Promise<Utxo | null> {
  const utxo = await ledger.utxoByUnit(unit);
  return utxo !== null && utxo.address === address && utxo.datum ? utxo : null;
}

/** `name`: attestation name, hex. `null`: not accredited here. */
export async function readAttestation(reading: Reading, name: string): Promise<AttestationView | null> {
  const { roles } = reading.contracts;
  const utxo = await stateOf(reading, referenceUnit(roles.hash, name), roles.address);
  return utxo === null ? null : viewOf(reading, name, utxo);
}

function viewOf({ clock, contracts }: Reading, name: string, utxo: Utxo): AttestationView {
  const { metadata, extra } = decodeAttestationDatum(utxo.datum ?? "");
  return {
    ...extra,
    name,
    title: metadata.name,
    keyring: extra.keyring === "" ? null : cidFromHex(extra.keyring),
    live: isLive(extra, clock.now()),
    unit: referenceUnit(contracts.roles.hash, name),
    utxo,
  };
}

/** Every attestation of the deployment, tombstones included, by name. */
export async function listAttestations(reading: Reading): Promise<readonly AttestationView[]> {
  const { roles } = reading.contracts;
  const prefix = roles.hash + LABEL_REFERENCE;
  const utxos = await reading.ledger.utxosByCredential(roles.hash);
  const views = utxos.flatMap((utxo) => {
    const unit = Object.keys(utxo.assets).find((name) => name.startsWith(prefix));
    return unit === undefined ? [] : [viewOf(reading, unit.slice(prefix.length), utxo)];
  });
  return views.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Attestations whose `holder` is this key hash. */
export async function attestationsOfHolder(
  reading: Reading,
  keyHash: string,
): Promise<readonly AttestationView[]> {
  const all = await listAttestations(reading);
  return all.filter(({ holder }) => holder === keyHash);
}

/** `id`: passport id, hex. `null`: no such passport in this deployment. */
export async function readPassport(reading: Reading, id: string): Promise<PassportState | null> {
  if (!isPassportId(id)) return null;
  const { passport } = reading.contracts;
  const unit = referenceUnit(passport.hash, id);
  const utxo = await stateOf(reading, unit, passport.address);
  if (utxo === null) return null;
  const { metadata, extra } = decodePassportDatum(utxo.datum ?? "");
  const [issuer, anchor, past] = await Promise.all([
    readAttestation(reading, extra.issuer),
    reading.ledger.transaction(utxo.txHash),
    reading.ledger.transactionsOf(unit),
  ]);
  const [first] = past;
  if (anchor === null || first === undefined) return null;
  const sealedBy = sealerAmong(past, unit, extra);
  return {
    id,
    unit,
    status: extra.status,
    revision: extra.revision,
    issuer,
    issuerName: extra.issuer,
    sealedBy,
    sealer: sealedBy === extra.issuer ? issuer : await readAttestation(reading, sealedBy),
    name: metadata.name,
    image: metadata.image,
    dataRoot: extra.dataRoot,
    content: cidFromHex(extra.content),
    idCommit: extra.idCommit,
    idMethod: extra.idMethod,
    actionHead: extra.actionHead,
    predecessor: extra.predecessor,
    utxo,
    datum: utxo.datum ?? "",
    anchor: anchorOf(anchor),
    issued: anchorOf(first),
  };
}

/**
 * The issuer under whom the present revision was made. Revisions only grow, so the first transaction of the present one is found by halving: a product
 * with a thousand logged actions costs ten readings. `past`: the transactions of the (100), oldest first.
 */
function sealerAmong(past: readonly LedgerTx[], unit: string, { revision, issuer }: Passport): string {
  const stateIn = (at: number): Passport | null => {
    const output = readTransaction(past[at]?.cbor ?? "").outputs.find(({ utxo }) => unit in utxo.assets);
    return output?.utxo.datum ? decodePassportDatum(output.utxo.datum).extra : null;
  };
  let from = 0;
  let to = past.length - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((stateIn(middle)?.revision ?? 0) < revision) from = middle + 1;
    else to = middle;
  }
  return stateIn(from)?.issuer ?? issuer;
}

const anchorOf = ({
  hash,
  slot,
  height,
  time,
}: {
  hash: string;
  slot: number;
  height: number;
  time: number;
}): Anchor => ({
  txHash: hash,
  slot,
  height,
  time,
});

/** Ids of the passports that exist. */
export async function listPassports({ ledger, contracts }: Reading): Promise<readonly string[]> {
  const prefix = contracts.passport.hash + LABEL_REFERENCE;
  const units = await ledger.unitsOf(contracts.passport.hash);
  return units.filter((unit) => unit.startsWith(prefix)).map((unit) => unit.slice(prefix.length));
}
