/** The Blockfrost adapter over the local server, with a clock that moves when the adapter waits. */

import { type BlockfrostOptions, openBlockfrost } from "../adapters/blockfrost/blockfrost.js";
import type { EmbeddedLedger } from "../adapters/embedded-ledger/ledger.js";
import { memoryLedger } from "../adapters/embedded-ledger/ledger.js";
import type { Ledger } from "../ports/ledger.js";
import { actor, type TestClock, testClock } from "./actors.js";
import { type BlockfrostServer, type ServerBehaviour, serveBlockfrost } from "./blockfrost-server.js";
import { seededRandom } from "./seeded-random.js";

export interface Harness {
  readonly chain: EmbeddedLedger;
  readonly server: BlockfrostServer;
  readonly clock: TestClock;
  /** What the adapter waited, ms. */
  readonly waits: number[];
  open(options?: Partial<BlockfrostOptions>): Promise<Ledger>;
  /** Requests whose path begins so. */
  asked(path: string): number;
}

export const payer = actor("payer");
const harnesses: BlockfrostServer[] = [];

/** @param outputs of the payer at the start. */
export async function harness(behaviour: ServerBehaviour = {}, outputs = 4): Promise<Harness> {
  const clock = testClock();
  const funds = Array.from({ length: outputs }, () => ({ address: payer.address, lovelace: 1_000_000_000n }));
  const chain = memoryLedger({ funds }, clock);
  const server = await serveBlockfrost(chain);
  harnesses.push(server);
  server.behave(behaviour);
  const waits: number[] = [];
  return {
    chain,
    server,
    clock,
    waits,
    open: (options = {}) =>
      openBlockfrost({
        network: "devnet",
        url: server.url,
        clock,
        random: seededRandom("blockfrost"),
        wait: async (ms) => {
          waits.push(ms);
          clock.advance(ms);
        },
        ...options,
      }),
    asked: (path) => server.asked.filter((item) => item.path.startsWith(path)).length,
  };
}

export async function closeHarnesses(): Promise<void> {
  await Promise.all(harnesses.map((server) => server.close()));
}
