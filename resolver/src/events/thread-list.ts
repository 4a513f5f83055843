/** The states of all threads, read once for each block: what lies at the contract's address costs a reading, whoever put it there. */
import type { Tip } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { loadDeployment } from "@cardano-dpp/offchain/usecases/deployment";
import { type KeyStanding, keyStanding } from "@cardano-dpp/offchain/usecases/events/key-standing";
import { listThreads } from "@cardano-dpp/offchain/usecases/events/threads";
import { listAttestations } from "@cardano-dpp/offchain/usecases/resolve";

type Listed = Awaited<ReturnType<typeof listThreads>>[number];

export interface ListedThread extends Listed {
  /** The source's key as its attestation has it today; `null`: a joint thread. */
  readonly key: KeyStanding | null;
}
type Threads = readonly ListedThread[];

export class AllThreads {
  private readonly reading: Reading;
  private known: { readonly at: string; readonly threads: Threads } | null = null;
  private underWay: { readonly at: string; readonly threads: Promise<Threads> } | null = null;

  constructor(reading: Reading) {
    this.reading = reading;
  }

  /** By source, ascending. @throws DppError `ledger/*`, `datum/*`. */
  async list(): Promise<Threads> {
    const at = await this.tip();
    if (this.known?.at === at) return this.known.threads;
    // Readers that come at once wait for one reading.
    if (this.underWay?.at === at) return this.underWay.threads;
    const threads = this.readAnew(at);
    this.underWay = { at, threads };
    try {
      return await threads;
    } finally {
      if (this.underWay?.threads === threads) this.underWay = null;
    }
  }

  /** Kept only when the ledger stood at one block meanwhile: what a later block said would come back after that block is lost. */
  private async readAnew(at: string): Promise<Threads> {
    const threads = await this.keyed();
    if ((await this.tip()) === at) this.known = { at, threads };
    return threads;
  }

  private async keyed(): Promise<Threads> {
    const { reading } = this;
    const threads = await listThreads(reading);
    const [attestations, { state }] = await Promise.all([listAttestations(reading), loadDeployment(reading)]);
    const views = new Map(attestations.map((view) => [view.name, view]));
    return threads.map((listed) => {
      const view = views.get(listed.thread.source);
      return { ...listed, key: view === undefined ? null : keyStanding(view, state) };
    });
  }

  private async tip(): Promise<string> {
    const { height, slot, hash = "" }: Tip = await this.reading.ledger.tip();
    return `${height} ${slot} ${hash}`;
  }
}
