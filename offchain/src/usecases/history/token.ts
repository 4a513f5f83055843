/** Follows one NFT through transactions: where it came from, with which redeemer, and where it lies after. Pure. */
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { mintRedeemer, type SignedTransaction, spendRedeemer } from "../../codec/ledger-cbor/signed.js";
import type { OutRef } from "../../domain/out-ref.js";

export interface TokenStep {
  /** The transaction spent the output that held it. */
  readonly spent: boolean;
  /** Redeemer (CBOR hex) of that spend; null: none, as for an output that a key holds. */
  readonly redeemer: string | null;
  /** 1: minted here; -1: burnt here; 0: neither. Anything else is no NFT of ours. */
  readonly minted: bigint;
  /** Redeemer of its policy; null: the policy was not called. */
  readonly mintRedeemer: string | null;
  /** Where it lies after; null: nowhere in this transaction. */
  readonly after: OutputFacts | null;
  /** It appears from nowhere, or vanishes unburnt: the transaction does not continue what came before. */
  readonly broken: boolean;
}

/** `before`: the output that held the token until now; null: it is not minted yet, or burnt. */
export function stepOf(signed: SignedTransaction, unit: string, before: OutRef | null): TokenStep {
  const spent =
    before !== null &&
    signed.spent.some(
      ({ txHash, outputIndex }) => txHash === before.txHash && outputIndex === before.outputIndex,
    );
  const minted = signed.mint[unit] ?? 0n;
  const holders = signed.outputs.filter(({ assets }) => (assets[unit] ?? 0n) > 0n);
  const [after = null] = holders;
  const quantity = (spent ? 1n : 0n) + minted;
  return {
    spent,
    redeemer: spent ? spendRedeemer(signed, before) : null,
    minted,
    mintRedeemer: minted === 0n ? null : mintRedeemer(signed, unit.slice(0, 56)),
    after,
    broken: BigInt(holders.length) !== quantity || (after !== null && after.assets[unit] !== 1n),
  };
}

/** Whether the transaction has anything to do with the token. */
export const touches = ({ spent, minted, after }: TokenStep): boolean =>
  spent || minted !== 0n || after !== null;
