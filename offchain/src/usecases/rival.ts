/** Which transaction took what another one needs. The ledger's port has no such question, so the places where it most likely shows are looked at. */
import type { OutRef } from "../ports/ledger.js";
import type { PendingTransaction, Submissions, TransactionFacts } from "../ports/pending-transactions.js";
import { sameOutRef } from "../tx/plan.js";

/** Transactions looked at for one output. */
const MAX_LOOKS = 20;
const MAX_ADDRESSES = 4;

/**
 * The hash of a transaction other than `victim` in the chain that spends `ref`: one of our own, the one that holds the output's token now, or one that paid change to
 * its address. `null`: it is none of these, e.g. because its outputs are spent again.
 */
export async function rivalFor(
  submissions: Submissions,
  ref: OutRef,
  victim: PendingTransaction,
  own: readonly PendingTransaction[],
): Promise<string | null> {
  const { ledger, pending } = submissions;
  const spends = (facts: TransactionFacts): boolean => facts.spends.some((spent) => sameOutRef(spent, ref));
  for (const entry of own) {
    if (spends(entry) && (await ledger.transaction(entry.hash)) !== null) return entry.hash;
  }
  const made = await ledger.transaction(ref.txHash);
  const output = made === null ? undefined : pending.read(made.cbor).outputs[ref.outputIndex];
  // Where the output lay is not known when its transaction is none, as at genesis; then most likely where the victim's change would have gone.
  const addresses = output === undefined ? victim.outputs.map(({ address }) => address) : [output.address];
  const places = [
    ...(output?.units ?? []).map((unit) => ledger.utxosWithUnit(unit)),
    ...[...new Set(addresses)].slice(0, MAX_ADDRESSES).map((address) => ledger.utxosAt(address)),
  ];
  const hashes = [...new Set((await Promise.all(places)).flat().map(({ txHash }) => txHash))].slice(
    0,
    MAX_LOOKS,
  );
  for (const hash of hashes) {
    if (hash === victim.hash) continue;
    const candidate = await ledger.transaction(hash);
    if (candidate !== null && spends(pending.read(candidate.cbor))) return hash;
  }
  return null;
}
