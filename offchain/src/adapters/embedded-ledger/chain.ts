/** Follows a journal: the state at its end, and appending to it. Every reader and writer of one directory holds a chain of his own. */
import { equalBytes } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { LedgerTx, SlotConfig } from "../../ports/ledger.js";
import { type Block, decodeBlock, encodeBlock, hashBytes } from "./block.js";
import { decodeGenesis, type Genesis, genesisOutputs } from "./genesis.js";
import type { Journal } from "./journal.js";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.js";
import { LedgerState } from "./state.js";
import { type LedgerTransaction, readTransaction } from "./transaction.js";

/** Blocks between two snapshots. */
export const SNAPSHOT_EVERY = 1000;

const corrupt = (height: number, why: string): DppError =>
  new DppError(
    "ledger/corrupt-journal",
    `block ${height} of the journal is damaged: ${why}; restore it from a backup`,
    { details: { height } },
  );

export class Chain {
  readonly genesis: Genesis;
  readonly slots: SlotConfig;
  state: LedgerState;
  private readonly journal: Journal;
  private readonly snapshotEvery: number;
  private readonly genesisHash: Uint8Array;

  /** @throws DppError `ledger/corrupt-journal`. */
  constructor(journal: Journal, snapshotEvery = SNAPSHOT_EVERY) {
    this.journal = journal;
    this.snapshotEvery = snapshotEvery;
    this.genesis = decodeGenesis(journal.genesis);
    this.genesisHash = hashBytes(journal.genesis);
    this.slots = { zeroTime: this.genesis.zeroTime, zeroSlot: 0, slotLength: this.genesis.slotLength };
    this.state = this.latestSnapshot() ?? this.first();
    this.follow();
    this.requireNext();
  }

  private first(): LedgerState {
    const state = new LedgerState(this.genesisHash);
    for (const output of genesisOutputs(this.genesis, this.journal.genesis)) state.add(output);
    return state;
  }

  private latestSnapshot(): LedgerState | null {
    for (const bytes of this.journal.snapshots()) {
      const state = decodeSnapshot(bytes, this.genesisHash);
      // A snapshot ahead of the blocks is no state of this journal: someone restored an older copy of it.
      if (state !== null && (state.height === 0 || this.journal.read(state.height) !== null)) return state;
    }
    return null;
  }

  /** Takes in what others appended; cheap when there is nothing. @throws DppError `ledger/corrupt-journal`. */
  follow(): void {
    for (;;) {
      const height = this.state.height + 1;
      const bytes = this.journal.read(height);
      if (bytes === null) return;
      const decoded = decodeBlock(bytes);
      // A linked block was whole and synced, so this one was damaged later. Going on without it would undo what it did, e.g. a revocation.
      if (decoded === null) throw corrupt(height, "its checksum does not hold");
      this.take(decoded.block, decoded.hash);
    }
  }

  /** A block that is gone while later ones stand must not be mistaken for the end: the next append would bury them. @throws DppError `ledger/corrupt-journal`. */
  private requireNext(): void {
    const height = this.state.height + 1;
    if (this.journal.last() >= height && this.journal.read(height) === null)
      throw corrupt(height, "it is missing");
  }

  private take(block: Block, hash: Uint8Array): void {
    const height = this.state.height + 1;
    if (block.height !== height || !equalBytes(block.parent, this.state.head)) {
      throw corrupt(height, "it does not follow the block before it");
    }
    this.state.apply(readTransaction(block.transaction), block.slot, hash);
  }

  /** Appends the transaction on top of the present state; false when another process was faster. */
  append(transaction: LedgerTransaction, slot: number): boolean {
    this.requireNext();
    const { height, head } = this.state;
    const { bytes, hash } = encodeBlock({
      height: height + 1,
      slot,
      parent: head,
      transaction: transaction.bytes,
    });
    if (!this.journal.append(height + 1, bytes)) return false;
    this.state.apply(transaction, slot, hash);
    if (this.state.height % this.snapshotEvery === 0) {
      this.journal.keepSnapshot(this.state.height, encodeSnapshot(this.state, this.genesisHash));
    }
    return true;
  }

  /** The transaction of a height that the state has passed. @throws DppError `ledger/corrupt-journal`. */
  transactionAt(height: number): LedgerTx {
    const bytes = this.journal.read(height);
    const decoded = bytes === null ? null : decodeBlock(bytes);
    if (decoded === null)
      throw corrupt(height, bytes === null ? "it is missing" : "its checksum does not hold");
    const { slot, transaction } = decoded.block;
    const { hash } = readTransaction(transaction);
    return { hash, slot, height, time: this.timeOf(slot), cbor: Buffer.from(transaction).toString("hex") };
  }

  timeOf(slot: number): number {
    return this.slots.zeroTime + (slot - this.slots.zeroSlot) * this.slots.slotLength;
  }

  /** The slot of this moment; never before the last block's, even when the wall clock is set back. */
  slotAt(now: number): number {
    const { zeroTime, zeroSlot, slotLength } = this.slots;
    return Math.max(this.state.slot, zeroSlot + Math.floor((now - zeroTime) / slotLength), 0);
  }
}
