/**
 * The ledger in the process: Scalus' Conway rules decide, a journal keeps what was accepted. Decision: docs/decisions/0001-embedded-ledger.md,
 * format on disk: docs/spec/journal.md. Of stake it keeps which scripts' accounts are registered, so that scripts can run as withdrawals of nothing. Leaves
 * out delegation, rewards, governance and the collateral of failed scripts: such transactions are refused by name.
 */
import { DppError } from "../../domain/errors.js";
import type { Clock, Random } from "../../ports/clock.js";
import type { Ledger, LedgerTx, OutRef, ProtocolParameters, Tip, Utxo } from "../../ports/ledger.js";
import type { StoredOutput } from "../ledger-cbor/output.js";
import { type LedgerTransaction, readTransaction } from "../ledger-cbor/transaction.js";
import { Chain } from "./chain.js";
import { checkGenesis, encodeGenesis, type GenesisFund } from "./genesis.js";
import { type Journal, memoryJournal } from "./journal.js";
import { createJournalFiles, openJournalFiles } from "./journal-files.js";
import { PROTOCOL_PARAMETERS } from "./protocol-parameters.js";
import { judge } from "./rules.js";
import { keyOf } from "./state.js";

/** Each lost race means that another process appended, so this bounds starvation, not correctness. */
const MAX_RACES = 256;
const POLL = 50;
const AWAIT = 60_000;
/** Lets validity ranges reach back an hour from the first transaction. */
const HEAD_START = 3_600_000;

export interface EmbeddedLedger extends Ledger {
  readonly networkMagic: number;
}

export interface NewLedger {
  /** Who holds the first coins, one output each. */
  readonly funds: readonly GenesisFund[];
  /** Told to who asks; transactions do not carry it. */
  readonly networkMagic?: number;
}

export interface LedgerPorts {
  readonly clock: Clock;
  readonly random: Random;
}

const DEFAULT_MAGIC = 4_242_042;

export function newGenesis({ funds, networkMagic = DEFAULT_MAGIC }: NewLedger, clock: Clock): Uint8Array {
  const zeroTime = Math.floor((clock.now() - HEAD_START) / 1000) * 1000;
  return encodeGenesis(checkGenesis({ networkMagic, zeroTime, slotLength: 1000, funds }));
}

/**
 * Makes a ledger in an empty or missing directory.
 * @throws DppError `ledger/exists`, `ledger/bad-genesis`.
 */
export const createLedger = (directory: string, first: NewLedger, ports: LedgerPorts): EmbeddedLedger =>
  ledgerOn(createJournalFiles(directory, newGenesis(first, ports.clock), ports.random), ports.clock);

/** @throws DppError `ledger/not-found`, `ledger/corrupt-journal`. */
export const openLedger = (directory: string, ports: LedgerPorts): EmbeddedLedger =>
  ledgerOn(openJournalFiles(directory, ports.clock, ports.random), ports.clock);

/** The same ledger without a disk, gone with the process. */
export const memoryLedger = (first: NewLedger, clock: Clock): EmbeddedLedger =>
  ledgerOn(memoryJournal(newGenesis(first, clock)), clock);

/** A ledger on a journal of one's own: what tests of several writers need. */
export const ledgerOn = (journal: Journal, clock: Clock, snapshotEvery?: number): EmbeddedLedger =>
  new JournalLedger(new Chain(journal, snapshotEvery), clock);

const utxosOf = (outputs: readonly StoredOutput[]): Utxo[] => outputs.map(({ utxo }) => utxo);

class JournalLedger implements EmbeddedLedger {
  readonly network = "embedded";
  readonly slotConfig;
  readonly networkMagic;
  private readonly chain: Chain;
  private readonly clock: Clock;

  constructor(chain: Chain, clock: Clock) {
    this.chain = chain;
    this.clock = clock;
    this.slotConfig = chain.slots;
    this.networkMagic = chain.genesis.networkMagic;
  }

  /** The state with everything that any process appended. */
  private get now() {
    this.chain.follow();
    return this.chain.state;
  }

  /** The slot of this moment: while nobody sends anything, slots pass empty. */
  async tip(): Promise<Tip> {
    const { height } = this.now;
    const slot = this.chain.slotAt(this.clock.now());
    return { slot, height, time: this.chain.timeOf(slot) };
  }

  async protocolParameters(): Promise<ProtocolParameters> {
    return PROTOCOL_PARAMETERS;
  }

  async utxosAt(address: string): Promise<readonly Utxo[]> {
    return utxosOf(this.now.atAddress(address));
  }

  async utxosByCredential(hash: string): Promise<readonly Utxo[]> {
    return utxosOf(this.now.withCredential(hash));
  }

  async utxoByUnit(unit: string): Promise<Utxo | null> {
    const [found, ...others] = this.now.withUnit(unit);
    if (others.length > 0) throw new DppError("ledger/not-unique", "several outputs hold this unit");
    return found?.utxo ?? null;
  }

  async utxosWithUnit(unit: string): Promise<readonly Utxo[]> {
    return utxosOf(this.now.withUnit(unit));
  }

  async utxosByOutRef(refs: readonly OutRef[]): Promise<readonly Utxo[]> {
    const state = this.now;
    return utxosOf(refs.map((ref) => state.output(ref)).filter((output) => output !== null));
  }

  async transaction(hash: string): Promise<LedgerTx | null> {
    const height = this.now.heightOf(hash);
    return height === null ? null : this.chain.transactionAt(height);
  }

  async transactionsOf(unit: string): Promise<readonly LedgerTx[]> {
    return this.now.historyOf(unit).map((height) => this.chain.transactionAt(height));
  }

  async unitsOf(policy: string): Promise<readonly string[]> {
    return this.now.unitsOf(policy);
  }

  async submit(cbor: string): Promise<string> {
    const transaction = readTransaction(cbor);
    for (let race = 0; race < MAX_RACES; race++) {
      const resolved = this.resolve(transaction);
      const slot = this.chain.slotAt(this.clock.now());
      judge(transaction, resolved, this.registeredIn(transaction), slot, this.slotConfig);
      if (this.chain.append(transaction, slot)) return transaction.hash;
    }
    throw new DppError("ledger/unavailable", `lost the race for a block ${MAX_RACES} times`);
  }

  private resolve(transaction: LedgerTransaction): StoredOutput[] {
    const state = this.now;
    const refs = [...transaction.inputs, ...transaction.collateral, ...transaction.referenceInputs];
    const named = new Map(refs.map((ref) => [keyOf(ref), ref]));
    return Array.from(named, ([output, ref]) => {
      const found = state.output(ref);
      if (found !== null) return found;
      throw new DppError("ledger/conflict", "an input is spent already or never existed", {
        details: { output, known: state.heightOf(ref.txHash) !== null },
      });
    });
  }

  private registeredIn({ registrations, withdrawals }: LedgerTransaction): string[] {
    const { state } = this.chain;
    const named = new Set([...registrations, ...withdrawals.map(({ hash }) => hash)]);
    return [...named].filter((script) => state.isRegistered(script));
  }

  async awaitTx(hash: string, timeoutMs: number = AWAIT): Promise<void> {
    const deadline = this.clock.now() + timeoutMs;
    while (this.now.heightOf(hash) === null) {
      if (this.clock.now() >= deadline)
        throw new DppError("ledger/timeout", "the transaction is in no block yet");
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }
}
