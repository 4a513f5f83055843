/** Acts of a passport's life as the ledger accepts them: what their attacks start from, and what some attacks need to have happened before. */
import { decodePassportDatum } from "../../src/codec/datum.js";
import type { ActorName, World } from "../../src/testing/world.js";
import {
  planAmend,
  planErase,
  planLog,
  planReassign,
  planRetire,
  planSucceed,
  planTransfer,
} from "../../src/tx/life.js";
import type { Attempt } from "./attack.js";
import { RECORD } from "./redeemers.js";

/** Who acts, when it is not who should; which of the world's passports. */
export interface Deviation {
  readonly at?: number;
  readonly issuer?: ActorName;
  readonly authority?: ActorName;
  readonly recycler?: ActorName;
  readonly actor?: ActorName;
}

export const transfer = async (world: World, { at = 0 }: Deviation = {}): Promise<Attempt> => ({
  plan: planTransfer(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    owned: await world.owned(at),
    to: world.actors.stranger.address,
    record: RECORD,
  }),
  payer: "owner",
});

/** By the owner, with `actor` or alone. */
export const ownerLog = async (world: World, { at = 0, actor }: Deviation = {}): Promise<Attempt> => ({
  plan: planLog(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    owned: await world.owned(at),
    record: RECORD,
    ...(actor === undefined ? {} : { actor: await world.attestation(actor), validity: world.validity() }),
  }),
  payer: "owner",
});

/** By an actor without the owner. */
export const actorLog = async (world: World, actor: ActorName, at = 0): Promise<Attempt> => ({
  plan: planLog(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    actor: await world.attestation(actor),
    record: RECORD,
    validity: world.validity(),
  }),
  payer: "maker",
});

export const amend = async (
  world: World,
  { at = 0, issuer = "maker", authority = "authority" }: Deviation = {},
): Promise<Attempt> => ({
  plan: planAmend(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    issuer: await world.attestation(issuer),
    authority: await world.attestation(authority),
    idCommit: "55".repeat(32),
    idMethod: 2,
    validity: world.validity(),
  }),
  payer: "maker",
});

/** `authority`: in the owner's place. */
export const retire = async (
  world: World,
  { at = 0, recycler = "recycler", authority }: Deviation = {},
): Promise<Attempt> => ({
  plan: planRetire(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    recycler: await world.attestation(recycler),
    validity: world.validity(),
    ...(authority === undefined
      ? { owned: await world.owned(at) }
      : { authority: await world.attestation(authority) }),
  }),
  payer: "recycler",
});

export const succeed = async (
  world: World,
  { at = 0, actor = "recycler", issuer = "maker2" }: Deviation = {},
): Promise<Attempt> => ({
  plan: planSucceed(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    owned: await world.owned(at),
    seed: await world.coin("maker2"),
    actor: await world.attestation(actor),
    issuer: await world.attestation(issuer),
    passport: world.newPassport("second life"),
    validity: world.validity(),
  }),
  payer: "maker2",
});

export const reassign = async (
  world: World,
  { at = 0, issuer = "maker2", authority = "authority" }: Deviation = {},
): Promise<Attempt> => ({
  plan: planReassign(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    authority: await world.attestation(authority),
    issuer: await world.attestation(issuer),
    quorum: world.quorum,
    validity: world.validity(),
  }),
  payer: "member1",
});

/** Of a retired passport, with its (222). */
export const erase = async (
  world: World,
  { at = 0, authority = "authority" }: Deviation = {},
): Promise<Attempt> => ({
  plan: planErase(world.contracts, await world.deployment(), {
    state: await world.passport(at),
    authority: await world.attestation(authority),
    owned: await world.owned(at),
    validity: world.validity(),
  }),
  payer: "authority",
});

export async function done(world: World, { plan, payer }: Attempt): Promise<void> {
  await world.accept(plan, world.actors[payer]);
}

/** Unless it is retired already: on a node, attempts share one world. */
export async function retired(world: World, at = 0): Promise<void> {
  const { extra } = decodePassportDatum((await world.passport(at)).datum ?? "");
  if (extra.status === "Active") await done(world, await retire(world, { at }));
}
