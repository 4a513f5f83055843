/** Attacks on the joint thread that goes on, on two threads in one transaction, and on redeemers of the other sort of thread. Rules: docs/spec/anchor.md "CoAppend", docs/spec/datum.md "Spend". */
import { beforeAll } from "vitest";
import { encodePlutusData } from "../../src/codec/plutus-data.js";
import { encodeAnchorSpend, encodeJointMint } from "../../src/codec/redeemer.js";
import { toHex } from "../../src/domain/bytes.js";
import { withOutput } from "../../src/testing/forge.js";
import type { World } from "../../src/testing/world.js";
import { threadForgeries } from "./anchor-acts.js";
import { packAttempt } from "./anchor-attempts.js";
import { type Attack, type Attempt, attacks, worldOf } from "./attack.js";
import { bytes, variant } from "./attestation-datum.js";
import { NO_SUCH_OUTPUT } from "./forgeries.js";
import { ARE_SIGNED, jointAttempt, PAIR } from "./joint-attempts.js";
import { jointly } from "./joint-parties.js";
import { withRedeemer } from "./redeemers.js";
import { doubleSatisfaction, exchangedPacks, swappedDatums, together } from "./together.js";

const refuser = { script: "joint", purpose: "spend" } as const;

beforeAll(async () => {
  await jointly(await worldOf("deployed"), []);
});

const redeemed = (name: string, redeemer: string, rule = "redeemer: JointSpend"): Attack => ({
  name,
  rule,
  change: (plan) => withRedeemer(plan, redeemer),
});

const COUNTERS = { lo: 0, hi: 3, peaks: [] };
const TIMES = { cmin: 0, cmax: 0, late: true };
const PACK = { ...COUNTERS, ...TIMES, root: "ab".repeat(32) };

attacks("going on after a joint pack", refuser, (world) => jointAttempt(world), [
  // After a pack the thread has no ADA to spare for a longer address, and value is looked at first.
  ...threadForgeries.map((attack) =>
    attack.name === "attach a stake credential to the state" ? { ...attack, rule: NO_SUCH_OUTPUT } : attack,
  ),
  {
    name: "go on where sources' threads lie",
    rule: "is_at_state_address",
    change: (plan, { contracts }) =>
      withOutput(plan, 0, (output) => ({ ...output, address: contracts.anchor.address })),
  },
  redeemed(
    "append as a source does",
    encodeAnchorSpend({ act: "Append", ...PACK, signature: "55".repeat(64) }),
  ),
  redeemed("write a gap", encodeAnchorSpend({ act: "Gap", ...COUNTERS, reason: 1 })),
  redeemed("close the thread", encodeAnchorSpend({ act: "Close" })),
  redeemed(
    "use the redeemer of a mint",
    encodeJointMint({
      ...{ act: "Open", first: 0, opener: "ab".repeat(22) },
      seed: { txHash: "ab".repeat(32), outputIndex: 0 },
    }),
  ),
  redeemed("use a redeemer that does not exist", toHex(encodePlutusData(variant(1)))),
]);

attacks(
  "appending a source's pack",
  { script: "anchor", purpose: "spend" },
  (world) => packAttempt(world, "supervisor"),
  [
    {
      name: "append it as several do",
      rule: "redeemer: AnchorSpend",
      change: async (plan, world) => {
        const joint = await jointAttempt(world);
        return withRedeemer(plan, joint.plan.inputs[0]?.redeemer ?? "");
      },
    },
  ],
);

/** Both in the same range. */
async function inOneRange(one: Attempt, two: (range: { from: bigint; until: bigint }) => Promise<Attempt>) {
  const { from = 0, to = 0 } = one.plan.validity ?? {};
  const other = await two({ from: BigInt(from), until: BigInt(to) });
  return { ...one, plan: together(one.plan, other.plan) };
}

attacks(
  "appending to two joint threads at once",
  refuser,
  async (world: World) =>
    inOneRange(await jointAttempt(world), (range) =>
      // Another root: two histories of one entry would be equal.
      jointAttempt(world, PAIR, { at: 1, root: bytes(32), change: () => range }),
    ),
  [...doubleSatisfaction, swappedDatums, ...exchangedPacks(ARE_SIGNED)],
);

attacks(
  "appending to a joint thread and to a source's at once",
  refuser,
  async (world: World) =>
    inOneRange(await jointAttempt(world), (range) => packAttempt(world, "supervisor", () => range)),
  [
    // The first output is the joint thread's. Which script is asked first is chance: an attack on both would not say who refused.
    ...doubleSatisfaction
      .slice(0, 2)
      .map((attack, at): Attack => (at === 0 ? { ...attack, by: { script: "anchor" } } : attack)),
  ],
);
