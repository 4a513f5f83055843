/** What the use cases of events need, over a test world and a store. */
import { contentMemory } from "../adapters/content-memory.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { verifyKey } from "../crypto/event-signature.js";
import type { DeviceEvidence } from "../domain/event.js";
import type { EventInput } from "../domain/event-input.js";
import type { EventStore } from "../ports/event-store.js";
import type { EventContext } from "../usecases/events/context.js";
import { readersOfEvent } from "../usecases/events/readers.js";
import type { Recording } from "../usecases/events/record.js";
import { type AttestationView, readAttestation } from "../usecases/resolve.js";
import { eventSigner, type SourceName } from "./event-world.js";
import { seededRandom } from "./seeded-random.js";
import type { World } from "./world.js";

export const eventContext = (
  world: World,
  store: EventStore,
  changes: Partial<EventContext> = {},
): EventContext => ({
  ledger: world.ledger,
  contracts: world.contracts,
  clock: world.clock,
  content: contentMemory(),
  builder: lucidBuilder(world.ledger),
  builderOn: (ledger) => lucidBuilder(ledger),
  random: seededRandom("events"),
  store,
  verify: verifyKey,
  ...changes,
});

export const EVIDENCE: DeviceEvidence = {
  device: "0190163d8694439b8f00000000000001",
  clock: "network",
  uptime: 5_000,
  boot: 1,
};

export async function sourceView(world: World, name: SourceName): Promise<AttestationView> {
  const view = await readAttestation(world, world.roles.get(name) ?? "");
  if (view === null) throw new Error(`the test world lacks the attestation of ${name}`);
  return view;
}

export async function recordingOf(world: World, name: SourceName): Promise<Recording> {
  const source = await sourceView(world, name);
  const { keys } = await readersOfEvent(world, source.name);
  return { source, signer: eventSigner(name), readers: keys, evidence: () => EVIDENCE };
}

/** A type with one mandatory element. `captured`: POSIX ms. */
export const transportInput = (captured: number | null = null): EventInput => ({
  type: "transport",
  subject: "",
  captured,
  elements: [{ id: "event.transport.mode", type: "string", value: "road", unit: null }],
});
