import { beforeAll, describe, expect, it } from "vitest";
import { contentMemory } from "../adapters/content-memory.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { encodeAddressBytes, parseAddress, toBech32Address } from "../codec/address.js";
import { decodePassportDatum } from "../codec/datum.js";
import { encodePassportMint } from "../codec/redeemer.js";
import { chainAction } from "../domain/action-chain.js";
import { LABEL_USER, userUnit } from "../domain/tokens.js";
import { seededRandom } from "../testing/seeded-random.js";
import { deployedBlueprint } from "../testing/traced-blueprint.js";
import { type ActorName, type EmbeddedWorld, makeWorld } from "../testing/world.js";
import { returned } from "../tx/presented.js";
import { withScript } from "../tx/state.js";
import type { Context } from "./context.js";
import {
  amendPassport,
  erasePassport,
  logAction,
  type MakeRecord,
  reassignPassport,
  retirePassport,
  transferPassport,
} from "./life.js";
import { revokePassport } from "./passports.js";
import { revokeRole, suspendRole } from "./roles.js";

const RECORD = `01551220${"5a".repeat(32)}`;
const OTHER_RECORD = `01551220${"5b".repeat(32)}`;
const record: MakeRecord = async () => RECORD;

let base: EmbeddedWorld;
beforeAll(async () => {
  base = await makeWorld(deployedBlueprint());
});

/** One test's ledger, and who acts on it. */
function scene() {
  const world = base.fork();
  const { ledger, contracts, clock, actors } = world;
  const context: Context = {
    ledger,
    contracts,
    clock,
    content: contentMemory(),
    random: seededRandom("life"),
    builder: lucidBuilder(ledger),
  };
  const id = world.passports[0] ?? "";
  const name = (who: ActorName): string => world.roles.get(who) ?? "";
  const signers = (first: ActorName, ...more: ActorName[]) =>
    [actors[first], ...more.map((who) => actors[who])] as const;
  /** Refused by this name, and the ledger is where it was. */
  const refused = async (act: () => Promise<unknown>, code: string): Promise<void> => {
    const before = await ledger.tip();
    await expect(act()).rejects.toMatchObject({ code });
    expect((await ledger.tip()).height).toBe(before.height);
  };
  const status = async (at = 0) => (await stateOf(world, at)).status;
  return { world, context, actors, id, name, signers, refused, status };
}

async function stateOf(world: EmbeddedWorld, at = 0) {
  return decodePassportDatum((await world.passport(at)).datum ?? "").extra;
}

describe("a transfer", () => {
  it("gives the product away and chains its record", async () => {
    const { world, context, actors, id, signers } = scene();
    const { address } = actors.stranger;
    const done = await transferPassport(context, signers("owner"), id, { to: address, record });
    expect(done.record).toBe(RECORD);
    expect((await world.owned()).address).toBe(address);
    expect((await stateOf(world)).actionHead).toBe(chainAction("", RECORD));
    // The other product stays where it was.
    expect((await world.owned(1)).address).toBe(actors.owner.address);
  });

  it("is the owner's alone, and makes no record when it is not", async () => {
    const { context, actors, id, signers, refused } = scene();
    let made = 0;
    const counted: MakeRecord = async () => {
      made++;
      return RECORD;
    };
    const to = actors.stranger.address;
    for (const who of ["stranger", "maker", "authority", "member1"] as const)
      await refused(
        () => transferPassport(context, signers(who), id, { to, record: counted }),
        "passport/not-owner",
      );
    expect(made).toBe(0);
  });

  it("goes to somebody who can sign, here, and who is another", async () => {
    const { world, context, actors, id, signers, refused } = scene();
    const { address: own } = parseAddress(actors.stranger.address);
    const mainnet = toBech32Address(encodeAddressBytes({ ...own, networkId: 1 }));
    const stake = toBech32Address(
      encodeAddressBytes({ kind: "reward", networkId: 0, payment: null, stake: own.payment }),
    );
    const cases: readonly (readonly [string, string])[] = [
      [world.contracts.roles.address, "transfer/script"],
      [mainnet, "address/network"],
      [stake, "transfer/address"],
      [actors.owner.address, "transfer/to-self"],
      ["somebody", "bech32/malformed"],
    ];
    for (const [to, code] of cases)
      await refused(() => transferPassport(context, signers("owner"), id, { to, record }), code);
  });

  it("is of a passport in force, whose ownership token was not burnt", async () => {
    const { world, context, actors, id, name, signers, refused } = scene();
    const to = actors.stranger.address;
    await revokePassport(context, signers("authority"), name("authority"), id);
    await refused(() => transferPassport(context, signers("owner"), id, { to, record }), "passport/status");

    const [, second = ""] = world.passports;
    const owned = await world.owned(1);
    const { [userUnit(world.contracts.passport.hash, second)]: _, ...kept } = owned.assets;
    await world.accept(
      {
        inputs: [{ utxo: owned }],
        ...withScript(world.contracts, await world.deployment(), "passport"),
        mints: [
          {
            policy: world.contracts.passport.hash,
            assets: { [LABEL_USER + second]: -1n },
            redeemer: encodePassportMint({ act: "Burn" }),
          },
        ],
        outputs: [{ ...returned(owned), assets: kept }],
        signers: [],
      },
      actors.owner,
    );
    await refused(
      () => transferPassport(context, signers("owner"), second, { to, record }),
      "passport/not-owner",
    );
    await refused(
      () => transferPassport(context, signers("owner"), "ab".repeat(28), { to, record }),
      "passport/unknown",
    );
  });
});

describe("a logged action", () => {
  it("is told by the owner, by an actor with him, by the issuer and by an authority", async () => {
    const { world, context, id, name, signers } = scene();
    await logAction(context, signers("owner"), id, { record });
    await logAction(context, signers("repairer", "owner"), id, { actor: name("repairer"), record });
    await logAction(context, signers("maker"), id, { actor: name("maker"), record });
    await logAction(context, signers("authority"), id, { actor: name("authority"), record });
    let head = "";
    for (let step = 0; step < 4; step++) head = chainAction(head, RECORD);
    expect((await stateOf(world)).actionHead).toBe(head);
    expect((await world.owned()).address).toBe(world.actors.owner.address);
  });

  it("is not told by anybody else", async () => {
    const { context, id, name, signers, refused } = scene();
    const log = (who: ActorName, actor?: string) => () =>
      logAction(context, signers(who), id, { actor, record });
    await refused(log("stranger"), "passport/not-owner");
    await refused(log("repairer", name("repairer")), "action/owner-needed");
    await refused(log("maker2", name("maker2")), "action/owner-needed");
    await refused(log("owner", name("repairer")), "tx/signer-missing");
    await refused(log("owner", `${name("repairer").slice(0, -2)}00`), "role/unknown");
  });

  it("is not told by an actor who was suspended today, not even with the owner", async () => {
    const { context, id, name, signers, refused } = scene();
    await suspendRole(context, signers("freezer"), name("repairer"));
    await refused(
      () => logAction(context, signers("repairer", "owner"), id, { actor: name("repairer"), record }),
      "role/not-live",
    );
  });

  it("that another action overtook is recorded anew, on the new head", async () => {
    const { world, context, id, name, signers } = scene();
    const heads: string[] = [];
    const overtaken: MakeRecord = async (previous) => {
      heads.push(previous);
      return OTHER_RECORD;
    };
    const builder: Context["builder"] = {
      ...context.builder,
      async build(plan, payer) {
        const built = await context.builder.build(plan, payer);
        if (heads.length === 1)
          await logAction(context, signers("maker"), id, { actor: name("maker"), record });
        return built;
      },
    };
    const done = await logAction({ ...context, builder }, signers("owner"), id, { record: overtaken });
    const first = chainAction("", RECORD);
    expect(heads).toEqual(["", first]);
    expect(done.record).toBe(OTHER_RECORD);
    expect((await stateOf(world)).actionHead).toBe(chainAction(first, OTHER_RECORD));
  });
});

describe("an amendment", () => {
  const idCommit = "55".repeat(32);

  it("binds the passport anew when issuer and authority sign", async () => {
    const { world, context, id, name, signers } = scene();
    await amendPassport(context, signers("maker", "authority"), id, {
      authority: name("authority"),
      idCommit,
    });
    expect(await stateOf(world)).toMatchObject({ idCommit, idMethod: 1, revision: 0, status: "Active" });
  });

  it("needs both, and both in force", async () => {
    const { context, id, name, signers, refused } = scene();
    const amend =
      (authority: string, first: ActorName, ...more: ActorName[]) =>
      () =>
        amendPassport(context, signers(first, ...more), id, { authority, idCommit });
    await refused(amend(name("authority"), "maker"), "tx/signer-missing");
    await refused(amend(name("authority"), "authority"), "tx/signer-missing");
    await refused(amend(name("repairer"), "maker", "repairer"), "passport/not-authority");
    await refused(amend(name("maker"), "maker"), "passport/not-authority");
    await suspendRole(context, signers("freezer"), name("authority"));
    await refused(amend(name("authority"), "maker", "authority"), "role/not-live");
  });

  it("is refused for an issuer who is revoked, and for a passport that is", async () => {
    const one = scene();
    const amend = ({ context, id, name, signers }: ReturnType<typeof scene>) =>
      amendPassport(context, signers("maker", "authority"), id, { authority: name("authority"), idCommit });
    await revokeRole(one.context, one.signers("member1", "member2"), one.name("maker"));
    await one.refused(() => amend(one), "role/not-live");
    const two = scene();
    await revokePassport(two.context, two.signers("authority"), two.name("authority"), two.id);
    await two.refused(() => amend(two), "passport/status");
  });
});

describe("a retirement", () => {
  it("is a recycler's with the owner, or with an authority when there is no owner", async () => {
    const { world, context, id, name, signers, status } = scene();
    const [, second = ""] = world.passports;
    await retirePassport(context, signers("recycler", "owner"), id, { recycler: name("recycler") });
    await retirePassport(context, signers("recycler", "authority"), second, {
      recycler: name("recycler"),
      authority: name("authority"),
    });
    expect([await status(0), await status(1)]).toEqual(["Retired", "Retired"]);
  });

  it("is nobody else's", async () => {
    const { context, id, name, signers, refused } = scene();
    const retire =
      (recycler: ActorName, authority: ActorName | undefined, first: ActorName, ...more: ActorName[]) =>
      () =>
        retirePassport(context, signers(first, ...more), id, {
          recycler: name(recycler),
          authority: authority && name(authority),
        });
    await refused(retire("repairer", undefined, "repairer", "owner"), "passport/not-recycler");
    await refused(retire("recycler", undefined, "recycler"), "passport/not-owner");
    await refused(retire("recycler", undefined, "owner"), "tx/signer-missing");
    await refused(retire("recycler", "recycler", "recycler"), "passport/not-authority");
    await refused(retire("recycler", "authority", "recycler"), "tx/signer-missing");
  });

  it("is not a recycler's who was suspended today, nor of what is retired", async () => {
    const one = scene();
    const retire = ({ context, id, name, signers }: ReturnType<typeof scene>) =>
      retirePassport(context, signers("recycler", "owner"), id, { recycler: name("recycler") });
    await suspendRole(one.context, one.signers("freezer"), one.name("recycler"));
    await one.refused(() => retire(one), "role/not-live");
    const two = scene();
    await retire(two);
    await two.refused(() => retire(two), "passport/status");
  });
});

describe("a reassignment", () => {
  const reassign =
    (
      { context, id, name, signers }: ReturnType<typeof scene>,
      issuer: ActorName,
      authority: ActorName,
      first: ActorName,
      ...more: ActorName[]
    ) =>
    () =>
      reassignPassport(context, signers(first, ...more), id, {
        authority: name(authority),
        issuer: name(issuer),
      });

  it("hands a revoked manufacturer's passports to another", async () => {
    const one = scene();
    await revokeRole(one.context, one.signers("member1", "member2"), one.name("maker"));
    await reassign(one, "maker2", "authority", "member1", "member2", "authority", "maker2")();
    expect((await stateOf(one.world)).issuer).toBe(one.name("maker2"));
  });

  it("needs the quorum, the authority, and the new issuer's consent", async () => {
    const one = scene();
    const all = ["member1", "member2", "authority", "maker2"] as const;
    await one.refused(reassign(one, "maker", "authority", ...all, "maker"), "passport/same-issuer");
    await one.refused(
      reassign(one, "maker2", "authority", "member1", "authority", "maker2"),
      "consortium/below-quorum",
    );
    await one.refused(
      reassign(one, "maker2", "authority", "member1", "freezer", "authority", "maker2"),
      "consortium/below-quorum",
    );
    await one.refused(reassign(one, "maker2", "repairer", ...all, "repairer"), "passport/not-authority");
    await one.refused(
      reassign(one, "repairer", "authority", ...all, "repairer"),
      "passport/not-manufacturer",
    );
    await one.refused(
      reassign(one, "maker2", "authority", "member1", "member2", "authority"),
      "tx/signer-missing",
    );
    await one.refused(
      reassign(one, "maker2", "authority", "member1", "member2", "maker2"),
      "tx/signer-missing",
    );
  });
});

describe("an erasure", () => {
  it("ends a retired passport, with the ownership token when its owner signs", async () => {
    const { world, context, id, name, signers } = scene();
    const [, second = ""] = world.passports;
    for (const each of [id, second])
      await retirePassport(context, signers("recycler", "owner"), each, { recycler: name("recycler") });
    await erasePassport(context, signers("authority", "owner"), id, name("authority"));
    await erasePassport(context, signers("authority"), second, name("authority"));
    const { hash } = world.contracts.passport;
    for (const each of [id, second])
      expect(await world.ledger.utxosWithUnit(`${hash}000643b0${each}`)).toEqual([]);
    expect(await world.ledger.utxosWithUnit(userUnit(hash, id))).toEqual([]);
    // Whose owner was not there keeps a token without a passport.
    expect(await world.ledger.utxosWithUnit(userUnit(hash, second))).toHaveLength(1);
  });

  it("is an authority's, of a retired passport", async () => {
    const { context, id, name, signers, refused } = scene();
    const erase = (who: ActorName) => () => erasePassport(context, signers(who, "owner"), id, name(who));
    await refused(erase("authority"), "passport/status");
    await retirePassport(context, signers("recycler", "owner"), id, { recycler: name("recycler") });
    await refused(erase("recycler"), "passport/not-authority");
    await refused(
      () => erasePassport(context, signers("stranger"), id, name("authority")),
      "tx/signer-missing",
    );
    await suspendRole(context, signers("freezer"), name("authority"));
    await refused(erase("authority"), "role/not-live");
  });
});
