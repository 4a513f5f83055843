/** What a transaction is for, in a few words, read off its plan: for the list of what is under way. */
import { parseAddress } from "../codec/address.js";
import {
  type AnchorSpend,
  decodeAnchorSpend,
  decodeConfigSpend,
  decodeJointSpend,
  decodePassportSpend,
  decodeRolesSpend,
  type JointSpend,
  type PassportSpend,
  type RolesSpend,
} from "../codec/redeemer.js";
import { LABEL_REFERENCE } from "../domain/tokens.js";
import type { Contract, Contracts } from "../tx/contracts.js";
import type { PlannedInput, TxPlan } from "../tx/plan.js";

const ROLE_ACTS: Readonly<Record<RolesSpend["act"], string>> = {
  Renew: "renew attestation",
  RotateKeys: "replace the keys of attestation",
  Publish: "publish the keyring of attestation",
  Suspend: "suspend attestation",
  Revoke: "revoke attestation",
  Recover: "recover attestation",
};

const PASSPORT_ACTS: Readonly<Record<PassportSpend["act"], string>> = {
  Update: "update passport",
  Revoke: "revoke passport",
  Transfer: "transfer passport",
  Log: "log an action on passport",
  Amend: "amend passport",
  Retire: "retire passport",
  Succeed: "issue a successor of passport",
  Reassign: "reassign passport",
  Erase: "erase passport",
};

const ANCHOR_ACTS: Readonly<Record<AnchorSpend["act"], string>> = {
  Append: "append packs of events",
  Gap: "give up events of a thread",
  Close: "close a thread of events",
};

const JOINT_ACTS: Readonly<Record<JointSpend["act"], string>> = {
  CoAppend: "append packs of events that several signed",
};

export const purposeOf = (contracts: Contracts, plan: TxPlan): string =>
  ofSpends(contracts, plan) ?? ofMints(contracts, plan) ?? ofOutputs(contracts, plan);

function ofSpends(
  { config, roles, passport, anchor, joint }: Contracts,
  { inputs }: TxPlan,
): string | undefined {
  for (const input of inputs) {
    const { utxo, redeemer } = input;
    if (redeemer === undefined) continue;
    if (utxo.address === passport.address)
      return `${PASSPORT_ACTS[decodePassportSpend(redeemer).act]} ${nameAt(passport, input)}`;
    if (utxo.address === roles.address)
      return `${ROLE_ACTS[decodeRolesSpend(redeemer).act]} ${nameAt(roles, input)}`;
    if (utxo.address === anchor.address) return ANCHOR_ACTS[decodeAnchorSpend(redeemer).act];
    if (utxo.address === joint.address) return JOINT_ACTS[decodeJointSpend(redeemer).act];
    if (utxo.address === config.address)
      return decodeConfigSpend(redeemer).act === "Rotate"
        ? "change the consortium"
        : "take back a reference script";
  }
  return undefined;
}

const nameAt = ({ hash }: Contract, { utxo }: PlannedInput): string =>
  Object.keys(utxo.assets)
    .find((unit) => unit.startsWith(hash + LABEL_REFERENCE))
    ?.slice(hash.length + LABEL_REFERENCE.length) ?? "";

function ofMints({ config, roles, passport, joint }: Contracts, { mints }: TxPlan): string | undefined {
  for (const { policy, assets } of mints) {
    const pairs = Object.keys(assets).filter((name) => name.startsWith(LABEL_REFERENCE)).length;
    if (policy === config.hash) return "found the deployment";
    if (policy === joint.hash) return "open a joint thread";
    if (policy === passport.hash) return pairs === 1 ? "issue a passport" : `issue ${pairs} passports`;
    if (policy === roles.hash && pairs === 0) return "burn a badge";
    if (policy === roles.hash) return pairs === 1 ? "accredit an actor" : `accredit ${pairs} actors`;
  }
  return undefined;
}

function ofOutputs(
  { config, p256 }: Contracts,
  { outputs, registrations = [], withdrawals = [] }: TxPlan,
): string {
  // Carried together with the script as a rule; by itself when somebody registered the account before.
  if (registrations.includes(p256.hash)) return "carry the script that checks P-256 signatures";
  if (outputs.some(({ script }) => script !== undefined)) return "carry a reference script";
  if (withdrawals.some(({ script }) => script === p256.hash)) return "check P-256 signatures";
  return outputs.some(
    ({ address, datum }) => datum !== undefined && address !== config.address && isHeldBy(config, address),
  )
    ? "write the table of a P-256 key"
    : "payment";
}

/** Whether the address is the script's, with whatever stake part. */
function isHeldBy({ hash }: Contract, address: string): boolean {
  const { payment } = parseAddress(address).address;
  return payment?.kind === "script" && payment.hash === hash;
}
