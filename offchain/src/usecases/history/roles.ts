/** The life of an attestation: who it was, when, and why it ended. Spec: docs/spec/history.md "Standing of an attestation". */
import { decodeAttestationDatum } from "../../codec/datum.js";
import { decodeRolesMint, decodeRolesSpend, type RolesSpend } from "../../codec/redeemer.js";
import type { Attestation, AttestationStatus } from "../../domain/attestation.js";
import { isDppError } from "../../domain/errors.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { Reading } from "../context.js";
import type { Anchor } from "../resolve.js";
import { inLedgerOrder, type ReadPast, readPast } from "./order.js";
import { stepOf, type TokenStep, touches } from "./token.js";

export type RoleChange =
  | { readonly act: "Issue" }
  | RolesSpend
  | { readonly act: "Unreadable"; readonly reason: string };

export type RoleEntry = Anchor & {
  readonly change: RoleChange;
  /** After it; null: it cannot be read. */
  readonly attestation: Attestation | null;
};

export interface AttestationStanding {
  /** Attestation name, hex. */
  readonly name: string;
  readonly status: AttestationStatus;
  /** The transaction that gave it this status: the issue, a renewal, a suspension, a revocation. */
  readonly since: Anchor;
  /** Reason (docs/spec/datum.md "Reasons") that the suspension or revocation gave; null: Active, or it cannot be read. */
  readonly reason: number | null;
}

/** `name`: attestation name, hex. Empty: not accredited here. @throws DppError `history/too-long`, `ledger/*`. */
export async function readRoleHistory(
  { ledger, contracts }: Pick<Reading, "ledger" | "contracts">,
  name: string,
  read: ReadPast = readPast,
): Promise<readonly RoleEntry[]> {
  const unit = referenceUnit(contracts.roles.hash, name);
  const entries: RoleEntry[] = [];
  let before: TokenStep["after"] = null;
  for (const { tx, signed, unreadable } of inLedgerOrder([await ledger.transactionsOf(unit)], read)) {
    const anchor: Anchor = { txHash: tx.hash, slot: tx.slot, height: tx.height, time: tx.time };
    if (signed === null) {
      entries.push({ ...anchor, change: { act: "Unreadable", reason: unreadable ?? "" }, attestation: null });
      continue;
    }
    const step = stepOf(signed, unit, before);
    if (!touches(step)) continue;
    before = step.after;
    entries.push({ ...anchor, ...readEntry(step, contracts.roles.address) });
  }
  return entries;
}

function readEntry(step: TokenStep, address: string): Pick<RoleEntry, "change" | "attestation"> {
  try {
    const atContract = step.after !== null && step.after.address === address;
    if (step.broken || !atContract) {
      const reason = "the transaction does not continue the attestation";
      return { change: { act: "Unreadable", reason }, attestation: null };
    }
    const attestation = decodeAttestationDatum(step.after?.datum ?? "").extra;
    return { change: changeOf(step), attestation };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { change: { act: "Unreadable", reason: error.message }, attestation: null };
  }
}

/** @throws DppError `datum/shape`, `plutus-data/*`. */
function changeOf({ minted, mintRedeemer, redeemer }: TokenStep): RoleChange {
  if (minted === 0n) return decodeRolesSpend(redeemer ?? "");
  decodeRolesMint(mintRedeemer ?? "");
  return { act: "Issue" };
}

/** What it was at a moment (POSIX ms); null: not accredited yet. */
export function standingAt(
  name: string,
  entries: readonly RoleEntry[],
  time = Number.POSITIVE_INFINITY,
): AttestationStanding | null {
  let standing = null as AttestationStanding | null;
  for (const { change, attestation, time: at, txHash, slot, height } of entries) {
    if (at > time || attestation === null || attestation.status === standing?.status) continue;
    standing = {
      name,
      status: attestation.status,
      since: { txHash, slot, height, time: at },
      reason: "reason" in change && typeof change.reason === "number" ? change.reason : null,
    };
  }
  return standing;
}

/** The attestation's datum at a moment; null: not accredited yet, or it cannot be read. */
export const attestationAt = (entries: readonly RoleEntry[], time: number): Attestation | null =>
  entries.findLast((entry) => entry.time <= time)?.attestation ?? null;

/** The present status with the reason and time of what made it. `null`: not accredited here. @throws DppError `ledger/*`. */
export const readStanding = async (
  reading: Pick<Reading, "ledger" | "contracts">,
  name: string,
  read: ReadPast = readPast,
): Promise<AttestationStanding | null> => standingAt(name, await readRoleHistory(reading, name, read));
