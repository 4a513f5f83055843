/**
 * A ledger whose last blocks can be dropped, as a node's can: the embedded ledger's rules over a journal in memory, with a mempool, blocks of any number
 * of transactions, and outages. Nothing happens by itself: the test makes blocks, drops them, and takes the node down.
 */
import { decodeBlock, hashBytes } from "../adapters/embedded-ledger/block.js";
import { type Journal, memoryJournal } from "../adapters/embedded-ledger/journal.js";
import { type EmbeddedLedger, ledgerOn } from "../adapters/embedded-ledger/ledger.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { Clock } from "../ports/clock.js";
import type { Ledger, LedgerTx, Network, OutRef, Tip, Utxo } from "../ports/ledger.js";

export type Outage =
  /** Nothing arrives, nothing is answered. */
  | "down"
  /** What is submitted arrives, and no answer comes back. */
  | "deaf";

export interface ReorganisingOptions {
  /** Default: embedded, so that contracts and addresses of the embedded ledger fit. */
  readonly network?: Network;
  /** Called between two looks of `awaitTx`: a test moves its clock here, or makes a block. */
  readonly idle?: () => Promise<void> | void;
}

/** How the journal's blocks, of one transaction each, make the chain's. */
interface Block {
  /** Transactions in the chain with this block. */
  readonly end: number;
  readonly slot: number;
  /** Tells a block from another one at its height. */
  readonly hash: string;
}

export class ReorganisingLedger implements Ledger {
  readonly network: Network;
  readonly slotConfig;
  private readonly genesis: Uint8Array;
  private readonly clock: Clock;
  private readonly idle: () => Promise<void> | void;
  private readonly blocks: Block[] = [];
  private made = 0;
  private outage: Outage | null = null;
  /** What the blocks hold. */
  private chain: Copy;
  /** The same with the mempool on top. */
  private future: Copy;

  /** Goes on from a journal, each of its blocks a block of the chain. */
  constructor(
    journal: Journal,
    clock: Clock,
    { network = "embedded", idle = () => {} }: ReorganisingOptions = {},
  ) {
    this.network = network;
    this.genesis = journal.genesis;
    this.clock = clock;
    this.idle = idle;
    const bytes = blocksOf(journal);
    this.chain = this.copy(bytes);
    this.future = this.copy(bytes);
    this.slotConfig = this.chain.ledger.slotConfig;
    for (let end = 1; end <= bytes.length; end++) this.add(end);
  }

  private copy(blocks: readonly Uint8Array[]): Copy {
    const journal = memoryJournal(this.genesis, blocks);
    return { journal, ledger: ledgerOn(journal, this.clock) };
  }

  private add(end: number): void {
    this.made += 1;
    const { zeroTime, slotLength } = this.slotConfig;
    const slot = Math.max(
      this.blocks.at(-1)?.slot ?? 0,
      Math.floor((this.clock.now() - zeroTime) / slotLength),
    );
    this.blocks.push({ end, slot, hash: toHex(hashBytes(utf8(`block ${this.made}`))) });
  }

  private get now(): EmbeddedLedger {
    if (this.outage === "down") throw unavailable();
    return this.chain.ledger;
  }

  /** A block with everything in the mempool; an empty one when there is nothing. */
  block(): void {
    this.chain = this.copy(blocksOf(this.future.journal));
    this.add(this.chain.journal.last());
  }

  /** Drops the last blocks, and the mempool, so that the ledger stands where it stood before them. Answers what was in them, as CBOR. */
  rollBack(depth: number): { readonly lost: number; readonly dropped: readonly string[] } {
    const lost = Math.min(depth, this.blocks.length);
    const all = blocksOf(this.future.journal);
    this.blocks.length -= lost;
    const end = this.blocks.at(-1)?.end ?? 0;
    this.chain = this.copy(all.slice(0, end));
    this.future = this.copy(all.slice(0, end));
    return { lost, dropped: all.slice(end).map(transactionIn) };
  }

  /**
   * Drops the last blocks and puts others in their place, with these transactions in the first of them (what the ledger then refuses is left out), until
   * the chain is as long as before, or `longer`. `keep`: what the lost blocks and the mempool held goes back to the mempool, as far as it still fits.
   */
  reorganise(
    depth: number,
    {
      rivals = [],
      keep = false,
      longer = 0,
    }: { rivals?: readonly string[]; keep?: boolean; longer?: number } = {},
  ): void {
    const { lost, dropped } = this.rollBack(depth);
    for (const cbor of rivals) this.offer(cbor);
    this.block();
    for (let more = lost - 1 + longer; more > 0; more--) this.block();
    for (const cbor of keep ? dropped : []) this.offer(cbor);
  }

  /** The node forgets what it has in no block, as on a restart. */
  loseMempool(): void {
    this.future = this.copy(blocksOf(this.chain.journal));
  }

  fail(outage: Outage | null): void {
    this.outage = outage;
  }

  /** Not waited for: the embedded ledger has judged when it returns, and nobody may look at a chain that is half reorganised. */
  private offer(cbor: string): void {
    this.future.ledger.submit(cbor).catch((error: unknown) => {
      if (!isDppError(error)) throw error;
    });
  }

  async submit(cbor: string): Promise<string> {
    if (this.outage === "down") throw unavailable();
    const hash = await this.future.ledger.submit(cbor);
    if (this.outage === "deaf") throw unavailable();
    return hash;
  }

  async tip(): Promise<Tip> {
    if (this.outage === "down") throw unavailable();
    const { slot = 0, hash = "" } = this.blocks.at(-1) ?? {};
    const { zeroTime, slotLength } = this.slotConfig;
    return { slot, height: this.blocks.length, time: zeroTime + slot * slotLength, hash };
  }

  async transaction(hash: string): Promise<LedgerTx | null> {
    const place = this.placing();
    const found = await this.now.transaction(hash);
    return found === null ? null : place(found);
  }

  async transactionsOf(unit: string): Promise<readonly LedgerTx[]> {
    const place = this.placing();
    return (await this.now.transactionsOf(unit)).map(place);
  }

  /** By the blocks of this moment: an answer must not be half of one chain and half of another. */
  private placing(): (found: LedgerTx) => LedgerTx {
    const blocks = [...this.blocks];
    return (found) => ({ ...found, height: blocks.findIndex(({ end }) => end >= found.height) + 1 });
  }

  async awaitTx(hash: string, timeoutMs = 60_000): Promise<void> {
    const deadline = this.clock.now() + timeoutMs;
    while ((await this.transaction(hash)) === null) {
      if (this.clock.now() >= deadline)
        throw new DppError("ledger/timeout", "the transaction is in no block yet");
      await this.idle();
    }
  }

  async protocolParameters() {
    return this.now.protocolParameters();
  }
  async utxosAt(address: string): Promise<readonly Utxo[]> {
    return this.now.utxosAt(address);
  }
  async utxosByCredential(hash: string): Promise<readonly Utxo[]> {
    return this.now.utxosByCredential(hash);
  }
  async utxoByUnit(unit: string): Promise<Utxo | null> {
    return this.now.utxoByUnit(unit);
  }
  async utxosWithUnit(unit: string): Promise<readonly Utxo[]> {
    return this.now.utxosWithUnit(unit);
  }
  async utxosByOutRef(refs: readonly OutRef[]): Promise<readonly Utxo[]> {
    return this.now.utxosByOutRef(refs);
  }
  async unitsOf(policy: string): Promise<readonly string[]> {
    return this.now.unitsOf(policy);
  }
}

interface Copy {
  readonly journal: Journal;
  readonly ledger: EmbeddedLedger;
}

const unavailable = (): DppError => new DppError("ledger/unavailable", "the node does not answer");

function blocksOf(journal: Journal): Uint8Array[] {
  return Array.from({ length: journal.last() }, (_, at) => journal.read(at + 1) ?? new Uint8Array());
}

const transactionIn = (bytes: Uint8Array): string =>
  toHex(decodeBlock(bytes)?.block.transaction ?? new Uint8Array());
