import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordEvents } from "../src/usecases/events/record.js";
import { recordingOf, sourceOf, withEvents } from "./events.js";
import { runCommand } from "./program.js";
import { jsonOf as json, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
beforeAll(async () => {
  command = await testCommand();
  await command.found();
  for (const [key, role] of [
    ["village", "SUPERVISOR"],
    ["scale", "STATION"],
    ["phones", "GATEWAY"],
    ["lawyer", "AUTHORITY"],
  ] as const)
    await command.accredit(key, role);
  await command.key("relayer");
}, 120_000);
afterAll(() => command.remove());

const dpp = (...args: string[]): Promise<Ran> => command.dpp("event", ...args);
const ok = async (...args: string[]): Promise<Ran> => {
  const ran = await dpp(...args);
  expect([ran.status, ran.out]).toEqual([0, expect.anything()]);
  return ran;
};
const codeOf = (ran: Ran): string | undefined => ran.json.error?.code;

/** As a person sees it, without `--json`. */
async function say(...args: string[]): Promise<string> {
  let out = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: () => undefined,
  };
  await runCommand(["event", ...args, "--home", command.home], streams, {});
  return out;
}

const ROAD = { id: "event.transport.mode", type: "string", value: "road", unit: null } as const;
/** One event, by a clock that runs two days fast. */
const recordFast = (key: string) =>
  withEvents(command.home, {}, async (opened) => {
    const clock = { now: () => Date.now() + 48 * 3_600_000 };
    const recording = await recordingOf(opened, await sourceOf(opened, key));
    const input = { type: "transport", subject: "", captured: clock.now(), elements: [ROAD] } as const;
    return recordEvents({ ...opened.events, clock }, recording, [input]);
  });

const transport = { type: "transport", elements: [{ id: "event.transport.mode", value: "road" }] };

// Each command is a process of its own to the event store, and opens it anew.
describe("dpp event", { timeout: 300_000 }, () => {
  it("records, packs, anchors, shows and verifies", async () => {
    const file = await command.file([
      transport,
      { ...transport, captured: "2099-01-01T00:00:00Z", type: "harvests" },
      transport,
    ]);
    const recorded = await dpp("record", file, "--as", "village");
    expect(recorded.status).toBe(1);
    expect(json(recorded).recorded.map((event: { counter: number }) => event.counter)).toEqual([0, 1]);
    expect(json(recorded).refused).toMatchObject([{ at: 2 }]);
    const id = json(recorded).recorded[1].id as string;

    expect(json(await dpp("verify", id)).ok).toBe(false);
    const packed = await ok("pack", "--as", "village");
    expect(json(packed).packs).toMatchObject([{ lo: 0, hi: 2, tier: "INDIVIDUAL_SIGNED" }]);
    const anchored = await ok("anchor", "--as", "relayer");
    expect(json(anchored).anchored).toMatchObject([{ seq: 0, late: false }]);
    const shown = json(await ok("show", id));
    expect(shown).toMatchObject({
      id,
      leaf: { counter: 1, tier: "INDIVIDUAL_SIGNED", role: "SUPERVISOR" },
      written: { tier: "INDIVIDUAL_SIGNED", late: false },
    });
    const verified = json(await ok("verify", id));
    expect(verified.checks.filter((check: { ok: boolean }) => check.ok !== true)).toEqual([]);
    expect(
      json(await ok("threads")).find((thread: { role: string }) => thread.role === "SUPERVISOR"),
    ).toMatchObject({ next: 2, total: 2 });
  });

  it("lists by the least tier that is asked for", async () => {
    for (const key of ["scale", "phones"])
      await ok("record", "--type", "transport", "--field", "transport.mode=road", "--as", key);
    const tiers = async (...args: string[]) =>
      new Set(json(await ok("list", ...args)).events.map((event: { tier: string }) => event.tier));
    expect(await tiers()).toEqual(new Set(["INDIVIDUAL_SIGNED", "DEVICE_SIGNED", "GATEWAY_SIGNED"]));
    expect(await tiers("--min-tier", "individual")).toEqual(new Set(["INDIVIDUAL_SIGNED", "DEVICE_SIGNED"]));
    expect(await tiers("--min-tier", "DEVICE_SIGNED")).toEqual(new Set(["DEVICE_SIGNED"]));
    expect((await dpp("list", "--min-tier", "best")).status).toBe(2);
  });

  it("brings a pack file to another home's ledger, once", async () => {
    await ok("record", "--type", "transport", "--field", "transport.mode=rail", "--as", "scale");
    const out = `${command.directory}/scale.dppp`;
    const packed = await ok("pack", "--as", "scale", "--out", out);
    expect(json(packed).files).toEqual([out]);
    expect(json(await ok("import", out))).toMatchObject({ outcome: "same", events: { added: 0, same: 2 } });
    // What waits is written again, also when nothing is sealed anew; a path that cannot be written is refused before.
    const again = json(await ok("pack", "--as", "scale", "--out", out));
    expect([again.packs, again.files]).toEqual([[], [out]]);
    await ok("record", "--type", "transport", "--field", "transport.mode=rail", "--as", "scale");
    const nowhere = await dpp("pack", "--as", "scale", "--out", `${command.directory}/nowhere/w.dppp`);
    expect([nowhere.status, codeOf(nowhere)]).toEqual([2, "output/file"]);
    const second = json(await ok("pack", "--as", "scale", "--out", out));
    expect(second.packs).toMatchObject([{ lo: 2, hi: 3 }]);
    expect(second.files).toEqual([out, `${command.directory}/scale-2.dppp`]);
    await ok("anchor", out, "--as", "relayer");
    expect(json(await ok("anchor", out, "--as", "relayer"))).toMatchObject({
      anchored: [],
      held: [],
      transactions: [],
    });
  });

  it("gives up what came from the future, and goes on after it", async () => {
    const ahead = { ...transport, captured: "2099-01-01T00:00:00Z" };
    expect(codeOf(await dpp("record", await command.file(ahead), "--as", "phones"))).toBe(
      "event/clock-ahead",
    );
    await recordFast("phones");
    const among = await dpp("record", await command.file([ahead, transport]), "--as", "phones");
    expect([among.status, json(among).refused, json(among).recorded]).toMatchObject([
      1,
      [{ at: 1, code: "event/clock-ahead" }],
      [{ counter: 2 }],
    ]);
    const packed = await dpp("pack", "--as", "phones");
    expect([packed.status, json(packed).held?.counter, json(packed).packs]).toMatchObject([
      1,
      1,
      [{ lo: 0, hi: 1 }],
    ]);
    expect(await say("pack", "--as", "phones")).toMatch(
      /First .*dpp event anchor.*dpp event gap --through 1 --reason refused/,
    );
    // Before it is anchored, the pack would go as well; and of what was never used nobody knows.
    const gap = ["gap", "--reason", "refused", "--as", "phones", "--through"];
    const early = await dpp(...gap, "1");
    expect([early.status, json(early).error]).toMatchObject([
      2,
      { code: "usage/confirm", details: { events: 2, sealed: 1, first: 0, last: 1, beyond: 0 } },
    ]);
    await ok("anchor", "--as", "relayer");
    expect(json(await dpp(...gap, "9007199254740990")).error).toMatchObject({
      code: "usage/confirm",
      details: { events: 2, sealed: 0, beyond: 9007199254740988 },
    });
    expect(json(await dpp(...gap, "1")).error).toMatchObject({ details: { events: 1, sealed: 0 } });
    expect(json(await ok(...gap, "1", "--yes"))).toMatchObject({ lo: 1, hi: 2 });
    expect(json(await ok("pack", "--as", "phones")).packs).toMatchObject([{ lo: 2, hi: 3 }]);
    const past = await command.file({ ...transport, captured: "1970-01-02T00:00:00Z" });
    await ok("record", past, "--as", "phones");
    await ok("pack", "--as", "phones");
    const anchored = json(await ok("anchor", "--as", "relayer")).anchored as { late: boolean }[];
    expect(anchored.map(({ late }) => late)).toEqual([false, true]);
    const thread = json(await ok("thread", "phones"));
    expect(thread.thread).toMatchObject({ next: 4, total: 3, seq: 4 });
    expect(thread.entries.map((entry: { kind: string }) => entry.kind)).toEqual([
      "append",
      "gap",
      "append",
      "append",
    ]);
  });

  it("names what is wrong", async () => {
    expect(
      codeOf(await dpp("record", "--type", "transport", "--field", "transport.mode=road", "--as", "lawyer")),
    ).toBe("thread/none");
    expect(
      codeOf(
        await dpp("record", "--type", "transport", "--field", "transport.mode=camel", "--as", "village"),
      ),
    ).toBe("event/wrong-type");
    expect(codeOf(await dpp("record", await command.file("x".repeat(1_100_000)), "--as", "village"))).toBe(
      "event/too-large",
    );
    expect(codeOf(await dpp("show", "00000000-0000-8000-8000-000000000000"))).toBe("event/unknown");
    expect(codeOf(await dpp("import", await command.file("not a pack")))).toMatch(/^cbor\//);
    expect(codeOf(await dpp("gap", "--through", "0", "--as", "scale"))).toBe("thread/gap");
    expect(codeOf(await dpp("gap", "--through", "9"))).toBe("usage/arguments");
  });

  it("writes nothing while its source is suspended, and says so", async () => {
    const road = ["record", "--type", "transport", "--field", "transport.mode=road", "--as", "village"];
    expect(json(await ok(...road)).warnings).toEqual([]);
    expect(json(await ok("pack", "--as", "village")).warnings).toEqual([]);
    expect((await command.dpp("role", "suspend", "village", "--reason", "1")).status).toBe(0);
    const held = await dpp("anchor", "--as", "relayer");
    expect([held.status, json(held).held]).toMatchObject([1, [{ code: "thread/not-live", final: false }]]);
    for (const verb of [road, ["pack", "--as", "village"]])
      expect(json(await ok(...verb)).warnings).toEqual([
        expect.stringMatching(/is Suspended: nothing of it/),
      ]);
    expect(codeOf(await dpp("close", "--as", "village", "--yes"))).toBe("thread/not-live");
    const asked = await dpp("close", "--quorum", "village");
    expect([asked.status, json(asked).error]).toMatchObject([
      2,
      { code: "usage/confirm", details: { events: 2, sealed: 2 } },
    ]);
    expect(json(await ok("close", "--quorum", "village", "--yes")).closed).toBe(true);
    expect(codeOf(await dpp(...road))).toBe("thread/closed");
    expect(codeOf(await dpp("pack", "--as", "village"))).toBe("thread/closed");
  });

  it("refuses a thread whose counters are all given up", async () => {
    await ok("gap", "--through", "9007199254740990", "--as", "scale", "--yes");
    const refused = await dpp("record", await command.file(transport), "--as", "scale");
    expect(codeOf(refused)).toBe("thread/full");
    expect(codeOf(await dpp("pack", "--as", "scale"))).toBe("thread/full");
  });

  it("erases payloads of a time that is over, when told so twice", async () => {
    const erase = (...args: string[]) => dpp("erase-payloads", "--received-before", ...args);
    expect(codeOf(await erase("2099-01-01", "--yes"))).toBe("usage/arguments");
    await ok("record", await command.file(transport), "--as", "phones");
    const now = new Date().toISOString();
    const asked = await erase(now);
    expect([asked.status, codeOf(asked)]).toEqual([2, "usage/confirm"]);
    const { payloads, unanchored } = json(asked).error.details;
    interface Row {
      readonly receivedAt: number;
      readonly hasPayload: boolean;
      readonly pack: { readonly state: { readonly kind: string } } | null;
    }
    // What a fast clock received lies ahead.
    const all = async () =>
      (json(await ok("list")).events as Row[]).filter(({ receivedAt }) => receivedAt < Date.parse(now));
    const rows = await all();
    expect([payloads, unanchored]).toEqual([
      rows.length,
      rows.filter(({ pack }) => pack?.state.kind !== "anchored").length,
    ]);
    expect(unanchored).toBeGreaterThan(0);
    expect(json(await erase(now, "--yes"))).toEqual({ erased: payloads, unanchored });
    expect((await all()).some(({ hasPayload }) => hasPayload)).toBe(false);
    expect(json(await erase(now))).toEqual({ erased: 0, unanchored: 0 });
  });
});
