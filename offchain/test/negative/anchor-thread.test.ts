/** Attacks on the thread that goes on after a pack, and on two threads in one transaction. Rules: docs/spec/anchor.md "Append", docs/spec/datum.md "Spend". */
import { afterClosing, confusions, threadForgeries } from "./anchor-acts.js";
import { grown, packAttempt } from "./anchor-attempts.js";
import { attacks } from "./attack.js";
import { NO_SUCH_OUTPUT } from "./forgeries.js";
import { doubleSatisfaction, exchangedPacks, swappedDatums, together } from "./together.js";

const refuser = { script: "anchor", purpose: "spend" } as const;

attacks("going on after a pack", refuser, (world) => packAttempt(world, "supervisor"), [
  // After a pack the thread has no ADA to spare for a longer address, and value is looked at first.
  ...threadForgeries.map((attack) =>
    attack.name === "attach a stake credential to the state" ? { ...attack, rule: NO_SUCH_OUTPUT } : attack,
  ),
  afterClosing("supervisor"),
  ...confusions("supervisor", { Gap: "is_delta_allowed", Close: "is_delta_allowed" }),
]);

attacks(
  "going on after a pack with a history",
  refuser,
  async (world) => {
    await grown(world, "station");
    return packAttempt(world, "station");
  },
  confusions("station", { Gap: "is_delta_allowed", Close: "is_delta_allowed" }),
);

attacks(
  "appending to two threads at once",
  refuser,
  async (world) => {
    const one = await packAttempt(world, "supervisor");
    const { from = 0, to = 0 } = one.plan.validity ?? {};
    const range = { from: BigInt(from), until: BigInt(to) };
    const two = await packAttempt(world, "gateway", () => range);
    return { ...one, plan: together(one.plan, two.plan) };
  },
  [...doubleSatisfaction, swappedDatums, ...exchangedPacks("is_signed")],
);
