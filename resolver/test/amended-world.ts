/** A resolver over a world whose events were amended by several parties together, with a tablet that signs by WebAuthn; for tests in a real browser. */
import { contentMemory } from "@cardano-dpp/offchain/adapters/content-memory";
import { productIndexInMemory } from "@cardano-dpp/offchain/adapters/product-index-memory";
import { EVIDENCE, transportInput } from "@cardano-dpp/offchain/testing/event-context";
import { sharedEventStore } from "@cardano-dpp/offchain/testing/event-packs";
import { accreditP256, keySigner } from "@cardano-dpp/offchain/testing/p256-world";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import { type WeakestLinkWorld, weakestLinkWorld } from "@cardano-dpp/offchain/testing/weakest-link-world";
import { readersOfEvent } from "@cardano-dpp/offchain/usecases/events/readers";
import { recordEvents } from "@cardano-dpp/offchain/usecases/events/record";
import { relay } from "@cardano-dpp/offchain/usecases/events/relay";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";
import { readAttestation } from "@cardano-dpp/offchain/usecases/resolve";
import { createMemoryNonceStore } from "../src/adapters/nonce-memory.js";
import { createMemoryReadLog } from "../src/adapters/read-log-memory.js";
import { type Listening, startServer } from "../src/server.js";
import { OFTEN } from "./real-browser.js";

export interface AmendedServer {
  readonly setting: WeakestLinkWorld;
  /** Event ids: of the station by counter; of its amendments; of one that the tablet signed. */
  readonly ids: {
    readonly station: readonly string[];
    readonly lowering: string;
    readonly raising: string;
    readonly tablet: string;
  };
  readonly server: Listening;
  readonly url: string;
  close(): Promise<void>;
}

export async function serveAmended(): Promise<AmendedServer> {
  const stores = await sharedEventStore();
  const setting = await weakestLinkWorld(await stores.fresh());
  const { context, station, joint, world } = setting;
  const { store, contracts, ledger, clock } = context;
  const { name } = await accreditP256(world, "tablet", "repairer");
  const source = await readAttestation(context, name);
  if (source === null) throw new Error("the tablet is not accredited");
  const { keys: readers } = await readersOfEvent(context, name);
  const recording = { source, signer: null, readers, evidence: () => EVIDENCE };
  const [said] = await recordEvents(context, recording, [transportInput()]);
  await sealPacks(context, source, keySigner("tablet"));
  const { held } = await relay(context, world.actors.stranger, { worker: "tablet" });
  if (said === undefined || held.length > 0) throw new Error(`not anchored: ${held[0]?.reason}`);
  const amending = (await store.list({ source: joint.name, limit: 10 })).map(({ event }) => event);
  const idOf = (counter: number): string => amending.find((event) => event.counter === counter)?.id ?? "";
  const server = await startServer(
    {
      ...{ ledger, contracts, clock, content: contentMemory(), index: productIndexInMemory() },
      random: seededRandom("served"),
      nonceStore: createMemoryNonceStore(clock),
      readLog: createMemoryReadLog(),
      events: { store: async () => store, close: async () => undefined },
      resolverKey: null,
      serverSecret: new Uint8Array(32).fill(7),
      limits: { events: OFTEN, auth: OFTEN },
    },
    { port: 0 },
  );
  return {
    setting,
    ids: {
      station: station.events.toSorted((a, b) => a.counter - b.counter).map(({ id }) => id),
      lowering: idOf(0),
      raising: idOf(1),
      tablet: said.id,
    },
    server,
    url: `http://localhost:${server.port}`,
    close: async () => {
      await server.close();
      await stores.close();
    },
  };
}
