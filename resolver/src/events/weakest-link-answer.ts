/** The weakest link as JSON. Spec: docs/spec/http.md "Weakest link". */
import type { ThreadRange, Weakest, WeakestLink } from "@cardano-dpp/offchain/domain/weakest-link";
import type { AskedAmended } from "@cardano-dpp/offchain/usecases/weakest-link/ask";
import type { WeakestLinkAnswer } from "../schemas/weakest-link.js";
import { amendmentsJson } from "./answer.js";

const placeJson = ({ thread, lo, hi }: ThreadRange) => ({ thread, lo, hi });
const weakestJson = ({ tier, places, more }: Weakest) => ({ tier, places: places.map(placeJson), more });

export const weakestLinkAnswer = (
  { ledger, counts, events, late, lost, ranges }: WeakestLink,
  amended: readonly AskedAmended[],
  deployment: WeakestLinkAnswer["deployment"],
): WeakestLinkAnswer => ({
  schema: "dpp/weakest-link-answer/1",
  ledger: weakestJson(ledger),
  counts: weakestJson(counts),
  events,
  late,
  lost,
  ranges: ranges.map((range) => ({ ...range })),
  amended: amended.map(({ id, thread, counter, tier }) => ({
    id,
    thread,
    counter,
    tier: tier.tier,
    counts: tier.counts,
    amendments: amendmentsJson(tier),
  })),
  deployment,
});
