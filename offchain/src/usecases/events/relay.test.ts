import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { openPgliteStore } from "../../adapters/event-store/embedded.js";
import type { EventStore } from "../../ports/event-store.js";
import { eventContext, recordingOf, sourceView, transportInput } from "../../testing/event-context.js";
import { eventSigner, SOURCES } from "../../testing/event-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { recordEvents } from "./record.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { readThread, readThreadHistory } from "./threads.js";

let base: EmbeddedWorld;
beforeAll(async () => {
  base = await makeWorld(blueprint);
});

let store: EventStore;
afterEach(() => store.close());

const inputs = (count: number) => Array.from({ length: count }, () => transportInput());

describe("a relayer", () => {
  it("anchors the packs of several sources in one transaction, and chains the next ones", async () => {
    const world = base.fork();
    store = await openPgliteStore("memory");
    const context = eventContext(world, store);
    for (const name of SOURCES) {
      await recordEvents(context, await recordingOf(world, name), inputs(5));
      const { packs } = await sealPacks(context, await sourceView(world, name), eventSigner(name), {
        max: 2,
      });
      expect(packs.map(({ lo, hi }) => [lo, hi])).toEqual([
        [0, 2],
        [2, 4],
        [4, 5],
      ]);
    }
    const report = await relay(context, world.actors.stranger, { worker: "one" });
    expect(report.held).toEqual([]);
    expect(report.transactions).toHaveLength(3);
    expect(report.anchored).toHaveLength(9);
    for (const name of SOURCES) {
      const source = world.roles.get(name) ?? "";
      const { thread, range } = await readThread(context, source);
      expect(thread).toMatchObject({ seq: 3, next: 5, total: 5 });
      const history = await readThreadHistory(context, source);
      expect(history.now.range).toEqual(range);
    }
    const again = await relay(context, world.actors.stranger, { worker: "two" });
    expect([again.transactions, again.anchored, again.held]).toEqual([[], [], []]);
  });
});
