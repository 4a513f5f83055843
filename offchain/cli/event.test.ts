import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, type TestCommand, testCommand } from "./testing/command.js";

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

// biome-ignore lint/suspicious/noExplicitAny: the shape differs by verb.
const json = (ran: Ran): any => ran.json;

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
    await ok("anchor", out, "--as", "relayer");
    expect(json(await ok("anchor", out, "--as", "relayer"))).toMatchObject({
      anchored: [],
      held: [],
      transactions: [],
    });
  });

  it("gives up what came from the future, and goes on after it", async () => {
    const ahead = await command.file({ ...transport, captured: "2099-01-01T00:00:00Z" });
    await ok("record", ahead, "--as", "phones");
    await ok("record", await command.file(transport), "--as", "phones");
    const packed = await dpp("pack", "--as", "phones");
    expect([packed.status, json(packed).held?.counter, json(packed).packs]).toMatchObject([
      1,
      1,
      [{ lo: 0, hi: 1 }],
    ]);
    await ok("anchor", "--as", "relayer");
    expect(json(await ok("gap", "--through", "1", "--reason", "refused", "--as", "phones"))).toMatchObject({
      lo: 1,
      hi: 2,
    });
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
    await ok("record", "--type", "transport", "--field", "transport.mode=road", "--as", "village");
    await ok("pack", "--as", "village");
    expect((await command.dpp("role", "suspend", "village", "--reason", "1")).status).toBe(0);
    const held = await dpp("anchor", "--as", "relayer");
    expect([held.status, json(held).held]).toMatchObject([1, [{ code: "thread/not-live", final: false }]]);
    expect(codeOf(await dpp("close", "--as", "village"))).toBe("thread/not-live");
    expect(json(await ok("close", "--quorum", "village")).closed).toBe(true);
    expect(
      codeOf(await dpp("record", "--type", "transport", "--field", "transport.mode=road", "--as", "village")),
    ).toBe("thread/closed");
  });
});
