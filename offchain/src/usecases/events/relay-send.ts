/** One transaction that appends the next pack of each of these threads. */
import { DppError, isDppError } from "../../domain/errors.js";
import type { Lease, PackState, StoredPack } from "../../ports/event-store.js";
import type { SlotConfig, Utxo } from "../../ports/ledger.js";
import type { Signer } from "../../ports/signer.js";
import { wholeSlots } from "../../tx/anchor.js";
import { planAppend } from "../../tx/append.js";
import type { TxPlan } from "../../tx/plan.js";
import type { Validity } from "../../tx/state.js";
import { planCarryTables } from "../../tx/tables.js";
import { loadDeployment } from "../deployment.js";
import type { AttestationView } from "../resolve.js";
import type { Submitted } from "../submit.js";
import type { ChainView } from "./chain.js";
import type { EventContext } from "./context.js";
import { requireChecked } from "./key-standing.js";
import { signersOf } from "./pack-signers.js";
import { LOST, type ThreadAtWork } from "./reconcile.js";
import { readTables } from "./tables.js";

const MINUTE = 60_000;
/** The end of the range is written into the history, and counts as the delay: no farther than blocks may take. Longer than a lease, so that who lost his has not lost what he sent. */
const WRITTEN_WITHIN = 20 * MINUTE;

/** A pack in a transaction that was sent. */
export interface Sent {
  readonly lease: Lease;
  readonly pack: StoredPack;
  readonly txHash: string;
  readonly seq: number;
  readonly late: boolean;
}

/** Who signed the next pack. */
const signing = ({ packs: [pack], attested }: ThreadAtWork): readonly AttestationView[] =>
  pack === undefined ? [] : signersOf(pack, attested);

/** Short, around now, and within the dates of all who signed; ends in whole slots, since the end is written into the history. */
export function validityOf(works: readonly ThreadAtWork[], time: number, slots: SlotConfig): Validity {
  const signers = works.flatMap(signing);
  const from = signers.reduce((latest, { validFrom }) => Math.max(latest, validFrom), time - 2 * MINUTE);
  const to = signers.reduce((earliest, { validTo }) => Math.min(earliest, validTo), time + WRITTEN_WITHIN);
  return wholeSlots(slots, { from, to });
}

/** What is on the ledger stays there when the lease went to somebody else: he sees it, and marks it. */
export async function markOrLeave(
  { store }: EventContext,
  lease: Lease,
  { lo }: StoredPack,
  state: PackState,
): Promise<void> {
  try {
    await store.markPack(lease, lo, state);
  } catch (error) {
    if (!isDppError(error, LOST)) throw error;
  }
}

/** What the script needs to check the keys of `works`. What nobody wrote, or the consortium took back, is written before, at the expense of who submits. */
async function tablesFor(
  context: EventContext,
  signer: Signer,
  chain: ChainView,
  works: readonly ThreadAtWork[],
): Promise<readonly Utxo[]> {
  const { contracts } = context;
  const keys = works.flatMap(signing);
  const on = { ledger: chain.ledger, contracts };
  const { missing } = await readTables(on, keys);
  if (missing.length > 0)
    await sendBefore(
      context,
      signer,
      chain,
      planCarryTables(contracts, missing),
      "write the table of a P-256 key",
    );
  return (await readTables(on, keys)).tables;
}

/** What the appends rest on, in a transaction before theirs. */
export async function sendBefore(
  { builderOn, ledger }: EventContext,
  signer: Signer,
  chain: ChainView,
  plan: TxPlan,
  purpose: string,
): Promise<void> {
  const builder = builderOn(chain.ledger);
  const built = await builder.build(plan, signer);
  const cbor = builder.sign(built.cbor, [await signer.signTx(built.bodyHash)]);
  await ledger.submit(cbor, purpose);
  chain.add(cbor);
}

/**
 * Each of `works` then stands behind its pack.
 * @throws DppError what the builder and the ledger throw; `thread/not-live`, `role/form-unchecked`, `event-store/lost-lease`. After `ledger/unavailable` the packs are marked as sent.
 */
export async function sendAppends(
  context: EventContext,
  signer: Signer,
  chain: ChainView,
  works: readonly ThreadAtWork[],
): Promise<{ readonly submitted: Submitted; readonly sent: readonly Sent[] }> {
  const { ledger, contracts, builderOn, store } = context;
  const deployment = await loadDeployment(context);
  // Before anybody pays, for its tables too.
  for (const key of works.flatMap(signing)) requireChecked(key, deployment.state);
  const validity = validityOf(works, (await ledger.tip()).time, ledger.slotConfig);
  if (validity.from >= validity.to)
    throw new DppError("thread/not-live", "the dates of those who signed leave no time to write in");
  const steps = works.map((work) => ({ work, pack: work.packs[0] as StoredPack }));
  const { plan, entries, ranges } = planAppend(
    contracts,
    deployment,
    steps.map(({ work, pack }) => ({
      state: { utxo: work.utxo, range: work.range },
      signers: signing(work).map(({ name, utxo }) => ({ name, utxo })),
      pack,
    })),
    validity,
    await tablesFor(context, signer, chain, works),
  );
  const builder = builderOn(chain.ledger);
  const built = await builder.build(plan, signer);
  const cbor = builder.sign(built.cbor, [await signer.signTx(built.bodyHash)]);
  // Written down first: after a crash the next relayer sees that this may be on its way.
  const state: PackState = { kind: "sent", txHash: built.bodyHash };
  for (const { work, pack } of steps) await store.markPack(work.lease, pack.lo, state);
  try {
    await ledger.submit(cbor, purpose(steps.length));
  } catch (error) {
    if (isDppError(error, "ledger/refused") || isDppError(error, "ledger/conflict"))
      for (const { work, pack } of steps) await markOrLeave(context, work.lease, pack, { kind: "waiting" });
    throw error;
  }
  const outputs = chain.add(cbor);
  const submitted: Submitted = {
    txHash: built.bodyHash,
    fee: built.fee,
    size: cbor.length / 2,
    exUnits: built.exUnits,
  };
  const sent = steps.map(({ work, pack }, at): Sent => {
    const utxo = outputs[at];
    const range = ranges[at];
    const entry = entries[at];
    if (utxo === undefined || range === undefined || entry === undefined)
      throw new DppError("tx/outputs", "the transaction lacks a thread's output");
    Object.assign(work, { utxo, range, packs: work.packs.slice(1) });
    return {
      lease: work.lease,
      pack,
      txHash: built.bodyHash,
      seq: range.seq - 1,
      late: entry.late,
    };
  });
  return { submitted, sent };
}

const purpose = (threads: number): string =>
  threads === 1 ? "append a pack of events" : `append packs of events to ${threads} threads`;
