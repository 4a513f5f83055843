/**
 * The passport's state, read off the ledger once per block: a revocation shows with the next block, and reads between two blocks cost nothing.
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
    const state = await readPassport(this.reading, id);
    return this.states.set(id, { state, tip, until: nextChange(state, now) });
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

const sameTip = (a: Tip, b: Tip): boolean => a === b || (a.height === b.height && a.slot === b.slot);

/** An attestation starts and ends with the clock, without a block. */
function nextChange(state: PassportState | null, now: number): number {
  if (state?.issuer == null) return Number.POSITIVE_INFINITY;
  const { validFrom, validTo } = state.issuer;
  return [validFrom, validTo + 1].find((moment) => moment > now) ?? Number.POSITIVE_INFINITY;
}
