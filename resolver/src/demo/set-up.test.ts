import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foundConsortium } from "@cardano-dpp/offchain/cli/consortium";
import { withEvents } from "@cardano-dpp/offchain/cli/events";
import { decodeConfigDatum } from "@cardano-dpp/offchain/codec/datum";
import { formOfLength } from "@cardano-dpp/offchain/domain/event-key";
import { configUnit } from "@cardano-dpp/offchain/tx/contracts";
import { verifyEvent } from "@cardano-dpp/offchain/usecases/events/verify";
import { listAttestations, readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import { verifyPassport } from "@cardano-dpp/offchain/usecases/verify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACTORS } from "./actors.js";
import { isAllSaid, recordDemoEvents } from "./record-events.js";
import { setUpDemo } from "./set-up.js";
import { SOURCES } from "./sources.js";

const EVERYBODY = [...ACTORS, ...SOURCES];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-demo-"));
});
afterAll(() => rm(directory, { recursive: true }));

describe("the demo's home", () => {
  it("has accredited actors and sources, and three passports that verify", async () => {
    const steps: string[] = [];
    const { context, index } = await setUpDemo(directory, {}, (line) => steps.push(line));
    const roles = (await listAttestations(context)).map(({ role, live }) => [role, live]);
    expect(roles.toSorted()).toEqual(EVERYBODY.map(({ role }) => [role, true]).toSorted());
    const entries = await index.list();
    expect(entries).toHaveLength(3);
    for (const entry of entries) {
      const { ok, checks } = await verifyPassport(context, entry.id, { identifier: entry, salt: entry.salt });
      expect(checks.filter((check) => !check.ok)).toEqual([]);
      expect(ok).toBe(true);
    }
    expect(steps.length).toBeGreaterThan(3);
    // What a reader finds threads by.
    const { contracts, ledger } = context;
    const config = await ledger.utxoByUnit(configUnit(contracts));
    expect(decodeConfigDatum(config?.datum ?? "").scripts.anchor).toBe(contracts.anchor.hash);
  });

  it("goes on where it stopped: a second start submits nothing", async () => {
    const steps: string[] = [];
    const first = await setUpDemo(directory, {}, () => undefined);
    const { height } = await first.context.ledger.tip();
    const { context } = await setUpDemo(directory, {}, (line) => steps.push(line));
    expect((await context.ledger.tip()).height).toBe(height);
    expect(steps).toEqual([]);
  });

  it("is set up once by two starts at the same time", async () => {
    const fresh = join(directory, "two");
    const [one, two] = await Promise.all([
      setUpDemo(fresh, {}, () => undefined),
      setUpDemo(fresh, {}, () => undefined),
    ]);
    expect(one.deployment.configPolicy).toBe(two.deployment.configPolicy);
    expect(await listAttestations(two.context)).toHaveLength(EVERYBODY.length);
  });

  it("issues again what an interrupted start had only entered into the index", async () => {
    const { context, index } = await setUpDemo(directory, {}, () => undefined);
    const [entry] = await index.list();
    if (entry === undefined) throw new Error("the demo has passports");
    await index.put(entry.gtin, entry.serial, { id: "00".repeat(28), salt: entry.salt });
    const again = await setUpDemo(directory, {}, () => undefined);
    const found = await again.index.find(entry.gtin, entry.serial);
    expect(await readPassport(context, found?.id ?? "")).not.toBeNull();
  });

  it("gives keys and coins to the actors of a home that was founded without them", async () => {
    const founded = join(directory, "founded");
    await foundConsortium(founded, {}, { members: 1, threshold: 1, freezeKeys: 1 }, () => undefined);
    const { context, index } = await setUpDemo(founded, {}, () => undefined);
    expect(await listAttestations(context)).toHaveLength(EVERYBODY.length);
    expect(await index.list()).toHaveLength(3);
  });

  it("has its sources say what they saw, once, with a late mark where one is due", async () => {
    const home = await setUpDemo(directory, {}, () => undefined);
    const said = SOURCES.flatMap(({ packs }) => packs.flat()).length;
    expect(await isAllSaid(home)).toBe(false);
    expect(await recordDemoEvents(home, {})).toBe(said);
    expect(await isAllSaid(home)).toBe(true);
    expect(await recordDemoEvents(home, {})).toBe(0);
    await withEvents(directory, {}, async ({ events }) => {
      const listed = await events.store.list({ limit: 100 });
      expect(listed).toHaveLength(said);
      const checked = await Promise.all(listed.map(({ event }) => verifyEvent(events, event.id)));
      expect(checked.map(({ ok }) => ok)).toEqual(listed.map(() => true));
      const late = checked.filter(
        ({ view }) => view.written?.entry.kind === "append" && view.written.entry.late,
      );
      expect(late.map(({ view }) => view.leaf.type)).toEqual(["transport"]);
      expect(new Set(listed.map(({ event }) => event.tier)).size).toBe(2);
      // The station's key is of P-256.
      const forms = checked.map(({ view }) =>
        view.written?.entry.kind === "append" ? formOfLength(view.written.entry.pk.length / 2) : null,
      );
      expect(new Set(forms)).toEqual(new Set(["Ed25519", "P-256"]));
    });
  });

  it("is not made on mainnet, and nothing is asked of its ledger", async () => {
    const env = {
      DPP_LEDGER_KIND: "utxorpc",
      DPP_LEDGER_NETWORK: "mainnet",
      DPP_LEDGER_URL: "http://127.0.0.1:1",
    };
    const fresh = join(directory, "mainnet");
    await expect(setUpDemo(fresh, env, () => undefined)).rejects.toMatchObject({ code: "home/demo-network" });
  });
});
