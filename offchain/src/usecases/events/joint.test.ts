import { describe, expect, it } from "vitest";
import type { EventStore } from "../../ports/event-store.js";
import { anchoredEvents } from "../../testing/event-packs.js";
import { prepare } from "../../testing/event-relay.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import {
  accreditParties,
  draftOf,
  elementSigner,
  jointFile,
  jointGroup,
  signedBy,
  tabletSigner,
} from "../../testing/joint-world.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import type { EventContext } from "./context.js";
import { relay } from "./relay.js";
import { takeIn } from "./take-in.js";
import { listThreads, readThread, readThreadHistory } from "./threads.js";
import { verifyEvent } from "./verify.js";

let world: EmbeddedWorld;
let store: EventStore;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, store, context } = setting);
});
const run = (given: EventContext = context) => relay(given, world.actors.stranger, { worker: "one" });

describe("a joint pack", () => {
  it("is made, signed by each, taken in, anchored and verified", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const file = await jointFile(context, thread, [supervisor, lab]);
    const taken = await takeIn(context, file);
    expect([taken.outcome, taken.pack.state]).toEqual(["added", { kind: "waiting" }]);
    const { anchored, held, transactions } = await run();
    expect([anchored.length, held, transactions.length]).toEqual([1, [], 1]);
    const second = await jointFile(context, thread, [lab, supervisor, maker]);
    await takeIn(context, second);
    const again = await run();
    expect([again.anchored.length, again.held]).toEqual([1, []]);
    const { ids } = await anchoredEvents(context, store, thread);
    expect(ids).toHaveLength(2);
    for (const id of ids) {
      const { checks, ok } = await verifyEvent(context, id);
      expect([ok, checks.filter((check) => check.ok === false)]).toEqual([true, []]);
    }
    const history = await readThreadHistory(context, thread);
    expect(history.now.range).toEqual((await readThread(context, thread)).range);
    expect(history.entries.map(({ signature }) => signature)).toEqual(
      (await store.packs(thread, 0, 9)).map(({ signature }) => signature),
    );
    expect(history.entries.map(({ attestations }) => attestations.length)).toEqual([2, 3]);
    expect((await listThreads(context)).some(({ thread: { source } }) => source === thread)).toBe(true);
  });
});
