/** Two acts prepared on the same state: whichever comes first stands, and the other is no longer a transaction, whatever its contracts would say. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeAttestationDatum } from "../../src/codec/datum.js";
import type { SealedPack } from "../../src/domain/pack.js";
import { eventSigner } from "../../src/testing/event-world.js";
import { elementSigner } from "../../src/testing/joint-world.js";
import { keySigner } from "../../src/testing/p256-world.js";
import type { ActorName, Signed, World } from "../../src/testing/world.js";
import { planReclaim, planRotate } from "../../src/tx/deploy.js";
import { planRevokePassport, planUpdatePassport } from "../../src/tx/passports.js";
import { planRecover, planRenew, planRotateKeys, planSuspend } from "../../src/tx/roles.js";
import { tableAddress, tableOf } from "../../src/tx/tables.js";
import { close, gap, packAttempt } from "./anchor-attempts.js";
import { type Attempt, worldOf } from "./attack.js";
import { actorLog, amend, ownerLog, reassign, retire, transfer } from "./attempts.js";
import { jointAttempt } from "./joint-attempts.js";
import { jointly, type PartyName } from "./joint-parties.js";
import { HOLDERS, keyed, keyedAttempt } from "./p256-attempts.js";

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

const suspensionOf =
  (who: ActorName) =>
  async (world: World): Promise<Attempt> => ({
    plan: planSuspend(
      world.contracts,
      await world.deployment(),
      (await world.attestation(who)).utxo,
      world.actors.freezer.keyHash,
      1,
    ),
    payer: "freezer",
  });
const suspension = suspensionOf("recycler");

/** The supervisor's next pack. @param payer which relayer submits it. @param header what the supervisor signs otherwise. */
const append =
  (payer: ActorName, header: Partial<SealedPack> = {}) =>
  async (world: World): Promise<Attempt> => ({
    ...(await packAttempt(world, "supervisor", () => ({}), { header })),
    payer,
  });

const keyRotation = async (world: World): Promise<Attempt> => {
  const { keyHash: holder } = world.actors.supervisor;
  const keys = { holder, alg: 1, pk: eventSigner("next").publicKey, encPk: "22".repeat(32) };
  const { utxo } = await world.attestation("supervisor");
  const utxos = await world.deployment();
  return {
    plan: planRotateKeys(world.contracts, utxos, utxo, keys, world.validity()),
    payer: "supervisor",
  };
};

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

/** The next pack of two parties on the joint thread. */
const joint =
  (payer: ActorName, parties: readonly PartyName[]) =>
  async (world: World): Promise<Attempt> => ({ ...(await jointAttempt(world, parties)), payer });

/** A pack of the meter, under its P-256 key. */
const metered = (world: World): Promise<Attempt> => keyedAttempt(world, "meter");

const meterRotation = async (world: World): Promise<Attempt> => {
  const { utxo } = await keyed(world, "meter");
  const { holder, encPk } = decodeAttestationDatum(utxo.datum ?? "").extra;
  const { alg, publicKey: pk } = elementSigner("next meter");
  const keys = { holder, alg, pk, encPk };
  return {
    plan: planRotateKeys(world.contracts, await world.deployment(), utxo, keys, world.validity()),
    payer: HOLDERS.meter,
  };
};

const reclaim = async (world: World): Promise<Attempt> => {
  await keyed(world, "meter");
  const { alg, publicKey: pk } = keySigner("meter");
  const [table] = await world.ledger.utxosAt(tableAddress(world.contracts, tableOf({ alg, pk })));
  if (table === undefined) throw new Error("the table of the meter is not on the ledger");
  const { config } = await world.deployment();
  return { plan: planReclaim(world.contracts, config, table, world.quorum), payer: "member1" };
};

const byQuorum = async (world: World): Promise<Attempt> => ({
  ...(await gap(world, "supervisor", "quorum")),
  payer: "maker",
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
  ["a pack by one relayer", append("stranger"), "the same pack by another", append("maker")],
  [
    "a pack",
    append("stranger"),
    "another pack under the same counters",
    append("maker", { root: "66".repeat(32) }),
  ],
  ["a pack", append("stranger"), "a gap", (world) => gap(world, "supervisor", "supervisor")],
  ["a gap by the source", (world) => gap(world, "supervisor", "supervisor"), "a gap by the quorum", byQuorum],
  [
    "a joint pack of two",
    joint("stranger", ["station", "supervisor"]),
    "one of another two under the same counters",
    joint("maker", ["gateway", "supervisor"]),
  ],
  ["a pack", append("maker"), "the end of the thread", (world) => close(world, "supervisor")],
];

/** The second refers to what the first spends. */
const OVERTAKEN: readonly Pair[] = [
  ["a suspension of the recycler", suspension, "a retirement by him", (world) => retire(world)],
  ["a rotation of the consortium", rotation, "a renewal by the old one", renewing],
  ["a suspension of the supervisor", suspensionOf("supervisor"), "a pack of his", append("stranger")],
  ["a rotation of the supervisor's keys", keyRotation, "a pack under the old one", append("stranger")],
  [
    "a suspension of the supervisor",
    suspensionOf("supervisor"),
    "a joint pack that he has a part in",
    joint("stranger", ["station", "supervisor"]),
  ],
  [
    "a rotation of the supervisor's keys",
    keyRotation,
    "a joint pack under the old one",
    joint("stranger", ["station", "supervisor"]),
  ],
  ["a rotation of the meter's P-256 key", meterRotation, "a pack under the old one", metered],
  ["a reclaim of a table", reclaim, "a pack that refers to it", metered],
  [
    "a rotation of the supervisor's keys",
    keyRotation,
    "a gap by him under the old ones",
    (world) => gap(world, "supervisor", "supervisor"),
  ],
];

const prepared = async (world: World, act: Act): Promise<Signed> => {
  const { plan, payer } = await act(world);
  return world.prepare(plan, world.actors[payer]);
};

async function contest(world: World, first: Act, second: Act): Promise<void> {
  // On a node both may have to set something up, and would then spend what the other was prepared with.
  for (const act of [first, second]) await act(world);
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
    await jointly(base, []);
    await keyed(base, "meter");
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
