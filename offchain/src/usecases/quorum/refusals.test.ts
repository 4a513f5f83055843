/** What a member does not sign, and what nobody can submit: each is one change of a proposal that is accepted. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lucidBuilder } from "../../adapters/lucid/builder.js";
import { pendingInMemory } from "../../adapters/pending/memory.js";
import { parseProposal, printProposal, proposalId } from "../../codec/proposal.js";
import { readUnsigned } from "../../codec/unsigned-transaction.js";
import { toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { type Proposal, signersOf } from "../../domain/proposal.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import { actor } from "../../testing/actors.js";
import { fixedCosts } from "../../testing/fixed-costs.js";
import {
  contextOf,
  DAY,
  makeQuorumWorld,
  placeOf,
  proposed,
  reservingContext,
  sent,
  signed,
  submitted,
} from "../../testing/quorum-world.js";
import { sentry, withdrawal } from "../../testing/withdrawing.js";
import { type ActorName, type EmbeddedWorld, HOUR } from "../../testing/world.js";
import { planRotate } from "../../tx/deploy.js";
import { planPay } from "../../tx/pay.js";
import { sameOutRef, type TxPlan } from "../../tx/plan.js";
import { planRenew, planRevokeRole, planSuspend } from "../../tx/roles.js";
import { submitPlan } from "../submit.js";
import { trackSubmissions } from "../track.js";
import { type Inspection, inspect } from "./inspect.js";
import { intentOf } from "./prepare.js";
import { type ProposeOptions, propose } from "./propose.js";
import { reservedBy, reservingLedger } from "./reserve.js";
import { type SignOptions, signProposal } from "./sign.js";
import { mergeProposals, withSignatureOf } from "./signatures.js";
import { proposalStatus } from "./status.js";

let fresh: EmbeddedWorld;
let world: EmbeddedWorld;
let control: Proposal;
beforeAll(async () => {
  fresh = await makeQuorumWorld();
  control = await proposed(fresh, "member1", { intent: renewal(fresh) });
});
beforeEach(() => {
  world = fresh.fork();
});

function renewal({ roles, clock }: EmbeddedWorld) {
  const now = clock.now();
  return {
    act: "renew",
    attestation: roles.get("maker") ?? "",
    validFrom: now - DAY,
    validTo: now + 700 * DAY,
  } as const;
}

/** Everything but the signatures anew: somebody who changes a file can name it anew, too. */
const renamed = (proposal: Proposal): Proposal => ({ ...proposal, id: proposalId(proposal) });

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
  return "nothing was refused";
};
const mismatchesOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
  try {
    await work();
  } catch (error) {
    if (isDppError(error, "proposal/mismatch")) return error.details.mismatches as readonly string[];
    throw error;
  }
  return [];
};

/** A proposer who means ill: any plan under any action, each variant signed by him. */
async function forged(
  claim: Proposal,
  planOf: (members: readonly string[], at: number) => Promise<TxPlan>,
  changes: Partial<Proposal> = {},
): Promise<Proposal> {
  const { member1 } = world.actors;
  const builder = lucidBuilder(world.ledger, { evaluate: fixedCosts });
  const reserved = reservedBy(claim);
  const coins = await world.ledger.utxosAt(member1.address);
  const variants = await Promise.all(
    claim.variants.map(async ({ members }, at) => {
      const plan = await planOf(members, at);
      const fee = coins.filter((utxo) => reserved.some((ref) => sameOutRef(ref, utxo)));
      const to = plan.validity ?? { to: claim.expires };
      const inputs = [...plan.inputs, ...fee.map((utxo) => ({ utxo }))];
      const others = coins.filter((utxo) => !inputs.some((input) => sameOutRef(input.utxo, utxo)));
      const built = await builder.build({ ...plan, inputs, validity: to, reserved: others }, member1);
      return { members, tx: built.cbor };
    }),
  );
  const made = renamed({ ...claim, signatures: [], variants, ...changes });
  return sent(await withSignatureOf(made, member1));
}

const renewPlan = async (members: readonly string[]): Promise<TxPlan> => {
  const { utxo } = await world.attestation("maker");
  return planRenew(world.contracts, await world.deployment(), utxo, renewal(fresh), members);
};

/** A script that no act of the product runs. */
const guest = sentry("0a");

describe("a file that was changed", () => {
  const json = () => JSON.parse(printProposal(control));
  const paths = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, inner]) =>
          paths(inner, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : [path];

  it("is refused whichever value is another", () => {
    for (const path of paths(json())) {
      const changed = json();
      const parent = path.slice(0, -1).reduce((value, key) => value[key], changed);
      const key = path.at(-1) ?? "";
      const old = parent[key];
      parent[key] =
        typeof old === "number" ? old + 1 : typeof old === "string" ? flipped(old) : old === null ? 1 : null;
      const refused = (): unknown => parseProposal(JSON.stringify(changed));
      // Signatures are no part of the name: they are verified, each by itself.
      if (path[0] === "signatures" && path[2] !== "variant") {
        expect(() => mergeProposals([parseProposal(JSON.stringify(changed))])).toThrow(
          expect.objectContaining({ code: "proposal/tampered" }),
        );
      } else {
        expect(refused, path.join("/")).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^proposal\/(malformed|tampered)$/) }),
        );
      }
    }
  });

  const flipped = (text: string): string =>
    text.endsWith("0") ? `${text.slice(0, -1)}1` : `${text.slice(0, -1)}0`;

  it("is refused with a key more or a key less, anywhere", () => {
    for (const path of [[], ["deployment"], ["action"], ["variants", 0], ["window"], ["signatures", 0]]) {
      const more = json();
      path.reduce((value, key) => value[key], more).note = "x";
      expect(() => parseProposal(JSON.stringify(more))).toThrow(
        expect.objectContaining({ code: "proposal/malformed" }),
      );
      for (const key of Object.keys(path.reduce((value, step) => value[step], json()))) {
        const less = json();
        delete path.reduce((value, step) => value[step], less)[key];
        expect(() => parseProposal(JSON.stringify(less)), key).toThrow(
          expect.objectContaining({ code: "proposal/malformed" }),
        );
      }
    }
  });

  it("is not signed although its name was made anew: the bytes say otherwise", async () => {
    const { action } = control;
    if (action.act !== "renew") throw new Error("the control renews");
    const others: Proposal["action"][] = [
      { ...action, validTo: action.validTo + DAY },
      { ...action, validFrom: action.validFrom + 1 },
      { ...action, attestation: world.roles.get("maker2") ?? "" },
      { act: "revoke", attestation: action.attestation, reason: 0 },
    ];
    for (const other of others) {
      const changed = renamed({ ...control, action: other });
      expect((await mismatchesOf(() => signed(world, sent(changed), "member2"))).length).toBeGreaterThan(0);
    }
    const later = renamed({
      ...control,
      expires: control.expires + DAY,
      window: { from: null, to: control.expires + DAY },
    });
    expect(await mismatchesOf(() => signed(world, sent(later), "member2"))).toEqual([
      "its transactions are valid at another time than the file says",
    ]);
    const sooner = renamed({ ...control, expires: control.expires - DAY });
    expect(await mismatchesOf(() => signed(world, sent(sooner), "member2"))).toEqual([
      "its transactions are valid for longer than the file says",
    ]);
  });

  it("is not signed when it names another proposer, who did not sign it", async () => {
    const changed = renamed({ ...control, proposer: world.actors.member2.keyHash });
    expect(await codeOf(() => signed(world, sent(changed), "member2"))).toBe("proposal/tampered");
    expect(await codeOf(() => signed(world, sent({ ...control, signatures: [] }), "member2"))).toBe(
      "proposal/tampered",
    );
  });

  it("is not signed with another's members, whose transaction asks for the first ones", async () => {
    const [a, b, c] = control.variants.map(({ tx }) => tx);
    const swapped = renamed({
      ...control,
      variants: control.variants.map(({ members }, at) => ({ members, tx: [b, a, c][at] ?? "" })),
      signatures: [],
    });
    const proposer = await withSignatureOf(swapped, world.actors.member1);
    expect((await mismatchesOf(() => signed(world, sent(proposer), "member2")))[0]).toContain(
      "asks other keys to sign",
    );
  });
});

describe("a proposer who means ill", () => {
  const refused = async (proposal: Promise<Proposal>): Promise<readonly string[]> => {
    const file = await proposal;
    return mismatchesOf(() => signed(world, file, "member2"));
  };

  it("is believed when he does what he says", async () => {
    expect(await refused(forged(control, renewPlan))).toEqual([]);
  });

  it("cannot have another act signed", async () => {
    const revoke = async (members: readonly string[]): Promise<TxPlan> => {
      const { utxo } = await world.attestation("maker");
      return planRevokeRole(world.contracts, await world.deployment(), utxo, members, 0);
    };
    expect(await refused(forged(control, revoke))).toContain(
      "status becomes Revoked, the action says Active",
    );
  });

  it("cannot change a field that he does not mention", async () => {
    const metadata = { name: "Another name", image: "ipfs://bafkreiother" };
    const plan = async (members: readonly string[]): Promise<TxPlan> => {
      const { utxo } = await world.attestation("maker");
      return planRenew(
        world.contracts,
        await world.deployment(),
        utxo,
        { ...renewal(fresh), metadata },
        members,
      );
    };
    const found = await refused(forged(control, plan));
    expect(found[0]).toContain("title changes from Example maker to Another name");
    // The contract would admit it, and without a ledger nobody can see it: the signer is told so.
    const offline = { contracts: world.contracts, slots: null, reading: null };
    const { mismatches, uncompared } = await inspect(offline, await forged(control, plan), null);
    expect([mismatches.length, uncompared.length]).toEqual([0, 5]);
    expect(uncompared).toContain("the state before the act: what else of it changes");
  });

  it("cannot pay himself, or anybody, on the side", async () => {
    const plan = async (members: readonly string[]): Promise<TxPlan> => {
      const plain = await renewPlan(members);
      return {
        ...plain,
        outputs: [...plain.outputs, ...planPay(actor("friend").address, 2_000_000n).outputs],
      };
    };
    expect((await refused(forged(control, plan)))[0]).toContain("it pays 2000000 lovelace");
  });

  it.each<[string, Partial<TxPlan>]>([
    ["certificates", { registrations: [guest.hash] }],
    ["withdrawals", { withdrawals: [withdrawal(guest, 42)], scripts: [guest.script] }],
  ])("cannot bring %s along", async (name, more) => {
    const plan = async (members: readonly string[]): Promise<TxPlan> => ({
      ...(await renewPlan(members)),
      ...more,
    });
    expect(await refused(forged(control, plan))).toContain(name);
  });

  it("finds nobody who signs without a ledger and knows not what that may cost", async () => {
    const coin = await world.coin("member2");
    const plan = async (members: readonly string[]): Promise<TxPlan> => {
      const plain = await renewPlan(members);
      return { ...plain, inputs: [...plain.inputs, { utxo: coin }] };
    };
    const theft = await forged(control, plan);
    const offline = { contracts: world.contracts, slots: null, reading: null };
    const { member2 } = world.actors;
    const seen: string[] = [];
    const before = async ({ uncompared }: Inspection): Promise<void> => void seen.push(...uncompared);
    const sign = (options: SignOptions) => signProposal(offline, world.clock, theft, member2, options);
    expect(await codeOf(() => sign({ before }))).toBe("proposal/unseen-inputs");
    expect(seen).toEqual([]);
    // Whoever insists signs it: the bytes alone do not show whose coin it is.
    const { proposal } = await sign({ before, acceptUnseenInputs: true });
    expect(proposal.signatures.length).toBeGreaterThan(theft.signatures.length);
    expect(seen[0]).toContain("your own among them or not");
    const online = signProposal(placeOf(world), world.clock, theft, member2, { acceptUnseenInputs: true });
    expect((await mismatchesOf(() => online))[0]).toContain("it spends your own output");
  });

  it("has no signature of who looked and did not agree", async () => {
    const before = async (): Promise<void> => {
      throw new DppError("usage/confirm", "not yet");
    };
    const sign = () => signProposal(placeOf(world), world.clock, control, world.actors.member2, { before });
    expect(await codeOf(sign)).toBe("usage/confirm");
  });

  it("cannot spend a signer's coins, or another's", async () => {
    for (const [owner, words] of [
      ["member2", "it spends your own output"],
      ["stranger", "of which the action says nothing"],
    ] as const) {
      const coin = await world.coin(owner);
      const plan = async (members: readonly string[]): Promise<TxPlan> => {
        const plain = await renewPlan(members);
        return { ...plain, inputs: [...plain.inputs, { utxo: coin }] };
      };
      expect((await refused(forged(control, plan)))[0]).toContain(words);
    }
  });

  it("cannot make two that could both stand", async () => {
    const plan = async (members: readonly string[], at: number): Promise<TxPlan> => {
      const plain = await renewPlan(members);
      const coin = await world.coin("member1", 4);
      return at === 0 ? { ...plain, inputs: [...plain.inputs, { utxo: coin }] } : plain;
    };
    expect(await refused(forged(control, plan))).toContain(
      "its transactions do not all spend the same outputs",
    );
  });

  it("cannot have fewer sign than the consortium asks for, or strangers", async () => {
    const { member2, stranger } = world.actors;
    for (const [members, words] of [
      [[member2.keyHash], "its signers are no quorum"],
      [[member2.keyHash, stranger.keyHash].sort(), "is no member of the consortium"],
    ] as const) {
      const [first] = control.variants;
      const one = { ...control, variants: [{ members, tx: first?.tx ?? "" }] };
      const found = await refused(forged(one, renewPlan));
      expect(found.join()).toContain(words);
    }
  });

  it("cannot show another order than the one that is signed", async () => {
    const plain = await forged(control, renewPlan);
    const [first, ...others] = plain.variants;
    // The body stays; the redeemer beside it gets other execution units, which the body's hash covers, too.
    const order = toHex(readUnsigned(first?.tx ?? "").witnesses.redeemerBytes ?? new Uint8Array());
    const tx = (first?.tx ?? "").replace(order, order.slice(0, -1) + (order.endsWith("0") ? "1" : "0"));
    const changed = renamed({ ...plain, variants: [{ members: first?.members ?? [], tx }, ...others] });
    expect(changed.id).not.toBe(plain.id);
    expect(await refused(Promise.resolve(changed))).toEqual([
      "the orders to the contracts are not those that the signatures cover",
    ]);
  });
});

describe("who and when", () => {
  it("nobody signs twice, no stranger signs, and a key without a part in it does not either", async () => {
    const proposal = await signed(world, control, "member2");
    expect(await codeOf(() => signed(world, proposal, "member2"))).toBe("proposal/signed-already");
    expect(await codeOf(() => signed(world, control, "member1"))).toBe("proposal/signed-already");
    for (const name of ["stranger", "freezer", "maker"] as const)
      expect(await codeOf(() => signed(world, control, name))).toBe("proposal/not-a-signer");
  });

  it("nobody signs or submits what has expired, and the ledger refuses it as well", async () => {
    const proposal = await signed(world, control, "member2");
    world.clock.advance(14 * DAY + 1000);
    expect(await codeOf(() => signed(world, control, "member3"))).toBe("proposal/expired");
    expect(await codeOf(() => submitted(world, proposal))).toBe("proposal/expired");
    expect((await proposalStatus(contextOf(world), proposal)).state).toBe("expired");
    const at = proposal.variants.findIndex((variant) =>
      signersOf(proposal, variant).every((key) =>
        [world.actors.member1, world.actors.member2].some(({ keyHash }) => keyHash === key),
      ),
    );
    const witnesses = proposal.signatures.filter(({ variant }) => variant === at);
    const cbor = lucidBuilder(world.ledger).sign(proposal.variants[at]?.tx ?? "", witnesses);
    expect(await codeOf(() => world.ledger.submit(cbor))).toBe("ledger/refused");
  });

  it("a member of another deployment does not sign it", async () => {
    const contracts = { ...world.contracts, config: { ...world.contracts.config, hash: "00".repeat(28) } };
    const place = { ...placeOf(world), contracts };
    const sign = () => signProposal(place, world.clock, control, world.actors.member2);
    expect(await codeOf(sign)).toBe("proposal/other-deployment");
    const named = renamed({ ...control, deployment: { ...control.deployment, network: "preprod" } });
    expect(await codeOf(() => signed(world, sent(named), "member2"))).toBe("proposal/other-deployment");
  });

  it("copies that were signed apart are one when they are merged, and no others", async () => {
    const three = await proposed(world, "stranger", { intent: renewal(world) });
    const [a, b] = [await signed(world, three, "member1"), await signed(world, three, "member2")];
    expect(await codeOf(() => submitted(world, a))).toBe("proposal/incomplete");
    const both = mergeProposals([a, b]);
    expect(printProposal(both)).toBe(printProposal(mergeProposals([b, a, b])));
    expect(await codeOf(() => mergeProposals([a, control]))).toBe("proposal/other-proposal");
    expect((await submitted(world, both)).already).toBe(false);
    expect(await codeOf(() => signed(world, b, "member3"))).toBe("proposal/done");
  });

  it("stands once when two machines submit different complete variants at once", async () => {
    let proposal = await signed(world, control, "member2");
    const two = proposal;
    proposal = await signed(world, control, "member3");
    const done = await Promise.all([submitted(world, two), submitted(world, proposal)]);
    expect(done.map(({ txHash }) => txHash)).toEqual([done[0]?.txHash, done[0]?.txHash]);
    expect(done.filter(({ already }) => already)).toHaveLength(1);
  });
});

describe("what it needs is gone", () => {
  const states: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ["the state", "the attestation", suspend],
    ["the fee output", "the proposer's output for the fee is spent", spendFee],
    ["the config", "the consortium was changed since", rotate],
    ["a reference script", "a reference script was taken back", reclaim],
  ];
  async function suspend() {
    const { utxo } = await world.attestation("maker");
    const { freezer } = world.actors;
    return world.accept(
      planSuspend(world.contracts, await world.deployment(), utxo, freezer.keyHash, 7),
      freezer,
    );
  }
  async function spendFee() {
    const inputs = (await world.ledger.utxosByOutRef(reservedBy(control))).map((utxo) => ({ utxo }));
    const plan = { ...planPay(world.actors.stranger.address, 2_000_000n), inputs };
    return world.accept(plan, world.actors.member1);
  }
  async function rotate() {
    const { config } = await world.deployment();
    const next = { ...world.config(), threshold: 1 };
    return world.accept(planRotate(world.contracts, config, next, world.quorum), world.actors.member2);
  }
  async function reclaim() {
    const { scripts } = await world.deployment();
    const output = `${scripts.roles?.txHash}#${scripts.roles?.outputIndex}`;
    const proposal = await proposed(world, "stranger", { intent: { act: "reclaim", output } });
    return submitted(world, await signed(world, await signed(world, proposal, "member1"), "member2"));
  }

  it.each(states)(
    "%s: it is named, nobody signs or submits it, and it is made again",
    async (_, words, spend) => {
      const complete = await signed(world, control, "member2");
      await spend();
      const { state, gone } = await proposalStatus(contextOf(world), complete);
      expect([state, gone.map(({ what }) => what).join()]).toEqual(["gone", expect.stringContaining(words)]);
      expect(await codeOf(() => signed(world, control, "member3"))).toBe("proposal/inputs-gone");
      expect(await codeOf(() => submitted(world, complete))).toBe("proposal/inputs-gone");
      const again = await proposed(world, "member1", { intent: intentOf(complete.action) });
      expect(again.id).not.toBe(complete.id);
      expect((await submitted(world, await signed(world, again, "member2"))).already).toBe(false);
    },
  );
});

describe("the proposer's coins", () => {
  it("are left alone by everything else of his home", async () => {
    const context = reservingContext(world, control);
    const { member1, stranger } = world.actors;
    const free = (await context.ledger.utxosAt(member1.address)).length;
    expect(free).toBe((await world.ledger.utxosAt(member1.address)).length - reservedBy(control).length);
    for (let more = 0; more < 3; more++)
      await submitPlan(context, [member1], async () => planPay(stranger.address, 900_000_000n));
    expect((await submitted(world, await signed(world, control, "member2"))).already).toBe(false);
  });

  it("are one output, the smallest that pays, and one that is preferred before it", async () => {
    const { member1 } = world.actors;
    await world.accept(planPay(member1.address, 12_000_000n), member1);
    const options: ProposeOptions = { intent: renewal(world) };
    const small = await proposed(world, "member1", options);
    const [ref] = reservedBy(small);
    const [coin] = await world.ledger.utxosByOutRef(reservedBy(small));
    expect([reservedBy(small).length, coin?.assets]).toEqual([1, { lovelace: 12_000_000n }]);
    const other = await propose(reservingContext(world, small), member1, options);
    expect(reservedBy(other)).not.toEqual([ref]);
    const again = await proposed(world, "member1", { ...options, prefer: reservedBy(other) });
    expect(reservedBy(again)).toEqual(reservedBy(other));
  });

  it("are left out beside what keeps track of submissions, which stays", async () => {
    const pending = pendingInMemory();
    const tracked = trackSubmissions(world.ledger, { pending, clock: world.clock });
    const reserving = reservingLedger(tracked, async () => reservedBy(control));
    expect(submissionsOf(reserving)?.pending).toBe(pending);
    const hash = (await submitted(world, await signed(world, control, "member2"))).txHash;
    expect((await reserving.transaction(hash))?.hash).toBe(hash);
  });

  it("must be there", async () => {
    const pauper = actor("pauper");
    const poor = () => propose(contextOf(world), pauper, { intent: renewal(world) });
    expect(await codeOf(poor)).toBe("tx/insufficient-funds");
  });
});

describe("proposing", () => {
  const refused = (by: ActorName, options: ProposeOptions) => codeOf(() => proposed(world, by, options));

  it("is refused for what cannot be", async () => {
    const intent = renewal(world);
    expect(await refused("member1", { intent, expires: world.clock.now() })).toBe("proposal/dates");
    expect(await refused("member1", { intent: { ...intent, attestation: "00".repeat(28) } })).toBe(
      "role/unknown",
    );
    expect(await refused("member1", { intent: { ...intent, validTo: intent.validFrom } })).toBe("role/dates");
    const among = [world.actors.member1.keyHash];
    expect(await refused("member1", { intent, among })).toBe("consortium/below-quorum");
    const members = Array.from({ length: 7 }, (_, at) => actor(`new ${at}`).keyHash);
    const rotation = { act: "rotate", members, threshold: 3 } as const;
    expect(await refused("member1", { intent: rotation })).toBe("proposal/too-many-variants");
    const named = [...world.quorum, ...members.slice(0, 3)];
    expect((await proposed(world, "member1", { intent: rotation, among: named })).variants).toHaveLength(1);
  });

  it("on a network that cannot tell the end of the range, sets none; elsewhere only within reach", async () => {
    const { ledger } = world;
    const on = (network: string) => contextOf(world, Object.create(ledger, { network: { value: network } }));
    const windowOn = async (network: string, hours: number) => {
      const expires = world.clock.now() + hours * HOUR;
      return (
        (await propose(on(network), world.actors.member1, { intent: renewal(world), expires })).window.to ===
        expires
      );
    };
    expect([await windowOn("preprod", 36), await windowOn("preprod", 37)]).toEqual([true, false]);
    expect([await windowOn("preview", 7), await windowOn("preview", 8)]).toEqual([true, false]);
    expect([await windowOn("devnet", 1), await windowOn("embedded", 700)]).toEqual([false, true]);
  });
});
