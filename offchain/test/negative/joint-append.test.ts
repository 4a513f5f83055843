/** Attacks on who signs a joint pack: two or more, each once, of different roles, holders and keys, all in force. Rules: docs/spec/anchor.md "CoAppend". */
import { beforeAll, describe, expect, it } from "vitest";
import { HOUR } from "../../src/testing/world.js";
import { suspend } from "./acts.js";
import { attacks, worldOf } from "./attack.js";
import {
  HOLDER,
  inOrder,
  jointAmong,
  jointAttack,
  jointAttempt,
  jointPlan,
  KEY,
  MIXED,
  PAIR,
  ROLE,
} from "./joint-attempts.js";
import { jointly, NINE } from "./joint-parties.js";
import {
  badgeInstead,
  counterfeitOf,
  currencyForgeries,
  otherInstead,
  rangeForgeries,
  withoutAttestation,
} from "./standing.js";

const refuser = { script: "joint", purpose: "spend" } as const;
const ofPair = jointAttack(PAIR);
const ORDER = "are_ascending(parties)";

beforeAll(async () => {
  await jointly(await worldOf("deployed"));
});

describe("a joint claim that changes nothing", () => {
  it.each([{ parties: PAIR }, { parties: MIXED }])(
    "is the product's own plan, byte for byte, of $parties",
    async ({ parties }) => {
      const world = await worldOf("deployed");
      const captured = world.clock.now() - HOUR;
      const times = { cmin: BigInt(captured), cmax: BigInt(captured + 2) };
      const { plan } = await jointAttempt(world, parties, { change: () => times });
      const validity = { from: plan.validity?.from ?? 0, to: plan.validity?.to ?? 0 };
      const own = await jointPlan(world, parties, { captured, validity });
      expect(plan.inputs).toEqual(own.plan.inputs);
      expect(plan.outputs).toEqual(own.plan.outputs);
      expect(plan.withdrawals).toEqual(own.plan.withdrawals);
    },
  );
});

attacks("appending what two signed", refuser, (world) => jointAttempt(world), [
  jointAmong("sign alone", "has_two", ["station"]),
  ofPair("let nobody sign", "has_two", () => ({ parties: [], maxDelay: 0 })),
  ofPair("sign twice by oneself", ORDER, inOrder(0, 0)),
  ofPair("name a party twice", ORDER, inOrder(0, 1, 1)),
  ofPair("sign in another order", ORDER, inOrder(1, 0)),
  jointAmong("sign with another of one's role", ROLE, ["station", "other station"]),
  jointAmong("sign in two roles", HOLDER, ["station", "lab of the station's holder"]),
  jointAmong("sign in two roles with one key", KEY, ["station", "lab with the station's key"]),
  jointAmong("sign with a third, and another of one's role", ROLE, [...PAIR, "other station"]),
  jointAmong("sign with a third, in two roles", HOLDER, [...PAIR, "lab of the station's holder"]),
  jointAmong("sign with a third, in two roles with one key", KEY, [...PAIR, "lab with the station's key"]),
  ...currencyForgeries("station"),
  {
    name: "act while the other is suspended",
    rule: "is_attestation_active",
    before: async (world) => {
      // It is he who opens the thread.
      await jointly(world, PAIR);
      await suspend(world, "supervisor");
    },
    change: (plan) => plan,
  },
  ...rangeForgeries,
  ...PAIR.flatMap((who) =>
    [counterfeitOf(who), withoutAttestation(who)].map((attack) => ({
      ...attack,
      name: `${attack.name} (${who})`,
    })),
  ),
  badgeInstead("supervisor"),
  otherInstead("supervisor", "gateway"),
]);

attacks(
  "appending what three signed, with keys of all forms",
  refuser,
  (world) => jointAttempt(world, MIXED),
  [jointAttack(MIXED)("name the last first", ORDER, inOrder(2, 0, 1))],
);

attacks("appending what nine signed", refuser, (world) => jointAttempt(world, NINE), [
  jointAmong("sign with a tenth", ROLE, [...NINE, "other station"]),
]);
