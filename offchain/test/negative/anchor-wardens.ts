/** Attacks on who looks after a thread: its own source while it is in force, or the quorum, and nobody else. Rules: docs/spec/anchor.md "Gap", "Close". */
import { decodeAttestationDatum } from "../../src/codec/datum.js";
import type { SourceName } from "../../src/testing/event-world.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import { withPresented } from "../../src/tx/presented.js";
import type { By } from "./anchor-attempts.js";
import type { Attack, Attempt } from "./attack.js";
import { quorumForgeries } from "./quorum.js";
import { liveForgeries, NO_SUCH_REFERENCE } from "./standing.js";

const holderOf = async (world: World, name: SourceName): Promise<string> => {
  const { utxo } = await world.attestation(name);
  return decodeAttestationDatum(utxo.datum ?? "").extra.holder;
};

const OTHER: Readonly<Record<SourceName, SourceName>> = {
  supervisor: "station",
  station: "supervisor",
  gateway: "supervisor",
};

/** On an act by the source. @param act the same act by somebody else. */
export const bySourceForgeries = (
  name: SourceName,
  act: (by: By) => (world: World) => Promise<Attempt>,
): readonly Attack[] => {
  const other = OTHER[name];
  return [
    ...liveForgeries(name),
    { name: "let nobody sign", rule: "holder_signs", change: (plan) => ({ ...plan, signers: [] }) },
    {
      name: "act as another source",
      rule: NO_SUCH_REFERENCE,
      change: async (_, world) => (await act(other)(world)).plan,
    },
    {
      name: "act as another source, beside the attestation of the thread's own",
      rule: "holder_signs",
      change: async (plan, world): Promise<TxPlan> => ({
        ...plan,
        ...withPresented(plan, await world.attestation(other)),
        signers: [await holderOf(world, other)],
      }),
    },
    {
      name: "act as the authority",
      rule: "holder_signs",
      change: (plan, { actors }) => ({ ...plan, signers: [actors.authority.keyHash] }),
    },
    {
      name: "act with the freeze key",
      rule: "holder_signs",
      change: (plan, { actors }) => ({ ...plan, signers: [actors.freezer.keyHash] }),
    },
    {
      name: "act as one member in the source's place",
      rule: "holder_signs",
      change: (plan, { actors }) => ({ ...plan, signers: [actors.member1.keyHash] }),
    },
  ];
};

/** On an act by the quorum, without the source's attestation: below it, the source is asked for. */
export const byQuorumForgeries: readonly Attack[] = [
  ...quorumForgeries.map((attack) => ({ ...attack, rule: NO_SUCH_REFERENCE })),
  { name: "let nobody sign", rule: NO_SUCH_REFERENCE, change: (plan) => ({ ...plan, signers: [] }) },
];
