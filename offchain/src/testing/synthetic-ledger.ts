/** A ledger that answers from synthetic transactions. Nothing can be submitted to it. */
import { readSigned, type SignedTransaction } from "../codec/ledger-cbor/signed.js";
import { DppError } from "../domain/errors.js";
import type { Ledger, LedgerTx, ProtocolParameters, Utxo } from "../ports/ledger.js";
import type { Contract, Contracts } from "../tx/contracts.js";
import {
  ANCHOR_ADDRESS,
  ANCHOR_POLICY,
  CONFIG_ADDRESS,
  CONFIG_POLICY,
  COST_MODEL,
  PASSPORT_ADDRESS,
  PASSPORT_POLICY,
  ROLES_ADDRESS,
  ROLES_POLICY,
  ZERO_TIME,
} from "./synthetic-life.js";

const contract = (hash: string, address: string): Contract => ({
  hash,
  address,
  script: { type: "PlutusV3", script: "" },
});

export const SYNTHETIC_CONTRACTS: Contracts = {
  network: "embedded",
  seed: { txHash: "00".repeat(32), outputIndex: 0 },
  config: contract(CONFIG_POLICY, CONFIG_ADDRESS),
  roles: contract(ROLES_POLICY, ROLES_ADDRESS),
  passport: contract(PASSPORT_POLICY, PASSPORT_ADDRESS),
  anchor: contract(ANCHOR_POLICY, ANCHOR_ADDRESS),
  // In this life nobody signs jointly, or with P-256.
  joint: contract("00".repeat(28), ""),
  p256: contract("00".repeat(28), ""),
};

const readOnly = (): never => {
  throw new DppError("ledger/refused", "this ledger takes nothing");
};

/** `transactions`: read each time, so that a life may go on. */
export function syntheticLedger(transactions: readonly LedgerTx[]): Ledger {
  const known = new Map<string, SignedTransaction>();
  const signed = ({ hash, cbor }: LedgerTx): SignedTransaction => {
    const read = known.get(hash) ?? readSigned(cbor);
    known.set(hash, read);
    return read;
  };
  const touching = (unit: string): readonly LedgerTx[] =>
    transactions.filter((tx) => {
      const { mint, outputs } = signed(tx);
      return mint[unit] !== undefined || outputs.some(({ assets }) => assets[unit] !== undefined);
    });
  const utxos = (): readonly Utxo[] => {
    const all = transactions.map(signed);
    const spent = new Set(
      all.flatMap((tx) => tx.spent.map(({ txHash, outputIndex }) => `${txHash}#${outputIndex}`)),
    );
    return all.flatMap(({ outputs }) =>
      outputs.filter(({ txHash, outputIndex }) => !spent.has(`${txHash}#${outputIndex}`)),
    );
  };
  const withUnit = (unit: string): readonly Utxo[] => utxos().filter(({ assets }) => unit in assets);
  return {
    network: "embedded",
    slotConfig: { zeroTime: ZERO_TIME, zeroSlot: 0, slotLength: 1000 },
    tip: async () => {
      const last = transactions.at(-1);
      return { slot: last?.slot ?? 0, height: last?.height ?? 0, time: last?.time ?? ZERO_TIME };
    },
    protocolParameters: async () =>
      ({
        costModels: { PlutusV1: [], PlutusV2: [], PlutusV3: [...COST_MODEL] },
      }) as unknown as ProtocolParameters,
    utxosAt: async (address) => utxos().filter((utxo) => utxo.address === address),
    utxosByCredential: async (hash) =>
      utxos().filter(({ address }) => address === SYNTHETIC_CONTRACTS.roles.address && hash === ROLES_POLICY),
    utxoByUnit: async (unit) => withUnit(unit)[0] ?? null,
    utxosWithUnit: async (unit) => withUnit(unit),
    utxosByOutRef: async (refs) =>
      utxos().filter((utxo) =>
        refs.some(({ txHash, outputIndex }) => utxo.txHash === txHash && utxo.outputIndex === outputIndex),
      ),
    transaction: async (hash) => transactions.find((tx) => tx.hash === hash) ?? null,
    transactionsOf: async (unit) => touching(unit),
    unitsOf: async (policy) => [
      ...new Set(
        utxos().flatMap(({ assets }) => Object.keys(assets).filter((unit) => unit.startsWith(policy))),
      ),
    ],
    submit: readOnly,
    awaitTx: readOnly,
  };
}
