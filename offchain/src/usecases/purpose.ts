/** What a transaction is for, in a few words, read off its plan: for the list of what is under way. */
import {
  PASSPORT_UPDATE,
  ROLES_PUBLISH,
  ROLES_RENEW,
  ROLES_REVOKE,
  ROLES_ROTATE_KEYS,
  ROLES_SUSPEND,
} from "../codec/datum.js";
import { LABEL_REFERENCE } from "../domain/tokens.js";
import type { Contracts } from "../tx/contracts.js";
import type { TxPlan } from "../tx/plan.js";

const ROLE_ACTS: Readonly<Record<string, string>> = {
  [ROLES_RENEW]: "renew attestation",
  [ROLES_ROTATE_KEYS]: "replace the keys of attestation",
  [ROLES_PUBLISH]: "publish the keyring of attestation",
  [ROLES_SUSPEND]: "suspend attestation",
  [ROLES_REVOKE]: "revoke attestation",
};

export function purposeOf({ config, roles, passport }: Contracts, plan: TxPlan): string {
  for (const { policy, assets } of plan.mints) {
    const pairs = Object.keys(assets).filter((name) => name.startsWith(LABEL_REFERENCE)).length;
    if (policy === config.hash) return "found the deployment";
    if (policy === passport.hash) return pairs === 1 ? "issue a passport" : `issue ${pairs} passports`;
    if (policy === roles.hash) return pairs === 1 ? "accredit an actor" : `accredit ${pairs} actors`;
  }
  for (const { utxo, redeemer = "" } of plan.inputs) {
    const nameAt = (policy: string): string =>
      Object.keys(utxo.assets)
        .find((unit) => unit.startsWith(policy + LABEL_REFERENCE))
        ?.slice(policy.length + LABEL_REFERENCE.length) ?? "";
    if (utxo.address === passport.address)
      return `${redeemer === PASSPORT_UPDATE ? "update" : "revoke"} passport ${nameAt(passport.hash)}`;
    if (utxo.address === roles.address)
      return `${ROLE_ACTS[redeemer] ?? "change attestation"} ${nameAt(roles.hash)}`;
    if (utxo.address === config.address) return "take back a reference script";
  }
  if (plan.outputs.some(({ script }) => script !== undefined)) return "carry a reference script";
  return "payment";
}
