/** Plans for passports: issue, update, revoke. Rules: docs/spec/datum.md "Redeemers". */
import {
  decodeAttestationDatum,
  decodePassportDatum,
  encodeIssueRedeemer,
  encodePassportDatum,
  encodePassportRevoke,
  PASSPORT_UPDATE,
} from "../codec/datum.js";
import { type Cip68, PASSPORT_SCHEMA, type Passport, type TokenMetadata } from "../domain/passport.js";
import { unique } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import type { PlannedInput, TxPlan } from "./plan.js";
import { continuing, mintPairs, type Validity, withScript } from "./state.js";

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

/** An attestation as the acting party presents it. */
export interface Presented {
  /** State output that carries the attestation. */
  readonly utxo: Utxo;
  /** Attestation name, hex. */
  readonly name: string;
}

const withReference = (plan: Pick<TxPlan, "referenceInputs" | "scripts">, utxo: Utxo) => ({
  ...plan,
  referenceInputs: [...plan.referenceInputs, utxo],
});

const holderOf = ({ utxo }: Presented): string => decodeAttestationDatum(utxo.datum ?? "").extra.holder;

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
  const states = named.map(({ passport, name }) => {
    const datum = firstDatum(passport, issuer.name);
    return {
      name,
      datum: encodePassportDatum(datum),
      largest: encodePassportDatum(largest(datum)),
      userAddress: passport.ownerAddress,
    };
  });
  const redeemer = encodeIssueRedeemer({ seed, indices: named.map(({ index }) => index), first: 0 });
  const { mint, outputs } = mintPairs(contracts.passport, states, redeemer);
  return {
    inputs: [{ utxo: seed }],
    ...withReference(withScript(contracts, utxos, "passport"), issuer.utxo),
    mints: [mint],
    outputs,
    signers: [holderOf(issuer)],
    validity,
  };
}

const firstDatum = (passport: NewPassport, issuer: string): Cip68<Passport> => ({
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
    predecessor: null,
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
    inputs: [{ utxo: state, redeemer: PASSPORT_UPDATE }],
    ...withReference(withScript(contracts, utxos, "passport"), issuer.utxo),
    mints: [],
    outputs: [continuing(state, datum)],
    signers: [holderOf(issuer)],
    validity,
  };
}

/** `badge`: the wallet output that holds the authority's (222); it must be spent, and returns with the change. */
export function planRevokePassport(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  authority: Presented,
  badge: Utxo,
  validity: Validity,
): TxPlan {
  const old = decodePassportDatum(state.datum ?? "");
  const datum = encodePassportDatum({ ...old, extra: { ...old.extra, status: "Revoked" } });
  const inputs: PlannedInput[] = [
    { utxo: state, redeemer: encodePassportRevoke(authority.name) },
    { utxo: badge },
  ];
  return {
    inputs,
    ...withReference(withScript(contracts, utxos, "passport"), authority.utxo),
    mints: [],
    outputs: [continuing(state, datum)],
    signers: [holderOf(authority)],
    validity,
  };
}
