/**
 * A deployment on a ledger in memory, with a consortium of three (quorum two), a freeze key, five accredited actors, three sources of events and two passports; every step
 * of it a real transaction that the ledger accepted. Tests fork it, so that each starts from the same state.
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { type Blueprint, makeContracts } from "../adapters/contracts.js";
import { decodeGenesis, genesisOutputs } from "../adapters/embedded-ledger/genesis.js";
import { type Journal, memoryJournal } from "../adapters/embedded-ledger/journal.js";
import { type EmbeddedLedger, ledgerOn, newGenesis } from "../adapters/embedded-ledger/ledger.js";
import { readTransaction } from "../adapters/ledger-cbor/transaction.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { toHex, utf8 } from "../domain/bytes.js";
import type { Config } from "../domain/config.js";
import { ID_METHOD_DATA_CARRIER } from "../domain/passport.js";
import type { Role } from "../domain/role.js";
import { referenceUnit, unique, userUnit } from "../domain/tokens.js";
import type { Clock } from "../ports/clock.js";
import type { Ledger, Network, OutRef, PlutusScript, Utxo } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import type { BuiltTx } from "../tx/builder.js";
import {
  type Contracts,
  configUnit,
  type DeploymentUtxos,
  SCRIPT_NAMES,
  scriptHashes,
} from "../tx/contracts.js";
import { planCarryScript, planFound } from "../tx/deploy.js";
import { type NewPassport, passportIds, planIssuePassports } from "../tx/passports.js";
import { sameOutRef, type TxPlan } from "../tx/plan.js";
import type { Presented } from "../tx/presented.js";
import { type NewAttestation, planIssueRoles } from "../tx/roles.js";
import type { Validity } from "../tx/state.js";
import { actor, type TestClock, testClock } from "./actors.js";
import { accreditSources } from "./event-world.js";
import { fixedCosts } from "./fixed-costs.js";
import { appendUnjudged, roomy } from "./unjudged-block.js";

const DAY = 86_400_000;
export const HOUR = 3_600_000;
export const OUTPUTS_EACH = 8;

export const ACTORS = [
  "member1",
  "member2",
  "member3",
  "freezer",
  "maker",
  "maker2",
  "repairer",
  "recycler",
  "authority",
  "owner",
  "stranger",
  "supervisor",
  "station",
  "gateway",
] as const;
export type ActorName = (typeof ACTORS)[number];

const ACCREDITED: readonly (readonly [ActorName, Role])[] = [
  ["maker", "MANUFACTURER"],
  ["maker2", "MANUFACTURER"],
  ["repairer", "REPAIRER"],
  ["recycler", "RECYCLER"],
  ["authority", "AUTHORITY"],
];

const hash = (text: string): string => toHex(blake2b(utf8(text), { dkLen: 32 }));

export interface Signed {
  readonly cbor: string;
  readonly built: BuiltTx;
}

export interface Accepted extends Signed {
  readonly hash: string;
  readonly plan: TxPlan;
}

export type Actors = Readonly<Record<ActorName, Signer>>;

/** Over any ledger: what needs a ledger of one's own is in the classes below. */
export abstract class World {
  abstract readonly clock: Clock;
  readonly contracts: Contracts;
  readonly actors: Actors;
  /** Attestation names by actor. */
  readonly roles = new Map<ActorName, string>();
  /** Passports issued by `maker`. */
  passports: readonly string[] = [];
  /** What `accept` submitted here, in order. */
  readonly history: Accepted[] = [];
  abstract readonly ledger: Ledger;

  constructor(contracts: Contracts, actors: Actors) {
    this.contracts = contracts;
    this.actors = actors;
  }

  /** A world in the same state for attempts that the ledger refuses. */
  abstract fork(): World;
  /** A world in the same state in which anything may happen. */
  abstract anew(): Promise<World>;

  async deployment(): Promise<DeploymentUtxos> {
    const config = (await this.ledger.utxoByUnit(configUnit(this.contracts))) ?? missing("the config");
    const carried = await this.ledger.utxosAt(this.contracts.config.address);
    const carrying = (script: string): Utxo =>
      carried.find(({ scriptRef }) => scriptRef?.script === script) ?? missing("a reference script");
    return {
      config,
      scripts: Object.fromEntries(
        SCRIPT_NAMES.map((name) => [name, carrying(this.contracts[name].script.script)]),
      ),
    };
  }

  config(): Config {
    const { member1, member2, member3, freezer } = this.actors;
    return {
      members: [member1, member2, member3].map(({ keyHash }) => keyHash),
      threshold: 2,
      freezeKeys: [freezer.keyHash],
      scripts: scriptHashes(this.contracts),
      successor: null,
    };
  }

  get quorum(): readonly string[] {
    return [this.actors.member1.keyHash, this.actors.member2.keyHash];
  }

  async attestation(name: ActorName): Promise<Presented> {
    const role = this.roles.get(name) ?? missing(`a role of ${name}`);
    const unit = referenceUnit(this.contracts.roles.hash, role);
    return { name: role, utxo: (await this.ledger.utxoByUnit(unit)) ?? missing(unit) };
  }

  /** The wallet output that holds the (222) of one of `passports`. */
  async owned(at = 0): Promise<Utxo> {
    const unit = userUnit(this.contracts.passport.hash, this.passports[at] ?? missing("a passport"));
    return (await this.ledger.utxoByUnit(unit)) ?? missing(unit);
  }

  async badge(name: ActorName): Promise<Utxo> {
    const unit = userUnit(this.contracts.roles.hash, this.roles.get(name) ?? missing(`a role of ${name}`));
    return (await this.ledger.utxoByUnit(unit)) ?? missing(unit);
  }

  async passport(index = 0): Promise<Utxo> {
    const unit = referenceUnit(this.contracts.passport.hash, this.passports[index] ?? missing("a passport"));
    return (await this.ledger.utxoByUnit(unit)) ?? missing(unit);
  }

  /** An output of the actor that holds ADA alone. */
  async coin(name: ActorName, nth = 0): Promise<Utxo> {
    const utxos = await this.ledger.utxosAt(this.actors[name].address);
    return (
      utxos.filter(({ assets }) => Object.keys(assets).length === 1)[nth] ?? missing(`a coin of ${name}`)
    );
  }

  /** An output as it was made, spent since or not. */
  async past(ref: OutRef): Promise<Utxo> {
    const made = await this.ledger.transaction(ref.txHash);
    const outputs = made === null ? [] : readTransaction(made.cbor).outputs;
    return outputs.find((output) => sameOutRef(output.ref, ref))?.utxo ?? missing("an output of the past");
  }

  /** Which output a mint's names were made from: the input whose `unique(…, 0)` is the id. */
  seedOf(cbor: string, id: string): OutRef {
    return (
      readTransaction(cbor).inputs.find((input) => unique(input, 0) === id) ?? missing("the seed of an id")
    );
  }

  validity(): Validity {
    const now = this.clock.now();
    // A devnet may be younger than a minute, and nothing begins before its second slot.
    const { zeroTime, slotLength } = this.ledger.slotConfig;
    return { from: Math.max(now - 60_000, zeroTime + slotLength), to: now + 1_200_000 };
  }

  newAttestation(name: ActorName, role: Role): NewAttestation {
    const { keyHash, address } = this.actors[name];
    return {
      metadata: { name: `Example ${name}`, image: "ipfs://bafkreiexample" },
      attestation: {
        role,
        kind: "Individual",
        holder: keyHash,
        alg: 0,
        pk: "",
        encPk: hash(`reading key of ${name}`),
        operator: "gln:9506000134352",
        place: "",
        validFrom: this.clock.now() - DAY,
        validTo: this.clock.now() + 365 * DAY,
        maxDelay: 0,
      },
      badgeAddress: address,
    };
  }

  newPassport(serial: string): NewPassport {
    return {
      metadata: { name: `Example battery ${serial}`, image: "ipfs://bafkreiexample" },
      dataRoot: hash(`data of ${serial}`),
      content: `01551220${hash(`content of ${serial}`)}`,
      idCommit: hash(`identifier of ${serial}`),
      idMethod: ID_METHOD_DATA_CARRIER,
      ownerAddress: this.actors.owner.address,
    };
  }

  /** Every key that the plan asks for, and the owners of what it spends; the payer first. */
  protected async sign(
    plan: TxPlan,
    payer: Signer,
    checked: boolean,
    ledger: Ledger = this.ledger,
  ): Promise<Signed> {
    const builder = lucidBuilder(ledger, checked ? {} : { evaluate: fixedCosts });
    const built = await builder.build(plan, payer);
    const all = Object.values(this.actors);
    const needed = all.filter(
      ({ keyHash, address }) =>
        plan.signers.includes(keyHash) || plan.inputs.some(({ utxo }) => utxo.address === address),
    );
    const witnesses = await Promise.all(
      [...new Set([payer, ...needed])].map((signer) => signer.signTx(built.bodyHash)),
    );
    return { built, cbor: builder.sign(built.cbor, witnesses) };
  }

  /** Builds as the product does, contracts evaluated, and signs. */
  prepare(plan: TxPlan, payer: Signer): Promise<Signed> {
    return this.sign(plan, payer, true);
  }

  /** The same, and submits; the transaction stands in a block then. */
  async accept(plan: TxPlan, payer: Signer): Promise<Accepted> {
    const signed = await this.prepare(plan, payer);
    const accepted = { ...signed, plan, hash: await this.ledger.submit(signed.cbor) };
    await this.ledger.awaitTx(accepted.hash);
    this.history.push(accepted);
    return accepted;
  }

  /** Puts a contract's script where transactions can refer to it. */
  carry(script: PlutusScript): Promise<Accepted> {
    return this.accept(planCarryScript(this.contracts, script), this.actors.member1);
  }

  /** Builds without asking the contracts, so that the ledger is the first to judge. */
  async force(plan: TxPlan, payer: Signer): Promise<string> {
    return this.ledger.submit((await this.sign(plan, payer, false)).cbor);
  }
}

/** On a ledger in memory, which can be copied. */
export class EmbeddedWorld extends World {
  override readonly clock: TestClock;
  override readonly ledger: EmbeddedLedger;
  private readonly journal: Journal;

  constructor(clock: TestClock, contracts: Contracts, journal: Journal) {
    super(contracts, actorsOf("embedded"));
    this.clock = clock;
    this.journal = journal;
    this.ledger = ledgerOn(journal, clock);
  }

  /** All that happened so far. */
  journalCopy(): Journal {
    const blocks: Uint8Array[] = [];
    for (let height = 1; ; height++) {
      const block = this.journal.read(height);
      if (block === null) break;
      blocks.push(block);
    }
    return memoryJournal(this.journal.genesis, blocks);
  }

  /** The same state and time; what happens in one does not happen in the other. */
  override fork(): EmbeddedWorld {
    const clock = testClock(this.clock.now());
    const copy = new EmbeddedWorld(clock, this.contracts, this.journalCopy());
    for (const [name, role] of this.roles) copy.roles.set(name, role);
    copy.passports = this.passports;
    return copy;
  }

  override async anew(): Promise<EmbeddedWorld> {
    return this.fork();
  }

  override async carry(script: PlutusScript): Promise<Accepted> {
    const plan = planCarryScript(this.contracts, script);
    const { maxTxSize } = await this.ledger.protocolParameters();
    const signed = await this.sign(plan, this.actors.member1, true, roomy(this.ledger));
    if (signed.built.size <= maxTxSize) return super.carry(script);
    await appendUnjudged(this.journal, this.ledger, signed.cbor);
    const accepted = { ...signed, plan, hash: signed.built.bodyHash };
    this.history.push(accepted);
    return accepted;
  }

  override async past(ref: OutRef): Promise<Utxo> {
    const genesis = genesisOutputs(decodeGenesis(this.journal.genesis), this.journal.genesis);
    return genesis.find((output) => sameOutRef(output.ref, ref))?.utxo ?? super.past(ref);
  }
}

const missing = (what: string): never => {
  throw new Error(`the test world lacks ${what}`);
};

/** Keys of everybody; `salt` sets worlds on one ledger apart. */
export const actorsOf = (network: Network, salt = ""): Actors =>
  Object.fromEntries(ACTORS.map((name) => [name, actor(`${salt}${name}`, network)])) as Actors;

/** A ledger on which nothing is deployed yet; the config policy is bound to the first coin of `member1`. */
export async function emptyWorld(blueprint: Blueprint): Promise<EmbeddedWorld> {
  const clock = testClock();
  const { member1, ...others } = actorsOf("embedded");
  const funds = [member1, ...Object.values(others)].flatMap(({ address }) =>
    Array.from({ length: OUTPUTS_EACH }, () => ({ address, lovelace: 1_000_000_000n })),
  );
  const journal = memoryJournal(newGenesis({ funds }, clock));
  const ledger = ledgerOn(journal, clock);
  const [seed] = await ledger.utxosAt(member1.address);
  return new EmbeddedWorld(clock, makeContracts(blueprint, "embedded", seed ?? missing("a seed")), journal);
}

/** Carries the scripts and founds the deployment. Answers the transactions that it took. */
export async function found(world: World): Promise<Accepted[]> {
  const { contracts, actors } = world;
  const done: Accepted[] = [];
  for (const name of SCRIPT_NAMES) done.push(await world.carry(contracts[name].script));
  done.push(await world.accept(await planFoundIn(world), actors.member1));
  return done;
}

export async function planFoundIn(world: World): Promise<TxPlan> {
  const coins = await world.ledger.utxosAt(world.actors.member1.address);
  const seed = coins.find((utxo) => sameOutRef(utxo, world.contracts.seed)) ?? missing("the seed");
  return planFound(world.contracts, seed, world.config(), world.quorum);
}

export async function accredit(
  world: World,
  who: readonly (readonly [ActorName, Role])[],
): Promise<Accepted[]> {
  const done: Accepted[] = [];
  for (const [name, role] of who) {
    const { plan, names } = planIssueRoles(
      world.contracts,
      await world.deployment(),
      await world.coin("member1"),
      [world.newAttestation(name, role)],
      world.quorum,
    );
    done.push(await world.accept(plan, world.actors.member1));
    world.roles.set(name, names[0] ?? missing("a name"));
  }
  return done;
}

export async function issue(
  world: World,
  serials: readonly string[],
): Promise<Accepted & { readonly ids: readonly string[] }> {
  const seed = await world.coin("maker");
  const plan = planIssuePassports(
    world.contracts,
    await world.deployment(),
    seed,
    await world.attestation("maker"),
    serials.map((serial) => world.newPassport(serial)),
    world.validity(),
  );
  return { ...(await world.accept(plan, world.actors.maker)), ids: passportIds(seed, serials.length) };
}

export async function makeWorld(blueprint: Blueprint): Promise<EmbeddedWorld> {
  const world = await emptyWorld(blueprint);
  await populate(world);
  return world;
}

/** Founds, accredits and issues: the state that most tests start from. */
export async function populate(world: World): Promise<void> {
  await found(world);
  await accredit(world, ACCREDITED);
  await accreditSources(world);
  world.passports = (await issue(world, ["A1", "A2"])).ids;
}
