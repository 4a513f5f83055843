/** Each on-chain operation of the product once, as a plan on a deployed world: what benchmarks measure and judges are compared by. */
import { passportIds, planIssuePassports, planRevokePassport, planUpdatePassport } from "../tx/passports.js";
import type { TxPlan } from "../tx/plan.js";
import {
  planIssueRoles,
  planPublishKeyring,
  planRenew,
  planRevokeRole,
  planRotateKeys,
  planSuspend,
} from "../tx/roles.js";
import { type ActorName, HOUR, type World } from "./world.js";

export interface Operation {
  readonly name: string;
  readonly payer: ActorName;
  readonly plan: (world: World) => Promise<TxPlan>;
}

const CONTENT = `01551220${"44".repeat(32)}`;

const maker = async (world: World) =>
  [world.contracts, await world.deployment(), (await world.attestation("maker")).utxo] as const;

const dates = ({ clock }: World) => ({ validFrom: clock.now() - HOUR, validTo: clock.now() + 1000 * HOUR });

const issuing = (count: number): Operation => ({
  name: `passport issue, ${count}`,
  payer: "maker",
  plan: async (world) => {
    const seed = await world.coin("maker");
    const serials = passportIds(seed, count).map((_, index) => `S${index}`);
    return planIssuePassports(
      world.contracts,
      await world.deployment(),
      seed,
      await world.attestation("maker"),
      serials.map((serial) => world.newPassport(serial)),
      world.validity(),
    );
  },
});

export const OPERATIONS: readonly Operation[] = [
  {
    name: "role issue",
    payer: "member1",
    plan: async (world) =>
      planIssueRoles(
        world.contracts,
        await world.deployment(),
        await world.coin("member1"),
        [world.newAttestation("maker", "MANUFACTURER")],
        world.quorum,
      ).plan,
  },
  {
    name: "role renew",
    payer: "member1",
    plan: async (world) => planRenew(...(await maker(world)), dates(world), world.quorum),
  },
  {
    name: "role suspend",
    payer: "freezer",
    plan: async (world) => planSuspend(...(await maker(world)), world.actors.freezer.keyHash),
  },
  {
    name: "role revoke",
    payer: "member1",
    plan: async (world) => planRevokeRole(...(await maker(world)), world.quorum),
  },
  {
    name: "role rotate keys",
    payer: "maker",
    plan: async (world) => {
      const holder = world.actors.stranger.keyHash;
      const keys = { holder, alg: 1, pk: "11".repeat(32), encPk: "22".repeat(32) };
      return planRotateKeys(...(await maker(world)), keys, world.validity());
    },
  },
  {
    name: "role publish keyring",
    payer: "maker",
    plan: async (world) => planPublishKeyring(...(await maker(world)), CONTENT, world.validity()),
  },
  issuing(1),
  issuing(20),
  {
    name: "passport update",
    payer: "maker",
    plan: async (world) =>
      planUpdatePassport(
        world.contracts,
        await world.deployment(),
        await world.passport(),
        await world.attestation("maker"),
        { dataRoot: "33".repeat(32), content: CONTENT },
        world.validity(),
      ),
  },
  {
    name: "passport revoke",
    payer: "authority",
    plan: async (world) =>
      planRevokePassport(
        world.contracts,
        await world.deployment(),
        await world.passport(),
        await world.attestation("authority"),
        await world.badge("authority"),
        world.validity(),
      ),
  },
];
