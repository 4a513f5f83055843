/** Who signed a pack that is on its way, and whether the ledger takes it of them now: its source, or the parties of a joint pack. */
import { DppError, isDppError } from "../../domain/errors.js";
import { isJointThread } from "../../domain/joint.js";
import type { SealedPack } from "../../domain/pack.js";
import { needsTable } from "../../tx/tables.js";
import type { AttestationView } from "../resolve.js";
import { checkSeal, SEAL_ANEW } from "./check.js";
import { checkJointSeal } from "./check-joint.js";
import type { EventReading } from "./context.js";
import { partyNames } from "./parties.js";
import { standingText } from "./standing.js";

/** What is left to do about the signatures of a joint pack that are not good today. */
export const SIGN_ANEW =
  "If a party's event key was replaced since, it signs the file again with the key that it has now (dpp joint sign), and the file is taken in again (dpp event import)";

/** By attestation name. */
export type Attested = ReadonlyMap<string, AttestationView>;

/** Names of those who signed, as the pack has them, ascending. A list of parties that cannot be read names nobody. */
export function signerNames(pack: SealedPack): readonly string[] {
  if (!isJointThread(pack.source)) return [pack.source];
  try {
    return partyNames(pack);
  } catch (error) {
    if (isDppError(error, "pack/parties")) return [];
    throw error;
  }
}

/** Those of them that are known, in the same order. */
export const signersOf = (pack: SealedPack, attested: Attested): readonly AttestationView[] =>
  signerNames(pack).flatMap((name) => attested.get(name) ?? []);

/** `thread/not-live`, naming who is not in force at `now` (POSIX ms); `null`: everybody is. */
export function notLive(pack: SealedPack, attested: Attested, now: number): DppError | null {
  for (const name of signerNames(pack)) {
    const view = attested.get(name);
    if (view?.live === true) continue;
    const whose = isJointThread(pack.source)
      ? `the party ${view?.role ?? ""} ${name}${view === undefined ? "" : ` (${view.operator})`}`
      : "the source";
    return new DppError(
      "thread/not-live",
      view === undefined || view.status === "Revoked"
        ? `the attestation of ${whose} is revoked: what it has not written is written no more`
        : `the attestation of ${whose} is ${standingText(view, now)}: its packs wait until it is in force`,
      { details: { attestation: name } },
    );
  }
  return null;
}

/** Why the ledger would never take the pack under these signatures, and what is left to do; `null`: it would. */
export function sealFlaw(
  pack: SealedPack,
  attested: Attested,
  verify: EventReading["verify"],
): { readonly code: string; readonly reason: string } | null {
  const isJoint = isJointThread(pack.source);
  try {
    const signers = signersOf(pack, attested);
    const [source] = signers;
    if (isJoint) checkJointSeal(pack, signers, verify);
    else if (source !== undefined) checkSeal(pack, { source, verify });
    return null;
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { code: error.code, reason: `${error.message}. ${isJoint ? SIGN_ANEW : SEAL_ANEW}` };
  }
}

/** A signature that the script `p256` checks costs a sixth of what a transaction may spend; one of Ed25519 next to nothing. */
const P256_WEIGHT = 3;

/** How much of a transaction a pack takes, in packs of one Ed25519 source. */
export const weightOf = (pack: SealedPack, attested: Attested): number =>
  Math.max(
    1,
    signersOf(pack, attested).reduce((sum, key) => sum + (needsTable(key) ? P256_WEIGHT : 0), 0),
  );
