/** Attacks on acts that only a passport in force admits. */
import { decodePassportDatum } from "../../src/codec/datum.js";
import type { World } from "../../src/testing/world.js";
import { revokePassport } from "./acts.js";
import type { Attack } from "./attack.js";
import { done, retire, succeed } from "./attempts.js";

/** The act is tried after the passport has ended in each way. */
export const afterTheEnd: readonly Attack[] = [
  {
    name: "act on a revoked passport",
    rule: "is_active",
    before: revokePassport,
    change: (plan) => plan,
  },
  {
    name: "act on a retired passport",
    rule: "is_active",
    before: async (world) => done(world, await retire(world)),
    change: (plan) => plan,
  },
  {
    name: "act on a repurposed passport",
    rule: "is_active",
    before: async (world) => done(world, await succeed(world)),
    change: (plan) => plan,
  },
];

/** On a node, attempts share one world. */
export const isRevoked = async (world: World): Promise<boolean> =>
  decodePassportDatum((await world.passport()).datum ?? "").extra.status === "Revoked";
