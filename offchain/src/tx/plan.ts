/**
 * A transaction as plain data, before coins are selected and fees are known. Builders in this folder make plans and nothing else; the
 * adapter `adapters/lucid` turns one into bytes. Tests forge plans, so that a mutation is one changed field.
 */
import type { OutRef, PlutusScript, Utxo } from "../ports/ledger.js";

export interface PlannedInput {
  readonly utxo: Utxo;
  /** CBOR hex; absent for an input that a key unlocks. */
  readonly redeemer?: string;
}

export interface PlannedMint {
  readonly policy: string;
  /** Asset name (hex) → quantity; negative burns. */
  readonly assets: Readonly<Record<string, bigint>>;
  readonly redeemer: string;
}

/** A withdrawal of 0 lovelace from the script's own stake account: it moves nothing and makes the ledger run the script once. */
export interface PlannedWithdrawal {
  /** Script hash, hex. A reference input or `scripts` carries the script; the account was registered by an earlier transaction. */
  readonly script: string;
  /** CBOR hex. */
  readonly redeemer: string;
}

export interface PlannedOutput {
  readonly address: string;
  /** Without "lovelace" the assembler funds the least that the ledger asks for `fundFor ?? datum`. */
  readonly assets: Readonly<Record<string, bigint>>;
  /** Inline datum, CBOR hex. */
  readonly datum?: string;
  /** Only for forgeries in tests: a datum hash instead of an inline datum. */
  readonly datumHash?: string;
  /** Largest datum that this output may come to hold: its ADA never has to grow. */
  readonly fundFor?: string;
  readonly script?: PlutusScript;
}

export interface TxPlan {
  readonly inputs: readonly PlannedInput[];
  readonly referenceInputs: readonly Utxo[];
  readonly mints: readonly PlannedMint[];
  readonly withdrawals?: readonly PlannedWithdrawal[];
  /**
   * Script hashes (hex) whose stake accounts are registered, without running the scripts. Each costs the ledger's `keyDeposit`. The ledger refuses an account
   * that is registered already, and a withdrawal from it in the same transaction.
   */
  readonly registrations?: readonly string[];
  /** In this order, before change. */
  readonly outputs: readonly PlannedOutput[];
  /** Key hashes (hex) that must sign. */
  readonly signers: readonly string[];
  /** POSIX ms, both ends finite, rounded to slots by the assembler (start up, end down). Absent: unbounded. */
  readonly validity?: { readonly from?: number; readonly to?: number };
  /** Scripts that no reference input carries. */
  readonly scripts: readonly PlutusScript[];
  /** Outputs of the payer that coin selection must leave alone. */
  readonly reserved?: readonly OutRef[];
}

export const sameOutRef = (a: OutRef, b: OutRef): boolean =>
  a.txHash === b.txHash && a.outputIndex === b.outputIndex;
