/** What turns a plan into a transaction. One implementation: `adapters/lucid`. */
import type { TxPlan } from "./plan.js";

export interface BuiltTx {
  /** Unsigned transaction, CBOR hex. */
  readonly cbor: string;
  /** Hash of the body: what signers sign, and the transaction's id. */
  readonly bodyHash: string;
  /** Lovelace. */
  readonly fee: bigint;
  /** Bytes of the transaction with the signatures that it will carry. */
  readonly size: number;
  readonly exUnits: readonly { readonly purpose: string; readonly mem: number; readonly steps: number }[];
}

export interface TxWitness {
  readonly publicKey: string;
  readonly signature: string;
}

export interface TxBuilder {
  /**
   * Adds coins of `payer`, collateral, change, fee and execution units.
   * @throws DppError `tx/insufficient-funds`, `tx/script-refused` (a contract refuses), `tx/too-large`.
   */
  build(plan: TxPlan, payer: { readonly address: string }): Promise<BuiltTx>;
  sign(cbor: string, witnesses: readonly TxWitness[]): string;
}
