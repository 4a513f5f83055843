/**
 * The relayer: brings packs that wait on the ledger, and pays. It decides nothing: what counts is in what the source signed, so anybody may be one, and
 * several may work on one store. Rests on the ledger for "never twice": a pack is appended only where the thread stands at its first counter.
 */

import { DppError, isDppError } from "../../domain/errors.js";
import type { Lease, PackState, StoredPack } from "../../ports/event-store.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import type { Signer } from "../../ports/signer.js";
import { planAppend, wholeSlots } from "../../tx/anchor.js";
import type { TxPlan } from "../../tx/plan.js";
import type { Validity } from "../../tx/state.js";
import { loadDeployment } from "../deployment.js";
import { settle } from "../settle.js";
import type { Submitted } from "../submit.js";
import { type ChainView, chainView } from "./chain.js";
import { checkSeal } from "./check.js";
import type { EventContext } from "./context.js";
import { catchUp, reopenRolledBack, type Standing, type ThreadAtWork } from "./reconcile.js";

export interface RelayOptions {
  /** Names this process in leases. */
  readonly worker: string;
  /** Threads at once. */
  readonly threads?: number;
  /** Packs of one thread at once, each in a transaction of its own. */
  readonly packs?: number;
  /** Threads in one transaction. */
  readonly together?: number;
  /** Only this source. */
  readonly source?: string;
}

export interface AnchoredPack {
  readonly pack: StoredPack;
  readonly txHash: string;
  readonly seq: number;
  readonly late: boolean;
}

export interface RelayReport {
  readonly transactions: readonly Submitted[];
  readonly anchored: readonly AnchoredPack[];
  /** Packs that cannot go now or never, and why. */
  readonly held: readonly {
    readonly pack: StoredPack;
    readonly code: string;
    readonly reason: string;
    readonly final: boolean;
  }[];
}

const LEASE_MS = 15 * 60_000;
const THREADS = 64;
const PACKS = 64;
const TOGETHER = 12;
const MINUTE = 60_000;
/** Attempts for one thread in one run when somebody else is faster. */
const ATTEMPTS = 3;

/** `signer` pays. @throws DppError `ledger/*`, `tx/insufficient-funds`, `event-store/*`. What was sent before it stays sent. */
export async function relay(
  context: EventContext,
  signer: Signer,
  options: RelayOptions,
): Promise<RelayReport> {
  const { store, clock, ledger } = context;
  const submissions = submissionsOf(ledger);
  if (submissions !== null) await settle(submissions);
  await reopenRolledBack(context, options.worker, LEASE_MS);
  const leases = await store.lease(
    options.worker,
    clock.now(),
    LEASE_MS,
    options.threads ?? THREADS,
    options.source,
  );
  const work = new Relay(context, signer, options);
  try {
    for (const lease of leases) await work.take(lease);
    await work.run();
    return work.report();
  } finally {
    for (const lease of leases) await store.release(lease);
  }
}

/** A pack in a transaction that was sent. */
interface Sent {
  readonly lease: Lease;
  readonly pack: StoredPack;
  readonly txHash: string;
  readonly seq: number;
  readonly late: boolean;
}

class Relay {
  private readonly context: EventContext;
  private readonly signer: Signer;
  private readonly options: RelayOptions;
  private readonly chain: ChainView;
  private readonly queue: ThreadAtWork[] = [];
  private readonly transactions: Submitted[] = [];
  private readonly sent: Sent[] = [];
  private readonly anchored: AnchoredPack[] = [];
  private readonly held: RelayReport["held"][number][] = [];

  constructor(context: EventContext, signer: Signer, options: RelayOptions) {
    this.context = context;
    this.signer = signer;
    this.options = options;
    this.chain = chainView(context.ledger);
  }

  report(): RelayReport {
    return { transactions: this.transactions, anchored: this.anchored, held: this.held };
  }

  /** What the thread's packs came to meanwhile, and what is left to do. */
  async take(lease: Lease): Promise<void> {
    const work = await this.standingOf(lease);
    if (work !== null) this.queue.push(work);
  }

  /** What is wrong with one thread alone stands in no other's way. */
  private async standingOf(lease: Lease): Promise<ThreadAtWork | null> {
    try {
      const standing: Standing = await catchUp(this.context, lease, this.options.packs ?? PACKS);
      this.anchored.push(...standing.anchored);
      this.held.push(...standing.held);
      return standing.work;
    } catch (error) {
      if (!isDppError(error) || !isOfThread(error)) throw error;
      const { code, message: reason } = error;
      const [pack] = await this.context.store.packs(lease.source, 0, 1, ["waiting", "sent"]);
      if (pack !== undefined) this.held.push({ pack, code, reason, final: false });
      return null;
    }
  }

  /** Rounds: in each, the next pack of every thread, as many threads in a transaction as fit. */
  async run(): Promise<void> {
    try {
      for (let round = 0; round < (this.options.packs ?? PACKS); round++) {
        const ready: ThreadAtWork[] = [];
        const { time } = await this.context.ledger.tip();
        for (const work of this.queue) if (await this.isReady(work, time)) ready.push(work);
        if (ready.length === 0) break;
        const size = this.options.together ?? TOGETHER;
        for (let at = 0; at < ready.length; at += size) await this.send(ready.slice(at, at + size));
      }
    } finally {
      await this.settleSent();
    }
  }

  /** Whether the thread's next pack can go. What the ledger would refuse for ever is marked so, and its events can be sealed again. */
  private async isReady(work: ThreadAtWork, time: number): Promise<boolean> {
    const { store, clock } = this.context;
    const [pack] = work.packs;
    if (pack === undefined) return false;
    try {
      await store.renewLease(work.lease, clock.now(), LEASE_MS);
      if (this.flawOf(work, pack) !== null) {
        await this.refuse(work);
        return false;
      }
      const { to } = this.validity([work], time);
      if (pack.cmax <= to) return true;
      this.hold(
        work,
        new DppError(
          "pack/clock-ahead",
          `its last event was captured at ${new Date(pack.cmax).toISOString()}, by its source's clock: the ledger takes it then`,
        ),
      );
    } catch (error) {
      if (!isDppError(error, LOST)) throw error;
      this.hold(work, error);
    }
    return false;
  }

  private flawOf({ source }: ThreadAtWork, pack: StoredPack): DppError | null {
    try {
      checkSeal(pack, { source, verify: this.context.verify });
      return null;
    } catch (error) {
      if (isDppError(error)) return error;
      throw error;
    }
  }

  /** The next pack, and those after it with such a flaw: as a rule they were all signed by one key, which was replaced. */
  private async refuse(work: ThreadAtWork): Promise<void> {
    for (const pack of work.packs) {
      const flaw = this.flawOf(work, pack);
      if (flaw === null) continue;
      const { code, message: reason } = flaw;
      await this.context.store.markPack(work.lease, pack.lo, { kind: "refused", code, reason });
      this.held.push({ pack, code, reason, final: true });
    }
    work.packs = [];
  }

  private hold(work: ThreadAtWork, { code, message }: DppError): void {
    const [pack] = work.packs;
    // What follows builds on it.
    work.packs = [];
    if (pack !== undefined) this.held.push({ pack, code, reason: message, final: false });
  }

  /** One transaction for these threads; in halves when it is too large, or when one of them is refused. */
  private async send(works: readonly ThreadAtWork[]): Promise<void> {
    try {
      await this.sendOnce(works);
    } catch (error) {
      if (!isDppError(error)) throw error;
      const isRace = error.code === "ledger/conflict";
      if (!isRace && !OURS.includes(error.code)) throw error;
      const [only] = works;
      if (works.length === 1 && only !== undefined)
        return isRace ? this.again(only, error) : this.hold(only, error);
      const half = Math.ceil(works.length / 2);
      await this.send(works.slice(0, half));
      await this.send(works.slice(half));
    }
  }

  /** Somebody was faster: with the thread, whose standing is read anew, or with a coin, which the next round leaves alone. */
  private async again(work: ThreadAtWork, error: DppError): Promise<void> {
    work.conflicts += 1;
    if (work.conflicts >= ATTEMPTS) return this.hold(work, error);
    await this.chain.refresh();
    // What this run sent is not in a block yet: the ledger cannot say more than we know.
    if (this.sent.some(({ lease }) => lease.source === work.lease.source)) return;
    const { conflicts } = work;
    const fresh = await this.standingOf(work.lease);
    if (fresh === null) work.packs = [];
    else Object.assign(work, fresh, { conflicts });
  }

  private async sendOnce(works: readonly ThreadAtWork[]): Promise<void> {
    const { ledger, contracts, builderOn, store } = this.context;
    const deployment = await loadDeployment(this.context);
    const validity = this.validity(works, (await ledger.tip()).time);
    if (validity.from >= validity.to)
      throw new DppError("thread/not-live", "the dates of the source leave no time to write in");
    const steps = works.map((work) => ({ work, pack: work.packs[0] as StoredPack }));
    const { plan, entries, ranges } = planAppend(
      contracts,
      deployment,
      steps.map(({ work, pack }) => ({
        state: { utxo: work.utxo, range: work.range },
        source: work.presented,
        pack,
      })),
      validity,
    );
    const builder = builderOn(this.chain.ledger);
    const built = await builder.build(plan, this.signer);
    const cbor = builder.sign(built.cbor, [await this.signer.signTx(built.bodyHash)]);
    // Written down first: after a crash the next relayer sees that this may be on its way.
    const state: PackState = { kind: "sent", txHash: built.bodyHash };
    for (const { work, pack } of steps) await store.markPack(work.lease, pack.lo, state);
    try {
      await ledger.submit(cbor, purpose(plan, steps.length));
    } catch (error) {
      if (isDppError(error, "ledger/refused") || isDppError(error, "ledger/conflict"))
        for (const { work, pack } of steps) await this.mark(work.lease, pack, { kind: "waiting" });
      throw error;
    }
    const outputs = this.chain.add(cbor);
    this.transactions.push({
      txHash: built.bodyHash,
      fee: built.fee,
      size: cbor.length / 2,
      exUnits: built.exUnits,
    });
    steps.forEach(({ work, pack }, at) => {
      const utxo = outputs[at];
      const range = ranges[at];
      const entry = entries[at];
      if (utxo === undefined || range === undefined || entry === undefined)
        throw new DppError("tx/outputs", "the transaction lacks a thread's output");
      Object.assign(work, { utxo, range, packs: work.packs.slice(1) });
      this.sent.push({
        lease: work.lease,
        pack,
        txHash: built.bodyHash,
        seq: range.seq - 1,
        late: entry.late,
      });
    });
  }

  /** Short, around now, and within the dates of all sources; ends in whole slots, since the end is written into the history. */
  private validity(works: readonly ThreadAtWork[], time: number): Validity {
    const from = works.reduce((latest, { source }) => Math.max(latest, source.validFrom), time - 2 * MINUTE);
    const to = works.reduce((earliest, { source }) => Math.min(earliest, source.validTo), time + 20 * MINUTE);
    return wholeSlots(this.context.ledger.slotConfig, { from, to });
  }

  /** What is on the ledger stays there when the lease went to somebody else: he sees it, and marks it. */
  private async mark(lease: Lease, { lo }: StoredPack, state: PackState): Promise<void> {
    try {
      await this.context.store.markPack(lease, lo, state);
    } catch (error) {
      if (!isDppError(error, LOST)) throw error;
    }
  }

  /** Waits for the blocks, and says what stands. */
  private async settleSent(): Promise<void> {
    for (const hash of this.chain.hashes) {
      const packs = this.sent.filter(({ txHash }) => txHash === hash);
      try {
        await this.context.ledger.awaitTx(hash);
      } catch (error) {
        // It stays marked as sent: whoever relays next sees what became of it.
        if (isDppError(error, "ledger/timeout") || isDppError(error, "ledger/unavailable")) return;
        if (!isDppError(error, "ledger/conflict") && !isDppError(error, "ledger/refused")) throw error;
        // Lost for good, as who keeps track of it says.
        const { code, message: reason } = error;
        for (const { lease, pack } of packs) {
          await this.mark(lease, pack, { kind: "waiting" });
          this.held.push({ pack, code, reason, final: false });
        }
        continue;
      }
      for (const { lease, pack, txHash, seq, late } of packs) {
        await this.mark(lease, pack, { kind: "anchored", txHash, seq, late });
        this.anchored.push({ pack, txHash, seq, late });
      }
    }
  }
}

const LOST = "event-store/lost-lease";
/** What one of several threads may be the reason of. */
const OURS: readonly string[] = [
  "tx/too-large",
  "tx/script-refused",
  "ledger/refused",
  "thread/not-live",
  LOST,
];

/** Neither the ledger nor the store as a whole. */
const isOfThread = ({ code }: DppError): boolean =>
  code === LOST || !(code.startsWith("ledger/") || code.startsWith("event-store/"));

const purpose = (plan: TxPlan, threads: number): string =>
  threads === 1 ? "append a pack of events" : `append packs of events to ${plan.outputs.length} threads`;
