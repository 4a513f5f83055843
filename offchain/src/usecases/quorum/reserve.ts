/** Keeps the coins of open proposals out of every other transaction of a home: the ledger's answers leave them out. */
import { readUnsigned } from "../../codec/unsigned-transaction.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { Proposal } from "../../domain/proposal.js";
import type { Ledger } from "../../ports/ledger.js";
import { submissionsOf } from "../../ports/pending-transactions.js";
import { sameOutRef } from "../../tx/plan.js";
import { ownerIn } from "./expect-passport.js";
import { refText } from "./expected.js";

/** The coins that a proposal needs: all of its inputs that no contract holds, and its collateral. */
export function reservedBy({ variants }: Pick<Proposal, "variants">): readonly OutRef[] {
  const refs = variants.flatMap(({ tx }) => {
    const { spent, collateral, witnesses } = readUnsigned(tx);
    const called = witnesses.redeemers.flatMap(({ purpose, index }) => (purpose === "spend" ? [index] : []));
    return [...spent.filter((_, index) => !called.includes(index)), ...collateral];
  });
  return refs.filter((ref, at) => refs.findIndex((other) => sameOutRef(other, ref)) === at);
}

/** Of these, what pays the fee; without an owner's output, which a proposal only shows. */
export function feesOf(proposal: Pick<Proposal, "variants" | "action">): readonly OutRef[] {
  const owner = ownerIn(proposal.action);
  return reservedBy(proposal).filter((ref) => owner === null || refText(ref) !== owner.output);
}

/** `reserved`: asked anew each time, since another process of the home may have proposed meanwhile. */
export function reservingLedger<L extends Ledger>(ledger: L, reserved: () => Promise<readonly OutRef[]>): L {
  const without = async (utxos: ReturnType<Ledger["utxosAt"]>): ReturnType<Ledger["utxosAt"]> => {
    const [found, kept] = [await utxos, await reserved()];
    return kept.length === 0 ? found : found.filter((utxo) => !kept.some((ref) => sameOutRef(ref, utxo)));
  };
  const submissions = submissionsOf(ledger);
  return {
    network: ledger.network,
    slotConfig: ledger.slotConfig,
    tip: () => ledger.tip(),
    protocolParameters: () => ledger.protocolParameters(),
    utxosAt: (address) => without(ledger.utxosAt(address)),
    utxosByCredential: (hash) => ledger.utxosByCredential(hash),
    utxoByUnit: (unit) => ledger.utxoByUnit(unit),
    utxosWithUnit: (unit) => ledger.utxosWithUnit(unit),
    utxosByOutRef: (refs) => ledger.utxosByOutRef(refs),
    transaction: (hash) => ledger.transaction(hash),
    transactionsOf: (unit) => ledger.transactionsOf(unit),
    unitsOf: (policy) => ledger.unitsOf(policy),
    submit: (cbor, purpose) => ledger.submit(cbor, purpose),
    awaitTx: (hash, timeoutMs) => ledger.awaitTx(hash, timeoutMs),
    ...(submissions === null ? {} : { submissions }),
  } satisfies Ledger as unknown as L;
}
