/** What the source of a thread, or the consortium in its place, does with it: give up counters, close it. Rules: docs/spec/anchor.md "Gap", "Close". */
import { DppError } from "../../domain/errors.js";
import { GAP_REASONS } from "../../domain/pack.js";
import type { Signer } from "../../ports/signer.js";
import { planClose, planGap, type Warden } from "../../tx/anchor.js";
import type { Context } from "../context.js";
import { loadDeployment, quorumAmong } from "../deployment.js";
import { readAttestation } from "../resolve.js";
import { type Submitted, submitPlan, validityNow } from "../submit.js";
import { readThread, type ThreadView } from "./threads.js";

type Signers = readonly [Signer, ...Signer[]];

/** `"source"`: the holder of its attestation is among the signers; `"quorum"`: enough members are. */
export type ActingAs = "source" | "quorum";

async function wardenOf(context: Context, signers: Signers, source: string, as: ActingAs): Promise<Warden> {
  if (as === "quorum") return { quorum: quorumAmong((await loadDeployment(context)).state, signers) };
  const view = await readAttestation(context, source);
  if (view === null) throw new DppError("role/unknown", `this deployment has no attestation ${source}`);
  if (!view.live)
    throw new DppError(
      "thread/not-live",
      "the attestation of this source is not in force: the consortium can act in its place (--quorum)",
    );
  return { source: { name: view.name, utxo: view.utxo }, validity: await validityNow(context, view) };
}

/**
 * The counters from the thread's next one up to `through` will have no event. For good.
 * @throws DppError `thread/none`, `thread/closed`, `thread/gap`, `thread/not-live`, `consortium/below-quorum`, and as `submitPlan`.
 */
export async function giveUp(
  context: Context,
  signers: Signers,
  source: string,
  { through, reason, as }: { readonly through: number; readonly reason: number; readonly as: ActingAs },
): Promise<Submitted & { readonly lo: number; readonly hi: number }> {
  let lo = 0;
  const submitted = await submitPlan(
    context,
    signers,
    async () => {
      const view = await openThread(context, source);
      lo = view.thread.next;
      if (through < lo)
        throw new DppError(
          "thread/gap",
          `the thread stands at ${lo}: event ${through} is on the ledger, or given up, already`,
        );
      const warden = await wardenOf(context, signers, source, as);
      return planGap(
        context.contracts,
        await loadDeployment(context),
        view,
        { hi: through + 1, reason },
        warden,
      );
    },
    `give up events of a thread: ${GAP_REASONS[reason] ?? reason}`,
  );
  return { ...submitted, lo, hi: through + 1 };
}

/** Nothing is written to the thread any more. For good. @throws DppError as `giveUp`. */
export const closeThread = (
  context: Context,
  signers: Signers,
  source: string,
  as: ActingAs,
): Promise<Submitted> =>
  submitPlan(
    context,
    signers,
    async () => {
      const view = await openThread(context, source);
      return planClose(
        context.contracts,
        await loadDeployment(context),
        view,
        await wardenOf(context, signers, source, as),
      );
    },
    "close a thread of events",
  );

async function openThread(context: Context, source: string): Promise<ThreadView> {
  const view = await readThread(context, source);
  if (view.thread.closed) throw new DppError("thread/closed", "the thread is closed already, for good");
  return view;
}
