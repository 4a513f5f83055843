import { describe, expect, it } from "vitest";
import { TIER_WORDS } from "../src/domain/tier-words.js";
import type { ListedEvent, StoredPack } from "../src/ports/event-store.js";
import type { GapEntry } from "../src/usecases/events/given-up.js";
import type { EventView } from "../src/usecases/events/show.js";
import { eventJson, eventLines, eventTable } from "./event-text.js";

const event = {
  id: "e564dee6-0000-8000-8000-000000000000",
  hash: "aa".repeat(32),
  type: "transport",
  tier: "DEVICE_SIGNED",
  captured: Date.UTC(2026, 5, 15),
  receivedAt: Date.UTC(2026, 5, 15),
} as ListedEvent["event"];
const refused = {
  lo: 3,
  hi: 5,
  root: "bb".repeat(32),
  state: { kind: "refused", code: "pack/overlap", reason: "the ledger has others" },
} as StoredPack;
const gap: GapEntry = { kind: "gap", lo: 3, hi: 5, reason: 1 };

const view = (fields: Partial<EventView>): EventView =>
  ({
    event,
    leaf: {
      source: "ee",
      type: "transport",
      tier: "DEVICE_SIGNED",
      counter: 3,
      captured: event.captured,
      clock: "gnss",
      subject: "",
    },
    leafBytes: Uint8Array.of(1),
    pack: null,
    source: {
      name: "cc",
      role: "STATION",
      operator: "gln:9506000134352",
      status: "Active",
      live: false,
      place: "",
    },
    parties: [],
    standing: "expired since 2026-01-01T00:00:00.000Z",
    written: null,
    seq: null,
    givenUp: null,
    payload: null,
    payloadFault: null,
    amended: { tier: null, counts: null, amendments: [], omitted: 0 },
    ...fields,
  }) as EventView;
const line = (given: EventView, head: string): string =>
  eventLines(given).find((text) => text.startsWith(head)) ?? "";

describe("events as lines", () => {
  it("tell one that was given up as that, whatever became of its pack", () => {
    const told = "given up for good: device lost or broken";
    for (const pack of [null, refused]) {
      expect(eventTable([{ event, pack }], new Map([[event.id, gap]]))[1]).toContain(told);
      const given = view({ pack, givenUp: { entry: gap, txHash: "dd".repeat(32) } });
      expect(line(given, "on the ledger")).toContain(`no: ${told}, in transaction dddd`);
      expect(line(given, "refused")).toBe("");
      expect(eventJson(given)).toMatchObject({ givenUp: { reason: 1, txHash: "dd".repeat(32) } });
    }
    const unnamed = new Map([[event.id, { ...gap, reason: 0 }]]);
    expect(eventTable([{ event, pack: null }], unnamed)[1]).toContain("given up for good, no reason given");
    expect(eventTable([{ event, pack: null }])[1]).toContain("no: in no pack");
    expect(eventTable([{ event, pack: refused }])[1]).toContain("refused: pack/overlap");
    expect(line(view({ pack: refused }), "on the ledger")).toContain("its pack is refused");
  });

  it("say where the source stands today, which its status alone does not", () => {
    expect(line(view({}), "source")).toContain("expired since 2026-01-01");
    expect(eventJson(view({}))).toMatchObject({ source: { status: "Active", live: false } });
    expect(eventLines(view({}))[1]).toBe(TIER_WORDS.DEVICE_SIGNED.long);
  });

  it("name each party of what several signed, and which of them are one company", () => {
    const party = { name: "dd", live: true, standing: "Active" } as const;
    const parties = [
      { ...party, role: "LAB", operator: "gln:9506000140001", form: "P-256", note: null },
      {
        ...party,
        role: "AUTHORITY",
        operator: "gln:9506000140001",
        form: "WebAuthn",
        note: "not independent: the same operator as LAB",
      },
      { ...party, role: null, operator: null, form: null, standing: "", live: false, note: null },
    ] as const;
    const lines = eventLines(view({ source: null, standing: "", parties })).filter((text) =>
      text.startsWith("party"),
    );
    expect(lines).toEqual([
      expect.stringMatching(/LAB gln:9506000140001, Active, P-256/),
      expect.stringMatching(/AUTHORITY .*; not independent: the same operator as LAB/),
      expect.stringMatching(/dd \(not accredited here\)/),
    ]);
  });
});
