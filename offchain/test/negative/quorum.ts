/** Attacks on acts that need the consortium's quorum. */
import { encodeConfigDatum } from "../../src/codec/datum.js";
import { CONFIG_TOKEN } from "../../src/domain/tokens.js";
import type { ActorName, World } from "../../src/testing/world.js";
import { sameOutRef, type TxPlan } from "../../src/tx/plan.js";
import type { Attack } from "./attack.js";
import { counterfeit } from "./counterfeit.js";
import { NO_SUCH_REFERENCE } from "./standing.js";

/** The members' signatures replaced by these; everybody else goes on signing. */
function signedBy(plan: TxPlan, world: World, who: readonly ActorName[]): TxPlan {
  const others = plan.signers.filter((key) => !world.config().members.includes(key));
  return { ...plan, signers: [...others, ...who.map((name) => world.actors[name].keyHash)] };
}

export const quorumForgeries: readonly Attack[] = [
  {
    name: "act below the quorum",
    rule: "quorum_signs",
    change: (plan, world) => signedBy(plan, world, ["member1"]),
  },
  {
    name: "act with one member and a stranger",
    rule: "quorum_signs",
    change: (plan, world) => signedBy(plan, world, ["member1", "stranger"]),
  },
  {
    name: "act with one member and the freeze key",
    rule: "quorum_signs",
    change: (plan, world) => signedBy(plan, world, ["member1", "freezer"]),
  },
  {
    name: "act under a counterfeit config whose quorum is the stranger",
    rule: NO_SUCH_REFERENCE,
    change: async (plan, world) => {
      const own = { ...world.config(), members: [world.actors.stranger.keyHash], threshold: 1 };
      const fake = await counterfeit(
        world,
        CONFIG_TOKEN,
        encodeConfigDatum(own),
        world.contracts.config.address,
      );
      const { config } = await world.deployment();
      return {
        ...signedBy(plan, world, ["stranger"]),
        referenceInputs: plan.referenceInputs.map((utxo) => (sameOutRef(utxo, config) ? fake : utxo)),
      };
    },
  },
];
