/** A relayer at work: rounds of transactions, one pack of each thread in a round; what fails is told apart, so that it stops nothing else. */
import { DppError, isDppError } from "../../domain/errors.js";
import type { Lease, StoredPack } from "../../ports/event-store.js";
import type { Signer } from "../../ports/signer.js";
import { planRegister } from "../../tx/deploy.js";
import type { Submitted } from "../submit.js";
import { type ChainView, chainView } from "./chain.js";
import { timeText } from "./check-leaf.js";
import type { EventContext } from "./context.js";
import { notLive, sealFlaw, weightOf } from "./pack-signers.js";
import { catchUp, isOfThread, LOST, type Standing, type ThreadAtWork } from "./reconcile.js";
import type { AnchoredPack, RelayOptions, RelayReport } from "./relay.js";
import { markOrLeave, type Sent, sendAppends, sendBefore, validityOf } from "./relay-send.js";

export const LEASE_MS = 15 * 60_000;
const PACKS = 64;
/** Weight of a transaction: twelve packs of Ed25519 sources, or four signatures that the script `p256` checks. */
const TOGETHER = 12;
/** Attempts for one thread in one run when somebody else is faster. */
const ATTEMPTS = 3;
/** What one of several threads may be the reason of. */
const OURS: readonly string[] = [
  "tx/too-large",
  "tx/script-refused",
  "ledger/refused",
  "thread/not-live",
  "p256/no-base",
  "role/form-unchecked",
  LOST,
];

/** The packs of some leased threads on their way to the ledger. */
export class RelayRun {
  private readonly context: EventContext;
  private readonly signer: Signer;
  private readonly options: RelayOptions;
  private readonly chain: ChainView;
  private hasRegistered = false;
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
        for (const together of batches(ready, this.options.together ?? TOGETHER)) await this.send(together);
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
      // Each pack of a joint thread has parties of its own.
      const held = notLive(pack, work.attested, clock.now());
      if (held !== null) {
        this.hold(work, held);
        return false;
      }
      const { to } = validityOf([work], time, this.context.ledger.slotConfig);
      if (pack.cmax <= to) return true;
      this.hold(
        work,
        new DppError(
          "pack/clock-ahead",
          `its last event was captured at ${timeText(pack.cmax)}, by its source's clock: the ledger takes it then`,
        ),
      );
    } catch (error) {
      if (!isDppError(error, LOST)) throw error;
      this.hold(work, error);
    }
    return false;
  }

  private flawOf(work: ThreadAtWork, pack: StoredPack): ReturnType<typeof sealFlaw> {
    return sealFlaw(pack, work.attested, this.context.verify);
  }

  /** The next pack, and those after it with such a flaw: as a rule they were all signed by one key, which was replaced. */
  private async refuse(work: ThreadAtWork): Promise<void> {
    for (const pack of work.packs) {
      const flaw = this.flawOf(work, pack);
      if (flaw === null) continue;
      const { code, reason } = flaw;
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
      const { submitted, sent } = await sendAppends(this.context, this.signer, this.chain, works);
      this.transactions.push(submitted);
      this.sent.push(...sent);
    } catch (error) {
      if (!isDppError(error)) throw error;
      if (await this.repaired(error)) return this.send(works);
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

  /** Whether the ledger refused for want of the account of `p256`, and has it now. Once in a run: what does not help then is not tried again. */
  private async repaired({ code, details }: DppError): Promise<boolean> {
    if (this.hasRegistered || code !== "ledger/refused" || details.rule !== "Withdrawals") return false;
    this.hasRegistered = true;
    const plan = planRegister(this.context.contracts);
    await sendBefore(this.context, this.signer, this.chain, plan, "register the account of p256");
    return true;
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
          await markOrLeave(this.context, lease, pack, { kind: "waiting" });
          this.held.push({ pack, code, reason, final: false });
        }
        continue;
      }
      for (const { lease, pack, txHash, seq, late } of packs) {
        await markOrLeave(this.context, lease, pack, { kind: "anchored", txHash, seq, late });
        this.anchored.push({ pack, txHash, seq, late });
      }
    }
  }
}

/** As many as a transaction bears, by weight; one alone, however heavy. */
function batches(works: readonly ThreadAtWork[], size: number): readonly (readonly ThreadAtWork[])[] {
  const parts: ThreadAtWork[][] = [];
  let free = 0;
  for (const work of works) {
    const [pack] = work.packs;
    const weight = pack === undefined ? 0 : weightOf(pack, work.attested);
    const part = parts.at(-1);
    if (part !== undefined && weight <= free) {
      part.push(work);
      free -= weight;
    } else {
      parts.push([work]);
      free = size - weight;
    }
  }
  return parts;
}
