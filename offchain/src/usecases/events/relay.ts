/**
 * The relayer: brings packs that wait on the ledger, and pays. It decides nothing: what counts is in what the source signed, so anybody may be one, and
 * several may work on one store. Rests on the ledger for "never twice": a pack is appended only where the thread stands at its first counter.
 */
import type { StoredPack } from "../../ports/event-store.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import type { Signer } from "../../ports/signer.js";
import { settle } from "../settle.js";
import type { Submitted } from "../submit.js";
import type { EventContext } from "./context.js";
import { LEASE_MS, RelayRun } from "./relay-run.js";
import { reopenRolledBack } from "./rolled-back.js";

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

const THREADS = 64;

/** `signer` pays. @throws DppError `ledger/*`, `tx/insufficient-funds`, `event-store/*`. What was sent before it stays sent. */
export async function relay(
  context: EventContext,
  signer: Signer,
  options: RelayOptions,
): Promise<RelayReport> {
  const { store, clock, ledger } = context;
  const submissions = submissionsOf(ledger);
  if (submissions !== null) await settle(submissions);
  await reopenRolledBack(context, options.worker, LEASE_MS, options.source);
  const leases = await store.lease(
    options.worker,
    clock.now(),
    LEASE_MS,
    options.threads ?? THREADS,
    options.source,
  );
  const work = new RelayRun(context, signer, options);
  try {
    for (const lease of leases) await work.take(lease);
    await work.run();
    return work.report();
  } finally {
    // One that cannot be released runs out by itself; neither the others nor the report must wait for that.
    await Promise.allSettled(leases.map((lease) => store.release(lease)));
  }
}
