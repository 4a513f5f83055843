/** Two acts prepared on the same state: whichever comes first stands, and the other is no longer a transaction, whatever its contracts would say. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Signed, World } from "../../src/testing/world.js";
import { planRotate } from "../../src/tx/deploy.js";
import { planRevokePassport, planUpdatePassport } from "../../src/tx/passports.js";
import { planRecover, planRenew, planSuspend } from "../../src/tx/roles.js";
import { type Attempt, worldOf } from "./attack.js";
import { actorLog, amend, ownerLog, reassign, retire, transfer } from "./attempts.js";

const update =
  (version: string) =>
  async (world: World): Promise<Attempt> => ({
    plan: planUpdatePassport(
      world.contracts,
      await world.deployment(),
      await world.passport(),
      await world.attestation("maker"),
      { dataRoot: version.repeat(32), content: `01551220${version.repeat(32)}` },
      world.validity(),
    ),
    // Another purse than the issuer's, so that the two do not contend for coins.
    payer: version === "33" ? "maker" : "stranger",
  });

const revocation = async (world: World): Promise<Attempt> => ({
  plan: planRevokePassport(
    world.contracts,
    await world.deployment(),
    await world.passport(),
    await world.attestation("authority"),
    await world.badge("authority"),
    4,
    world.validity(),
  ),
  payer: "authority",
});

const suspension = async (world: World): Promise<Attempt> => ({
  plan: planSuspend(
    world.contracts,
    await world.deployment(),
    (await world.attestation("recycler")).utxo,
    world.actors.freezer.keyHash,
    1,
  ),
  payer: "freezer",
});

const recovery = async (world: World): Promise<Attempt> => ({
  plan: planRecover(
    world.contracts,
    await world.deployment(),
    await world.attestation("recycler"),
    { holder: world.actors.stranger.keyHash, alg: 0, pk: "", encPk: "22".repeat(32) },
    world.quorum,
  ),
  payer: "member1",
});

const rotation = async (world: World): Promise<Attempt> => ({
  plan: planRotate(
    world.contracts,
    (await world.deployment()).config,
    { ...world.config(), threshold: 1 },
    world.quorum,
  ),
  payer: "member1",
});

const renewing = async (world: World): Promise<Attempt> => ({
  plan: planRenew(
    world.contracts,
    await world.deployment(),
    (await world.attestation("repairer")).utxo,
    { validFrom: 0, validTo: world.clock.now() + 1_000_000 },
    world.quorum,
  ),
  payer: "member2",
});

type Act = (world: World) => Promise<Attempt>;
type Pair = readonly [string, Act, string, Act];

/** Both spend the same state. */
const RIVALS: readonly Pair[] = [
  ["an update", update("33"), "another update", update("44")],
  ["a transfer", (world) => transfer(world), "a revocation", revocation],
  ["a transfer", (world) => transfer(world), "a log by the issuer", (world) => actorLog(world, "maker")],
  ["a retirement", (world) => retire(world), "a transfer", (world) => transfer(world)],
  ["an amendment", (world) => amend(world), "a reassignment", (world) => reassign(world)],
  ["a log by the owner", (world) => ownerLog(world), "a revocation", revocation],
  ["a suspension", suspension, "a recovery", recovery],
];

/** The second refers to what the first spends. */
const OVERTAKEN: readonly Pair[] = [
  ["a suspension of the recycler", suspension, "a retirement by him", (world) => retire(world)],
  ["a rotation of the consortium", rotation, "a renewal by the old one", renewing],
];

const prepared = async (world: World, act: Act): Promise<Signed> => {
  const { plan, payer } = await act(world);
  return world.prepare(plan, world.actors[payer]);
};

async function contest(world: World, first: Act, second: Act): Promise<void> {
  const [one, two] = [await prepared(world, first), await prepared(world, second)];
  const hash = await world.ledger.submit(one.cbor);
  await world.ledger.awaitTx(hash);
  await expect(world.ledger.submit(two.cbor)).rejects.toMatchObject({ code: "ledger/conflict" });
  expect(await world.ledger.transaction(hash)).not.toBeNull();
}

describe("two acts prepared on the same state", () => {
  let base: World;
  beforeAll(async () => {
    base = await worldOf("deployed");
  });

  const orders: readonly Pair[] = [
    ...RIVALS.flatMap(([a, one, b, two]): readonly Pair[] => [
      [a, one, b, two],
      [b, two, a, one],
    ]),
    ...OVERTAKEN,
  ];
  const cases = orders.map(([first, one, second, two]) => ({ first, one, second, two }));

  it.each(cases)("$first stands, and $second comes too late", async ({ one, two }) => {
    await contest(await base.anew(), one, two);
  });
});
