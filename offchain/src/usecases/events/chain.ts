/** A ledger on which what was just sent has happened, for a wallet's coins: so that a chain of transactions is made without a block between them. */
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import type { Ledger, OutRef, Utxo } from "../../ports/ledger.js";
import { sameOutRef } from "../../tx/plan.js";

export interface ChainView {
  readonly ledger: Ledger;
  /** A signed transaction (CBOR hex) that was sent. Answers its outputs. */
  add(cbor: string): readonly Utxo[];
  /** Hashes of all that was added. */
  readonly hashes: readonly string[];
  /** Leaves to the ledger what stands in a block by now: others may have spent of it since. */
  refresh(): Promise<void>;
}

export function chainView(ledger: Ledger): ChainView {
  const spent: OutRef[] = [];
  let made: readonly Utxo[] = [];
  const hashes: string[] = [];
  const view: Ledger = Object.create(ledger, {
    utxosAt: {
      value: async (address: string): Promise<readonly Utxo[]> => {
        const known = await ledger.utxosAt(address);
        const further = made.filter(
          (utxo) => utxo.address === address && !known.some((other) => sameOutRef(other, utxo)),
        );
        return [...known, ...further].filter((utxo) => !spent.some((ref) => sameOutRef(ref, utxo)));
      },
    },
  });
  return {
    ledger: view,
    hashes,
    async refresh() {
      for (const hash of new Set(made.map(({ txHash }) => txHash)))
        if ((await ledger.transaction(hash)) !== null) made = made.filter(({ txHash }) => txHash !== hash);
    },
    add(cbor) {
      const signed = readSigned(cbor);
      const outputs = signed.outputs.map((output): Utxo => ({ ...output }));
      spent.push(...signed.spent);
      made = [...made, ...outputs];
      hashes.push(signed.hash);
      return outputs;
    },
  };
}
