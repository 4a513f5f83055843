/** Each on-chain operation of the product once, as a plan on a deployed world: what benchmarks measure and judges are compared by. */

import { emptyRange } from "../merkle/range.js";
import { planClose, planGap } from "../tx/anchor.js";
import { planRotate } from "../tx/deploy.js";
import {
  planAmend,
  planErase,
  planLog,
  planReassign,
  planRetire,
  planSucceed,
  planTransfer,
} from "../tx/life.js";
import { passportIds, planIssuePassports, planRevokePassport, planUpdatePassport } from "../tx/passports.js";
import type { TxPlan } from "../tx/plan.js";
import {
  planBurnBadge,
  planIssueRoles,
  planPublishKeyring,
  planRecover,
  planRenew,
  planRevokeRole,
  planRotateKeys,
  planSuspend,
} from "../tx/roles.js";
import {
  appending,
  eventSigner,
  MAX_DELAY,
  planAppends,
  SOURCES,
  type SourceName,
  threadOf,
} from "./event-world.js";
import { KEYED_OPERATIONS } from "./keyed-operations.js";
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

const retiring = async (world: World): Promise<TxPlan> =>
  planRetire(world.contracts, await world.deployment(), {
    state: await world.passport(),
    recycler: await world.attestation("recycler"),
    authority: await world.attestation("authority"),
    validity: world.validity(),
  });

/** The supervisor's thread, on which nothing is yet. */
const thread = async (world: World) =>
  [
    world.contracts,
    await world.deployment(),
    { utxo: await threadOf(world, "supervisor"), range: emptyRange() },
  ] as const;

const bySupervisor = async (world: World) => ({
  source: await world.attestation("supervisor"),
  validity: world.validity(),
});

/** One pack per thread, submitted by somebody who has no part in it. */
const append = (name: string, sources: readonly SourceName[], count: number): Operation => ({
  name,
  payer: "stranger",
  plan: async (world) => {
    const packs = await Promise.all(sources.map((source) => appending(world, source, { count })));
    return (await planAppends(world, packs)).plan;
  },
});

const THREADS: readonly Operation[] = [
  {
    name: "role issue with a thread",
    payer: "member1",
    plan: async (world) => {
      const entry = world.newAttestation("supervisor", "SUPERVISOR");
      const pk = eventSigner("new supervisor").publicKey;
      const attestation = { ...entry.attestation, alg: 1, pk, maxDelay: MAX_DELAY };
      return planIssueRoles(
        world.contracts,
        await world.deployment(),
        await world.coin("member1"),
        [{ ...entry, attestation }],
        world.quorum,
      ).plan;
    },
  },
  append("append, 100 events", ["supervisor"], 100),
  append("append, 3 threads", SOURCES, 100),
  {
    name: "gap, source",
    payer: "supervisor",
    plan: async (world) => planGap(...(await thread(world)), { hi: 5, reason: 1 }, await bySupervisor(world)),
  },
  {
    name: "gap, quorum",
    payer: "member1",
    plan: async (world) => planGap(...(await thread(world)), { hi: 5, reason: 1 }, { quorum: world.quorum }),
  },
  {
    name: "thread close",
    payer: "supervisor",
    plan: async (world) => planClose(...(await thread(world)), await bySupervisor(world)),
  },
];

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
    plan: async (world) => planSuspend(...(await maker(world)), world.actors.freezer.keyHash, 1),
  },
  {
    name: "role revoke",
    payer: "member1",
    plan: async (world) => planRevokeRole(...(await maker(world)), world.quorum, 3),
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
        2,
        world.validity(),
      ),
  },
  {
    name: "role recover",
    payer: "member1",
    plan: async (world) => {
      const keys = { holder: world.actors.stranger.keyHash, alg: 0, pk: "", encPk: "22".repeat(32) };
      return planRecover(
        world.contracts,
        await world.deployment(),
        await world.attestation("repairer"),
        keys,
        world.quorum,
        world.actors.stranger.address,
      );
    },
  },
  {
    name: "badge burn",
    payer: "repairer",
    plan: async (world) => {
      const { name } = await world.attestation("repairer");
      return planBurnBadge(world.contracts, await world.deployment(), await world.badge("repairer"), name);
    },
  },
  {
    name: "config rotate",
    payer: "member1",
    plan: async (world) => {
      const { member1, member2, stranger } = world.actors;
      const next = {
        ...world.config(),
        members: [member1, member2, stranger].map(({ keyHash }) => keyHash),
        successor: "44".repeat(28),
      };
      return planRotate(world.contracts, (await world.deployment()).config, next, world.quorum);
    },
  },
  {
    name: "passport transfer",
    payer: "owner",
    plan: async (world) =>
      planTransfer(world.contracts, await world.deployment(), {
        state: await world.passport(),
        owned: await world.owned(),
        to: world.actors.stranger.address,
        record: CONTENT,
      }),
  },
  {
    name: "passport log, owner",
    payer: "owner",
    plan: async (world) =>
      planLog(world.contracts, await world.deployment(), {
        state: await world.passport(),
        owned: await world.owned(),
        record: CONTENT,
      }),
  },
  {
    name: "passport log, owner and repairer",
    payer: "repairer",
    plan: async (world) =>
      planLog(world.contracts, await world.deployment(), {
        state: await world.passport(),
        owned: await world.owned(),
        actor: await world.attestation("repairer"),
        record: CONTENT,
        validity: world.validity(),
      }),
  },
  {
    name: "passport log, issuer",
    payer: "maker",
    plan: async (world) =>
      planLog(world.contracts, await world.deployment(), {
        state: await world.passport(),
        actor: await world.attestation("maker"),
        record: CONTENT,
        validity: world.validity(),
      }),
  },
  {
    name: "passport amend",
    payer: "maker",
    plan: async (world) =>
      planAmend(world.contracts, await world.deployment(), {
        state: await world.passport(),
        issuer: await world.attestation("maker"),
        authority: await world.attestation("authority"),
        idCommit: "55".repeat(32),
        idMethod: 1,
        validity: world.validity(),
      }),
  },
  {
    name: "passport retire, owner",
    payer: "recycler",
    plan: async (world) =>
      planRetire(world.contracts, await world.deployment(), {
        state: await world.passport(),
        recycler: await world.attestation("recycler"),
        owned: await world.owned(),
        validity: world.validity(),
      }),
  },
  {
    name: "passport retire, authority",
    payer: "recycler",
    plan: retiring,
  },
  {
    name: "passport succeed",
    payer: "maker2",
    plan: async (world) =>
      planSucceed(world.contracts, await world.deployment(), {
        state: await world.passport(),
        owned: await world.owned(),
        seed: await world.coin("maker2"),
        actor: await world.attestation("recycler"),
        issuer: await world.attestation("maker2"),
        passport: world.newPassport("second life"),
        validity: world.validity(),
      }),
  },
  {
    name: "passport reassign",
    payer: "member1",
    plan: async (world) =>
      planReassign(world.contracts, await world.deployment(), {
        state: await world.passport(),
        authority: await world.attestation("authority"),
        issuer: await world.attestation("maker2"),
        quorum: world.quorum,
        validity: world.validity(),
      }),
  },
  {
    name: "passport erase",
    payer: "authority",
    plan: async (world) => {
      await world.accept(await retiring(world), world.actors.recycler);
      return planErase(world.contracts, await world.deployment(), {
        state: await world.passport(),
        authority: await world.attestation("authority"),
        owned: await world.owned(),
        validity: world.validity(),
      });
    },
  },
  ...THREADS,
  ...KEYED_OPERATIONS,
];
