/**
 * The ledger's state at one height: unspent outputs, the registered accounts, and the indexes that queries need. Applying a block trusts it: it was judged before
 * it was written (`rules.ts`), and its hash chain is checked by who reads it.
 */
import { DppError } from "../../domain/errors.js";
import type { OutRef } from "../../ports/ledger.js";
import type { StoredOutput } from "../ledger-cbor/output.js";
import type { LedgerTransaction } from "../ledger-cbor/transaction.js";
import { type Index, indexed, indexOf, unindex } from "./multimap.js";

/** Policy id: 28 bytes hex. */
const POLICY_HEX = 56;

export const keyOf = (ref: OutRef): string => `${ref.txHash}#${ref.outputIndex}`;

const units = (output: StoredOutput): string[] =>
  Object.keys(output.utxo.assets).filter((unit) => unit !== "lovelace");

export class LedgerState {
  height = 0;
  slot = 0;
  /** Hash of the block at `height`, or of the genesis. */
  head: Uint8Array;
  private readonly unspent = new Map<string, StoredOutput>();
  private readonly byAddress: Index = new Map();
  private readonly byCredential: Index = new Map();
  private readonly byUnit: Index = new Map();
  private readonly byPolicy: Index = new Map();
  /** Scripts (hash, hex) whose stake accounts are registered: for ever, since this ledger takes no certificate that ends it. */
  private readonly registered = new Set<string>();
  /** Hash → height: a block holds one transaction. */
  private readonly heights = new Map<string, number>();
  /** Unit → heights in which it was minted, burnt or moved, ascending. */
  private readonly histories = new Map<string, number[]>();

  constructor(head: Uint8Array) {
    this.head = head;
  }

  add(output: StoredOutput): void {
    const key = keyOf(output.ref);
    this.unspent.set(key, output);
    indexed(this.byAddress, output.utxo.address, key);
    if (output.credential !== null) indexed(this.byCredential, output.credential, key);
    for (const unit of units(output)) {
      indexed(this.byUnit, unit, key);
      indexed(this.byPolicy, unit.slice(0, POLICY_HEX), unit);
    }
  }

  private spend(key: string): StoredOutput {
    const output = this.unspent.get(key);
    if (output === undefined) {
      throw new DppError(
        "ledger/corrupt-journal",
        "a stored transaction spends an output that does not exist",
        {
          details: { height: this.height + 1, output: key },
        },
      );
    }
    this.unspent.delete(key);
    unindex(this.byAddress, output.utxo.address, key);
    if (output.credential !== null) unindex(this.byCredential, output.credential, key);
    for (const unit of units(output)) {
      unindex(this.byUnit, unit, key);
      if (!this.byUnit.has(unit)) unindex(this.byPolicy, unit.slice(0, POLICY_HEX), unit);
    }
    return output;
  }

  /** Moves the state one block on. @throws DppError `ledger/corrupt-journal`. */
  apply(transaction: LedgerTransaction, slot: number, hash: Uint8Array): void {
    const touched = new Set(transaction.minted);
    for (const key of new Set(transaction.inputs.map(keyOf))) {
      for (const unit of units(this.spend(key))) touched.add(unit);
    }
    for (const output of transaction.outputs) {
      this.add(output);
      for (const unit of units(output)) touched.add(unit);
    }
    for (const script of transaction.registrations) this.registered.add(script);
    this.height += 1;
    this.slot = slot;
    this.head = hash;
    this.record(transaction.hash, touched);
  }

  private record(hash: string, touched: Iterable<string>): void {
    this.heights.set(hash, this.height);
    for (const unit of touched) {
      const history = this.histories.get(unit);
      if (history === undefined) this.histories.set(unit, [this.height]);
      else history.push(this.height);
    }
  }

  output(ref: OutRef): StoredOutput | null {
    return this.unspent.get(keyOf(ref)) ?? null;
  }
  atAddress(address: string): StoredOutput[] {
    return this.pick(indexOf(this.byAddress, address));
  }
  withCredential(hash: string): StoredOutput[] {
    return this.pick(indexOf(this.byCredential, hash));
  }
  withUnit(unit: string): StoredOutput[] {
    return this.pick(indexOf(this.byUnit, unit));
  }
  unitsOf(policy: string): string[] {
    return [...indexOf(this.byPolicy, policy)];
  }
  isRegistered(script: string): boolean {
    return this.registered.has(script);
  }
  heightOf(hash: string): number | null {
    return this.heights.get(hash) ?? null;
  }
  historyOf(unit: string): readonly number[] {
    return this.histories.get(unit) ?? [];
  }

  private pick(keys: Iterable<string>): StoredOutput[] {
    return Array.from(keys, (key) => this.unspent.get(key)).filter((output) => output !== undefined);
  }

  /** Everything a snapshot keeps; `restore` takes it back. */
  contents(): LedgerContents {
    return {
      height: this.height,
      slot: this.slot,
      head: this.head,
      outputs: [...this.unspent.values()],
      transactions: [...this.heights],
      histories: [...this.histories],
      registered: [...this.registered],
    };
  }

  static restore(contents: LedgerContents): LedgerState {
    const state = new LedgerState(contents.head);
    state.height = contents.height;
    state.slot = contents.slot;
    for (const output of contents.outputs) state.add(output);
    for (const [hash, height] of contents.transactions) state.heights.set(hash, height);
    for (const [unit, history] of contents.histories) state.histories.set(unit, [...history]);
    for (const script of contents.registered) state.registered.add(script);
    return state;
  }
}

export interface LedgerContents {
  readonly height: number;
  readonly slot: number;
  readonly head: Uint8Array;
  readonly outputs: readonly StoredOutput[];
  readonly transactions: readonly (readonly [string, number])[];
  readonly histories: readonly (readonly [string, readonly number[]])[];
  readonly registered: readonly string[];
}
