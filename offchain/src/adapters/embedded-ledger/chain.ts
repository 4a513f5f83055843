/** Follows a journal: the state at its end, and appending to it. Every reader and writer of one directory holds a chain of his own. */
import { equalBytes } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { LedgerTx, SlotConfig } from "../../ports/ledger.js";
import { type LedgerTransaction, readTransaction } from "../ledger-cbor/transaction.js";
import { type Block, decodeBlock, encodeBlock, hashBytes } from "./block.js";
import { decodeGenesis, type Genesis, genesisOutputs } from "./genesis.js";
import type { Journal } from "./journal.js";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.js";
import { LedgerState } from "./state.js";

/** Blocks between two snapshots. */
export const SNAPSHOT_EVERY = 1000;

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

  private corrupt(height: number, why: string): DppError {
    const name = this.journal.nameOf(height);
    return new DppError("ledger/corrupt-journal", `${name} ${why}; restore it from a backup`, {
      details: { height },
    });
  }

  private first(): LedgerState {
    const state = new LedgerState(this.genesisHash);
    for (const output of genesisOutputs(this.genesis, this.journal.genesis)) state.add(output);
    return state;
  }

  private latestSnapshot(): LedgerState | null {
    for (const bytes of this.journal.snapshots()) {
      const state = decodeSnapshot(bytes, this.genesisHash);
      const block = state === null ? null : this.read(state.height);
      // A snapshot ahead of the blocks or beside them is no state of this journal: someone restored an older copy of it.
      if (state !== null && block !== null && equalBytes(block.hash, state.head)) return state;
    }
    return null;
  }

  /** Null when there is no block. @throws DppError `ledger/corrupt-journal`. */
  private read(height: number): ReturnType<typeof decodeBlock> {
    const bytes = this.journal.read(height);
    if (bytes === null) return null;
    const decoded = decodeBlock(bytes);
    // A linked block was whole and synced, so this one was damaged later. Going on without it would undo what it did, e.g. a revocation.
    if (decoded === null) throw this.corrupt(height, "is damaged: its checksum does not hold");
    return decoded;
  }

  /** Takes in what others appended; cheap when there is nothing. @throws DppError `ledger/corrupt-journal`. */
  follow(): void {
    for (;;) {
      const next = this.read(this.state.height + 1);
      if (next === null) return;
      this.take(next.block, next.hash);
    }
  }

  /** A block that is gone while later ones stand must not be mistaken for the end: the next append would bury them. @throws DppError `ledger/corrupt-journal`. */
  private requireNext(): void {
    const { height } = this.state;
    const last = this.journal.last();
    if (last < height) throw this.corrupt(height, "is missing");
    // Heights are linked in order, so when `last` was listed the next one stood too, however fast others append.
    if (last > height && this.journal.read(height + 1) === null) throw this.corrupt(height + 1, "is missing");
  }

  private take(block: Block, hash: Uint8Array): void {
    const height = this.state.height + 1;
    if (block.height !== height || !equalBytes(block.parent, this.state.head)) {
      throw this.corrupt(height, "does not follow the block before it");
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
    const found = this.read(height);
    if (found === null) throw this.corrupt(height, "is missing");
    const { slot, transaction } = found.block;
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
