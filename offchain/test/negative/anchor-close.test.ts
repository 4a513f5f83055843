/** Attacks on the end of a thread. Rules: docs/spec/anchor.md "Close". */
import { afterClosing, confusions, threadForgeries } from "./anchor-acts.js";
import { close, grown } from "./anchor-attempts.js";
import { byQuorumForgeries, bySourceForgeries } from "./anchor-wardens.js";
import { attacks } from "./attack.js";
import { doubleSatisfaction, together } from "./together.js";

const refuser = { script: "anchor", purpose: "spend" } as const;

attacks("closing a thread as the source", refuser, (world) => close(world, "station", "station"), [
  ...bySourceForgeries("station", (by) => (world) => close(world, "station", by)),
  ...threadForgeries,
  afterClosing("station"),
]);

attacks("closing a thread as the quorum", refuser, (world) => close(world, "station", "quorum"), [
  ...byQuorumForgeries,
  ...threadForgeries,
  afterClosing("station"),
  ...confusions("station", { Append: "is_signed", Gap: "is_delta_allowed" }),
]);

attacks(
  "closing a thread with a history",
  refuser,
  async (world) => {
    await grown(world, "station");
    return close(world, "station", "quorum");
  },
  confusions("station", { Append: "is_signed", Gap: "is_delta_allowed" }),
);

attacks(
  "closing two threads at once",
  refuser,
  async (world) => {
    const [one, two] = [await close(world, "supervisor", "quorum"), await close(world, "gateway", "quorum")];
    return { ...one, plan: together(one.plan, two.plan) };
  },
  doubleSatisfaction,
);
