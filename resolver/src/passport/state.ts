/**
 * The passport's state, read off the ledger once per block: a revocation shows with the next block, and reads between two blocks cost nothing. What
 * stood in a block that was lost is never shown once the ledger answers with another tip.
 */
import type { Tip } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { type PassportState, readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import { RecentMap } from "./cache.js";

export interface StateAtTip {
  readonly state: PassportState | null;
  readonly tip: Tip;
}

const REMEMBERED = 10_000;
const ATTEMPTS = 3;

export class StateReader {
  private readonly reading: Reading;
  private readonly tipAge: number;
  private readonly states = new RecentMap<string, StateAtTip & { readonly until: number }>(REMEMBERED);
  private tip: { readonly value: Promise<Tip>; readonly at: number } | null = null;

  /** `tipAge`: ms for which an answer to "what is the tip" may be reused. 0 asks each time, which a ledger in the process allows. */
  constructor(reading: Reading, tipAge: number) {
    this.reading = reading;
    this.tipAge = tipAge;
  }

  async read(id: string): Promise<StateAtTip> {
    const now = this.reading.clock.now();
    const tip = await this.currentTip(now);
    const known = this.states.get(id);
    if (known !== undefined && sameTip(known.tip, tip) && now < known.until) return known;
    return this.readNew(id, now);
  }

  /**
   * A state is kept only when the ledger stood at one block while it was read. Kept under the tip of before, what a later block said would come back
   * after that block is lost, for then the tip is that of before again.
   */
  private async readNew(id: string, now: number): Promise<StateAtTip> {
    let tip = await this.freshTip(now);
    for (let attempt = 1; ; attempt++) {
      const state = await readPassport(this.reading, id);
      const after = await this.freshTip(now);
      if (sameTip(tip, after)) return this.states.set(id, { state, tip, until: nextChange(state, now) });
      // Blocks that come faster than they can be read: this answer is as good as any, but no other reader's.
      if (attempt === ATTEMPTS) return { state, tip };
      tip = after;
    }
  }

  private async freshTip(now: number): Promise<Tip> {
    const value = await this.reading.ledger.tip();
    this.tip = { value: Promise.resolve(value), at: now };
    return value;
  }

  private currentTip(now: number): Promise<Tip> {
    if (this.tip === null || now - this.tip.at >= this.tipAge) {
      this.tip = { value: this.reading.ledger.tip(), at: now };
      this.tip.value.catch(() => {
        this.tip = null;
      });
    }
    return this.tip.value;
  }
}

/** Two blocks can have one height and slot; a ledger with forks gives the hash. */
const sameTip = (a: Tip, b: Tip): boolean =>
  a === b || (a.height === b.height && a.slot === b.slot && a.hash === b.hash);

/** An attestation starts and ends with the clock, without a block. */
function nextChange(state: PassportState | null, now: number): number {
  if (state?.issuer == null) return Number.POSITIVE_INFINITY;
  const { validFrom, validTo } = state.issuer;
  return [validFrom, validTo + 1].find((moment) => moment > now) ?? Number.POSITIVE_INFINITY;
}
