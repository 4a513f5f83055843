/** Plans for passports: issue, update, revoke. Rules: docs/spec/datum.md "Redeemers". */
import { decodePassportDatum, encodePassportDatum } from "../codec/datum.js";
import { encodePassportMint, encodePassportSpend } from "../codec/redeemer.js";
import { type Cip68, PASSPORT_SCHEMA, type Passport, type TokenMetadata } from "../domain/passport.js";
import { unique } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import type { PlannedInput, TxPlan } from "./plan.js";
import { holderOf, type Presented, withPresented } from "./presented.js";
import { continuing, mintPairs, type NewState, type Validity, withScript } from "./state.js";

export interface NewPassport {
  readonly metadata: TokenMetadata;
  readonly dataRoot: string;
  /** Binary CID, hex. */
  readonly content: string;
  readonly idCommit: string;
  readonly idMethod: number;
  /** Wallet that receives the ownership token. */
  readonly ownerAddress: string;
}

/** Ids that `count` passports minted with this seed will have, in the order in which they are given. */
export const passportIds = (seed: Utxo, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => unique(seed, index));

/** Issues any number of passports that fit a transaction; `seed` is an output of the payer that the transaction spends. */
export function planIssuePassports(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  seed: Utxo,
  issuer: Presented,
  passports: readonly NewPassport[],
  validity: Validity,
): TxPlan {
  const ids = passportIds(seed, passports.length);
  const named = passports
    .map((passport, index) => ({ passport, index, name: ids[index] ?? "" }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const states = named.map(({ passport, name }) => newState(name, passport, issuer.name));
  const redeemer = encodePassportMint({
    act: "Issue",
    seed,
    indices: named.map(({ index }) => index),
    first: 0,
  });
  const { mint, outputs } = mintPairs(contracts.passport, states, redeemer);
  return {
    inputs: [{ utxo: seed }],
    ...withPresented(withScript(contracts, utxos, "passport"), issuer),
    mints: [mint],
    outputs,
    signers: [holderOf(issuer)],
    validity,
  };
}

/** `predecessor`: id of the passport that the new one succeeds. */
export function newState(
  name: string,
  passport: NewPassport,
  issuer: string,
  predecessor: string | null = null,
): NewState {
  const datum = firstDatum(passport, issuer, predecessor);
  return {
    name,
    datum: encodePassportDatum(datum),
    largest: encodePassportDatum(largest(datum)),
    userAddress: passport.ownerAddress,
  };
}

const firstDatum = (passport: NewPassport, issuer: string, predecessor: string | null): Cip68<Passport> => ({
  metadata: passport.metadata,
  extra: {
    schema: PASSPORT_SCHEMA,
    revision: 0,
    status: "Active",
    issuer,
    dataRoot: passport.dataRoot,
    content: passport.content,
    actionHead: "",
    idCommit: passport.idCommit,
    idMethod: passport.idMethod,
    batch: null,
    predecessor,
  },
});

const LONGEST = { name: "x".repeat(64), image: "x".repeat(96) };

/** A passport at its largest: a head of actions, a batch and a predecessor may still come. */
const largest = ({ extra }: Cip68<Passport>): Cip68<Passport> => ({
  metadata: LONGEST,
  extra: {
    ...extra,
    revision: 0xffffffff,
    status: "Revoked",
    issuer: "00".repeat(28),
    actionHead: "00".repeat(32),
    batch: "00".repeat(28),
    predecessor: "00".repeat(28),
  },
});

export interface PassportUpdate {
  readonly dataRoot: string;
  readonly content: string;
  readonly metadata?: TokenMetadata;
}

export function planUpdatePassport(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  issuer: Presented,
  { dataRoot, content, metadata }: PassportUpdate,
  validity: Validity,
): TxPlan {
  const old = decodePassportDatum(state.datum ?? "");
  const datum = encodePassportDatum({
    metadata: metadata ?? old.metadata,
    extra: { ...old.extra, dataRoot, content, revision: old.extra.revision + 1 },
  });
  return {
    inputs: [{ utxo: state, redeemer: encodePassportSpend({ act: "Update" }) }],
    ...withPresented(withScript(contracts, utxos, "passport"), issuer),
    mints: [],
    outputs: [continuing(state, datum)],
    signers: [holderOf(issuer)],
    validity,
  };
}

/**
 * `badge`: the wallet output that holds the authority's (222); it must be spent, and returns with the change. `reason`: a code of
 * `domain/reason.ts`.
 */
export function planRevokePassport(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  authority: Presented,
  badge: Utxo,
  reason: number,
  validity: Validity,
): TxPlan {
  const old = decodePassportDatum(state.datum ?? "");
  const datum = encodePassportDatum({ ...old, extra: { ...old.extra, status: "Revoked" } });
  const inputs: PlannedInput[] = [
    { utxo: state, redeemer: encodePassportSpend({ act: "Revoke", authority: authority.name, reason }) },
    { utxo: badge },
  ];
  return {
    inputs,
    ...withPresented(withScript(contracts, utxos, "passport"), authority),
    mints: [],
    outputs: [continuing(state, datum)],
    signers: [holderOf(authority)],
    validity,
  };
}
