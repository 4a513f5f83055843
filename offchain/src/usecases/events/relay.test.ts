import { describe, expect, it } from "vitest";
import { encodePack } from "../../codec/pack.js";
import { DppError } from "../../domain/errors.js";
import type { EventStore } from "../../ports/event-store.js";
import { sourceView } from "../../testing/event-context.js";
import { anchoredEvents, packWith, recordMany } from "../../testing/event-packs.js";
import { onLedger, prepare } from "../../testing/event-relay.js";
import { eachInEventSetting } from "../../testing/event-setting.js";
import { eventSigner, SOURCES, type SourceName, threadOf } from "../../testing/event-world.js";
import { storedPack } from "../../testing/stored-events.js";
import type { EmbeddedWorld } from "../../testing/world.js";
import { planIssueRoles, planRenew, planRotateKeys } from "../../tx/roles.js";
import type { EventContext } from "./context.js";
import { relay } from "./relay.js";
import { sealPacks } from "./seal.js";
import { takeIn } from "./take-in.js";
import { readThread, readThreadHistory } from "./threads.js";
import { closeThread } from "./wardens.js";

const HOUR = 3_600_000;
let world: EmbeddedWorld;
let store: EventStore;
let context: EventContext;
eachInEventSetting((setting) => {
  ({ world, store, context } = setting);
});

const nameOf = (source: SourceName): string => world.roles.get(source) ?? "";
const run = (given: EventContext = context, options = {}) =>
  relay(given, world.actors.stranger, { worker: "one", ...options });

describe("a relayer", () => {
  it("anchors the packs of several sources in one transaction, and chains the next ones", async () => {
    const ids = await prepare(context, world, { supervisor: 5, station: 5, gateway: 5 });
    const report = await run();
    expect(report.held).toEqual([]);
    expect(report.transactions).toHaveLength(3);
    expect(report.anchored).toHaveLength(9);
    for (const name of SOURCES) {
      const { thread, range } = await readThread(context, nameOf(name));
      expect(thread).toMatchObject({ seq: 3, next: 5, total: 5 });
      expect((await readThreadHistory(context, nameOf(name))).now.range).toEqual(range);
    }
    expect(await onLedger(context, world, SOURCES)).toEqual(ids);
    const again = await run();
    expect([again.transactions, again.anchored, again.held]).toEqual([[], [], []]);
  });

  it("brings thirty packs of one thread on the ledger in one run", async () => {
    const ids = await prepare(context, world, { station: 30 }, 1);
    const { transactions, anchored, held } = await run();
    expect([transactions.length, anchored.map(({ seq }) => seq), held]).toEqual([
      30,
      Array.from({ length: 30 }, (_, at) => at),
      [],
    ]);
    expect(await onLedger(context, world, ["station"])).toEqual(ids);
  });

  it("splits what is too much for one transaction", async () => {
    const many = 36;
    const sources: { readonly name: string; readonly at: number }[] = [];
    for (let from = 0; from < many; from += 12) {
      const entry = world.newAttestation("station", "STATION");
      const { plan, names } = planIssueRoles(
        world.contracts,
        await world.deployment(),
        await world.coin("member1"),
        Array.from({ length: 12 }, (_, at) => ({
          ...entry,
          attestation: {
            ...entry.attestation,
            kind: "Device" as const,
            alg: 1,
            pk: eventSigner(`station ${from + at}`).publicKey,
          },
        })),
        world.quorum,
      );
      await world.accept(plan, world.actors.member1);
      names.forEach((name, at) => {
        sources.push({ name, at: from + at });
      });
    }
    for (const { name, at } of sources) {
      const pack = await packWith({
        config: world.contracts.config.hash,
        source: { name, role: "STATION", kind: "Device" },
        signer: eventSigner(`station ${at}`),
        captured: world.clock.now() - HOUR,
        count: 1,
      });
      await takeIn(context, encodePack(pack));
    }
    const { transactions, anchored, held } = await run(context, { together: many });
    expect([anchored.length, held]).toEqual([many, []]);
    expect(transactions.length).toBeGreaterThan(1);
    expect(transactions.length).toBeLessThan(many / 2);
    for (const { name } of sources) expect((await anchoredEvents(world, store, name)).ids).toHaveLength(1);
  });
});

describe("a pack that cannot go", () => {
  it("because its key was replaced is refused, and the others of the transaction go", async () => {
    const ids = await prepare(context, world, { supervisor: 2, station: 3, gateway: 1 });
    const { utxo, holder, encPk } = await sourceView(world, "station");
    const keys = { holder, encPk, alg: 1, pk: eventSigner("new station").publicKey };
    const deployment = await world.deployment();
    await world.accept(
      planRotateKeys(world.contracts, deployment, utxo, keys, world.validity()),
      world.actors.station,
    );
    const { held } = await run();
    expect(held.map(({ code, final, pack }) => [code, final, pack.source, pack.lo])).toEqual([
      ["pack/signature", true, nameOf("station"), 0],
      ["pack/signature", true, nameOf("station"), 2],
    ]);
    for (const { reason } of held) expect(reason).toContain("seals these events anew");
    expect((await store.packs(nameOf("station"), 0, 1))[0]?.state).toMatchObject({
      kind: "refused",
      reason: held[0]?.reason,
    });
    expect(await onLedger(context, world, SOURCES)).toEqual({ ...ids, station: [] });
    await sealPacks(context, await sourceView(world, "station"), eventSigner("new station"));
    expect((await run()).held).toEqual([]);
    expect(await onLedger(context, world, SOURCES)).toEqual(ids);
  });

  it("yet, by its source's dates, is held, and goes after renewal", async () => {
    const ids = await prepare(context, world, { station: 2, gateway: 1 });
    const renew = async (validFrom: number, validTo: number) => {
      const { utxo } = await sourceView(world, "station");
      const plan = planRenew(
        world.contracts,
        await world.deployment(),
        utxo,
        { validFrom, validTo },
        world.quorum,
      );
      await world.accept(plan, world.actors.member1);
    };
    const now = world.clock.now();
    await renew(now - HOUR, now + HOUR);
    world.clock.advance(2 * HOUR);
    const expired = await run();
    expect(expired.held).toMatchObject([{ code: "thread/not-live", final: false, pack: { lo: 0 } }]);
    expect(expired.held[0]?.reason).toMatch(/expired since .*: its packs wait until it is in force/);
    await renew(world.clock.now() + HOUR, now + 1_000 * HOUR);
    const early = await run();
    expect(early.held).toMatchObject([{ code: "thread/not-live", final: false }]);
    expect(early.held[0]?.reason).toContain("not valid before");
    expect(await onLedger(context, world, ["station", "gateway"])).toEqual({ ...ids, station: [] });
    world.clock.advance(HOUR);
    expect((await run()).held).toEqual([]);
    expect(await onLedger(context, world, ["station", "gateway"])).toEqual(ids);
  });

  it("yet, by its own clock, is held, and goes when that time has come", async () => {
    const [event] = await recordMany(context, world, "station", 1, world.clock.now() + 2 * HOUR);
    await sealPacks(context, await sourceView(world, "station"), eventSigner("station"));
    const ids = await prepare(context, world, { gateway: 1 });
    expect((await run()).held).toMatchObject([{ code: "pack/clock-ahead", final: false }]);
    expect(await onLedger(context, world, ["gateway"])).toEqual(ids);
    world.clock.advance(2 * HOUR);
    expect((await run()).held).toEqual([]);
    expect(await onLedger(context, world, ["station"])).toEqual({ station: [event?.id] });
  });

  it("because a contract refuses it is held alone", async () => {
    const ids = await prepare(context, world, { supervisor: 2, station: 2, gateway: 2 });
    const { txHash, outputIndex } = await threadOf(world, "station");
    const picky: EventContext = {
      ...context,
      builderOn: (ledger) => {
        const builder = context.builderOn(ledger);
        return {
          sign: (...signed) => builder.sign(...signed),
          build: (plan, payer) => {
            if (plan.inputs.some(({ utxo }) => utxo.txHash === txHash && utxo.outputIndex === outputIndex))
              throw new DppError("tx/script-refused", "a contract refuses the transaction");
            return builder.build(plan, payer);
          },
        };
      },
    };
    const { held } = await run(picky);
    expect(held).toMatchObject([
      { code: "tx/script-refused", final: false, pack: { source: nameOf("station") } },
    ]);
    expect(await onLedger(context, world, SOURCES)).toEqual({ ...ids, station: [] });
    await run();
    expect(await onLedger(context, world, SOURCES)).toEqual(ids);
  });

  it("because its thread was closed is refused, and waits no more", async () => {
    const ids = await prepare(context, world, { station: 3, gateway: 1 });
    const { member1, member2 } = world.actors;
    await closeThread(context, [member1, member2], nameOf("station"), "quorum");
    const { held } = await run();
    expect(held.map(({ code, final, pack }) => [code, final, pack.lo])).toEqual([
      ["thread/closed", true, 0],
      ["thread/closed", true, 2],
    ]);
    expect(await onLedger(context, world, ["station", "gateway"])).toEqual({ ...ids, station: [] });
    expect((await run()).held).toEqual([]);
  });

  it("because its thread is not of this ledger, or its events lie elsewhere, stands in no other's way", async () => {
    const ids = await prepare(context, world, { gateway: 1 });
    await store.addPack(storedPack(0, 1, { sealedAt: 0 }));
    await store.addPack(storedPack(4, 6, { source: nameOf("station"), sealedAt: 0 }));
    const { held } = await run();
    expect(held.map(({ code, final }) => [code, final]).toSorted()).toEqual([
      ["pack/ahead", false],
      ["thread/none", false],
    ]);
    expect(held.find(({ code }) => code === "pack/ahead")?.reason).toMatch(
      /dpp event import .*dpp event gap/,
    );
    expect(await onLedger(context, world, ["gateway"])).toEqual(ids);
  });
});
