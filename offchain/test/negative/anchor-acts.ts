/** Attacks that every act on a thread invites: on the state that goes on, on two threads at once, on the redeemer. Rules: docs/spec/anchor.md "Redeemers". */
import { decodeAttestationDatum, decodeThreadDatum } from "../../src/codec/datum.js";
import { encodePlutusData } from "../../src/codec/plutus-data.js";
import { type AnchorSpend, encodeAnchorMint, encodeAnchorSpend } from "../../src/codec/redeemer.js";
import { toHex } from "../../src/domain/bytes.js";
import type { SourceName } from "../../src/testing/event-world.js";
import { withOutput } from "../../src/testing/forge.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { withPresented } from "../../src/tx/presented.js";
import { closed, peaksOf } from "./anchor-attempts.js";
import { fieldForgeries, forgeField } from "./anchor-datum.js";
import type { Attack } from "./attack.js";
import { bytes, variant } from "./attestation-datum.js";
import { NO_SUCH_OUTPUT, stateForgeries } from "./forgeries.js";
import { withRedeemer } from "./redeemers.js";

/** On the thread that goes on at the first output. */
export const threadForgeries: readonly Attack[] = [
  ...stateForgeries(0),
  ...fieldForgeries(),
  forgeField("history", "put as much into the history as the thread's ADA bears", () => bytes(48)),
  {
    name: "put 5 KB into the history, with the ADA for it",
    rule: NO_SUCH_OUTPUT,
    change: (plan, world) => {
      const large = forgeField("history", "", () => bytes(5000)).change(plan, world) as TxPlan;
      return withOutput(large, 0, (output) => ({
        ...output,
        assets: { ...output.assets, lovelace: (output.assets.lovelace ?? 0n) + 50_000_000n },
      }));
    },
  },
];

/** @param name whose thread the act is on. */
export const afterClosing = (name: SourceName): Attack => ({
  name: "act on a closed thread",
  rule: "is_open",
  before: (world) => closed(world, name),
  change: (plan) => plan,
});

/** Whoever may act in place of the source signs and shows what that asks for: the redeemer alone is wrong then. */
async function withSource(plan: TxPlan, world: World, name: SourceName): Promise<TxPlan> {
  const source = await world.attestation(name);
  const { holder } = decodeAttestationDatum(source.utxo.datum ?? "").extra;
  return {
    ...plan,
    ...withPresented(plan, source),
    signers: [...plan.signers, holder],
    validity: plan.validity ?? world.validity(),
  };
}

async function redeemerOf(
  plan: TxPlan,
  world: World,
  name: SourceName,
  act: AnchorSpend["act"],
): Promise<string> {
  const { next: lo } = decodeThreadDatum(plan.inputs[0]?.utxo.datum ?? "");
  const peaks = peaksOf(world, name).map(toHex);
  const counters = { lo, hi: lo + 3, peaks };
  if (act === "Close") return encodeAnchorSpend({ act });
  if (act === "Gap") return encodeAnchorSpend({ act, ...counters, reason: 1 });
  const time = world.clock.now() - 1000;
  const [root, signature] = ["44".repeat(32), "55".repeat(64)];
  return encodeAnchorSpend({ act, ...counters, root, cmin: time, cmax: time, late: false, signature });
}

/** One act's transaction under the redeemer of each other act. @param rules what refuses it, by the redeemer that is put in. */
export const confusions = (
  name: SourceName,
  rules: Readonly<Partial<Record<AnchorSpend["act"], string>>>,
): readonly Attack[] => [
  ...Object.entries(rules).map(
    ([act, rule]): Attack => ({
      name: `use the redeemer of ${act}`,
      rule,
      change: async (plan, world) =>
        withRedeemer(
          await withSource(plan, world, name),
          await redeemerOf(plan, world, name, act as AnchorSpend["act"]),
        ),
    }),
  ),
  {
    name: "use the redeemer of a mint",
    rule: "redeemer: AnchorSpend",
    change: (plan) => withRedeemer(plan, encodeAnchorMint({ act: "Open", first: 0 })),
  },
  {
    name: "use a redeemer that does not exist",
    rule: "redeemer: AnchorSpend",
    change: (plan) => withRedeemer(plan, toHex(encodePlutusData(variant(3)))),
  },
];
