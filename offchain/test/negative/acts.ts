/** Steps that attacks start from, each a transaction that the ledger accepts. */

import type { ActorName, World } from "../../src/testing/world.js";
import { planRevokePassport } from "../../src/tx/passports.js";
import { planRenew, planRevokeRole, planSuspend, type Renewal } from "../../src/tx/roles.js";

export async function suspend(world: World, who: ActorName): Promise<void> {
  const { utxo } = await world.attestation(who);
  const plan = planSuspend(world.contracts, await world.deployment(), utxo, world.actors.freezer.keyHash, 1);
  await world.accept(plan, world.actors.freezer);
}

export async function revoke(world: World, who: ActorName): Promise<void> {
  const { utxo } = await world.attestation(who);
  await world.accept(
    planRevokeRole(world.contracts, await world.deployment(), utxo, world.quorum, 3),
    world.actors.member1,
  );
}

export async function renew(world: World, who: ActorName, renewal: Renewal): Promise<void> {
  const { utxo } = await world.attestation(who);
  const plan = planRenew(world.contracts, await world.deployment(), utxo, renewal, world.quorum);
  await world.accept(plan, world.actors.member1);
}

export async function revokePassport(world: World): Promise<void> {
  const plan = planRevokePassport(
    world.contracts,
    await world.deployment(),
    await world.passport(),
    await world.attestation("authority"),
    await world.badge("authority"),
    2,
    world.validity(),
  );
  await world.accept(plan, world.actors.authority);
}
