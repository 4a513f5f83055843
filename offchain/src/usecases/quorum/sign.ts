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

/**
 * Without a ledger nobody can tell whose outputs the inputs are, and a signer's witness spends his own like any other.
 * @throws DppError `proposal/unseen-inputs`.
 */
function requireSeen({ view, uncompared }: Inspection): void {
  if (view !== null) return;
  throw new DppError(
    "proposal/unseen-inputs",
    "without a ledger it cannot be told whose coins this proposal spends: they may be yours, and your signature would give them away. Nothing was signed. Sign where a ledger is at hand, or say that you accept this (--accept-unseen-inputs): with a key whose addresses hold nothing, nothing can be lost",
    { details: { uncompared } },
  );
}

export interface SignOptions {
  /** The signer knows that an output of his own may be among the inputs, where no ledger tells. */
  readonly acceptUnseenInputs?: boolean;
  /** Sees what is about to be signed; what it throws, nothing is signed after. */
  readonly before?: (inspection: Inspection) => Promise<void>;
}

/** @throws as `examine` and `before`; DppError `proposal/unseen-inputs`, `proposal/signed-already`. */
export async function signProposal(
  place: Place,
  clock: Clock,
  proposal: Proposal,
  signer: Signer,
  { acceptUnseenInputs = false, before }: SignOptions = {},
): Promise<{ readonly proposal: Proposal; readonly inspection: Inspection }> {
  const inspection = await examine(place, clock, proposal, signer.keyHash);
  if (!acceptUnseenInputs) requireSeen(inspection);
  await before?.(inspection);
  return { proposal: await withSignatureOf(proposal, signer), inspection };
}
