import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import type { EventStore } from "../../ports/event-store.js";
import { EVIDENCE, eventContext, transportInput } from "../../testing/event-context.js";
import { sharedEventStore } from "../../testing/event-packs.js";
import { accreditP256, keySigner } from "../../testing/p256-world.js";
import { type EmbeddedWorld, emptyWorld, populate } from "../../testing/world.js";
import { planCarryScript } from "../../tx/deploy.js";
import { readAttestation } from "../resolve.js";
import { readersOfEvent } from "./readers.js";
import { recordEvents } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";

describe("a deployment whose account of p256 was never registered", () => {
  let world: EmbeddedWorld;
  let stores: Awaited<ReturnType<typeof sharedEventStore>>;
  let store: EventStore;
  beforeAll(async () => {
    world = await emptyWorld(blueprint);
    world.carry = (script) => {
      const { registrations: _, ...plan } = planCarryScript(world.contracts, script);
      return world.accept(plan, world.actors.member1);
    };
    await populate(world);
    stores = await sharedEventStore();
    store = await stores.fresh();
  }, 300_000);
  afterAll(() => stores.close());

  it("gets it from the relayer who needs it first, and packs are anchored", async () => {
    const context = eventContext(world, store);
    const { name } = await accreditP256(world, "meter", "owner");
    const source = await readAttestation(world, name);
    if (source === null) throw new Error("the meter is not accredited");
    const { keys } = await readersOfEvent(world, source.name);
    const recording = { source, signer: keySigner("meter"), readers: keys, evidence: () => EVIDENCE };
    await recordEvents(context, recording, [transportInput(world.clock.now())]);
    await sealPacks(context, recording.source, recording.signer);
    const { anchored, held } = await relay(context, world.actors.stranger, { worker: "one" });
    expect([anchored.length, held]).toEqual([1, []]);
    const [pack] = anchored;
    const made = await world.ledger.transaction(pack?.txHash ?? "");
    expect(readSigned(made?.cbor ?? "").withdrawals).toMatchObject([{ hash: world.contracts.p256.hash }]);
  });
});
