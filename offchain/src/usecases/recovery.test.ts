/** What the consortium does about lost keys and about itself: recoverRole, burnBadge, rotateConsortium. */
import { beforeAll, describe, expect, it } from "vitest";
import { contentMemory } from "../adapters/content-memory.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { decodeAttestationDatum, decodeConfigDatum } from "../codec/datum.js";
import { generateKeyPair } from "../crypto/x25519.js";
import { toHex } from "../domain/bytes.js";
import { userUnit } from "../domain/tokens.js";
import { seededRandom } from "../testing/seeded-random.js";
import { deployedBlueprint } from "../testing/traced-blueprint.js";
import { emptyPlan } from "../testing/transact.js";
import { type ActorName, type EmbeddedWorld, makeWorld } from "../testing/world.js";
import type { Context } from "./context.js";
import { type Rotation, rotateConsortium } from "./deployment.js";
import { retirePassport } from "./life.js";
import { burnBadge, recoverRole, revokeRole, suspendRole } from "./roles.js";

let base: EmbeddedWorld;
beforeAll(async () => {
  base = await makeWorld(deployedBlueprint());
});

function scene() {
  const world = base.fork();
  const { ledger, contracts, clock, actors } = world;
  const random = seededRandom("recovery");
  const context: Context = {
    ledger,
    contracts,
    clock,
    content: contentMemory(),
    random,
    builder: lucidBuilder(ledger),
  };
  const signers = (first: ActorName, ...more: ActorName[]) =>
    [actors[first], ...more.map((who) => actors[who])] as const;
  /** Refused by this name, and the ledger is where it was. */
  const refused = async (act: () => Promise<unknown>, code: string): Promise<void> => {
    const before = await ledger.tip();
    await expect(act()).rejects.toMatchObject({ code });
    expect((await ledger.tip()).height).toBe(before.height);
  };
  const attestation = async (who: ActorName) =>
    decodeAttestationDatum((await world.attestation(who)).utxo.datum ?? "").extra;
  const config = async () => decodeConfigDatum((await world.deployment()).config.datum ?? "");
  const keys = {
    holder: actors.stranger.keyHash,
    alg: 0,
    pk: "",
    encPk: toHex(generateKeyPair(random).publicKey),
  };
  const name = (who: ActorName): string => world.roles.get(who) ?? "";
  const hashes = (...who: ActorName[]) => who.map((each) => actors[each].keyHash);
  const badges = (who: ActorName) => ledger.utxosWithUnit(userUnit(contracts.roles.hash, name(who)));
  return { world, context, actors, signers, refused, attestation, config, keys, name, hashes, badges };
}

describe("a recovered attestation", () => {
  it("acts by its new key, and by the old one no more", async () => {
    const { world, context, signers, refused, attestation, keys, name } = scene();
    await recoverRole(context, signers("member1", "member3"), name("recycler"), keys);
    expect(await attestation("recycler")).toMatchObject({ ...keys, keyEpoch: 1, status: "Active" });
    const [id = ""] = world.passports;
    const retire = (who: ActorName) => () =>
      retirePassport(context, signers(who, "owner"), id, { recycler: name("recycler") });
    await refused(retire("recycler"), "tx/signer-missing");
    await retire("stranger")();
  });

  it("has a new badge when one is asked for", async () => {
    const { context, actors, signers, keys, name, badges } = scene();
    const { address } = actors.stranger;
    await recoverRole(context, signers("member1", "member2"), name("repairer"), keys);
    expect(await badges("repairer")).toHaveLength(1);
    await recoverRole(context, signers("member1", "member2"), name("repairer"), keys, address);
    expect((await badges("repairer")).map((utxo) => utxo.address).toSorted()).toEqual(
      [actors.repairer.address, address].toSorted(),
    );
  });

  it("stays suspended", async () => {
    const { context, signers, attestation, keys, name } = scene();
    await suspendRole(context, signers("freezer"), name("maker"), 1);
    await recoverRole(context, signers("member1", "member2"), name("maker"), keys);
    expect(await attestation("maker")).toMatchObject({ holder: keys.holder, status: "Suspended" });
  });

  it("is the quorum's, of what is not revoked, with a reading key that works", async () => {
    const { context, signers, refused, keys, name } = scene();
    const recover =
      (encPk: string, first: ActorName, ...more: ActorName[]) =>
      () =>
        recoverRole(context, signers(first, ...more), name("maker"), { ...keys, encPk });
    await refused(recover(keys.encPk, "member1"), "consortium/below-quorum");
    await refused(recover(keys.encPk, "member1", "freezer", "maker"), "consortium/below-quorum");
    await refused(recover("00".repeat(32), "member1", "member2"), "role/reading-key");
    await refused(
      () => recoverRole(context, signers("member1", "member2"), `${name("maker").slice(0, -2)}00`, keys),
      "role/unknown",
    );
    await revokeRole(context, signers("member1", "member2"), name("maker"), 3);
    await refused(recover(keys.encPk, "member1", "member2"), "role/status");
  });
});

describe("a badge", () => {
  it("is burnt by whoever holds it; the attestation stays in force", async () => {
    const { context, signers, attestation, name, badges } = scene();
    await burnBadge(context, signers("repairer"), name("repairer"));
    expect(await badges("repairer")).toEqual([]);
    expect(await attestation("repairer")).toMatchObject({ status: "Active", keyEpoch: 0 });
  });

  it("is not burnt by anybody else", async () => {
    const { world, context, actors, signers, refused, name } = scene();
    const burn = (who: ActorName) => () => burnBadge(context, signers(who), name("repairer"));
    await refused(burn("stranger"), "role/no-badge");
    await refused(burn("member1"), "role/no-badge");
    const unit = userUnit(world.contracts.roles.hash, name("repairer"));
    const outputs = [{ address: actors.stranger.address, assets: { [unit]: 1n } }];
    await world.accept({ ...emptyPlan, outputs }, actors.repairer);
    await refused(burn("repairer"), "role/no-badge");
    await burn("stranger")();
    await refused(burn("stranger"), "role/no-badge");
  });
});

describe("a consortium", () => {
  const SUCCESSOR = "44".repeat(28);

  it("rotates members, threshold and freeze keys; the old ones act no more", async () => {
    const { context, signers, refused, config, keys, name, hashes } = scene();
    const rotation = { members: hashes("member2", "maker", "stranger"), freezeKeys: hashes("maker") };
    await rotateConsortium(context, signers("member1", "member2", "maker"), rotation);
    expect(await config()).toMatchObject({ ...rotation, threshold: 2, successor: null });
    await refused(
      () => recoverRole(context, signers("member1", "member2", "member3"), name("repairer"), keys),
      "consortium/below-quorum",
    );
    await refused(
      () => suspendRole(context, signers("freezer"), name("repairer")),
      "consortium/no-freeze-key",
    );
    await recoverRole(context, signers("member2", "stranger"), name("repairer"), keys);
    await suspendRole(context, signers("maker"), name("repairer"));
  });

  it("names a successor once, and goes on", async () => {
    const { world, context, signers, refused, config, hashes } = scene();
    const rotate = (rotation: Rotation) => () =>
      rotateConsortium(context, signers("member1", "member2"), rotation);
    await refused(rotate({ successor: world.contracts.config.hash }), "consortium/successor");
    await rotate({ successor: SUCCESSOR })();
    await refused(rotate({ successor: "55".repeat(28) }), "consortium/successor");
    await refused(rotate({ successor: null }), "consortium/successor");
    await rotate({ freezeKeys: hashes("owner") })();
    expect(await config()).toMatchObject({ successor: SUCCESSOR, freezeKeys: hashes("owner") });
  });

  it("needs a quorum of the old members and one of the new", async () => {
    const { context, signers, refused, hashes } = scene();
    const rotate =
      (rotation: Rotation, first: ActorName, ...more: ActorName[]) =>
      () =>
        rotateConsortium(context, signers(first, ...more), rotation);
    const members = hashes("member2", "maker", "stranger");
    await refused(rotate({ members }, "member2", "maker", "stranger"), "consortium/below-quorum");
    await refused(rotate({ members }, "member1", "member2"), "consortium/below-quorum");
    await refused(
      rotate({ members: hashes("stranger"), threshold: 1 }, "stranger"),
      "consortium/below-quorum",
    );
    await refused(rotate({ threshold: 3 }, "member1", "member2"), "consortium/below-quorum");
    await refused(rotate({ freezeKeys: hashes("stranger") }, "freezer"), "consortium/below-quorum");
  });

  it("does not become one that could never act, or that counts a member twice", async () => {
    const { context, signers, refused, hashes } = scene();
    const many = Array.from({ length: 33 }, (_, n) => n.toString(16).padStart(56, "0"));
    const bad: readonly Rotation[] = [
      { members: [] },
      { members: [...hashes("member1", "member2"), ...hashes("member1")] },
      { members: many },
      { threshold: 0 },
      { threshold: 4 },
      { members: hashes("member1") },
      { freezeKeys: [] },
      { freezeKeys: hashes("freezer", "freezer") },
      { freezeKeys: many },
    ];
    for (const rotation of bad)
      await refused(
        () => rotateConsortium(context, signers("member1", "member2", "member3"), rotation),
        "consortium/config",
      );
  });
});
