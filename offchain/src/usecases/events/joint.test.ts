import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventStore } from "../../ports/event-store.js";
import { eventContext } from "../../testing/event-context.js";
import { anchoredEvents, sharedEventStore } from "../../testing/event-packs.js";
import { onLedger, prepare } from "../../testing/event-relay.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { eventSigner } from "../../testing/event-world.js";
import {
  accreditParties,
  gradeInput,
  jointFile,
  jointGroup,
  type Party,
  signedBy,
  tabletSigner,
} from "../../testing/joint-world.js";
import type { ActorName, EmbeddedWorld } from "../../testing/world.js";
import { planRenew, planRotateKeys } from "../../tx/roles.js";
import { readAttestation } from "../resolve.js";
import type { EventContext } from "./context.js";
import { relay } from "./relay.js";
import { showEvent } from "./show.js";
import { takeIn } from "./take-in.js";
import { listThreads, readThread, readThreadHistory } from "./threads.js";
import { verifyEvent } from "./verify.js";

const HOUR = 3_600_000;
let world: EmbeddedWorld;
let store: EventStore;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, store, context } = setting);
});
let others: Awaited<ReturnType<typeof sharedEventStore>>;
beforeAll(async () => {
  others = await sharedEventStore();
}, 120_000);
afterAll(() => others.close());

const run = (given: EventContext = context) => relay(given, world.actors.stranger, { worker: "one" });
const viewOf = async ({ name }: Party) => {
  const view = await readAttestation(context, name);
  if (view === null) throw new Error(`no attestation ${name}`);
  return view;
};

async function replaceKey(party: Party, holder: ActorName, signer: Party["signer"]): Promise<Party> {
  const { utxo, holder: keyHash, encPk } = await viewOf(party);
  const keys = { holder: keyHash, encPk, alg: signer.alg, pk: signer.publicKey };
  const plan = planRotateKeys(world.contracts, await world.deployment(), utxo, keys, world.validity());
  await world.accept(plan, world.actors[holder]);
  return { name: party.name, signer };
}

async function renew(party: Party, validFrom: number, validTo: number): Promise<void> {
  const { utxo } = await viewOf(party);
  const dates = { validFrom, validTo };
  await world.accept(
    planRenew(world.contracts, await world.deployment(), utxo, dates, world.quorum),
    world.actors.member1,
  );
}

describe("a joint pack", () => {
  it("is made, signed by each, taken in, anchored and verified", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const taken = await takeIn(context, await jointFile(context, thread, [supervisor, lab]));
    expect([taken.outcome, taken.pack.state]).toEqual(["added", { kind: "waiting" }]);
    const { anchored, held, transactions } = await run();
    expect([anchored.length, held, transactions.length]).toEqual([1, [], 1]);
    await takeIn(context, await jointFile(context, thread, [lab, supervisor, maker], [gradeInput("B")]));
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
    // As the packs held them, P-256's out of the script's redeemer.
    expect(history.entries.map(({ signature }) => signature)).toEqual(
      (await store.packs(thread, 0, 9)).map(({ signature }) => signature),
    );
    expect(history.entries.map(({ attestations }) => attestations.length)).toEqual([2, 3]);
    expect((await listThreads(context)).some(({ thread: { source } }) => source === thread)).toBe(true);
  });

  it("is signed with keys of all forms, and shows who signed, and for which company", async () => {
    const { thread, lab, maker } = await jointGroup(world, context);
    const [keeper] = await accreditParties(world, [
      {
        holder: "recycler",
        role: "AUTHORITY",
        signer: tabletSigner("keeper"),
        operator: "gln:9506000140001",
      },
    ]);
    await takeIn(context, await jointFile(context, thread, [lab, maker, keeper as Party]));
    expect((await run()).held).toEqual([]);
    const [id] = (await anchoredEvents(context, store, thread)).ids;
    const { parties } = await showEvent(context, id ?? "");
    expect(parties.map(({ role, form, live, note }) => [role, form, live, note])).toEqual([
      ["AUTHORITY", "WebAuthn", true, "not independent: the same operator as LAB"],
      ["LAB", "Ed25519", true, "not independent: the same operator as AUTHORITY"],
      ["MANUFACTURER", "P-256", true, null],
    ]);
    const { ok, checks } = await verifyEvent(context, id ?? "");
    expect(ok).toBe(true);
    expect(checks.find(({ name }) => name === "standing")?.says).toContain("not independent");
  });

  it("travels in one transaction with packs of sources", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    await takeIn(context, await jointFile(context, thread, [lab, supervisor]));
    const ids = await prepare(context, world, { station: 2, gateway: 2 });
    const { transactions, held } = await run();
    expect([transactions.length, held]).toEqual([1, []]);
    expect(await onLedger(context, world, ["station", "gateway"])).toEqual(ids);
    expect((await anchoredEvents(context, store, thread)).ids).toHaveLength(1);
    expect((await readThread(context, thread)).range.seq).toBe(1);
  });

  it("is taken in where it was taken in before, and where the ledger has it already", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    const file = await jointFile(context, thread, [lab, supervisor]);
    await takeIn(context, file);
    expect((await takeIn(context, file)).outcome).toBe("same");
    await run();
    const elsewhere = eventContext(world, await others.fresh());
    await replaceKey(lab, "repairer", eventSigner("new lab"));
    expect((await takeIn(elsewhere, file)).pack.state).toMatchObject({ kind: "anchored", seq: 0 });
    const [id] = (await anchoredEvents(elsewhere, elsewhere.store, thread)).ids;
    expect((await verifyEvent(elsewhere, id ?? "")).ok).toBe(true);
  });
});

describe("a joint pack that cannot go", () => {
  it("waits while one of its parties is not in force, names it, and goes after renewal", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    const now = world.clock.now();
    await renew(lab, now - HOUR, now + HOUR);
    await takeIn(context, await jointFile(context, thread, [lab, supervisor]));
    const ids = await prepare(context, world, { station: 1 });
    world.clock.advance(2 * HOUR);
    const { held, anchored } = await run();
    expect(held).toMatchObject([{ code: "thread/not-live", final: false, pack: { source: thread } }]);
    expect(held[0]?.reason).toMatch(new RegExp(`LAB ${lab.name} .*expired since`));
    expect(anchored).toHaveLength(1);
    await renew(lab, now, now + 1_000 * HOUR);
    expect((await run()).held).toEqual([]);
    expect(await onLedger(context, world, ["station"])).toEqual(ids);
    expect((await anchoredEvents(context, store, thread)).ids).toHaveLength(1);
  });

  it("behind another one of its thread holds up what follows, and not what is before", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const now = world.clock.now();
    await renew(maker, now - HOUR, now + HOUR);
    await takeIn(context, await jointFile(context, thread, [lab, supervisor]));
    await takeIn(context, await jointFile(context, thread, [maker, supervisor]));
    world.clock.advance(2 * HOUR);
    const { held, anchored } = await run();
    expect(anchored.map(({ pack }) => pack.lo)).toEqual([0]);
    expect(held).toMatchObject([{ code: "thread/not-live", pack: { lo: 1 } }]);
  });

  it("because a party's key was replaced is refused, and goes when that party signs the file again", async () => {
    const { thread, lab, supervisor } = await jointGroup(world, context);
    const file = await jointFile(context, thread, [lab, supervisor]);
    await takeIn(context, file);
    const renewed = await replaceKey(lab, "repairer", eventSigner("new lab"));
    const { held } = await run();
    expect(held).toMatchObject([{ code: "pack/signature", final: true }]);
    expect(held[0]?.reason).toMatch(/LAB .*signs the file again.*dpp joint sign/);
    await takeIn(context, await signedBy(context, file, [renewed]));
    expect((await run()).held).toEqual([]);
    const { ids } = await anchoredEvents(context, store, thread);
    expect((await verifyEvent(context, ids[0] ?? "")).ok).toBe(true);
  });

  it("because others were faster with its number is refused, and makes room for theirs and for its own anew", async () => {
    const { thread, lab, supervisor, maker } = await jointGroup(world, context);
    const elsewhere = eventContext(world, await others.fresh());
    const slow = await jointFile(context, thread, [lab, supervisor], [gradeInput("A"), gradeInput("B")]);
    const fast = await jointFile(elsewhere, thread, [maker, supervisor], [gradeInput("C")]);
    await takeIn(context, slow);
    await takeIn(elsewhere, fast);
    await expect(takeIn(context, fast)).rejects.toMatchObject({ code: "pack/overlap" });
    expect((await relay(elsewhere, world.actors.owner, { worker: "two" })).anchored).toHaveLength(1);
    const { held } = await run();
    expect(held).toMatchObject([{ code: "pack/overlap", final: true }]);
    expect(held[0]?.reason).toContain("dpp joint pack");
    await expect(takeIn(context, slow)).rejects.toMatchObject({ code: "pack/overlap" });

    expect((await takeIn(context, fast)).pack.state).toMatchObject({ kind: "anchored" });
    const anew = await jointFile(context, thread, [lab, supervisor], [gradeInput("A"), gradeInput("B")]);
    await takeIn(context, anew);
    expect((await run()).held).toEqual([]);
    const { ids } = await anchoredEvents(context, store, thread);
    expect(ids).toHaveLength(3);
    for (const id of ids) expect((await verifyEvent(context, id)).ok).toBe(true);
    // Who did not see the first one chains to nothing, and is taken in where the first one is.
    await takeIn(elsewhere, anew);
  });
});
