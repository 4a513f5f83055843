/**
 * Who may have made a change of an attestation, by the change alone (docs/spec/datum.md "Spend"): the redeemer is not in a receipt, and which of two acts that
 * allow the same change it was is no matter. Pure.
 */
import type { Attestation } from "../../domain/attestation.js";
import type { Config } from "../../domain/config.js";
import type { Cip68 } from "../../domain/passport.js";

/** The consortium's quorum, one of its freeze keys, or the holder. */
export type Authority = "quorum" | "freeze key" | "holder";

export type AttestationState = Cip68<Attestation>;
type Consortium = Pick<Config, "members" | "threshold" | "freezeKeys">;

/** POSIX ms; null: unbounded. */
export interface TimeRange {
  readonly from: number | null;
  readonly until: number | null;
}

const HOUR = 3_600_000;

/** Active, and inside its dates for the whole of a range that is bounded and at most an hour long. */
export const isInForce = ({ status, validFrom, validTo }: Attestation, { from, until }: TimeRange): boolean =>
  status === "Active" &&
  from !== null &&
  until !== null &&
  until - from <= HOUR &&
  validFrom <= from &&
  until <= validTo;

const KEYS = ["holder", "alg", "pk", "encPk", "keyEpoch"] as const;
const DATES = ["status", "validFrom", "validTo"] as const;

function changedFields(before: Attestation, after: Attestation): ReadonlySet<keyof Attestation> {
  const names = Object.keys(before) as (keyof Attestation)[];
  return new Set(names.filter((name) => before[name] !== after[name]));
}

/** Whose signature allows this change; empty: nobody's. */
export function authoritiesFor(before: AttestationState, after: AttestationState): readonly Authority[] {
  const [old, next] = [before.extra, after.extra];
  if (old.status === "Revoked") return [];
  const renamed =
    before.metadata.name !== after.metadata.name || before.metadata.image !== after.metadata.image;
  const changed = changedFields(old, next);
  const only = (names: readonly (keyof Attestation)[]): boolean =>
    [...changed].every((name) => names.includes(name));
  const found: Authority[] = [];
  const rotates = !renamed && next.keyEpoch === old.keyEpoch + 1 && only(KEYS);
  if (rotates || (!renamed && only(["keyring"]))) found.push("holder");
  const renews = next.status === "Active" && only(DATES);
  const revokes = !renamed && next.status === "Revoked" && only(["status"]);
  if (rotates || renews || revokes) found.push("quorum");
  if (!renamed && old.status === "Active" && next.status === "Suspended" && only(["status"]))
    found.push("freeze key");
  return found;
}

/** Key hashes whose signatures count for this authority. */
export function keysOf(
  authority: Authority,
  holder: string | null,
  consortium: Consortium | null,
): readonly string[] {
  if (authority === "holder") return holder === null ? [] : [holder];
  if (consortium === null) return [];
  return authority === "quorum" ? consortium.members : consortium.freezeKeys;
}

export const hasQuorum = (
  { members, threshold }: Pick<Config, "members" | "threshold">,
  signers: ReadonlySet<string>,
): boolean => members.filter((key) => signers.has(key)).length >= threshold;

/**
 * The first authority that allows the change and signed it; null: none did. `before` null: an issue. `consortium`: of the config that the transaction refers to;
 * null: it refers to none that is known. `signers`: key hashes.
 */
export function authorityOf(
  before: AttestationState | null,
  after: AttestationState,
  signers: ReadonlySet<string>,
  range: TimeRange,
  consortium: Consortium | null,
): Authority | null {
  const allowed = before === null ? (["quorum"] as const) : authoritiesFor(before, after);
  return (
    allowed.find((authority) => {
      if (authority === "holder")
        return before !== null && isInForce(before.extra, range) && signers.has(before.extra.holder);
      if (consortium === null) return false;
      return authority === "quorum"
        ? hasQuorum(consortium, signers)
        : consortium.freezeKeys.some((key) => signers.has(key));
    }) ?? null
  );
}
