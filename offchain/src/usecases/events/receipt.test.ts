import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { decodeReceipt, encodeReceipt } from "../../codec/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import type { StoredEvent } from "../../ports/event-store.js";
import { recordingOf, sourceView, transportInput } from "../../testing/event-context.js";
import { eventSigner, type SourceName } from "../../testing/event-world.js";
import {
  anchorEvents,
  type ReceiptWorld,
  receiptWorld,
  rotateConfig,
  rotateEventKey,
} from "../../testing/receipt-world.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { planRenew, planSuspend } from "../../tx/roles.js";
import { readTrustRoot } from "../trust-root.js";
import { askLedger } from "./receipt-ledger.js";
import { makeReceipt } from "./receipt-make.js";
import { type ReceiptVerification, verifyReceipt } from "./receipt-verify.js";
import { recordEvents } from "./record.js";
import { sealPacks } from "./seal.js";
import { readThreadHistory } from "./threads.js";

let base: EmbeddedWorld;
/** Packs of one, two and a hundred events on one ledger, which tests read alone. */
let shared: ReceiptWorld;
let packs: Readonly<Record<SourceName, readonly StoredEvent[]>>;
let root: TrustRoot;
beforeAll(async () => {
  base = await makeWorld(blueprint);
  shared = await receiptWorld(base.fork());
  packs = {
    supervisor: await anchorEvents(shared, "supervisor", 1),
    station: await anchorEvents(shared, "station", 2),
    gateway: await anchorEvents(shared, "gateway", 100),
  };
  root = await readTrustRoot(shared.world);
});
afterAll(() => shared.store.close());

const opened: ReceiptWorld[] = [];
const begin = async (): Promise<ReceiptWorld> => {
  const here = await receiptWorld(base.fork());
  opened.push(here);
  return here;
};
afterEach(async () => {
  for (const { store } of opened.splice(0)) await store.close();
});

const receiptOf = async (
  { context }: ReceiptWorld,
  events: readonly StoredEvent[],
  at: number,
): Promise<Uint8Array> => (await makeReceipt(context, events[at]?.id ?? "")).bytes;

const failedOf = ({ checks }: ReceiptVerification): readonly string[] =>
  checks.filter(({ ok }) => ok === false).map(({ name }) => name);
const openOf = ({ checks }: ReceiptVerification): readonly string[] =>
  checks.filter(({ ok }) => ok === null).map(({ name }) => name);

function expectVerified(bytes: Uint8Array, root: TrustRoot, open: readonly string[] = ["state", "ledger"]) {
  const verified = verifyReceipt(bytes, root);
  expect(failedOf(verified), JSON.stringify(verified.checks)).toEqual([]);
  expect(openOf(verified)).toEqual(open);
  expect(verified.ok).toBe(true);
  return verified;
}

describe("a receipt", () => {
  it("verifies without any network, and shows who said what, how and when", async () => {
    const { facts } = expectVerified(await receiptOf(shared, packs.supervisor, 0), root);
    const { entries } = await readThreadHistory(shared.context, packs.supervisor[0]?.source ?? "");
    const [written] = entries;
    expect(facts).toMatchObject({
      id: packs.supervisor[0]?.id,
      leaf: {
        counter: 0,
        role: "SUPERVISOR",
        tier: "INDIVIDUAL_SIGNED",
        type: "transport",
        clock: "network",
      },
      signers: [{ role: "SUPERVISOR", operator: "gln:9506000134352", form: "Ed25519" }],
      late: false,
      until: written?.entry.kind === "append" ? written.entry.until : 0,
      txHash: written?.tx.hash,
      elements: [{ id: "event.transport.mode", value: "road" }],
      hidden: 0,
    });
  });

  it.each([
    ["supervisor", "INDIVIDUAL_SIGNED"],
    ["station", "DEVICE_SIGNED"],
    ["gateway", "GATEWAY_SIGNED"],
  ] as const)("proves the first, the middle and the last event in the pack of the %s", async (name, tier) => {
    const events = packs[name];
    for (const at of new Set([0, Math.floor(events.length / 2), events.length - 1])) {
      const { facts } = expectVerified(await receiptOf(shared, events, at), root);
      expect(facts?.leaf).toMatchObject({ counter: at, tier });
    }
  });

  it("without its payload shows the leaf alone", async () => {
    const { bytes } = await makeReceipt(shared.context, packs.station[0]?.id ?? "", { payload: false });
    const { facts } = expectVerified(bytes, root, ["state", "payload", "ledger"]);
    expect(facts).toMatchObject({ elements: null });
  });

  it("leads to the output of its thread that the ledger has, and to no other", async () => {
    const bytes = await receiptOf(shared, packs.station, 0);
    const { facts } = expectVerified(bytes, root);
    const state = facts?.state ?? { txHash: "", outputIndex: 0 };
    const { now } = await readThreadHistory(shared.context, packs.station[0]?.source ?? "");
    expect(state).toEqual({ txHash: now.utxo.txHash, outputIndex: now.utxo.outputIndex });
    expect(failedOf(verifyReceipt(bytes, root, { state }))).toEqual([]);
    for (const other of [
      { ...state, outputIndex: state.outputIndex + 1 },
      { ...state, txHash: "00".repeat(32) },
    ])
      expect(failedOf(verifyReceipt(bytes, root, { state: other }))).toEqual(["ledger"]);
  });

  it("of the first, a middle and the last append stays valid as the thread goes on, and anew has the present state", async () => {
    const here = await begin();
    const appended: (readonly StoredEvent[])[] = [];
    const old: Uint8Array[] = [];
    for (let pack = 0; pack < 5; pack++) {
      const events = await anchorEvents(here, "gateway", 2);
      appended.push(events);
      old.push(await receiptOf(here, events, 1));
    }
    const { now } = await readThreadHistory(here.context, appended[0]?.[0]?.source ?? "");
    const state = { txHash: now.utxo.txHash, outputIndex: now.utxo.outputIndex };
    for (const [at, events] of appended.entries()) {
      expect(expectVerified(old[at] ?? new Uint8Array(), root).facts?.index).toBe(at);
      const anew = await receiptOf(here, events, 1);
      const last = at === appended.length - 1;
      const { facts } = expectVerified(anew, root, last ? ["state", "ledger"] : ["ledger"]);
      expect(facts).toMatchObject({ index: at, seq: 5, state });
      expect(openOf(verifyReceipt(anew, root, { state }))).toEqual(last ? ["state"] : []);
      // The old one does not lead there, and says so, unless it is of the last append.
      expect(failedOf(verifyReceipt(old[at] ?? new Uint8Array(), root, { state }))).toEqual(
        last ? [] : ["ledger"],
      );
    }
  });

  it("verifies after the source's key was replaced, and the one of before stays valid", async () => {
    const here = await begin();
    const { world } = here;
    const before = await receiptOf(here, await anchorEvents(here, "supervisor", 2), 0);
    await rotateEventKey(world, "supervisor", "another key");
    const events = await anchorEvents(here, "supervisor", 2, "another key");
    const after = await receiptOf(here, events, 1);
    expectVerified(before, root);
    const { checks } = expectVerified(after, root);
    expect(checks.find(({ name }) => name === "authority")?.says).toMatch(/its change: .* and by the holder/);
    expect(decodeReceipt(after).attestations[0]?.transactions).toHaveLength(2);
  });

  it("verifies across rotations of the consortium, under trust roots of before and of after", async () => {
    const here = await begin();
    const { world } = here;
    const roots = [await readTrustRoot(world)];
    const receipts = [await receiptOf(here, await anchorEvents(here, "supervisor", 2), 0)];
    const { member1, member2, member3, stranger } = world.actors;
    const keys = (...actors: { keyHash: string }[]) => actors.map(({ keyHash }) => keyHash);
    await rotateConfig(world, { members: keys(member2, member3, stranger), threshold: 3 });
    roots.push(await readTrustRoot(world));
    // Accredited under the first consortium, prolonged under the second.
    const { utxo } = await world.attestation("supervisor");
    const dates = { validFrom: world.clock.now() - 1000, validTo: world.clock.now() + 10_000_000 };
    const plan = planRenew(
      world.contracts,
      await world.deployment(),
      utxo,
      dates,
      keys(member2, member3, stranger),
    );
    await world.accept(plan, member2);
    receipts.push(await receiptOf(here, await anchorEvents(here, "supervisor", 1), 0));
    await rotateConfig(world, { members: keys(member1), threshold: 1 });
    roots.push(await readTrustRoot(world));
    receipts.push(await receiptOf(here, await anchorEvents(here, "supervisor", 1), 0));
    expect(receipts.map((bytes) => decodeReceipt(bytes).rotations.length)).toEqual([0, 1, 1]);
    for (const known of roots) for (const bytes of receipts) expectVerified(bytes, known);
    // Without the rotation the new consortium is one of strangers.
    const cut = encodeReceipt({ ...decodeReceipt(receipts[1] ?? new Uint8Array()), rotations: [] });
    expect(failedOf(verifyReceipt(cut, roots[0] as TrustRoot))).toEqual(["authority"]);
    expectVerified(cut, roots[1] as TrustRoot);
  });

  it("asked about online, says whether the ledger has it, and the source's standing of today", async () => {
    const here = await begin();
    const { world } = here;
    const empty = base.fork();
    const bytes = await receiptOf(here, await anchorEvents(here, "supervisor", 1), 0);
    const there = await askLedger(here.context, root, verifyReceipt(bytes, root));
    expect(there).toMatchObject({ ok: true, standings: [{ standing: { status: "Active" } }] });
    expect(openOf(there)).toEqual(["state"]);
    const { utxo } = await world.attestation("supervisor");
    const { freezer } = world.actors;
    await world.accept(
      planSuspend(world.contracts, await world.deployment(), utxo, freezer.keyHash, 1),
      freezer,
    );
    const since = await askLedger(here.context, root, verifyReceipt(bytes, root));
    expect(since).toMatchObject({ ok: true, standings: [{ standing: { status: "Suspended", reason: 1 } }] });
    // A ledger that lacks the append.
    const without = await askLedger(
      { ...here.context, ledger: empty.ledger },
      root,
      verifyReceipt(bytes, root),
    );
    expect([without.ok, failedOf(without), without.facts]).toEqual([false, ["ledger"], null]);
  });

  it("is refused by name before there is one", async () => {
    const here = await begin();
    const make = (id: string) => makeReceipt(here.context, id);
    await expect(make("0b5e7a54-6f2c-8d11-9a3e-4c1d2e3f4a5b")).rejects.toMatchObject({
      code: "receipt/unknown-event",
    });
    const recording = await recordingOf(here.world, "supervisor");
    const [event] = await recordEvents(here.context, recording, [transportInput()]);
    await expect(make(event?.id ?? "")).rejects.toMatchObject({ code: "receipt/not-sealed" });
    await sealPacks(here.context, await sourceView(here.world, "supervisor"), eventSigner("supervisor"));
    await expect(make(event?.id ?? "")).rejects.toMatchObject({ code: "receipt/not-anchored" });
  });
});
