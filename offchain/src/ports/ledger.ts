/**
 * The ledger as the product needs it. Shapes of UTxOs follow Lucid's, so that adapters need no translation:
 * hex for hashes and CBOR, bech32 for addresses, unit = policy id ‖ asset name in hex, "lovelace" for ADA.
 */
import type { OutRef } from "../domain/out-ref.js";

export type Network = "mainnet" | "preprod" | "preview" | "devnet" | "embedded";

/** 1 on mainnet, 0 on every test network (CIP-19). */
export const networkId = (network: Network): 0 | 1 => (network === "mainnet" ? 1 : 0);

export type { OutRef };

export interface PlutusScript {
  readonly type: "PlutusV3";
  /** CBOR hex, double-encoded as Lucid expects it. */
  readonly script: string;
}

export interface Utxo extends OutRef {
  readonly address: string;
  readonly assets: Readonly<Record<string, bigint>>;
  /** Inline datum, CBOR hex. */
  readonly datum?: string | null;
  readonly datumHash?: string | null;
  readonly scriptRef?: PlutusScript | null;
}

export interface Tip {
  readonly slot: number;
  readonly height: number;
  /** Start of the slot, POSIX ms. */
  readonly time: number;
  /** Hash of the block, hex: tells two blocks of one height and slot apart. Absent where the ledger has no forks, or does not say. */
  readonly hash?: string;
}

export interface LedgerTx {
  readonly hash: string;
  readonly slot: number;
  readonly height: number;
  readonly time: number;
  /** The whole signed transaction, CBOR hex. */
  readonly cbor: string;
}

export interface SlotConfig {
  /** POSIX ms of `zeroSlot`. */
  readonly zeroTime: number;
  readonly zeroSlot: number;
  /** ms per slot. */
  readonly slotLength: number;
}

export interface ProtocolParameters {
  readonly minFeeA: number;
  readonly minFeeB: number;
  readonly maxTxSize: number;
  readonly maxValSize: number;
  readonly keyDeposit: bigint;
  readonly poolDeposit: bigint;
  readonly drepDeposit: bigint;
  readonly govActionDeposit: bigint;
  readonly priceMem: number;
  readonly priceStep: number;
  readonly maxTxExMem: bigint;
  readonly maxTxExSteps: bigint;
  readonly coinsPerUtxoByte: bigint;
  readonly collateralPercentage: number;
  readonly maxCollateralInputs: number;
  readonly minFeeRefScriptCostPerByte: number;
  readonly costModels: { PlutusV1: number[]; PlutusV2: number[]; PlutusV3: number[] };
}

/**
 * Queries answer `null` or an empty list for what is not there and throw DppError `ledger/unavailable` when the ledger cannot be asked.
 */
export interface Ledger {
  readonly network: Network;
  readonly slotConfig: SlotConfig;
  tip(): Promise<Tip>;
  protocolParameters(): Promise<ProtocolParameters>;
  utxosAt(address: string): Promise<readonly Utxo[]>;
  /** All UTxOs whose payment credential is this key or script hash (hex). */
  utxosByCredential(hash: string): Promise<readonly Utxo[]>;
  /** The UTxO that holds an NFT. @throws DppError `ledger/not-unique` when several hold the unit. */
  utxoByUnit(unit: string): Promise<Utxo | null>;
  utxosWithUnit(unit: string): Promise<readonly Utxo[]>;
  utxosByOutRef(refs: readonly OutRef[]): Promise<readonly Utxo[]>;
  transaction(hash: string): Promise<LedgerTx | null>;
  /** Transactions in which the unit was minted, burnt or moved, oldest first. */
  transactionsOf(unit: string): Promise<readonly LedgerTx[]>;
  /** Units of the policy that exist now. */
  unitsOf(policy: string): Promise<readonly string[]>;
  /**
   * Submits a signed transaction (CBOR hex); resolves with its hash once the ledger took it: into a block on the embedded ledger, into its mempool
   * on a node. `purpose`: a few words for who keeps track of what was sent (ports/pending-transactions.ts); adapters ignore it.
   *
   * An adapter throws nothing but a DppError, and only these:
   * @throws `ledger/bad-transaction` the bytes are no signed transaction; they never will be;
   *   `ledger/refused` with details `{ rule, scriptHash?, logs? }`: a ledger rule or a script refuses it as things stand;
   *   `ledger/conflict`: something that it spends or refers to is spent already, by a block or in the mempool, or never existed. So answers a
   *   ledger that has the transaction itself, too: whoever sent it before asks `transaction` first;
   *   `ledger/unavailable`: no answer came, or the ledger cannot take it now (mempool full). Whether it arrived is unknown; the same bytes may be
   *   sent again, since a ledger takes a transaction once.
   */
  submit(cbor: string, purpose?: string): Promise<string>;
  /**
   * Resolves when the transaction stands in a block, however shallow. `timeoutMs`: for the whole of it; each adapter has a default.
   * @throws DppError `ledger/timeout` when it stands in none by then, which does not say that it never will; `ledger/unavailable`.
   */
  awaitTx(hash: string, timeoutMs?: number): Promise<void>;
}
