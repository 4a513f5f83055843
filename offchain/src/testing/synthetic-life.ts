/**
 * The life of one passport in synthetic transactions: founded, accredited, issued, acted on as `docs/spec/datum.md` has it. Everything a contract would ask for
 * is there, and no contract was asked: who needs that uses `world.ts`.
 */
import { encodeAddressBytes, toBech32Address } from "../codec/address.js";
import { encodeAttestationDatum, encodeConfigDatum, encodePassportDatum } from "../codec/datum.js";
import { languageView } from "../codec/ledger-cbor/script-data.js";
import {
  encodePassportMint,
  encodePassportSpend,
  encodeRolesMint,
  encodeRolesSpend,
  type PassportSpend,
  type RolesSpend,
} from "../codec/redeemer.js";
import { chainAction } from "../domain/action-chain.js";
import type { Attestation } from "../domain/attestation.js";

import type { OutRef } from "../domain/out-ref.js";
import type { Cip68, Passport } from "../domain/passport.js";
import type { Role } from "../domain/role.js";
import { attestationName, CONFIG_TOKEN, referenceUnit, unique, userUnit } from "../domain/tokens.js";
import type { LedgerTx } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import { actor } from "./actors.js";
import { type SyntheticOutput, type SyntheticRedeemer, syntheticTx } from "./synthetic-tx.js";

export const COST_MODEL: readonly number[] = Array.from({ length: 297 }, (_, at) => at * 37);
export const VIEW = languageView(COST_MODEL);
/** Slot 0; slots of a second. */
export const ZERO_TIME = 1_767_225_600_000;
const SLOTS_APART = 60;
const DAY = 86_400_000;

export const CONFIG_POLICY = "c0".repeat(28);
export const ROLES_POLICY = "a0".repeat(28);
export const PASSPORT_POLICY = "b0".repeat(28);
export const ANCHOR_POLICY = "d0".repeat(28);
export const scriptAddress = (hash: string): string =>
  toBech32Address(
    encodeAddressBytes({ kind: "enterprise", networkId: 0, payment: { kind: "script", hash }, stake: null }),
  );
export const CONFIG_ADDRESS = scriptAddress(CONFIG_POLICY);
export const ROLES_ADDRESS = scriptAddress(ROLES_POLICY);
export const PASSPORT_ADDRESS = scriptAddress(PASSPORT_POLICY);
export const ANCHOR_ADDRESS = scriptAddress(ANCHOR_POLICY);

const ROLE_OF = {
  maker: "MANUFACTURER",
  maker2: "MANUFACTURER",
  repairer: "REPAIRER",
  recycler: "RECYCLER",
  authority: "AUTHORITY",
} as const satisfies Readonly<Record<string, Role>>;
export type RoleHolder = keyof typeof ROLE_OF;
export type Person = RoleHolder | "member" | "owner" | "buyer";

interface Token {
  readonly ref: OutRef;
  readonly output: SyntheticOutput;
}

export interface Content {
  readonly dataRoot: string;
  /** Binary CID, hex. */
  readonly content: string;
}

export interface ActOptions {
  /** Whose attestations are referred to, and who signs with them. */
  readonly by?: readonly RoleHolder[];
  /** The ownership token is spent, and goes here; absent: it stays where it is. */
  readonly ownerTo?: Person;
  /** Fields that the datum gets besides what the act itself sets. */
  readonly changes?: Partial<Passport>;
  readonly form?: "list" | "map";
}

export class SyntheticLife {
  readonly transactions: LedgerTx[] = [];
  readonly names = new Map<RoleHolder, string>();
  id = "";
  private readonly keys = new Map<Person, Signer>();
  private readonly states = new Map<string, Token>();
  config: OutRef = { txHash: "00".repeat(32), outputIndex: 0 };
  private datum: Cip68<Passport> | null = null;
  private coins = 0;

  /** A deployment with its accredited actors and one passport of `owner`. */
  static async begin(sealed?: (life: SyntheticLife) => Promise<Content>): Promise<SyntheticLife> {
    const life = new SyntheticLife();
    await life.found();
    await life.accredit();
    await life.issue(await sealed?.(life));
    return life;
  }

  key(person: Person): Signer {
    const known = this.keys.get(person) ?? actor(`synthetic ${person}`);
    this.keys.set(person, known);
    return known;
  }

  get passport(): Cip68<Passport> {
    if (this.datum === null) throw new Error("there is no passport");
    return this.datum;
  }

  name(person: RoleHolder): string {
    return this.names.get(person) ?? "";
  }

  get slot(): number {
    return this.transactions.length * SLOTS_APART + 1000;
  }

  /** POSIX ms of the last block. */
  get time(): number {
    return this.transactions.at(-1)?.time ?? ZERO_TIME;
  }

  state(unit: string): Token {
    const token = this.states.get(unit);
    if (token === undefined) throw new Error("nobody holds this token");
    return token;
  }

  private coin(): OutRef {
    this.coins += 1;
    return { txHash: this.coins.toString(16).padStart(64, "f"), outputIndex: 0 };
  }

  /** Puts a transaction into a block of its own. */
  async append(
    tx: Omit<Parameters<typeof syntheticTx>[0], "validity" | "view">,
    signers: readonly Signer[],
  ): Promise<LedgerTx> {
    const { slot } = this;
    const signed = await syntheticTx({ ...tx, validity: [slot - 600, slot + 600], view: VIEW }, signers);
    const made: LedgerTx = {
      ...signed,
      slot,
      height: this.transactions.length + 1,
      time: ZERO_TIME + slot * 1000,
    };
    this.transactions.push(made);
    tx.outputs.forEach((output, outputIndex) => {
      for (const unit of Object.keys(output.assets ?? {}))
        this.states.set(unit, { ref: { txHash: made.hash, outputIndex }, output });
    });
    for (const [unit, quantity] of Object.entries(tx.mint ?? {})) if (quantity < 0) this.states.delete(unit);
    return made;
  }

  private async found(): Promise<void> {
    const member = this.key("member");
    const datum = encodeConfigDatum({
      members: [member.keyHash],
      threshold: 1,
      freezeKeys: [member.keyHash],
      scripts: { anchor: ANCHOR_POLICY, passport: PASSPORT_POLICY, roles: ROLES_POLICY },
      successor: null,
    });
    const unit = CONFIG_POLICY + CONFIG_TOKEN;
    const outputs = [{ address: CONFIG_ADDRESS, assets: { [unit]: 1 }, datum }];
    await this.append({ inputs: [this.coin()], outputs, mint: { [unit]: 1 } }, [member]);
    this.config = this.state(unit).ref;
  }

  private async accredit(): Promise<void> {
    const seed = this.coin();
    const holders = Object.keys(ROLE_OF) as RoleHolder[];
    const pairs = holders.map((person, index) => {
      const name = attestationName(ROLE_OF[person], seed, index);
      this.names.set(person, name);
      return { person, name };
    });
    const outputs: SyntheticOutput[] = pairs.flatMap(({ person, name }) => [
      {
        address: ROLES_ADDRESS,
        assets: { [referenceUnit(ROLES_POLICY, name)]: 1 },
        datum: encodeAttestationDatum({
          metadata: { name: `Example ${person}`, image: "ipfs://bafkreiexample" },
          extra: this.attestation(person),
        }),
      },
      { address: this.key(person).address, assets: { [userUnit(ROLES_POLICY, name)]: 1 } },
    ]);
    const mint = Object.fromEntries(outputs.flatMap(({ assets = {} }) => Object.entries(assets)));
    const data = encodeRolesMint({ act: "Issue", seed, indices: holders.map((_, at) => at), first: 0 });
    const redeemers: SyntheticRedeemer[] = [{ purpose: "mint", index: 0, data }];
    await this.append({ inputs: [seed], outputs, mint, redeemers, referenceInputs: [this.config] }, [
      this.key("member"),
    ]);
  }

  private attestation(person: RoleHolder): Attestation {
    return {
      role: ROLE_OF[person],
      kind: "Individual",
      holder: this.key(person).keyHash,
      alg: 0,
      pk: "",
      encPk: "11".repeat(32),
      operator: "gln:9506000134352",
      place: "",
      status: "Active",
      validFrom: ZERO_TIME - DAY,
      validTo: ZERO_TIME + 3650 * DAY,
      maxDelay: 0,
      keyring: "",
      keyEpoch: 0,
    };
  }

  /** An act of the consortium on an attestation. */
  async role(person: RoleHolder, change: RolesSpend, changes: Partial<Attestation>): Promise<LedgerTx> {
    const unit = referenceUnit(ROLES_POLICY, this.name(person));
    const { ref, output } = this.state(unit);
    const datum = encodeAttestationDatum({
      metadata: { name: `Example ${person}`, image: "ipfs://bafkreiexample" },
      extra: { ...this.attestation(person), ...changes },
    });
    const redeemers: SyntheticRedeemer[] = [{ purpose: "spend", index: 0, data: encodeRolesSpend(change) }];
    const outputs = [{ ...output, datum }];
    return this.append({ inputs: [ref], outputs, redeemers, referenceInputs: [this.config] }, [
      this.key("member"),
    ]);
  }

  /** Another passport, which is the one acted on from now. */
  async issue(content: Content = { dataRoot: "d0".repeat(32), content: `01551220${"e0".repeat(32)}` }) {
    const seed = this.coin();
    this.id = unique(seed, 0);
    this.datum = {
      metadata: { name: "Example battery", image: "ipfs://bafkreiexample" },
      extra: {
        schema: 1,
        revision: 0,
        status: "Active",
        issuer: this.name("maker"),
        ...content,
        actionHead: "",
        idCommit: "1d".repeat(32),
        idMethod: 1,
        batch: null,
        predecessor: null,
      },
    };
    const reference = referenceUnit(PASSPORT_POLICY, this.id);
    const user = userUnit(PASSPORT_POLICY, this.id);
    const outputs = [
      { address: PASSPORT_ADDRESS, assets: { [reference]: 1 }, datum: encodePassportDatum(this.datum) },
      { address: this.key("owner").address, assets: { [user]: 1 } },
    ];
    const data = encodePassportMint({ act: "Issue", seed, indices: [0], first: 0 });
    await this.append(
      {
        inputs: [seed],
        outputs,
        mint: { [reference]: 1, [user]: 1 },
        redeemers: [{ purpose: "mint", index: 0, data }],
        referenceInputs: [this.config, this.state(referenceUnit(ROLES_POLICY, this.name("maker"))).ref],
        required: [this.key("maker").keyHash],
      },
      [this.key("maker")],
    );
  }

  /** An act of the contract on the passport. */
  async act(change: PassportSpend, { by = [], ownerTo, changes = {}, form = "map" }: ActOptions = {}) {
    const reference = referenceUnit(PASSPORT_POLICY, this.id);
    const user = userUnit(PASSPORT_POLICY, this.id);
    const { ref, output } = this.state(reference);
    const owned = ownerTo === undefined ? null : this.state(user);
    const signers = by.map((person) => this.key(person));
    if (owned !== null) signers.push(this.holderOf(owned));
    if (change.act === "Reassign") signers.push(this.key("member"));
    const inputs = owned === null ? [ref] : [ref, owned.ref];
    const sorted = [...inputs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const redeemers: SyntheticRedeemer[] = [
      { purpose: "spend", index: sorted.indexOf(ref), data: encodePassportSpend(change) },
    ];
    const outputs: SyntheticOutput[] = [];
    let mint: Record<string, number> | undefined;
    if (change.act === "Erase") {
      mint = { [reference]: -1 };
      redeemers.push({ purpose: "mint", index: 0, data: encodePassportMint({ act: "Burn" }) });
    } else {
      this.datum = {
        ...this.passport,
        extra: { ...this.passport.extra, ...applied(this.passport.extra, change), ...changes },
      };
      outputs.push({ ...output, datum: encodePassportDatum(this.datum) });
    }
    if (owned !== null && ownerTo !== undefined)
      outputs.push({ address: this.key(ownerTo).address, assets: { [user]: 1 } });
    const references = by.map((person) => this.state(referenceUnit(ROLES_POLICY, this.name(person))).ref);
    return this.append(
      {
        inputs,
        outputs,
        redeemers,
        form,
        referenceInputs: [this.config, ...references],
        required: by.map((person) => this.key(person).keyHash),
        ...(mint === undefined ? {} : { mint }),
      },
      [...new Set(signers)],
    );
  }

  /** A plain wallet send of the ownership token. */
  async send(to: Person): Promise<LedgerTx> {
    const user = userUnit(PASSPORT_POLICY, this.id);
    const owned = this.state(user);
    const outputs = [{ address: this.key(to).address, assets: { [user]: 1 } }];
    return this.append({ inputs: [owned.ref, this.coin()], outputs }, [this.holderOf(owned)]);
  }

  private holderOf({ output }: Token): Signer {
    const signer = [...this.keys.values()].find(({ address }) => address === output.address);
    if (signer === undefined) throw new Error("nobody has this address");
    return signer;
  }
}

const key = ({ txHash, outputIndex }: OutRef): string => txHash + String(outputIndex).padStart(6, "0");

/** What the act itself changes. */
function applied(old: Passport, change: PassportSpend): Partial<Passport> {
  switch (change.act) {
    case "Update":
      return { revision: old.revision + 1 };
    case "Transfer":
    case "Log":
      return { actionHead: chainAction(old.actionHead, change.record) };
    case "Revoke":
      return { status: "Revoked" };
    case "Retire":
      return { status: "Retired" };
    case "Succeed":
      return { status: "Repurposed" };
    default:
      return {};
  }
}
