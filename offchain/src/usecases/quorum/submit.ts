/** Sends a complete proposal, once: whoever has the file may, no key is needed. */
import { fromHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { Proposal } from "../../domain/proposal.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import type { Context } from "../context.js";
import { settle } from "../settle.js";
import { inspect } from "./inspect.js";
import { requireMatch, requireOpen } from "./sign.js";
import { doneOf, goneError, proposalStatus } from "./status.js";

export interface ProposalSubmitted {
  readonly txHash: string;
  /** It stood already. */
  readonly already: boolean;
}

export interface WaitOptions {
  /** Waits so many ms; a test moves its clock instead. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** ms between two looks at the ledger's time. */
  readonly every: number;
  /** Looks at most. */
  readonly looks: number;
  readonly progress?: (opens: number) => void;
}

const PURPOSES: Readonly<Record<Proposal["action"]["act"], string>> = {
  issue: "accredit by quorum",
  renew: "renew an attestation by quorum",
  revoke: "revoke an attestation by quorum",
  recover: "recover an attestation by quorum",
  rotate: "change the consortium",
  reassign: "reassign a passport by quorum",
  log: "log an action together",
  retire: "retire a passport together",
  amend: "amend a passport together",
  reclaim: "take back a reference script",
  found: "found the deployment",
};

/**
 * Submits the first complete variant and waits for its block. `wait`: for the window to open, when it has not.
 * @throws DppError `proposal/incomplete` with who is missing, `proposal/expired`, `proposal/too-early`, `proposal/inputs-gone`, `proposal/mismatch`,
 *   `proposal/tampered`, `proposal/other-deployment`; what the content store and the ledger throw. After `ledger/unavailable` and `ledger/timeout` a ledger that keeps track
 *   goes on trying.
 */
export async function submitProposal(
  context: Context,
  proposal: Proposal,
  wait: WaitOptions | null = null,
): Promise<ProposalSubmitted> {
  const submissions = submissionsOf(context.ledger);
  if (submissions !== null) await settle(submissions);
  const status = await proposalStatus(context, proposal);
  if (status.done !== null) return { txHash: status.done.txHash, already: true };
  const { ledger } = context;
  requireOpen(proposal, Math.max(context.clock.now(), (await ledger.tip()).time));
  if (status.gone.length > 0) throw goneError(status.gone);
  if (status.complete === null) throw incomplete(status.missing);
  const place = { contracts: context.contracts, slots: ledger.slotConfig, reading: context };
  requireMatch(await inspect(place, proposal, null));
  await untilOpen(context, proposal, wait);
  await storeRecord(context, proposal);
  return send(context, proposal, status.complete);
}

/** Nothing is anchored that is not stored, whoever submits. @throws DppError `content/*`. */
async function storeRecord({ content }: Context, { action }: Proposal): Promise<void> {
  if (action.act === "log") await content.put(fromHex(action.record));
}

async function send(context: Context, proposal: Proposal, at: number): Promise<ProposalSubmitted> {
  const { builder, ledger } = context;
  const witnesses = proposal.signatures.filter(({ variant }) => variant === at);
  const cbor = builder.sign(proposal.variants[at]?.tx ?? "", witnesses);
  try {
    const txHash = await ledger.submit(cbor, PURPOSES[proposal.action.act]);
    await ledger.awaitTx(txHash);
    return { txHash, already: false };
  } catch (error) {
    if (!isDppError(error, "ledger/conflict")) throw error;
    // Somebody else may have sent it in the same moment, this variant or another.
    const done = await doneOf(context, proposal);
    if (done !== null) return { txHash: done.txHash, already: true };
    const { gone } = await proposalStatus(context, proposal);
    throw gone.length > 0 ? goneError(gone, error) : error;
  }
}

async function untilOpen(context: Context, proposal: Proposal, wait: WaitOptions | null): Promise<void> {
  const { from } = proposal.window;
  if (from === null) return;
  for (let look = 0; look < (wait?.looks ?? 1); look++) {
    if ((await context.ledger.tip()).time >= from) {
      requireOpen(proposal, context.clock.now());
      return;
    }
    if (wait === null) break;
    wait.progress?.(from);
    await wait.pause(wait.every);
  }
  throw new DppError(
    "proposal/too-early",
    `the ledger takes this from ${new Date(from).toISOString()} on: submit it then, or let it wait (--wait)`,
    { details: { from } },
  );
}

function incomplete(missing: readonly (readonly string[])[]): DppError {
  const [nearest = []] = missing.toSorted((a, b) => a.length - b.length);
  return new DppError("proposal/incomplete", `signatures are missing, at least of ${nearest.join(", ")}`, {
    details: { missing: nearest },
  });
}
