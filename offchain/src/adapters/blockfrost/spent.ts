/**
 * Whether an output of a known transaction is unspent. `/txs/{hash}/utxos` has `consumed_by_tx` for it, but some servers leave that null for spent
 * outputs too. So the field is believed only after the server has shown that it fills it in: the inputs of any transaction are outputs that this
 * transaction consumed.
 */
import type { OutRef } from "../../ports/ledger.js";
import { keyOf } from "./addresses.js";
import { type TransactionUtxosAnswer, transaction, transactionUtxos, type UtxoAnswer } from "./answers.js";
import { eachOf } from "./listing.js";
import type { BlockfrostServer } from "./server.js";

const ROUTE = "/txs/{hash}/utxos";
/** Inputs that are looked at to learn what the server does. */
const MAX_PROBES = 3;

type Listed = TransactionUtxosAnswer["outputs"][number];

export class Spending {
  private readonly server: BlockfrostServer;
  /** Unspent outputs of an address, by `{hash}#{index}`. */
  private readonly unspentAt: (address: string) => Promise<ReadonlySet<string>>;
  private told: boolean | null = null;

  constructor(server: BlockfrostServer, unspentAt: (address: string) => Promise<ReadonlySet<string>>) {
    this.server = server;
    this.unspentAt = unspentAt;
  }

  /** Of one transaction, the outputs at `indexes` that it made and nobody spent. `null`: no such transaction in a block. */
  async unspent(hash: string, indexes: readonly number[]): Promise<readonly UtxoAnswer[] | null> {
    const answer = await this.utxosOf(hash);
    if (answer === null) return null;
    const made = await this.madeBy(hash, answer);
    const open = made.filter(
      ({ output_index, consumed_by_tx }) => indexes.includes(output_index) && consumed_by_tx === null,
    );
    if (open.length === 0) return [];
    const listed = open.map((output) => ({ ...output, tx_hash: hash }));
    return (await this.tells(hash, answer)) ? listed : await this.stillAtAddress(listed);
  }

  /** Those of the references that stood once and are spent. */
  async spentOf(refs: readonly OutRef[]): Promise<readonly OutRef[]> {
    const spent = await eachOf([...byTransaction(refs)], async ([txHash, indexes]) => {
      const unspent = await this.unspent(txHash, indexes);
      // Of a transaction that the server does not know nothing can be said: the genesis has none.
      if (unspent === null) return [];
      const gone = indexes.filter((index) => !unspent.some(({ output_index: other }) => other === index));
      return gone.map((outputIndex) => ({ txHash, outputIndex }));
    });
    return spent.flat();
  }

  private utxosOf(hash: string): Promise<TransactionUtxosAnswer | null> {
    return this.server.read(ROUTE, (api) => api.txsUtxos(hash), transactionUtxos);
  }

  /** Of the outputs in the transaction, those that came to be: all but the collateral's return, or, when its scripts failed, only that. */
  private async madeBy(
    hash: string,
    { inputs, outputs }: TransactionUtxosAnswer,
  ): Promise<readonly Listed[]> {
    if (!inputs.some(({ collateral }) => collateral)) return outputs;
    const known = await this.server.read("/txs/{hash}", (api) => api.txs(hash), transaction);
    return outputs.filter(({ collateral }) => collateral === !(known?.valid_contract ?? true));
  }

  private async tells(hash: string, { inputs }: TransactionUtxosAnswer): Promise<boolean> {
    if (this.told !== null) return this.told;
    const spent = inputs.filter(({ collateral, reference }) => !collateral && reference !== true);
    for (const input of spent.slice(0, MAX_PROBES)) {
      const before = await this.utxosOf(input.tx_hash);
      const output = before?.outputs.find(({ output_index: index }) => index === input.output_index);
      if (output === undefined) continue;
      this.told = output.consumed_by_tx === hash;
      return this.told;
    }
    // Nothing to learn from here, e.g. an input from the genesis: the careful way, and ask again next time.
    return false;
  }

  private async stillAtAddress(listed: readonly UtxoAnswer[]): Promise<readonly UtxoAnswer[]> {
    const addresses = [...new Set(listed.map(({ address }) => address))];
    const unspent = await Promise.all(addresses.map((address) => this.unspentAt(address)));
    return listed.filter((output) => unspent.some((keys) => keys.has(keyOf(output))));
  }
}

/** The references by transaction. */
export function byTransaction(refs: readonly OutRef[]): Map<string, number[]> {
  const grouped = new Map<string, number[]>();
  for (const { txHash, outputIndex } of refs)
    grouped.set(txHash, [...(grouped.get(txHash) ?? []), outputIndex]);
  return grouped;
}
