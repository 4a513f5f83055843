/** Acts on one passport that an actor does with its owner, or with an authority: each on a machine of his own, with one key. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lucidBuilder } from "../../adapters/lucid/builder.js";
import { encodeActionRecord } from "../../codec/action-record.js";
import { decodePassportDatum, encodePassportDatum } from "../../codec/datum.js";
import { proposalId } from "../../codec/proposal.js";
import { ownerKey } from "../../crypto/owner-key.js";
import { publicKeyOf } from "../../crypto/x25519.js";
import type { ActionRecord, ActionType } from "../../domain/action.js";
import { isDppError } from "../../domain/errors.js";
import { type Proposal, signersOf } from "../../domain/proposal.js";
import { userUnit } from "../../domain/tokens.js";
import { fixedCosts } from "../../testing/fixed-costs.js";
import {
  contextOf,
  makeQuorumWorld,
  placeOf,
  proposed,
  sent,
  signed,
  submitted,
} from "../../testing/quorum-world.js";
import { emptyPlan } from "../../testing/transact.js";
import { type ActorName, type EmbeddedWorld, HOUR } from "../../testing/world.js";
import type { TxPlan } from "../../tx/plan.js";
import { composeAction, recorder } from "../actions/compose.js";
import type { Context } from "../context.js";
import { logAction } from "../life.js";
import { readPassport } from "../resolve.js";
import { inspect } from "./inspect.js";
import { intentOf, type QuorumIntent } from "./prepare.js";
import { propose } from "./propose.js";
import { composeAgain, openRecordIn, recordCid, recordIn } from "./record.js";
import { feesOf } from "./reserve.js";
import { signProposal } from "./sign.js";
import { proposalStatus } from "./status.js";
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
const passport = (): string => world.passports[0] ?? "";
const words = (value: string) => [{ id: "repair.done", type: "string", value, unit: null }] as const;

const draftOf = (actor: ActorName, text: string) =>
  ({
    passport: passport(),
    type: "repair",
    actor: role(actor),
    elements: words(text),
    sealed: [],
    ownerKey: null,
    policies: [],
  }) as const;

/** A repair in the repairer's name. */
const repair = (text = "Cell replaced"): QuorumIntent => ({
  act: "log",
  passport: passport(),
  actor: role("repairer"),
  record: async (head) => (await composeAction(contextOf(world), draftOf("repairer", text), head)).bytes,
});
const retire = (authority: ActorName | null): QuorumIntent => ({
  act: "retire",
  passport: passport(),
  recycler: role("recycler"),
  authority: authority === null ? null : role(authority),
});
const amend = (): QuorumIntent => ({
  act: "amend",
  passport: passport(),
  authority: role("authority"),
  idCommit: "ab".repeat(32),
  idMethod: 1,
});

/** Logged by the owner, who needs nobody. */
const note = (text: string) => {
  const elements = [{ id: "action.text", type: "string", value: text, unit: null }] as const;
  const draft = { ...draftOf("repairer", text), type: "note", actor: null, elements } as const;
  const { record } = recorder((head) => composeAction(contextOf(world), draft, head));
  return logAction(contextOf(world), [world.actors.owner], passport(), { record });
};

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
  return "nothing was refused";
};

describe("an action that the owner agrees to", () => {
  it.each<[ActorName, ActorName]>([
    ["repairer", "owner"],
    ["owner", "repairer"],
  ])(
    "is proposed by the %s, signed by the %s, and submitted by anyone, who stores its record",
    async (a, b) => {
      const before = await world.owned();
      let proposal = await proposed(world, a, { intent: repair() });
      expect([proposal.variants.length, proposal.variants[0]?.members]).toEqual([1, []]);
      proposal = await signed(world, proposal, b);
      const submitter = contextOf(world);
      const { already } = await submitProposal(submitter, proposal);
      expect(already).toBe(false);
      if (proposal.action.act !== "log") throw new Error("it logs");
      const stored = await submitter.content.get(recordCid(proposal.action), { maxBytes: 65_536 });
      expect(stored).not.toBeNull();
      const state = await readPassport(world, passport());
      expect(state?.actionHead).toMatch(/^[0-9a-f]{64}$/);
      const after = await world.owned();
      expect([after.address, after.assets]).toEqual([before.address, before.assets]);
    },
  );

  it("says in words what it does, from the bytes: the head, the record, and what goes back to the owner", async () => {
    const proposal = await proposed(world, "repairer", { intent: repair() });
    const { effect, mismatches } = await inspect(placeOf(world), proposal, world.actors.owner.keyHash);
    expect(mismatches).toEqual([]);
    expect(effect.states.map(({ changes }) => changes.map(({ field }) => field))).toEqual([["actionHead"]]);
    const unit = userUnit(world.contracts.passport.hash, passport());
    expect(effect.returns.map(({ address, assets }) => [address, assets[unit]])).toEqual([
      [world.actors.owner.address, 1n],
    ]);
    expect(effect.pays).toEqual([]);
    const offline = { contracts: world.contracts, slots: null, reading: null };
    const { uncompared } = await inspect(offline, proposal, null);
    expect(uncompared).toContain("whether the owner gets back all that lies beside the ownership token");
  });

  it("is open for its hour, which begins at once or later, and no longer", async () => {
    const proposal = await proposed(world, "repairer", { intent: repair() });
    const { from, to } = proposal.window;
    expect([(to ?? 0) - (from ?? 0) <= HOUR, proposal.expires]).toEqual([true, to]);
    expect(from).toBeLessThanOrEqual(world.clock.now());
    const complete = await signed(world, proposal, "owner");
    const at = world.clock.now() + 5 * HOUR;
    const later = await signed(world, await proposed(world, "repairer", { intent: repair(), at }), "owner");
    expect(await codeOf(() => submitted(world, later))).toBe("proposal/too-early");
    world.clock.advance(HOUR + 1000);
    expect(await codeOf(() => signed(world, proposal, "owner"))).toBe("proposal/expired");
    expect(await codeOf(() => submitted(world, complete))).toBe("proposal/expired");
    world.clock.advance(4 * HOUR);
    expect((await submitted(world, later)).already).toBe(false);
  });

  it("needs both of them, nobody else, and each once", async () => {
    const proposal = await proposed(world, "stranger", { intent: repair() });
    const keys = (["owner", "repairer", "stranger"] as const).map((name) => world.actors[name].keyHash);
    expect([...signersOf(proposal, { members: [] })].sort()).toEqual(keys.sort());
    expect(await codeOf(() => signed(world, proposal, "member1"))).toBe("proposal/not-a-signer");
    const one = await signed(world, proposal, "owner");
    expect(await codeOf(() => signed(world, one, "owner"))).toBe("proposal/signed-already");
    expect(await codeOf(() => submitted(world, one))).toBe("proposal/incomplete");
    expect((await submitted(world, await signed(world, one, "repairer"))).already).toBe(false);
    expect(await codeOf(() => signed(world, proposal, "repairer"))).toBe("proposal/done");
  });

  it("leaves the owner's output alone when the proposer's is dropped", async () => {
    const proposal = await proposed(world, "repairer", { intent: repair() });
    const coins = await world.ledger.utxosByOutRef(feesOf(proposal));
    expect(coins.map(({ address }) => address)).toEqual([world.actors.repairer.address]);
  });

  it("opens for the owner what is sealed to him, and for nobody else", async () => {
    const [secret, other] = [new Uint8Array(32).fill(7), new Uint8Array(32).fill(9)];
    const name = { config: world.contracts.config.hash, passport: passport() };
    const draft = {
      ...draftOf("repairer", "Cell replaced"),
      sealed: [{ section: "owner", elements: words("With a cell of 2024") }],
      ownerKey: ownerKey(secret, name).publicKey,
    };
    const record = async (head: string) => (await composeAction(contextOf(world), draft, head)).bytes;
    const intent: QuorumIntent = { act: "log", passport: passport(), actor: role("repairer"), record };
    const { action } = await proposed(world, "repairer", { intent });
    if (action.act !== "log") throw new Error("it logs");
    const opened = async (key: Uint8Array) => (await openRecordIn(action, [key])).sections[0]?.elements;
    expect(await opened(secret)).toEqual(words("With a cell of 2024"));
    expect(await opened(other)).toBeNull();
    expect(publicKeyOf(secret)).not.toEqual(draft.ownerKey);
    // Who cannot read it cannot seal it anew for another place.
    const recomposing = { ownerKey: draft.ownerKey, policies: [] };
    const again = (key: Uint8Array) =>
      composeAgain(contextOf(world), action, "cd".repeat(32), { ...recomposing, readingSecrets: [key] });
    expect(await codeOf(() => again(other))).toBe("action/sealed-away");
    const { record: anew } = await again(secret);
    expect([anew.previous, anew.at]).toEqual(["cd".repeat(32), recordIn(action).at]);
  });
});

describe("what it needs is gone", () => {
  const again = (proposal: Proposal): QuorumIntent =>
    intentOf(proposal.action, async (head) => {
      if (proposal.action.act !== "log") throw new Error("it logs");
      const keys = { readingSecrets: [], ownerKey: null, policies: [] };
      return (await composeAgain(contextOf(world), proposal.action, head, keys)).bytes;
    });

  it("another action came between: the state vanished, and the record is composed anew", async () => {
    const complete = await signed(world, await proposed(world, "repairer", { intent: repair() }), "owner");
    await note("Bought second-hand");
    const { state, gone } = await proposalStatus(contextOf(world), complete);
    expect(state).toBe("gone");
    expect(gone.map(({ what }) => what)).toContain(`the passport ${passport()} was changed since`);
    expect(await codeOf(() => submitted(world, complete))).toBe("proposal/inputs-gone");
    expect(await codeOf(() => proposed(world, "repairer", { intent: intentOf(complete.action) }))).toBe(
      "action/gap",
    );
    const next = await proposed(world, "repairer", { intent: again(complete) });
    if (next.action.act !== "log" || complete.action.act !== "log") throw new Error("they log");
    const head = (await readPassport(world, passport()))?.actionHead;
    expect([recordIn(next.action).previous, recordIn(complete.action).previous]).toEqual([head, ""]);
    expect(recordIn(next.action).elements).toEqual(recordIn(complete.action).elements);
    expect((await submitted(world, await signed(world, next, "owner"))).already).toBe(false);
  });

  it("the owner's token was moved: he agrees with the output that holds it now", async () => {
    const complete = await signed(world, await proposed(world, "repairer", { intent: repair() }), "owner");
    const { owner } = world.actors;
    const owned = await world.owned();
    const moved = { address: owner.address, assets: owned.assets };
    await world.accept({ ...emptyPlan, inputs: [{ utxo: owned }], outputs: [moved] }, owner);
    const { gone } = await proposalStatus(contextOf(world), complete);
    expect(gone.map(({ what }) => what)).toContain("the ownership token was moved since");
    const next = await proposed(world, "repairer", { intent: again(complete) });
    // The place in the chain is the same, so the record is.
    expect(next.action.act === "log" && complete.action.act === "log" && next.action.record).toBe(
      complete.action.act === "log" && complete.action.record,
    );
    expect((await submitted(world, await signed(world, next, "owner"))).already).toBe(false);
  });
});

describe("the end of a life and a new label", () => {
  it.each<[string, ActorName | null, ActorName]>([
    ["its owner", null, "owner"],
    ["an authority", "authority", "authority"],
  ])("retires a passport by a recycler with %s", async (_, authority, other) => {
    const proposal = await proposed(world, "recycler", { intent: retire(authority) });
    expect(await codeOf(() => submitted(world, proposal))).toBe("proposal/incomplete");
    await submitted(world, await signed(world, proposal, other));
    expect((await readPassport(world, passport()))?.status).toBe("Retired");
    expect(await codeOf(() => proposed(world, "recycler", { intent: retire(authority) }))).toBe(
      "passport/status",
    );
  });

  it("binds it anew by its issuer with an authority", async () => {
    const proposal = await proposed(world, "maker", { intent: amend() });
    const { effect } = await inspect(placeOf(world), proposal, null);
    expect(effect.states[0]?.changes).toEqual([
      expect.objectContaining({ field: "idCommit", to: "ab".repeat(32) }),
    ]);
    await submitted(world, await signed(world, proposal, "authority"));
    expect((await readPassport(world, passport()))?.idCommit).toBe("ab".repeat(32));
    const again = intentOf(proposal.action);
    expect(again).toEqual(amend());
  });

  it("is refused where a role does not admit it", async () => {
    const intent = { ...retire(null), recycler: role("repairer") } as QuorumIntent;
    expect(await codeOf(() => proposed(world, "repairer", { intent }))).toMatch(/^(role|passport)\//);
    const asRepairer = { ...amend(), authority: role("repairer") } as QuorumIntent;
    expect(await codeOf(() => proposed(world, "maker", { intent: asRepairer }))).toBe(
      "passport/not-authority",
    );
  });
});

describe("a proposer who means ill", () => {
  /** His builder does something else than the plan says; the contracts admit it, unless they are not asked. */
  const meaningIll = (change: (plan: TxPlan) => TxPlan, evaluate?: typeof fixedCosts): Context => {
    const context = contextOf(world);
    const builder = lucidBuilder(world.ledger, evaluate === undefined ? {} : { evaluate });
    return {
      ...context,
      builder: { ...builder, build: (plan, payer) => builder.build(change(plan), payer) },
    };
  };
  const mismatchesOf = async (proposal: Proposal, signer: ActorName = "owner"): Promise<string> => {
    try {
      await signProposal(placeOf(world), world.clock, sent(proposal), world.actors[signer]);
    } catch (error) {
      if (isDppError(error, "proposal/mismatch")) return (error.details.mismatches as string[]).join("; ");
      throw error;
    }
    return "";
  };
  const ill = async (change: (plan: TxPlan) => TxPlan, intent = repair()): Promise<string> =>
    mismatchesOf(await propose(meaningIll(change), world.actors.repairer, { intent }));
  /** What the owner's output became, changed. */
  const returning = (change: (output: TxPlan["outputs"][number]) => TxPlan["outputs"]) => (plan: TxPlan) => {
    const unit = userUnit(world.contracts.passport.hash, passport());
    return {
      ...plan,
      outputs: plan.outputs.flatMap((output) => (unit in (output.assets ?? {}) ? change(output) : [output])),
    };
  };

  it("is believed when he does what he says", async () => {
    expect(await ill((plan) => plan)).toBe("");
  });

  it("does not get the ownership token, though the contract would let him", async () => {
    const address = world.actors.repairer.address;
    const theft = returning((output) => [{ ...output, address }]);
    expect(await ill(theft)).toContain("it does not give the ownership token back to its owner");
    const stranger = returning((output) => [{ ...output, address: world.actors.stranger.address }]);
    expect(await ill(stranger)).toContain("it does not give the ownership token back to its owner");
  });

  it("does not get what lies beside it", async () => {
    const { owner } = world.actors;
    const owned = await world.owned();
    const rich = { address: owner.address, assets: { ...owned.assets, lovelace: 50_000_000n } };
    await world.accept({ ...emptyPlan, inputs: [{ utxo: owned }], outputs: [rich] }, owner);
    expect(await ill((plan) => plan)).toBe("");
    const poorer = returning((output) => [{ ...output, assets: { ...output.assets, lovelace: 2_000_000n } }]);
    expect(await ill(poorer)).toBe("the owner does not get back what is spent of him");
  });

  it("does not spend another coin of the owner's", async () => {
    const coin = await world.coin("owner");
    expect(await ill((plan) => ({ ...plan, inputs: [...plan.inputs, { utxo: coin }] }))).toContain(
      "it spends your own output",
    );
  });

  it("cannot show another record than the one that is logged", async () => {
    const honest = await proposed(world, "repairer", { intent: repair() });
    const other = await proposed(world, "repairer", { intent: repair("Nothing was done") });
    const shown = { ...honest, action: other.action };
    const renamed = { ...shown, id: proposalId(shown) };
    expect(await mismatchesOf(renamed)).toContain("it calls the contracts with another order");
  });

  it("cannot log a record of another deployment, or a recall that is not his to log", async () => {
    const { repairer } = world.actors;
    const made = async (change: Partial<ActionRecord>): Promise<Proposal> => {
      const record: ActionRecord = {
        config: world.contracts.config.hash,
        passport: passport(),
        previous: "",
        type: "repair" as ActionType,
        at: world.clock.now(),
        actor: role("repairer"),
        elements: words("Cell replaced"),
        sealed: [],
        handOver: null,
        ...change,
      };
      const intent: QuorumIntent = {
        ...repair(),
        record: async () => encodeActionRecord(record),
      } as QuorumIntent;
      return propose(contextOf(world), repairer, { intent });
    };
    expect(await mismatchesOf(await made({}))).toBe("");
    expect(await mismatchesOf(await made({ config: "00".repeat(28) }))).toContain("another deployment");
    const recall = [
      { id: "action.text", type: "string", value: "Stop using it", unit: null },
      { id: "recall.reason", type: "integer", value: 4, unit: null },
    ] as const;
    expect(await mismatchesOf(await made({ type: "recall", elements: recall }))).toContain(
      "a recall comes from",
    );
  });

  it("cannot name somebody as the holder who is none, or another's output as the owner's", async () => {
    const honest = await proposed(world, "repairer", { intent: repair() });
    if (honest.action.act !== "log") throw new Error("it logs");
    const { owner, action } = { owner: honest.action.owner, action: honest.action };
    const coin = await world.coin("owner");
    for (const other of [
      { ...action, actorHolder: world.actors.stranger.keyHash },
      { ...action, owner: { ...owner, output: `${coin.txHash}#${coin.outputIndex}` } },
    ]) {
      const changed = { ...honest, action: other };
      // His own signature is of the body, which stays.
      const renamed = { ...changed, id: proposalId(changed) };
      expect((await mismatchesOf(renamed)).length).toBeGreaterThan(0);
    }
  });

  it("cannot change another field of the passport", async () => {
    const heir = (plan: TxPlan): TxPlan => ({
      ...plan,
      outputs: plan.outputs.map((output) => {
        if (output.datum === undefined) return output;
        const old = decodePassportDatum(output.datum);
        const datum = encodePassportDatum({ ...old, extra: { ...old.extra, issuer: role("maker2") } });
        return { ...output, datum };
      }),
    });
    const unasked = meaningIll(heir, fixedCosts);
    const proposal = await propose(unasked, world.actors.repairer, { intent: repair() });
    expect(await mismatchesOf(proposal)).toContain("issuer changes from");
  });
});
