import { expect, it } from "vitest";
import type { ActionRecord, ActionType } from "../../domain/action.js";
import { toHex, utf8 } from "../../domain/bytes.js";
import type { HistoryEntry } from "./fold.js";
import { noticesOf, type ToldRecords } from "./notices.js";

const name = (role: string, fill: string): string => toHex(utf8(role)) + fill.repeat(12);
const ISSUER = name("DPP_MANUFACTURER", "a1");
const OTHER_MAKER = name("DPP_MANUFACTURER", "a2");
const REPAIRER = name("DPP_REPAIRER", "b1");
const OTHER_REPAIRER = name("DPP_REPAIRER", "b2");
const AUTHORITY = name("DPP_AUTHORITY", "c1");
const OTHER_AUTHORITY = name("DPP_AUTHORITY", "c2");

type Logged = readonly [type: ActionType | "lost" | "void", actor: string | null];

/** What is open after these actions, one after the other: kind and the number of the action. */
function openAfter(...logged: readonly Logged[]): readonly string[] {
  const hash = (at: number): string => String(at).padStart(64, "0");
  const entries = logged.map(
    ([, actor], at) =>
      ({
        act: "Log",
        actor,
        record: "",
        txHash: hash(at),
        slot: at,
        height: at,
        time: at,
        ownerBefore: null,
        after: { datum: { extra: { issuer: ISSUER } }, state: null, owner: null },
      }) as unknown as HistoryEntry,
  );
  const records: ToldRecords = new Map(
    logged.flatMap(([type, actor], at) => {
      if (type === "lost") return [];
      return [[hash(at), type === "void" ? null : ({ type, actor } as ActionRecord)] as const];
    }),
  );
  return noticesOf(entries, records).map(({ kind, time }) => `${kind} ${time}`);
}

it("calls back when the issuer or an authority does, and for nobody else's word", () => {
  expect(openAfter(["recall", ISSUER], ["recall", AUTHORITY])).toEqual(["recall 0", "recall 1"]);
  expect(openAfter(["recall", REPAIRER], ["recall", OTHER_MAKER], ["recall", null])).toEqual([]);
});

it("never ends a recall by a find", () => {
  expect(openAfter(["recall", ISSUER], ["found", ISSUER], ["found", AUTHORITY])).toEqual(["recall 0"]);
});

it("keeps what an authority reported, whatever an owner finds", () => {
  const reported = ["theft", AUTHORITY] as const;
  expect(openAfter(reported, ["found", null])).toEqual(["theft 0"]);
  expect(openAfter(["loss", AUTHORITY], ["found", null])).toEqual(["loss 0"]);
  expect(openAfter(reported, ["theft", null], ["found", null])).toEqual(["theft 0"]);
  expect(openAfter(reported, ["found", REPAIRER], ["found", ISSUER])).toEqual(["theft 0"]);
});

it("ends what owners reported by an owner's find, and not by another actor's", () => {
  expect(openAfter(["theft", null], ["loss", null], ["found", null])).toEqual([]);
  expect(openAfter(["theft", null], ["found", REPAIRER])).toEqual(["theft 0"]);
});

it("ends what an actor reported by his own find, and any theft or loss by an authority's", () => {
  expect(openAfter(["theft", REPAIRER], ["found", OTHER_REPAIRER])).toEqual(["theft 0"]);
  expect(openAfter(["theft", REPAIRER], ["found", REPAIRER])).toEqual([]);
  expect(openAfter(["theft", AUTHORITY], ["found", OTHER_AUTHORITY])).toEqual([]);
  expect(openAfter(["theft", REPAIRER], ["loss", null], ["found", AUTHORITY])).toEqual([]);
});

it("ends nothing that is reported afterwards", () => {
  expect(openAfter(["found", AUTHORITY], ["theft", null])).toEqual(["theft 1"]);
});

it("says that an action cannot be read, and no find ends it", () => {
  expect(openAfter(["lost", AUTHORITY], ["found", AUTHORITY])).toEqual(["unreadable 0"]);
  expect(openAfter(["lost", null])).toEqual(["unreadable 0"]);
  // Read, and not his to say.
  expect(openAfter(["void", REPAIRER])).toEqual([]);
});
