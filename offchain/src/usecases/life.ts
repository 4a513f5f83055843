/** What owners, actors and the consortium do with a passport after its issue. Signatures come from `signers`; `signers[0]` pays. */
import { parseAddress, toBech32Address } from "../codec/address.js";
import { DppError } from "../domain/errors.js";
import { ID_METHOD_DATA_CARRIER } from "../domain/passport.js";
import { userUnit } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import { planAmend, planErase, planLog, planReassign, planRetire, planTransfer } from "../tx/life.js";
import type { Context, Reading } from "./context.js";
import { loadDeployment, quorumAmong } from "./deployment.js";
import { requireActive, requireOwnNetwork, requirePassport } from "./passports.js";
import type { AttestationView, PassportState } from "./resolve.js";
import { requireLive, requireRole } from "./roles.js";
import { type Submitted, submitPlan, validityNow } from "./submit.js";

type Signers = readonly [Signer, ...Signer[]];

/**
 * Makes the record of an action that follows `previous`, the head (hex, empty before the first action), stores it and answers its binary CID (hex). Asked
 * again when another action came between.
 */
export type MakeRecord = (previous: string) => Promise<string>;

/** The wallet output that holds a passport's (222). @throws DppError `passport/no-owner` when it was burnt, `ledger/not-unique`. */
export async function ownershipOf({ ledger, contracts }: Reading, id: string): Promise<Utxo> {
  const utxo = await ledger.utxoByUnit(userUnit(contracts.passport.hash, id));
  if (utxo === null)
    throw new DppError("passport/no-owner", `nobody owns ${id}: its ownership token was burnt`);
  return utxo;
}

/** The same, when one of the signers can spend it; else `null`. */
async function ownedBy(reading: Reading, signers: readonly Signer[], id: string): Promise<Utxo | null> {
  const utxo = await reading.ledger.utxoByUnit(userUnit(reading.contracts.passport.hash, id));
  if (utxo === null) return null;
  const { payment } = parseAddress(utxo.address).address;
  return payment?.kind === "key" && signers.some(({ keyHash }) => keyHash === payment.hash) ? utxo : null;
}

/** @throws DppError `passport/not-owner`. */
export async function requireOwned(reading: Reading, signers: readonly Signer[], id: string): Promise<Utxo> {
  const owned = await ownedBy(reading, signers, id);
  if (owned === null)
    throw new DppError("passport/not-owner", `the ownership token of ${id} is not in the wallet that signs`);
  return owned;
}

/** A range inside the dates of everybody who acts. */
export const validityOf = (context: Context, ...acting: readonly AttestationView[]) =>
  validityNow(context, {
    validFrom: Math.max(...acting.map(({ validFrom }) => validFrom)),
    validTo: Math.min(...acting.map(({ validTo }) => validTo)),
  });

const headOf = ({ actionHead }: PassportState): string => actionHead;

/** Bech32 of an address that can own: of this network, and a key's. @throws DppError `address/network`, `transfer/script`, `address/*`. */
export function ownerAddress(context: Reading, text: string): string {
  const { address, bytes } = parseAddress(text);
  requireOwnNetwork(context, text);
  if (address.payment === null)
    throw new DppError("transfer/address", `${text} is a stake address: tokens need a payment address`);
  if (address.payment.kind === "script")
    throw new DppError("transfer/script", `${text} belongs to a script: an owner must be able to sign`);
  return toBech32Address(bytes);
}

export interface Transferring {
  /** Address of the new owner. */
  readonly to: string;
  readonly record: MakeRecord;
}

/** @throws DppError `passport/not-owner`, `passport/status`, `transfer/to-self`, and what `ownerAddress` throws. */
export async function transferPassport(
  context: Context,
  signers: Signers,
  id: string,
  { to, record }: Transferring,
): Promise<Submitted & { readonly record: string }> {
  const address = ownerAddress(context, to);
  let made = "";
  const submitted = await submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    requireActive(state, "transfer");
    const owned = await requireOwned(context, signers, id);
    if (owned.address === address)
      throw new DppError("transfer/to-self", "the product is at this address already");
    made = await record(headOf(state));
    return planTransfer(context.contracts, await loadDeployment(context), {
      state: state.utxo,
      owned,
      to: address,
      record: made,
    });
  });
  return { ...submitted, record: made };
}

export interface Logging {
  /** Attestation in whose name it is logged; absent: the owner speaks for himself. */
  readonly actor?: string | undefined;
  readonly record: MakeRecord;
}

/**
 * The (222) is spent when one of the signers holds it. Without it the actor must be the issuer or an AUTHORITY.
 * @throws DppError `passport/not-owner`, `action/owner-needed`, `role/not-live`.
 */
export async function logAction(
  context: Context,
  signers: Signers,
  id: string,
  { actor, record }: Logging,
): Promise<Submitted & { readonly record: string }> {
  let made = "";
  const submitted = await submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    const view = actor === undefined ? undefined : await requireLive(context, actor);
    const owned =
      view === undefined
        ? await requireOwned(context, signers, id)
        : ((await ownedBy(context, signers, id)) ?? undefined);
    if (view !== undefined && owned === undefined) requireSpeaksAlone(view, state);
    made = await record(headOf(state));
    return planLog(context.contracts, await loadDeployment(context), {
      state: state.utxo,
      owned,
      actor: view,
      record: made,
      ...(view === undefined ? {} : { validity: await validityOf(context, view) }),
    });
  });
  return { ...submitted, record: made };
}

function requireSpeaksAlone(view: AttestationView, state: PassportState): void {
  if (view.role === "AUTHORITY" || view.name === state.issuerName) return;
  throw new DppError(
    "action/owner-needed",
    `a ${view.role} logs an action together with the owner: the key that holds the ownership token must sign, too (--owner; on another machine: dpp quorum propose log)`,
  );
}

export interface Amendment {
  readonly authority: string;
  /** 32 bytes hex. */
  readonly idCommit: string;
  readonly idMethod?: number;
}

/** Issuer and authority bind the passport to its product anew, e.g. when a label with a lost salt is replaced. */
export const amendPassport = (
  context: Context,
  signers: Signers,
  id: string,
  { authority, idCommit, idMethod = ID_METHOD_DATA_CARRIER }: Amendment,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    requireActive(state, "amend");
    const issuer = await requireRole(context, state.issuerName, "MANUFACTURER");
    const inspector = await requireRole(context, authority, "AUTHORITY");
    return planAmend(context.contracts, await loadDeployment(context), {
      state: state.utxo,
      issuer,
      authority: inspector,
      idCommit,
      idMethod,
      validity: await validityOf(context, issuer, inspector),
    });
  });

export interface Retirement {
  readonly recycler: string;
  /** Stands in for an owner who is not there. */
  readonly authority?: string | undefined;
}

/** @throws DppError `passport/not-owner` when neither the owner signs nor an authority is named. */
export const retirePassport = (
  context: Context,
  signers: Signers,
  id: string,
  { recycler, authority }: Retirement,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    requireActive(state, "retire");
    const view = await requireRole(context, recycler, "RECYCLER");
    const inspector =
      authority === undefined ? undefined : await requireRole(context, authority, "AUTHORITY");
    return planRetire(context.contracts, await loadDeployment(context), {
      state: state.utxo,
      recycler: view,
      ...(inspector === undefined
        ? { owned: await requireOwned(context, signers, id) }
        : { authority: inspector }),
      validity: await validityOf(context, view, ...(inspector === undefined ? [] : [inspector])),
    });
  });

export interface Reassignment {
  readonly authority: string;
  /** Attestation name of the MANUFACTURER who takes over. */
  readonly issuer: string;
}

/** Quorum, authority and the new issuer sign. @throws DppError `passport/same-issuer`. */
export const reassignPassport = (
  context: Context,
  signers: Signers,
  id: string,
  { authority, issuer }: Reassignment,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    requireActive(state, "reassign");
    if (state.issuerName === issuer)
      throw new DppError("passport/same-issuer", `${issuer} is the issuer already`);
    const inspector = await requireRole(context, authority, "AUTHORITY");
    const heir = await requireRole(context, issuer, "MANUFACTURER");
    const deployment = await loadDeployment(context);
    return planReassign(context.contracts, deployment, {
      state: state.utxo,
      authority: inspector,
      issuer: heir,
      quorum: quorumAmong(deployment.state, signers),
      validity: await validityOf(context, inspector, heir),
    });
  });

/** Burns a retired passport. @throws DppError `passport/status` unless it is Retired. */
export const erasePassport = (
  context: Context,
  signers: Signers,
  id: string,
  authority: string,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    if (state.status !== "Retired")
      throw new DppError(
        "passport/status",
        `cannot erase a passport that is ${state.status}: retire it first`,
        {
          details: { status: state.status },
        },
      );
    const view = await requireRole(context, authority, "AUTHORITY");
    return planErase(context.contracts, await loadDeployment(context), {
      state: state.utxo,
      authority: view,
      owned: (await ownedBy(context, signers, id)) ?? undefined,
      validity: await validityOf(context, view),
    });
  });
