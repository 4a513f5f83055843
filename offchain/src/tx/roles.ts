/** Plans for attestations: issue, renew, rotate keys, publish a keyring, suspend, revoke, recover; badges. Rules: docs/spec/datum.md "Redeemers". */
import { decodeAttestationDatum, encodeAttestationDatum } from "../codec/datum.js";
import { encodeRolesMint, encodeRolesSpend, type RolesSpend } from "../codec/redeemer.js";
import type { Attestation } from "../domain/attestation.js";
import type { Cip68, TokenMetadata } from "../domain/passport.js";
import { CAPTURING_ROLES } from "../domain/role.js";
import { attestationName, LABEL_USER, userUnit } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import type { TxPlan } from "./plan.js";
import { keyOf, leftBeside, type Presented } from "./presented.js";
import { continuing, mintPairs, type Validity, withScript } from "./state.js";
import { tableOutputs } from "./tables.js";
import { withThreads } from "./threads.js";

export interface NewAttestation {
  readonly metadata: TokenMetadata;
  readonly attestation: Omit<Attestation, "status" | "keyring" | "keyEpoch">;
  /** Wallet that receives the badge. */
  readonly badgeAddress: string;
}

/** Accredits any number of actors in one transaction, and opens the threads of those with an event key; names follow from `seed`, an output of the payer that the transaction spends. */
export function planIssueRoles(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  seed: Utxo,
  accredited: readonly NewAttestation[],
  quorum: readonly string[],
): { readonly plan: TxPlan; readonly names: readonly string[] } {
  const named = accredited
    .map((entry, index) => ({ entry, index, name: attestationName(entry.attestation.role, seed, index) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const states = named.map(({ entry, name }) => {
    const datum: Cip68<Attestation> = {
      metadata: entry.metadata,
      extra: { ...entry.attestation, status: "Active", keyring: "", keyEpoch: 0 },
    };
    return {
      name,
      datum: encodeAttestationDatum(datum),
      largest: encodeAttestationDatum(largest(datum)),
      userAddress: entry.badgeAddress,
    };
  });
  const redeemer = encodeRolesMint({
    act: "Issue",
    seed,
    indices: named.map(({ index }) => index),
    first: 0,
  });
  const { mint, outputs } = mintPairs(contracts.roles, states, redeemer);
  const issue: TxPlan = {
    inputs: [{ utxo: seed }],
    ...withScript(contracts, utxos, "roles"),
    mints: [mint],
    outputs,
    signers: quorum,
  };
  // Only now can a source's thread begin: no later transaction mints the attestation's token again.
  const sources = named.filter(({ entry }) => entry.attestation.pk !== "").map(({ name }) => name);
  const opened = withThreads(contracts, utxos, issue, sources);
  const tables = tableOutputs(
    contracts,
    named.map(({ entry }) => entry.attestation),
  );
  const plan = { ...opened, outputs: [...opened.outputs, ...tables] };
  const names = accredited.map((_, index) => named.find((entry) => entry.index === index)?.name ?? "");
  return { plan, names };
}

const LONGEST = { name: "x".repeat(64), image: "x".repeat(96) };
/** Bytes of a CIDv1 with SHA-256, and of any key that the role may come to sign with. */
const KEYRING_BYTES = 36;
const ED25519_BYTES = 32;
const MAX_PK_BYTES = 160;

/** An attestation at its largest: actors who capture events may move to a signature form with a longer key. */
function largest({ extra }: Cip68<Attestation>): Cip68<Attestation> {
  const captures = CAPTURING_ROLES.includes(extra.role);
  return {
    metadata: LONGEST,
    extra: {
      ...extra,
      pk: "00".repeat(captures ? MAX_PK_BYTES : ED25519_BYTES),
      validFrom: Number.MAX_SAFE_INTEGER,
      validTo: Number.MAX_SAFE_INTEGER,
      keyring: "00".repeat(KEYRING_BYTES),
      keyEpoch: 0xffffffff,
    },
  };
}

type Change = (old: Cip68<Attestation>) => Cip68<Attestation>;

function planChange(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  spend: RolesSpend,
  change: Change,
  signers: readonly string[],
  validity?: Validity,
): TxPlan {
  const datum = encodeAttestationDatum(change(decodeAttestationDatum(state.datum ?? "")));
  return {
    inputs: [{ utxo: state, redeemer: encodeRolesSpend(spend) }],
    ...withScript(contracts, utxos, "roles"),
    mints: [],
    outputs: [continuing(state, datum)],
    signers,
    ...(validity === undefined ? {} : { validity }),
  };
}

const extraOf =
  (delta: Partial<Attestation>): Change =>
  (old) => ({ ...old, extra: { ...old.extra, ...delta } });

export interface Renewal {
  readonly validFrom: number;
  readonly validTo: number;
  readonly metadata?: TokenMetadata;
}

export const planRenew = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  { validFrom, validTo, metadata }: Renewal,
  quorum: readonly string[],
): TxPlan =>
  planChange(
    contracts,
    utxos,
    state,
    { act: "Renew" },
    (old) => ({
      metadata: metadata ?? old.metadata,
      extra: { ...old.extra, status: "Active", validFrom, validTo },
    }),
    quorum,
  );

export type Keys = Pick<Attestation, "holder" | "alg" | "pk" | "encPk">;

/** Signed by the holder of today; `keys.holder` acts from then on. */
export function planRotateKeys(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  keys: Keys,
  validity: Validity,
): TxPlan {
  const { extra } = decodeAttestationDatum(state.datum ?? "");
  const change = extraOf({ ...keys, keyEpoch: extra.keyEpoch + 1 });
  const plan = planChange(contracts, utxos, state, { act: "RotateKeys" }, change, [extra.holder], validity);
  return withTable(contracts, plan, extra, keys);
}

/** What checks the new key's signatures, beside the attestation that names it. */
const withTable = (contracts: Contracts, plan: TxPlan, old: Attestation, keys: Keys): TxPlan =>
  keys.pk === old.pk ? plan : { ...plan, outputs: [...plan.outputs, ...tableOutputs(contracts, [keys])] };

/** `keyring`: binary CID, hex. */
export function planPublishKeyring(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  keyring: string,
  validity: Validity,
): TxPlan {
  const { extra } = decodeAttestationDatum(state.datum ?? "");
  return planChange(
    contracts,
    utxos,
    state,
    { act: "Publish" },
    extraOf({ keyring }),
    [extra.holder],
    validity,
  );
}

export const planSuspend = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  freezeKey: string,
  reason: number,
): TxPlan =>
  planChange(contracts, utxos, state, { act: "Suspend", reason }, extraOf({ status: "Suspended" }), [
    freezeKey,
  ]);

export const planRevokeRole = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  state: Utxo,
  quorum: readonly string[],
  reason: number,
): TxPlan =>
  planChange(contracts, utxos, state, { act: "Revoke", reason }, extraOf({ status: "Revoked" }), quorum);

/**
 * New keys for a holder who lost his; `keys.holder` acts from then on, and the status stays. `badgeTo`: wallet (bech32) that receives a new badge,
 * when the old one is lost, too. `name`: attestation name, hex.
 */
export function planRecover(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { utxo, name }: Presented,
  keys: Keys,
  quorum: readonly string[],
  badgeTo?: string,
): TxPlan {
  const { extra } = decodeAttestationDatum(utxo.datum ?? "");
  const change = extraOf({ ...keys, keyEpoch: extra.keyEpoch + 1 });
  const plan = withTable(
    contracts,
    planChange(contracts, utxos, utxo, { act: "Recover" }, change, quorum),
    extra,
    keys,
  );
  if (badgeTo === undefined) return plan;
  return {
    ...plan,
    mints: [
      {
        policy: contracts.roles.hash,
        assets: { [LABEL_USER + name]: 1n },
        redeemer: encodeRolesMint({ act: "Replace", name }),
      },
    ],
    outputs: [...plan.outputs, { address: badgeTo, assets: { [userUnit(contracts.roles.hash, name)]: 1n } }],
  };
}

/** Destroys a badge. `badge`: the wallet output that holds it; other tokens in it go back to where they were. */
export const planBurnBadge = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  badge: Utxo,
  name: string,
): TxPlan => ({
  inputs: [{ utxo: badge }],
  ...withScript(contracts, utxos, "roles"),
  mints: [
    {
      policy: contracts.roles.hash,
      assets: { [LABEL_USER + name]: -1n },
      redeemer: encodeRolesMint({ act: "Burn" }),
    },
  ],
  outputs: leftBeside(badge, userUnit(contracts.roles.hash, name)),
  signers: [keyOf(badge)],
});
