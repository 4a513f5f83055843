/** Small scripts that run as withdrawals of nothing, or look for one, and how plans put them into a transaction. */
import { randomBytes } from "node:crypto";
import { applyParamsToScript, validatorToScriptHash } from "@lucid-evolution/lucid";
import type { PlutusScript } from "../ports/ledger.js";
import type { PlannedWithdrawal, TxPlan } from "../tx/plan.js";

/**
 * `validator sentry(_nonce: ByteArray) { withdraw(redeemer: Int, _account: Credential, _self: Transaction) { redeemer >= 42 } else(_) { fail } }`, Aiken 1.1.23,
 * traces silent. The nonce makes accounts that no other test of a shared ledger knows.
 */
const SENTRY =
  "585a010100229800aba2aba1aab9eaab9dab9a9bae00248888896600264646644b30013370e900218039baa00289919b8948150dd69805002180498041baa0028b200c30073008001300700230070013004375400f149a26cac80101";
/**
 * `validator onlooker(wanted: ScriptHash) { mint(redeemer: Int, _policy, self) { … } }`: the redeemer under `Rewarding(Script(wanted))` in the transaction's
 * redeemers is the same number as its own; it halts when there is none.
 */
const ONLOOKER =
  "58b0010100229800aba2aba1aba0aab9eaab9dab9a9bae0024888888966002646464b30013370e900018031baa00189919baf3233223300200200122325980099baf300b00100489806000c4cc00c00cc03c00900a18068009bab300b300c300c300c300c300c300c300c300c300c30093754601600a66e952004330093374a9001198049ba90054bd7025eb80c02800cdd7180498039baa0018b200a30083009001300800130043754011149a26cac80101";

export interface HashedScript {
  readonly script: PlutusScript;
  readonly hash: string;
}

const applied = (code: string, parameter: string): HashedScript => {
  const script: PlutusScript = { type: "PlutusV3", script: applyParamsToScript(code, [parameter]) };
  return { script, hash: validatorToScriptHash(script) };
};

/** Agrees to a redeemer of 42 or more. */
export const sentry = (nonce = randomBytes(8).toString("hex")): HashedScript => applied(SENTRY, nonce);

/** A policy that mints when the sentry runs with the policy's own redeemer. */
export const onlooker = (wanted: string): HashedScript => applied(ONLOOKER, wanted);

/** Plutus data of a number below 256, CBOR hex. */
export const number = (value: number): string =>
  (value < 24 ? "" : "18") + value.toString(16).padStart(2, "0");

export const withdrawal = ({ hash }: HashedScript, redeemer: number): PlannedWithdrawal => ({
  script: hash,
  redeemer: number(redeemer),
});

export const minting = ({ hash }: HashedScript, redeemer: number): TxPlan["mints"][number] => ({
  policy: hash,
  assets: { "61": 1n },
  redeemer: number(redeemer),
});
