/** Events of test worlds that are on the ledger, and what their receipts are checked against. */
import { openPgliteStore } from "../adapters/event-store/embedded.js";
import { decodeAttestationDatum, decodeConfigDatum } from "../codec/datum.js";
import type { Config } from "../domain/config.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import { wholeSlots } from "../tx/anchor.js";
import { planRotate } from "../tx/deploy.js";
import { planRotateKeys } from "../tx/roles.js";
import type { EventContext } from "../usecases/events/context.js";
import { recordEvents } from "../usecases/events/record.js";
import { relay } from "../usecases/events/relay.js";
import { sealPacks } from "../usecases/events/seal.js";
import { eventContext, recordingOf, sourceView, transportInput } from "./event-context.js";
import { eventSigner, type SourceName } from "./event-world.js";
import type { Accepted, World } from "./world.js";

export interface ReceiptWorld {
  readonly world: World;
  readonly store: EventStore;
  readonly context: EventContext;
}

/** With a store of its own, which the caller closes. */
export async function receiptWorld(world: World): Promise<ReceiptWorld> {
  const store = await openPgliteStore("memory");
  return { world, store, context: eventContext(world, store) };
}

/** So many events more, in one pack, on the ledger. `key`: name of the key that signs, when it is not the source's first. */
export async function anchorEvents(
  { world, context }: ReceiptWorld,
  name: SourceName,
  count: number,
  key: string = name,
): Promise<readonly StoredEvent[]> {
  const recording = { ...(await recordingOf(world, name)), signer: eventSigner(key) };
  const inputs = Array.from({ length: count }, () => transportInput());
  const events = await recordEvents(context, recording, inputs);
  await sealPacks(context, await sourceView(world, name), eventSigner(key));
  const { anchored, held } = await relay(context, world.actors.stranger, { worker: "receipts" });
  if (anchored.length !== 1 || held.length > 0) throw new Error(`nothing was anchored: ${held[0]?.reason}`);
  return events;
}

/** The holder replaces the key that signs events. */
export async function rotateEventKey(world: World, name: SourceName, key: string): Promise<Accepted> {
  const { utxo } = await world.attestation(name);
  const { holder, encPk } = decodeAttestationDatum(utxo.datum ?? "").extra;
  const keys = { holder, alg: 1, pk: eventSigner(key).publicKey, encPk };
  const validity = wholeSlots(world.ledger.slotConfig, world.validity());
  const plan = planRotateKeys(world.contracts, await world.deployment(), utxo, keys, validity);
  return world.accept(plan, world.actors[name]);
}

/** Another consortium; whoever of the world is a member of either signs. */
export async function rotateConfig(world: World, change: Partial<Config>): Promise<Accepted> {
  const { config } = await world.deployment();
  const old = decodeConfigDatum(config.datum ?? "");
  const next = { ...old, ...change };
  const signers = [
    ...new Set([...old.members.slice(0, old.threshold), ...next.members.slice(0, next.threshold)]),
  ];
  return world.accept(planRotate(world.contracts, config, next, signers), world.actors.member1);
}
