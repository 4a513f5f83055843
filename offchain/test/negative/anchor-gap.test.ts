/** Attacks on gaps: counters that no event will ever have. Rules: docs/spec/anchor.md "Gap". */
import { decodeAttestationDatum } from "../../src/codec/datum.js";
import type { World } from "../../src/testing/world.js";
import { afterClosing, confusions, threadForgeries } from "./anchor-acts.js";
import { gap, gapAttack, grown } from "./anchor-attempts.js";
import { peakForgeries } from "./anchor-peaks.js";
import { byQuorumForgeries, bySourceForgeries } from "./anchor-wardens.js";
import { attacks } from "./attack.js";
import { doubleSatisfaction, swappedDatums, together } from "./together.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const LIMIT = 2n ** 53n;

attacks("skipping counters as the source", refuser, (world) => gap(world, "station", "station"), [
  ...bySourceForgeries("station", (by) => (world) => gap(world, "station", by)),
  ...threadForgeries,
  afterClosing("station"),
]);

const byQuorum = gapAttack("station", "quorum");

attacks("skipping counters as the quorum", refuser, (world) => gap(world, "station", "quorum"), [
  ...byQuorumForgeries,
  ...threadForgeries,
  afterClosing("station"),
  byQuorum("skip 2^53 counters", "is_bounded", () => ({ hi: LIMIT })),
  byQuorum("give the reason -1", "reason.is_reason(reason_code)", () => ({ reason: -1n })),
  byQuorum("give the reason 256", "reason.is_reason(reason_code)", () => ({ reason: 256n })),
  ...confusions("station", { Append: "is_signed", Close: "is_delta_allowed" }),
]);

attacks(
  "skipping as many counters as there are, for the last reason",
  refuser,
  (world) => gap(world, "gateway", "quorum", () => ({ hi: LIMIT - 1n, reason: 255n })),
  [],
);

attacks(
  "skipping counters after packs",
  refuser,
  async (world) => {
    await grown(world, "station");
    return gap(world, "station", "quorum");
  },
  [
    byQuorum("skip the last event, too", "is_next", ({ lo }) => ({ lo: lo - 1n })),
    byQuorum("skip all events before, too", "is_next", () => ({ lo: 0n })),
    byQuorum("leave a counter free", "is_next", ({ lo }) => ({ lo: lo + 1n })),
    byQuorum("skip nothing", "is_not_empty", ({ lo }) => ({ hi: lo })),
    byQuorum("skip backwards", "is_not_empty", ({ lo }) => ({ hi: lo - 1n })),
    byQuorum("take the events before back", "is_not_empty", () => ({ hi: 0n })),
    ...peakForgeries((name, rule, change) => byQuorum(name, rule, ({ peaks }) => ({ peaks: change(peaks) }))),
    ...confusions("station", { Append: "is_signed", Close: "is_delta_allowed" }),
  ],
);

const ofTwo = async (world: World) => {
  const [one, two] = [await gap(world, "supervisor", "quorum"), await gap(world, "gateway", "quorum")];
  return { ...one, plan: together(one.plan, two.plan) };
};

attacks("skipping counters of two threads at once", refuser, ofTwo, [...doubleSatisfaction, swappedDatums]);

attacks(
  "skipping counters of two sources, as both",
  refuser,
  async (world) => {
    const [one, two] = [await gap(world, "supervisor", "supervisor"), await gap(world, "gateway", "gateway")];
    return { ...one, plan: together(one.plan, two.plan) };
  },
  [
    {
      name: "let one source speak for both",
      rule: "holder_signs",
      change: async (plan, world) => {
        const { utxo } = await world.attestation("supervisor");
        return { ...plan, signers: [decodeAttestationDatum(utxo.datum ?? "").extra.holder] };
      },
    },
  ],
);
