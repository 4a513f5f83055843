/**
 * What is sent over a ledger that keeps track stands once or is reported, whatever happens: blocks, reorganisations below the depth, a node that is
 * down or does not answer, rivals, a process that dies between any two writes, two processes of one home.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryJournal } from "../../src/adapters/embedded-ledger/journal.js";
import { memoryLedger, newGenesis } from "../../src/adapters/embedded-ledger/ledger.js";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { pendingInMemory } from "../../src/adapters/pending/memory.js";
import { isDppError } from "../../src/domain/errors.js";
import type { PendingTransactions } from "../../src/ports/pending-transactions.js";
import { actor, testClock } from "../../src/testing/actors.js";
import { ReorganisingLedger } from "../../src/testing/reorganising-ledger.js";
import { payment, signedTx } from "../../src/testing/transact.js";
import { settle } from "../../src/usecases/settle.js";
import { trackSubmissions } from "../../src/usecases/track.js";

const DEPTH = 3;
/** More of them find rarer interleavings. */
const RUNS = Number(process.env.DPP_TEST_RUNS ?? 150);
const ACTS = 4;
const TICK = 1_000;
/** Steps without an event after which a run must have come to rest. */
const REST = 400;
const TIMES = { poll: TICK, retry: TICK, attempts: 3, conflict: 8_000, resend: 2_000, wait: 60_000 };

const start = testClock().now();
const payer = actor("payer");
const funds = Array.from({ length: 2 * ACTS }, () => ({ address: payer.address, lovelace: 100_000_000n }));
const genesis = newGenesis({ funds }, testClock(start));

interface Sent {
  readonly cbor: string;
  readonly hash: string;
}
/** One act: what is sent first, what is sent instead once that is lost, and what others do with the coin of the first. */
interface Act {
  readonly variants: readonly [Sent, Sent];
  readonly rival: Sent;
}
let acts: readonly Act[] = [];

beforeAll(async () => {
  const ledger = memoryLedger({ funds }, testClock(start));
  const builder = lucidBuilder(ledger);
  const coins = await ledger.utxosAt(payer.address);
  const spend = async (at: number, lovelace: bigint): Promise<Sent> => {
    const utxo = coins[at] ?? expect.fail("too few coins");
    const plan = { ...payment(actor("other").address, lovelace), inputs: [{ utxo }] };
    const { cbor, built } = await signedTx(builder, plan, [payer]);
    return { cbor, hash: built.bodyHash };
  };
  const made: Act[] = [];
  for (let at = 0; at < ACTS; at++) {
    const [first, second] = [await spend(at, 2_000_000n), await spend(ACTS + at, 2_000_000n)];
    made.push({ variants: [first, second], rival: await spend(at, 3_000_000n) });
  }
  // The last act's first payment spends the change of the one before, so that it can only follow it.
  const [parent, child] = made.slice(-2);
  if (parent === undefined || child === undefined) throw new Error("too few acts");
  await ledger.submit(parent.variants[0].cbor);
  const change = (await ledger.utxosAt(payer.address)).find(
    ({ txHash }) => txHash === parent.variants[0].hash,
  );
  const plan = {
    ...payment(actor("other").address, 2_000_000n),
    inputs: [{ utxo: change ?? expect.fail("no change") }],
  };
  const { cbor, built } = await signedTx(builder, plan, [payer]);
  acts = [...made.slice(0, -1), { ...child, variants: [{ cbor, hash: built.bodyHash }, child.variants[1]] }];
});

type Event =
  | { readonly kind: "block" | "down" | "deaf" | "up" | "forget" }
  | {
      readonly kind: "reorganise";
      readonly depth: number;
      readonly rivals: readonly number[];
      readonly keep: boolean;
    }
  | { readonly kind: "rival"; readonly act: number }
  | { readonly kind: "settle"; readonly process: 0 | 1 }
  | { readonly kind: "crash"; readonly process: 0 | 1; readonly writes: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Event>({ kind: "block" }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Event>({ kind: "down" }, { kind: "deaf" }, { kind: "up" }, { kind: "forget" }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("reorganise" as const),
      depth: fc.integer({ min: 1, max: DEPTH - 1 }),
      rivals: fc.uniqueArray(fc.nat(ACTS - 1), { maxLength: ACTS }),
      keep: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rival" as const), act: fc.nat(ACTS - 1) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("settle" as const), process: fc.constantFrom(0, 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("crash" as const),
      process: fc.constantFrom(0, 1),
      writes: fc.nat(3),
    }),
  },
);

/** The process is dead: nothing that it would have done next happens. */
class Killed extends Error {}

/** Notes whom it told no. */
class Watched extends ReorganisingLedger {
  readonly refused = new Set<string>();

  override async submit(cbor: string): Promise<string> {
    return super.submit(cbor).catch((error: unknown) => {
      if (isDppError(error, "ledger/conflict")) this.refused.add(cbor);
      throw error;
    });
  }
}

/** Dies before or after one of its next writes. */
class Mortal {
  private left = Number.POSITIVE_INFINITY;
  readonly pending: PendingTransactions;
  /** CBOR of everything that it wrote down. */
  readonly recorded = new Set<string>();

  constructor(store: PendingTransactions) {
    const write =
      <A extends unknown[], R>(work: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        this.step();
        const result = await work(...given);
        this.step();
        return result;
      };
    const add: PendingTransactions["add"] = (entry) => {
      this.recorded.add(entry.cbor);
      return store.add(entry);
    };
    this.pending = { ...store, add: write(add), mark: write(store.mark), remove: write(store.remove) };
  }

  /** `steps`: half writes that it survives. */
  doom(steps: number): void {
    this.left = steps;
  }
  private step(): void {
    this.left -= 1;
    if (this.left < 0) {
      this.left = Number.POSITIVE_INFINITY;
      throw new Killed();
    }
  }
}

type Outcome = "done" | "told" | "open" | "killed";

/** Two processes perform the acts among them while the events happen; answers what each act's performer learnt, and the ledger at rest. */
async function run(events: readonly Event[]) {
  const clock = testClock(start);
  const store = pendingInMemory();
  const ahead = [...events];
  let quiet = 0;
  const sideWork: Promise<unknown>[] = [];

  const step = async (): Promise<void> => {
    clock.advance(TICK);
    const next = ahead.shift();
    if (next === undefined) {
      quiet += 1;
      if (quiet > REST) throw new Error("the run does not come to rest");
      ledger.fail(null);
      ledger.block();
      return;
    }
    if (next.kind === "block") ledger.block();
    else if (next.kind === "down" || next.kind === "deaf") ledger.fail(next.kind);
    else if (next.kind === "up") ledger.fail(null);
    else if (next.kind === "forget") ledger.loseMempool();
    else if (next.kind === "rival") await ledger.submit(rivalOf(next.act)).catch(unlessKilled);
    else if (next.kind === "reorganise") {
      ledger.reorganise(next.depth, { rivals: next.rivals.map(rivalOf), keep: next.keep });
    } else if (next.kind === "crash") processes[next.process]?.mortal.doom(next.writes);
    // Not waited for: it may itself wait for who runs this step.
    else if (next.kind === "settle") sideWork.push(settleOf(next.process).catch(unlessKilled));
  };
  const ledger = new Watched(memoryJournal(genesis), clock, { idle: step });
  const processes = [0, 1].map(() => {
    const mortal = new Mortal(store);
    const tracked = trackSubmissions(ledger, {
      pending: mortal.pending,
      confirmations: DEPTH,
      clock,
      times: TIMES,
      pause: step,
    });
    return { mortal, tracked };
  });
  const settleOf = async (at: number): Promise<void> => {
    const process = processes[at];
    if (process !== undefined) await settle(process.tracked.submissions);
  };

  const outcomes: Outcome[] = [];
  const perform = async (at: number): Promise<Outcome> => {
    const { tracked } = processes[at % 2] ?? expect.fail("no process");
    for (const [attempt, { cbor, hash }] of (acts[at]?.variants ?? []).entries()) {
      try {
        await tracked.awaitTx(await tracked.submit(cbor, `act ${at}`));
        return "done";
      } catch (error) {
        if (error instanceof Killed) return "killed";
        if (!isDppError(error)) throw error;
        if (error.code === "ledger/unavailable" || error.code === "ledger/timeout") return "open";
        if (error.code !== "ledger/conflict") throw error;
        expect(await store.find(hash)).toBeNull();
        if (attempt === 1) return "told";
      }
    }
    return "told";
  };
  const live = async (process: 0 | 1): Promise<void> => {
    for (let at: number = process; at < ACTS; at += 2) outcomes[at] = await perform(at);
  };
  await Promise.all([live(0), live(1)]);
  await Promise.all(sideWork);

  // At rest: everybody is alive again, the node is up, and somebody settles now and then.
  ledger.fail(null);
  for (const { mortal } of processes) mortal.doom(Number.POSITIVE_INFINITY);
  for (let round = 0; round < 4 * DEPTH; round++) {
    await settleOf(round % 2);
    ledger.block();
  }
  await settleOf(0);
  const recorded = new Set(processes.flatMap(({ mortal }) => [...mortal.recorded]));
  return { ledger, store, outcomes, recorded };
}

const rivalOf = (act: number): string => acts[act]?.rival.cbor ?? "";

function unlessKilled(error: unknown): void {
  if (!(error instanceof Killed) && !isDppError(error)) throw error;
}

describe("a ledger that keeps track", () => {
  it("loses no act, and performs none twice", async () => {
    const seen = { done: 0, told: 0, open: 0, killed: 0, lost: 0, second: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        const { ledger, store, outcomes, recorded } = await run(events);
        const left = await store.list();
        for (const [at, { variants }] of acts.entries()) {
          const standing = await Promise.all(variants.map(({ hash }) => ledger.transaction(hash)));
          const stands = standing.filter((found) => found !== null).length;
          const reported = left.filter(({ hash }) => variants.some((variant) => variant.hash === hash));
          const outcome = outcomes[at] ?? expect.fail("an act without outcome");
          seen[outcome] += 1;
          seen.lost += reported.length;
          if (standing[1] !== null) seen.second += 1;
          expect(stands, "stands once at most").toBeLessThanOrEqual(1);
          // Nothing stays open, and what is reported as lost does not stand.
          expect(reported.every(({ trouble }) => trouble?.final === true)).toBe(true);
          expect(stands + reported.length, `act ${at}: ${outcome}`).toBeLessThanOrEqual(1);
          if (outcome === "done" || outcome === "open")
            expect(stands + reported.length, `act ${at}: ${outcome}`).toBe(1);
          // Who dies takes nothing with him that was written down, unless the ledger had refused it.
          if (outcome === "killed") {
            const open = variants.filter(({ cbor }) => recorded.has(cbor) && !ledger.refused.has(cbor));
            expect(stands + reported.length, `act ${at}: killed`).toBeGreaterThanOrEqual(open.length);
          }
          if (outcome === "told") expect(stands).toBe(0);
        }
      }),
      { numRuns: RUNS },
    );
    // The run reached what it is about; a property over idle runs would show nothing.
    for (const [what, count] of Object.entries(seen).filter(([what]) => what !== "told"))
      expect(count, what).toBeGreaterThan(0);
  });
});
