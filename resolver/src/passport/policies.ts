/**
 * The policies that this resolver knows, by hash. A policy may be added while it runs, so an unknown hash has them read again; at most once a minute,
 * since documents of strangers may name any hash.
 */
import { policyHash } from "@cardano-dpp/offchain/codec/policy";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import type { Clock } from "@cardano-dpp/offchain/ports/clock";

export type ReadPolicies = () => Promise<readonly Policy[]>;

const REREAD_AFTER = 60_000;

const byHash = (policies: readonly Policy[]): ReadonlyMap<string, Policy> =>
  new Map(policies.map((policy) => [policyHash(policy), policy]));

export class KnownPolicies {
  private readonly source: ReadPolicies;
  private readonly clock: Clock;
  private readonly onFailure: (error: unknown) => void;
  private known: ReadonlyMap<string, Policy>;
  private rereadAt = Number.NEGATIVE_INFINITY;
  private rereading: Promise<void> | null = null;

  private constructor(
    source: ReadPolicies,
    clock: Clock,
    onFailure: (error: unknown) => void,
    known: ReadonlyMap<string, Policy>,
  ) {
    this.source = source;
    this.clock = clock;
    this.onFailure = onFailure;
    this.known = known;
  }

  /** `onFailure` hears why a later reading failed; what was known stays. @throws what `source` throws at the first reading. */
  static async read(
    source: ReadPolicies,
    clock: Clock,
    onFailure: (error: unknown) => void,
  ): Promise<KnownPolicies> {
    return new KnownPolicies(source, clock, onFailure, byHash(await source()));
  }

  /** Null: nobody gave this resolver such a policy. */
  async find(hash: string): Promise<Policy | null> {
    const policy = this.known.get(hash);
    if (policy !== undefined) return policy;
    const now = this.clock.now();
    if (this.rereading === null && now - this.rereadAt >= REREAD_AFTER) {
      this.rereadAt = now;
      this.rereading = this.reread();
    }
    // Who asks while they are being read waits for the same reading.
    await this.rereading;
    return this.known.get(hash) ?? null;
  }

  private async reread(): Promise<void> {
    try {
      this.known = byHash(await this.source());
    } catch (error) {
      // A file that cannot be read must not take public answers with it.
      this.onFailure(error);
    } finally {
      this.rereading = null;
    }
  }
}
