import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeWeakestLink, encodeWeakestLink } from "../../codec/weakest-link.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { ThreadRange } from "../../domain/weakest-link.js";
import type { WeakestLinkProof } from "../../domain/weakest-link-proof.js";
import { amendment, coAppend, openJointThread } from "../../testing/amendment-world.js";
import { sharedEventStore } from "../../testing/event-packs.js";
import { type WeakestLinkWorld, weakestLinkWorld } from "../../testing/weakest-link-world.js";
import { askWeakestLink } from "./ask.js";
import { askLedgerForLink } from "./online.js";
import { type MadeWeakestLink, proveWeakestLink } from "./prove.js";
import { verifyWeakestLink } from "./verify.js";

let stores: Awaited<ReturnType<typeof sharedEventStore>>;
let setting: WeakestLinkWorld;
let made: MadeWeakestLink;
/** Without amendments. */
let plain: MadeWeakestLink;

const station = (lo: number, hi: number): ThreadRange => ({ thread: setting.station.name, lo, hi });
const supervisor = (lo: number, hi: number): ThreadRange => ({ thread: setting.supervisor.name, lo, hi });

beforeAll(async () => {
  stores = await sharedEventStore();
  setting = await weakestLinkWorld(await stores.fresh());
  made = await proveWeakestLink(setting.context, [station(0, 7), supervisor(0, 1)]);
  plain = await proveWeakestLink(setting.context, [station(2, 6)]);
}, 300_000);
afterAll(() => stores.close());

const checksOf = (bytes: Uint8Array, states: readonly OutRef[] = made.states, root = made.root) => {
  const { ok, checks } = verifyWeakestLink(bytes, root, { states });
  return { ok, ...Object.fromEntries(checks.map((check) => [check.name, check.ok])) };
};
const ALL = {
  ...{ ok: true, form: true, deployment: true, cover: true, history: true, state: true },
  ...{ amendments: true, answer: true },
};
const altered = (changes: Partial<WeakestLinkProof>): Uint8Array =>
  encodeWeakestLink({ ...made.proof, ...changes });

describe("the weakest link, asked of the ledger", () => {
  it("is the ledger's, and another after amendments, with places, late and lost ones", async () => {
    const { link, amended } = await askWeakestLink(setting.context, [
      station(0, 7),
      station(5, 7),
      supervisor(0, 1),
    ]);
    expect(link).toMatchObject({
      ledger: { tier: "INDIVIDUAL_SIGNED", places: [supervisor(0, 1)], more: 0 },
      counts: { tier: "GATEWAY_SIGNED", places: [station(1, 2)], more: 0 },
      events: 6,
      lost: 2,
    });
    expect(link.ranges).toHaveLength(2);
    expect(amended.map(({ counter, tier }) => [counter, tier.counts])).toEqual([
      [1, "GATEWAY_SIGNED"],
      [6, "MULTI_PARTY_SIGNED"],
    ]);
  });

  it("knows no amendment without a store", async () => {
    const { link, amended } = await askWeakestLink({ ...setting.context, store: null }, [station(0, 7)]);
    expect([link.counts.tier, amended]).toEqual(["DEVICE_SIGNED", []]);
  });

  it("is refused beyond what is anchored, with from where, and of a thread that there is not", async () => {
    await expect(askWeakestLink(setting.context, [supervisor(0, 3)])).rejects.toMatchObject({
      code: "weakest-link/not-anchored",
      details: { thread: setting.supervisor.name, from: 2 },
    });
    const thread = setting.station.name.replace(/..$/, "00");
    await expect(askWeakestLink(setting.context, [{ thread, lo: 0, hi: 1 }])).rejects.toMatchObject({
      code: "thread/none",
    });
    await expect(askWeakestLink(setting.context, [station(3, 3)])).rejects.toMatchObject({
      code: "weakest-link/empty",
    });
  });
});

describe("the proof of a weakest link", () => {
  it("holds offline in every check, with the outputs that a trusted ledger has", () => {
    expect(checksOf(made.bytes)).toEqual(ALL);
    expect(made.leftOut).toEqual([]);
    const { facts } = verifyWeakestLink(made.bytes, made.root, { states: made.states });
    expect(facts?.link).toEqual(made.asked.link);
    expect(checksOf(plain.bytes, plain.states)).toEqual({ ...ALL, amendments: null });
  });

  it("is told as not shown without them, and refused for others", () => {
    expect(checksOf(made.bytes, [])).toEqual({ ...ALL, state: null, amendments: null });
    expect(checksOf(made.bytes, made.states.slice(0, 1))).toEqual({ ...ALL, state: null, amendments: null });
    const strange = { txHash: "ab".repeat(32), outputIndex: 0 };
    expect(checksOf(made.bytes, [...made.states, strange])).toEqual({ ...ALL, ok: false, state: false });
  });

  it("is shown by a ledger that is asked, and refused by another deployment", async () => {
    const offline = verifyWeakestLink(made.bytes, made.root);
    const { ok, checks } = await askLedgerForLink(setting.context, made.root, offline);
    expect([ok, ...checks.map((check) => check.ok)]).toEqual(Array.from({ length: 8 }, () => true));
    const root = { ...made.root, config: "00".repeat(28) };
    expect(checksOf(made.bytes, made.states, root)).toMatchObject({ ok: false, deployment: false });
    expect((await askLedgerForLink(setting.context, root, offline)).ok).toBe(false);
  });

  it("does not hold with an entry left out, one of another place, or another answer", () => {
    const [first, second] = made.proof.threads;
    if (first === undefined || second === undefined) throw new Error("two threads were asked for");
    const change = (of: typeof first, run: object) =>
      made.proof.threads.map((thread) =>
        thread === of ? { ...of, runs: of.runs.map((it) => ({ ...it, ...run })) } : thread,
      );
    const long = [first, second].find(({ runs }) => (runs[0]?.entries.length ?? 0) === 3) ?? first;
    const [run] = long.runs;
    expect(run?.entries).toHaveLength(3);
    const without = run?.entries.filter((_, at) => at !== 1) ?? [];
    expect(checksOf(altered({ threads: change(long, { entries: without }) }))).toMatchObject({
      ok: false,
      cover: false,
    });
    expect(checksOf(altered({ threads: change(long, { entries: run?.entries.slice(0, 2) }) }))).toMatchObject(
      {
        ok: false,
        cover: false,
      },
    );
    expect(checksOf(altered({ threads: change(long, { first: 1 }) }))).toMatchObject({
      ok: false,
      history: false,
    });
    const { answer } = made.proof;
    expect(checksOf(altered({ answer: { ...answer, counts: "DEVICE_SIGNED" } }))).toEqual({
      ...ALL,
      ok: false,
      answer: false,
    });
    expect(checksOf(altered({ answer: { ...answer, late: answer.late + 1 } }))).toMatchObject({ ok: false });
  });

  it("without an amendment that it had does not give its answer, and with another event's is refused", () => {
    const { amended } = made.proof;
    const [low, high] = amended;
    if (low === undefined || high === undefined) throw new Error("two events were amended");
    expect(checksOf(altered({ amended: [high] }), made.states)).toMatchObject({ ok: false, answer: false });
    const swapped = [{ ...low, amendments: high.amendments }, high];
    expect(checksOf(altered({ amended: swapped }))).toMatchObject({ ok: false, amendments: false });
    const moved = [{ ...low, counter: 2 }, high];
    expect(checksOf(altered({ amended: moved }))).toMatchObject({ ok: false, amendments: false });
    const twice = [{ ...low, amendments: [...low.amendments, ...low.amendments] }, high];
    expect(checksOf(altered({ amended: twice }))).toMatchObject({ ok: false, amendments: false });
  });

  it("leaves amendments out whose events the store cannot show, and says so", async () => {
    const gone = setting.joint.name;
    const { store } = setting.context;
    const marks: typeof store.marks = async (source, from, limit) =>
      source === gone ? [] : store.marks(source, from, limit);
    const poor = { ...setting.context, store: { ...store, marks } };
    const { leftOut, proven, bytes, asked, root, states } = await proveWeakestLink(poor, [station(0, 7)]);
    expect(leftOut.map(({ code }) => code)).toEqual(["receipt/pack-incomplete", "receipt/pack-incomplete"]);
    expect([asked.link.counts.tier, proven.counts.tier]).toEqual(["GATEWAY_SIGNED", "DEVICE_SIGNED"]);
    expect(checksOf(bytes, states, root)).toEqual({ ...ALL, amendments: null });
  });

  it("with any byte altered is refused, or says the same", () => {
    const flips = (of: MadeWeakestLink, numRuns: number) =>
      fc.assert(
        fc.property(fc.nat({ max: of.bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const bytes = of.bytes.with(at, (of.bytes[at] ?? 0) ^ flip);
          const { ok, facts } = verifyWeakestLink(bytes, of.root, { states: of.states });
          if (ok) expect(facts?.link).toEqual(of.proven);
          else expect(facts).toBeNull();
        }),
        { numRuns },
      );
    flips(plain, 300);
    flips(made, 60);
  });

  it("covers joint threads, whose entries name the parties", async () => {
    const ranges = [{ thread: setting.joint.name, lo: 0, hi: 2 }];
    const { bytes, root, states } = await proveWeakestLink(setting.context, ranges);
    const { ok, facts } = verifyWeakestLink(bytes, root, { states });
    expect([ok, facts?.link.ledger.tier, facts?.link.events]).toEqual([true, "MULTI_PARTY_SIGNED", 2]);
    expect(facts?.runs[0]?.read[0]).toMatchObject({ kind: "co-append" });
  });

  it("leaves open what amendments on several threads make together, since no file shows their order", async () => {
    const { world, context, joint } = setting;
    const id = setting.station.events.find(({ counter }) => counter === 5)?.id ?? "";
    const parties = ["supervisor", "gateway"] as const;
    const other = await openJointThread(world, "supervisor");
    await coAppend(context, world, joint, parties, [amendment(id, "DEVICE_SIGNED", "INDIVIDUAL_SIGNED")]);
    await coAppend(context, world, other, parties, [amendment(id, "INDIVIDUAL_SIGNED", "GATEWAY_SIGNED")]);
    const { bytes, root, states, asked } = await proveWeakestLink(context, [station(5, 6)]);
    expect(asked.link.counts.tier).toBe("GATEWAY_SIGNED");
    expect(checksOf(bytes, states, root)).toEqual({ ...ALL, amendments: null });
    const { amended, ...proof } = decodeWeakestLink(bytes);
    const turned = amended.map((one) => ({ ...one, amendments: one.amendments.toReversed() }));
    expect(checksOf(encodeWeakestLink({ ...proof, amended: turned }), states, root)).toMatchObject({
      ok: false,
      amendments: false,
    });
  });

  it("is the same bytes when it is read and written again, and nothing else is read", () => {
    expect(encodeWeakestLink(decodeWeakestLink(made.bytes))).toEqual(made.bytes);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const { ok, checks } = verifyWeakestLink(bytes, made.root);
        expect([ok, checks[0]?.ok]).toEqual([false, false]);
      }),
    );
  });
});
