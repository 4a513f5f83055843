/** Each act of the consortium, from proposal to ledger, on machines of their own. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { lucidBuilder } from "../../adapters/lucid/builder.js";
import { decodeConfigDatum, decodePassportDatum } from "../../codec/datum.js";
import type { ProposedRole } from "../../domain/proposal.js";
import { userUnit } from "../../domain/tokens.js";
import { actor } from "../../testing/actors.js";
import { eventSigner } from "../../testing/event-world.js";
import {
  contextOf,
  DAY,
  makeQuorumWorld,
  placeOf,
  proposed,
  sent,
  signed,
  submitted,
} from "../../testing/quorum-world.js";
import { type ActorName, type EmbeddedWorld, emptyWorld, HOUR } from "../../testing/world.js";
import { configUnit, SCRIPT_NAMES } from "../../tx/contracts.js";
import { planCarryScript } from "../../tx/deploy.js";
import { loadDeployment } from "../deployment.js";
import { readThreadState } from "../events/threads.js";
import { listAttestations, readAttestation, readPassport } from "../resolve.js";
import { submitPlan } from "../submit.js";
import { refText } from "./expected.js";
import { inspect } from "./inspect.js";
import { propose } from "./propose.js";
import { signProposal } from "./sign.js";
import { submitProposal } from "./submit.js";

let fresh: EmbeddedWorld;
let world: EmbeddedWorld;
beforeAll(async () => {
  fresh = await makeQuorumWorld();
});
beforeEach(() => {
  world = fresh.fork();
});

const role = (name: ActorName): string => world.roles.get(name) ?? "";

const newRole = (holder: ActorName): ProposedRole => ({
  role: "RECYCLER",
  kind: "Individual",
  holder: world.actors[holder].keyHash,
  alg: 0,
  pk: "",
  encPk: "09".repeat(32),
  operator: "gln:9506000134352",
  place: "",
  validFrom: world.clock.now() - DAY,
  validTo: world.clock.now() + 365 * DAY,
  maxDelay: 0,
  title: "Example newcomer",
  image: "ipfs://bafkreiexample",
  badgeTo: world.actors[holder].address,
});

describe("on a consortium of two of three", () => {
  it("accredits actors, several at once, with their badges", async () => {
    const source = { role: "STATION", kind: "Device", alg: 1, pk: eventSigner("station").publicKey } as const;
    const roles = [
      newRole("stranger"),
      { ...newRole("owner"), role: "REPAIRER" as const },
      { ...newRole("owner"), ...source },
    ];
    let proposal = await proposed(world, "member2", { intent: { act: "issue", roles } });
    world.clock.advance(5 * DAY);
    proposal = await signed(world, proposal, "member3");
    await submitted(world, proposal);
    const all = await listAttestations(world);
    const made = all.filter(({ title }) => title === "Example newcomer");
    expect(made.map((view) => view.role).sort()).toEqual(["RECYCLER", "REPAIRER", "STATION"]);
    const threads = await Promise.all(made.map(({ name }) => readThreadState(world, name)));
    expect(threads.map((state) => state?.thread.next)).toEqual(
      made.map((view) => (view.pk === "" ? undefined : 0)),
    );
    for (const { name, holder } of made) {
      const badge = await world.ledger.utxoByUnit(userUnit(world.contracts.roles.hash, name));
      const owner = Object.values(world.actors).find(({ keyHash }) => keyHash === holder);
      expect(badge?.address).toBe(owner?.address);
    }
  });

  it("revokes with a reason", async () => {
    const intent = { act: "revoke", attestation: role("maker"), reason: 2 } as const;
    const proposal = await signed(world, await proposed(world, "member1", { intent }), "member3");
    const { effect } = await inspect(
      { contracts: world.contracts, slots: null, reading: contextOf(world) },
      proposal,
      null,
    );
    expect(effect.states.map(({ changes }) => changes)).toEqual([
      [{ field: "status", from: "Active", to: "Revoked" }],
    ]);
    await submitted(world, proposal);
    expect((await readAttestation(world, role("maker")))?.status).toBe("Revoked");
  });

  it.each([true, false])("gives an actor new keys; a new badge: %s", async (lost) => {
    const next = actor("new key of the maker");
    const badgeTo = lost ? next.address : null;
    const keys = { holder: next.keyHash, alg: 0, pk: "", encPk: "09".repeat(32) };
    const intent = { act: "recover", attestation: role("maker"), ...keys, badgeTo } as const;
    const proposal = await signed(world, await proposed(world, "stranger", { intent }), "member1");
    await submitted(world, await signed(world, proposal, "member2"));
    expect(await readAttestation(world, role("maker"))).toMatchObject({
      ...keys,
      keyEpoch: 1,
      status: "Active",
    });
    const badges = await world.ledger.utxosWithUnit(userUnit(world.contracts.roles.hash, role("maker")));
    expect(badges.map(({ address }) => address).sort()).toEqual(
      [world.actors.maker.address, ...(lost ? [next.address] : [])].sort(),
    );
  });

  it("changes its members: the new ones sign, too", async () => {
    const { member1, member2, owner, stranger } = world.actors;
    const members = [member1, member2, owner, stranger].map(({ keyHash }) => keyHash);
    const intent = { act: "rotate", members, threshold: 3 } as const;
    let proposal = await proposed(world, "member1", { intent });
    // Two of the old three, three of the new four: every smallest set that holds both.
    expect(proposal.variants.map(({ members: signers }) => signers.length)).not.toContain(2);
    for (const name of ["owner", "stranger"] as const) proposal = await signed(world, proposal, name);
    await expect(submitted(world, proposal)).rejects.toMatchObject({ code: "proposal/incomplete" });
    proposal = await signed(world, proposal, "member2");
    await submitted(world, proposal);
    const { state } = await loadDeployment(world);
    expect([state.threshold, [...state.members].sort()]).toEqual([3, members.sort()]);
    // The old quorum signs no more.
    const renew = { act: "revoke", attestation: role("maker"), reason: 0 } as const;
    const next = await proposed(world, "member1", { intent: renew });
    expect(next.variants).toHaveLength(4);
    await expect(signed(world, next, "member3")).rejects.toMatchObject({ code: "proposal/not-a-signer" });
  });

  it("reassigns a passport within its hour, with the new issuer and an authority", async () => {
    const [passport = ""] = world.passports;
    const intent = {
      act: "reassign",
      passport,
      issuer: role("maker2"),
      authority: role("authority"),
    } as const;
    const at = world.clock.now() + 3 * DAY;
    let proposal = await proposed(world, "member1", { intent, at });
    expect(proposal.window).toEqual({ from: at, to: at + HOUR });
    for (const name of ["maker2", "authority", "member3"] as const)
      proposal = await signed(world, proposal, name);
    await expect(submitted(world, proposal)).rejects.toMatchObject({ code: "proposal/too-early" });
    const waits: number[] = [];
    const pause = async (ms: number): Promise<void> => {
      waits.push(ms);
      world.clock.advance(DAY);
    };
    await submitProposal(contextOf(world), proposal, { pause, every: 5, looks: 10 });
    expect(waits).toEqual([5, 5, 5]);
    expect((await readPassport(world, passport))?.issuerName).toBe(role("maker2"));
  });

  it("does not reassign after its hour, and waits no longer than it was told to", async () => {
    const [passport = ""] = world.passports;
    const intent = {
      act: "reassign",
      passport,
      issuer: role("maker2"),
      authority: role("authority"),
    } as const;
    let proposal = await proposed(world, "member1", { intent });
    for (const name of ["maker2", "authority", "member2"] as const)
      proposal = await signed(world, proposal, name);
    const options = { pause: async () => undefined, every: 5, looks: 3 };
    await expect(submitProposal(contextOf(world), proposal, options)).rejects.toMatchObject({
      code: "proposal/too-early",
    });
    world.clock.advance(DAY + HOUR);
    await expect(submitted(world, proposal)).rejects.toMatchObject({ code: "proposal/expired" });
    const state = (await world.passport()).datum ?? "";
    expect(decodePassportDatum(state).extra.issuer).toBe(role("maker"));
  });

  it("takes a reference script back", async () => {
    const { scripts } = await loadDeployment(world);
    const output = scripts.passport === undefined ? "" : refText(scripts.passport);
    const proposal = await proposed(world, "member1", { intent: { act: "reclaim", output } });
    const reclaims = async (on: EmbeddedWorld) =>
      (await inspect(placeOf(on), proposal, null)).effect.reclaims;
    const lovelace = scripts.passport?.assets.lovelace;
    expect(await reclaims(world)).toEqual({ ref: output, lovelace, script: "passport", isLast: true });
    const other = world.fork();
    const { contracts, actors } = other;
    await other.accept(planCarryScript(contracts, contracts.passport.script), actors.stranger);
    expect(await reclaims(other)).toMatchObject({ script: "passport", isLast: false });
    const alone = { contracts: world.contracts, slots: null, reading: null };
    const offline = await inspect(alone, proposal, null);
    expect(offline.effect.reclaims).toBeNull();
    expect(offline.uncompared.join()).toContain("which script is taken back");
    await submitted(world, await signed(world, proposal, "member2"));
    expect((await loadDeployment(world)).scripts.passport).toBeUndefined();
    const intent = { act: "reclaim", output } as const;
    await expect(proposed(world, "member1", { intent })).rejects.toMatchObject({
      code: "proposal/no-script",
    });
  });
});

describe("a founding", () => {
  it("is signed by the members to be, who know nothing but its file", async () => {
    const empty = await emptyWorld(blueprint);
    const { contracts, actors, ledger } = empty;
    const founder = contextOf(empty);
    for (const name of SCRIPT_NAMES)
      await submitPlan(founder, [actors.member1], async () =>
        planCarryScript(contracts, contracts[name].script),
      );
    const { scripts: _, successor: __, ...consortium } = empty.config();
    let proposal = sent(await propose(founder, actors.member1, { intent: { act: "found", ...consortium } }));
    empty.clock.advance(9 * DAY);
    const reading = { ...founder, builder: lucidBuilder(ledger) };
    const place = { contracts, slots: ledger.slotConfig, reading };
    proposal = sent((await signProposal(place, empty.clock, proposal, actors.member3)).proposal);
    await submitProposal(founder, proposal);
    const config = await ledger.utxoByUnit(configUnit(contracts));
    expect(decodeConfigDatum(config?.datum ?? "")).toEqual(empty.config());
  });
});
