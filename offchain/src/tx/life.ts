/** Plans for a passport's life after its issue: transfer, log, amend, retire, succeed, reassign, erase. Rules: docs/spec/datum.md "Redeemers". */
import { parseAddress } from "../codec/address.js";
import { decodePassportDatum, encodePassportDatum } from "../codec/datum.js";
import { encodePassportMint, encodePassportSpend, type PassportSpend } from "../codec/redeemer.js";
import { chainAction } from "../domain/action-chain.js";
import { DppError } from "../domain/errors.js";
import type { Passport } from "../domain/passport.js";
import { LABEL_REFERENCE, LABEL_USER, userUnit } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contracts, DeploymentUtxos } from "./contracts.js";
import { type NewPassport, newState, passportIds } from "./passports.js";
import type { TxPlan } from "./plan.js";
import {
  distinct,
  holderOf,
  keyOf,
  leftBeside,
  type Presented,
  returned,
  withPresented,
} from "./presented.js";
import { continuing, mintPairs, type Validity, withScript } from "./state.js";

/** What every act on a passport has in common; who acts besides the keys of `presented` and of `owned`. */
interface Act {
  readonly state: Utxo;
  readonly spend: PassportSpend;
  readonly change: (old: Passport) => Partial<Passport>;
  readonly presented?: readonly Presented[];
  /** The wallet output that holds the (222): spent, and its key signs. */
  readonly owned?: Utxo | undefined;
  readonly validity?: Validity | undefined;
}

function planAct(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, spend, change, presented = [], owned, validity }: Act,
): TxPlan {
  const old = decodePassportDatum(state.datum ?? "");
  const datum = encodePassportDatum({ ...old, extra: { ...old.extra, ...change(old.extra) } });
  return {
    inputs: [
      { utxo: state, redeemer: encodePassportSpend(spend) },
      ...(owned === undefined ? [] : [{ utxo: owned }]),
    ],
    ...withPresented(withScript(contracts, utxos, "passport"), ...presented),
    mints: [],
    outputs: [continuing(state, datum), ...(owned === undefined ? [] : [returned(owned)])],
    signers: distinct([...presented.map(holderOf), ...(owned === undefined ? [] : [keyOf(owned)])]),
    ...(validity === undefined ? {} : { validity }),
  };
}

/** Id (hex) of the passport whose state this is. @throws DppError `passport/no-state`. */
export function idOfState(contracts: Contracts, { assets }: Utxo): string {
  const prefix = contracts.passport.hash + LABEL_REFERENCE;
  const unit = Object.keys(assets).find((name) => name.startsWith(prefix));
  if (unit === undefined) throw new DppError("passport/no-state", "the output holds no passport's state");
  return unit.slice(prefix.length);
}

/** `to`: address (bech32) of a key; `record`: binary CID of the transfer's record, hex. What else lies beside the (222) stays with the seller. */
export function planTransfer(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, owned, to, record }: { state: Utxo; owned: Utxo; to: string; record: string },
): TxPlan {
  const { payment, stake } = parseAddress(to).address;
  const plan = planAct(contracts, utxos, {
    state,
    spend: { act: "Transfer", to: { payment, stake }, record },
    change: ({ actionHead }) => ({ actionHead: chainAction(actionHead, record) }),
    owned,
  });
  const unit = userUnit(contracts.passport.hash, idOfState(contracts, state));
  const [first] = plan.outputs;
  return {
    ...plan,
    outputs: [
      ...(first === undefined ? [] : [first]),
      { address: to, assets: { [unit]: 1n } },
      ...leftBeside(owned, unit),
    ],
  };
}

export interface LogPlan {
  readonly state: Utxo;
  /** Holds the (222). Absent: `actor` is the issuer or an AUTHORITY. */
  readonly owned?: Utxo | undefined;
  readonly actor?: Presented | undefined;
  readonly record: string;
  /** Needed with an actor. */
  readonly validity?: Validity | undefined;
}

export const planLog = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, owned, actor, record, validity }: LogPlan,
): TxPlan =>
  planAct(contracts, utxos, {
    state,
    spend: { act: "Log", actor: actor?.name ?? null, record },
    change: ({ actionHead }) => ({ actionHead: chainAction(actionHead, record) }),
    presented: actor === undefined ? [] : [actor],
    owned,
    validity,
  });

export interface AmendPlan {
  readonly state: Utxo;
  readonly issuer: Presented;
  readonly authority: Presented;
  readonly idCommit: string;
  readonly idMethod: number;
  readonly validity: Validity;
}

export const planAmend = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, issuer, authority, idCommit, idMethod, validity }: AmendPlan,
): TxPlan =>
  planAct(contracts, utxos, {
    state,
    spend: { act: "Amend", authority: authority.name },
    change: () => ({ idCommit, idMethod }),
    presented: [issuer, authority],
    validity,
  });

export interface RetirePlan {
  readonly state: Utxo;
  readonly recycler: Presented;
  /** Holds the (222); without it the authority stands in. */
  readonly owned?: Utxo | undefined;
  readonly authority?: Presented | undefined;
  readonly validity: Validity;
}

export const planRetire = (
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, recycler, owned, authority, validity }: RetirePlan,
): TxPlan =>
  planAct(contracts, utxos, {
    state,
    spend: { act: "Retire", recycler: recycler.name, authority: authority?.name ?? null },
    change: () => ({ status: "Retired" }),
    presented: authority === undefined ? [recycler] : [recycler, authority],
    owned,
    validity,
  });

export interface SucceedPlan {
  readonly state: Utxo;
  readonly owned: Utxo;
  /** Output of the payer that makes the new id unique. */
  readonly seed: Utxo;
  /** A RECYCLER or MANUFACTURER. */
  readonly actor: Presented;
  /** MANUFACTURER who answers for the product from now on; may be the actor. */
  readonly issuer: Presented;
  readonly passport: NewPassport;
  readonly validity: Validity;
}

/** The product goes on under a new passport, whose id is `passportIds(seed, 1)[0]`. */
export function planSucceed(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, owned, seed, actor, issuer, passport, validity }: SucceedPlan,
): TxPlan {
  const [successor = ""] = passportIds(seed, 1);
  const predecessor = idOfState(contracts, state);
  const plan = planAct(contracts, utxos, {
    state,
    spend: { act: "Succeed", actor: actor.name, successor },
    change: () => ({ status: "Repurposed" }),
    presented: [actor, issuer],
    owned,
    validity,
  });
  const { mint, outputs } = mintPairs(
    contracts.passport,
    [newState(successor, passport, issuer.name, predecessor)],
    encodePassportMint({ act: "IssueSuccessor", seed, index: 0, first: 0, predecessor }),
  );
  return {
    ...plan,
    inputs: [...plan.inputs, { utxo: seed }],
    mints: [mint],
    outputs: [...outputs, ...plan.outputs],
  };
}

export interface ReassignPlan {
  readonly state: Utxo;
  readonly authority: Presented;
  /** The MANUFACTURER who takes over. */
  readonly issuer: Presented;
  /** Key hashes of the members who sign. */
  readonly quorum: readonly string[];
  readonly validity: Validity;
}

export function planReassign(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, authority, issuer, quorum, validity }: ReassignPlan,
): TxPlan {
  const plan = planAct(contracts, utxos, {
    state,
    spend: { act: "Reassign", authority: authority.name },
    change: () => ({ issuer: issuer.name }),
    presented: [authority, issuer],
    validity,
  });
  return { ...plan, signers: distinct([...plan.signers, ...quorum]) };
}

export interface ErasePlan {
  readonly state: Utxo;
  readonly authority: Presented;
  /** Holds the (222), which is burnt, too, when it is at hand. */
  readonly owned?: Utxo | undefined;
  readonly validity: Validity;
}

/** Ends a retired passport: its tokens are burnt, its ADA goes to whoever pays the fee. */
export function planErase(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  { state, authority, owned, validity }: ErasePlan,
): TxPlan {
  const id = idOfState(contracts, state);
  return {
    inputs: [
      { utxo: state, redeemer: encodePassportSpend({ act: "Erase", authority: authority.name }) },
      ...(owned === undefined ? [] : [{ utxo: owned }]),
    ],
    ...withPresented(withScript(contracts, utxos, "passport"), authority),
    mints: [
      {
        policy: contracts.passport.hash,
        assets: {
          [LABEL_REFERENCE + id]: -1n,
          ...(owned === undefined ? {} : { [LABEL_USER + id]: -1n }),
        },
        redeemer: encodePassportMint({ act: "Burn" }),
      },
    ],
    outputs: owned === undefined ? [] : leftBeside(owned, userUnit(contracts.passport.hash, id)),
    signers: distinct([holderOf(authority), ...(owned === undefined ? [] : [keyOf(owned)])]),
    validity,
  };
}
