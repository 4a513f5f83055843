/** The states of all threads, read once for each block: what lies at the contract's address costs a reading, whoever put it there. */
import type { Tip } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { listThreads } from "@cardano-dpp/offchain/usecases/events/threads";

type Threads = Awaited<ReturnType<typeof listThreads>>;

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
    const threads = await listThreads(this.reading);
    if ((await this.tip()) === at) this.known = { at, threads };
    return threads;
  }

  private async tip(): Promise<string> {
    const { height, slot, hash = "" }: Tip = await this.reading.ledger.tip();
    return `${height} ${slot} ${hash}`;
  }
}
