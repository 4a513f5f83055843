/**
 * A signed transaction as a reader of the past needs it: what it really spent and made, who signed, and the redeemer of each script. Pure; spec of what is
 * read out of it: docs/spec/history.md. A transaction whose script failed (`isValid` false) spends its collateral and makes the collateral's change.
 */
import { toHex } from "../../domain/bytes.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { Withdrawal } from "./accounts.js";
import { asBytes, asInt, assetsOf, type OutputFacts, readOutput } from "./output.js";
import { arrayItems } from "./span.js";
import { type LedgerTransaction, readingBytes, readParts, splitTransaction } from "./transaction.js";
import { type Purpose, readWitnessSet, type WitnessSet } from "./witnesses.js";

export interface SignedTransaction {
  readonly hash: string;
  /** What it took off the ledger, in the ledger's order: by hash, then by position. */
  readonly spent: readonly OutRef[];
  readonly referenceInputs: readonly OutRef[];
  readonly outputs: readonly OutputFacts[];
  /** Unit → quantity; negative burns. */
  readonly mint: Readonly<Record<string, bigint>>;
  /** What it took out of stake accounts, in the ledger's order. */
  readonly withdrawals: readonly Withdrawal[];
  /** Hashes (hex) of the scripts whose stake accounts it registered. */
  readonly registrations: readonly string[];
  /** Key hashes, hex. */
  readonly requiredSigners: readonly string[];
  /** Slots `[from, until)`; null: unbounded. */
  readonly validity: { readonly from: number | null; readonly until: number | null };
  readonly scriptDataHash: string | null;
  readonly witnesses: WitnessSet;
}

const BODY = {
  until: 3,
  from: 8,
  mint: 9,
  scriptDataHash: 11,
  requiredSigners: 14,
  collateralReturn: 16,
} as const;
const TRUE = 0xf5;

/** The ledger's order of inputs, in which redeemers count them. */
const inOrder = (refs: readonly OutRef[]): readonly OutRef[] =>
  refs.toSorted((a, b) =>
    a.txHash === b.txHash ? a.outputIndex - b.outputIndex : a.txHash < b.txHash ? -1 : 1,
  );

/** @throws DppError `ledger/bad-transaction`. */
export function readSigned(cbor: string | Uint8Array): SignedTransaction {
  const parts = splitTransaction(cbor);
  const transaction = readParts(parts);
  return readingBytes(() => {
    const { fields } = parts;
    const field = <T>(key: number, read: (bytes: Uint8Array) => T): T | null => {
      const bytes = fields.get(key);
      return bytes === undefined ? null : read(bytes);
    };
    const slot = (bytes: Uint8Array): number => Number(asInt(bytes));
    const valid = parts.isValid[0] === TRUE;
    return {
      hash: transaction.hash,
      spent: inOrder(valid ? transaction.inputs : transaction.collateral),
      referenceInputs: transaction.referenceInputs,
      outputs: valid ? transaction.outputs.map(({ utxo }) => utxo) : collateralReturn(transaction, fields),
      mint: (valid ? field(BODY.mint, assetsOf) : null) ?? {},
      withdrawals: valid ? transaction.withdrawals : [],
      registrations: valid ? transaction.registrations : [],
      requiredSigners:
        field(BODY.requiredSigners, (bytes) => arrayItems(bytes).map((key) => toHex(asBytes(key)))) ?? [],
      validity: { from: field(BODY.from, slot), until: field(BODY.until, slot) },
      scriptDataHash: field(BODY.scriptDataHash, (bytes) => toHex(asBytes(bytes))),
      witnesses: readWitnessSet(parts.witnesses),
    };
  });
}

/** The change of a collateral counts on after the outputs that were not made. */
function collateralReturn(
  { hash, outputs }: LedgerTransaction,
  fields: ReadonlyMap<number, Uint8Array>,
): readonly OutputFacts[] {
  const bytes = fields.get(BODY.collateralReturn);
  return bytes === undefined ? [] : [readOutput({ txHash: hash, outputIndex: outputs.length }, bytes).utxo];
}

const redeemerAt = ({ witnesses }: SignedTransaction, purpose: Purpose, index: number): string | null =>
  witnesses.redeemers.find((redeemer) => redeemer.purpose === purpose && redeemer.index === index)?.data ??
  null;

/** With which redeemer (CBOR hex) this output was spent; null: it was not, or no script held it. */
export function spendRedeemer(transaction: SignedTransaction, ref: OutRef): string | null {
  const index = transaction.spent.findIndex(
    ({ txHash, outputIndex }) => txHash === ref.txHash && outputIndex === ref.outputIndex,
  );
  return index < 0 ? null : redeemerAt(transaction, "spend", index);
}

const POLICY_HEX = 56;

/** With which redeemer (CBOR hex) this policy minted or burnt; null: it did not. */
export function mintRedeemer(transaction: SignedTransaction, policy: string): string | null {
  const policies = new Set(Object.keys(transaction.mint).map((unit) => unit.slice(0, POLICY_HEX)));
  const index = [...policies].sort().indexOf(policy);
  return index < 0 ? null : redeemerAt(transaction, "mint", index);
}

/** With which redeemer (CBOR hex) this script was run as a withdrawal from its own account; null: it was not. */
export function withdrawalRedeemer(transaction: SignedTransaction, script: string): string | null {
  const index = transaction.withdrawals.findIndex(({ kind, hash }) => kind === "script" && hash === script);
  return index < 0 ? null : redeemerAt(transaction, "reward", index);
}
