/** A member's signature: given when the bytes do what the file says, and nothing else. */
import { DppError } from "../../domain/errors.js";
import type { Proposal } from "../../domain/proposal.js";
import type { Clock } from "../../ports/clock.js";
import type { Signer } from "../../ports/signer.js";
import { type Inspection, inspect, type Place, requireSigner } from "./inspect.js";
import { withSignatureOf } from "./signatures.js";
import { doneOf, goneError, goneOf } from "./status.js";

/** @throws DppError `proposal/expired`. */
export function requireOpen({ expires }: Proposal, now: number): void {
  if (now < expires) return;
  throw new DppError(
    "proposal/expired",
    `this proposal expired at ${new Date(expires).toISOString()}: it has to be made again (dpp quorum again)`,
    { details: { expires } },
  );
}

/** @throws DppError `proposal/mismatch` with every difference. */
export function requireMatch({ mismatches }: Inspection): void {
  if (mismatches.length === 0) return;
  throw new DppError(
    "proposal/mismatch",
    "the transactions do not do what the file says: do not sign, and ask the proposer",
    { details: { mismatches } },
  );
}

/**
 * Everything that speaks against signing, and what the proposal does; nothing is signed yet. `clock`: this machine's.
 * @throws DppError `proposal/expired`, `proposal/not-a-signer`, `proposal/mismatch`, `proposal/inputs-gone`, `proposal/done`, and as `inspect`.
 */
export async function examine(
  place: Place,
  clock: Clock,
  proposal: Proposal,
  keyHash: string,
): Promise<Inspection> {
  const inspection = await inspect(place, proposal, keyHash);
  requireOpen(proposal, clock.now());
  requireSigner(proposal, keyHash);
  // What is gone cannot be compared: say so first.
  if (place.reading !== null) {
    const done = await doneOf(place.reading, proposal);
    if (done !== null)
      throw new DppError("proposal/done", `this act stands already, in the transaction ${done.txHash}`, {
        details: { txHash: done.txHash },
      });
    const gone = await goneOf(place.reading, proposal, inspection.view?.gone ?? []);
    if (gone.length > 0) throw goneError(gone);
  }
  requireMatch(inspection);
  return inspection;
}

/** @throws as `examine`; DppError `proposal/signed-already`. */
export async function signProposal(
  place: Place,
  clock: Clock,
  proposal: Proposal,
  signer: Signer,
): Promise<{ readonly proposal: Proposal; readonly inspection: Inspection }> {
  const inspection = await examine(place, clock, proposal, signer.keyHash);
  return { proposal: await withSignatureOf(proposal, signer), inspection };
}
