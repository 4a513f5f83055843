import { describe, expect, it } from "vitest";
import { contentMemory } from "../../adapters/content-memory.js";
import { cidToHex } from "../../domain/cid.js";
import type { DppError } from "../../domain/errors.js";
import { AT, actionWorld, ownerOf, PASSPORT, PLACE, text } from "../../testing/action-world.js";
import type { Context } from "../context.js";
import { type ActionDraft, composeAction, recorder } from "./compose.js";
import { openAction } from "./read.js";

const world = actionWorld("compose");
const owner = ownerOf(world.owners[0]);
/** An owner who seals to himself alone needs neither ledger nor policy. */
const context = {
  contracts: { config: { hash: PLACE.config } },
  clock: { now: () => AT },
  random: world.random,
  content: contentMemory(),
} as unknown as Context;

const draft = (changes: Partial<ActionDraft> = {}): ActionDraft => ({
  passport: PASSPORT,
  type: "note",
  actor: null,
  elements: [text("action.text", "Kept dry")],
  sealed: [{ section: "owner", elements: [text("invoice.number", "R-1")] }],
  ownerKey: owner.publicKey,
  policies: [],
  ...changes,
});

const codeOf = async (changes: Partial<ActionDraft>): Promise<string> => {
  const refused = await composeAction(context, draft(changes), "").catch((error: DppError) => error.code);
  return typeof refused === "string" ? refused : "composed";
};

describe("an action's record", () => {
  it("is stored under its content id, made for the head that it follows", async () => {
    const head = "ab".repeat(32);
    const { cid, bytes, record } = await composeAction(context, draft(), head);
    expect(await context.content.get(cid)).toEqual(bytes);
    expect([record.previous, record.at, record.passport]).toEqual([head, AT, PASSPORT]);
    expect((await openAction(bytes, [owner])).sections[0]?.elements?.[0]?.value).toBe("R-1");
  });

  it.each<[string, Partial<ActionDraft>, string]>([
    ["as it is", {}, "composed"],
    ["for an owner whose key nobody knows", { ownerKey: null }, "action/owner-key"],
    [
      "for an owner with a key that everyone could read with",
      { ownerKey: new Uint8Array(32) },
      "keyring/bad-public-key",
    ],
    [
      "with the owner's section twice",
      { sealed: [...draft().sealed, ...draft().sealed] },
      "action/duplicate-section",
    ],
    ["that says nothing", { elements: [], sealed: [] }, "action/element"],
    ["of an unknown type", { type: "gift" as ActionDraft["type"] }, "action/type"],
    [
      "with a hand-over that is no transfer",
      { handOver: { buyer: world.owners[1].publicKey, keys: [owner] } },
      "action/malformed",
    ],
  ])("%s", async (_, changes, code) => {
    expect(await codeOf(changes)).toBe(code);
  });
});

describe("a recorder", () => {
  it("composes again when another action came between, and not when only the plan is made anew", async () => {
    const heads: string[] = [];
    const { record, composed } = recorder((head) => {
      heads.push(head);
      return composeAction(context, draft(), head);
    });
    expect(composed()).toBeNull();
    const first = await record("");
    expect(await record("")).toBe(first);
    const second = await record("ab".repeat(32));
    expect(heads).toEqual(["", "ab".repeat(32)]);
    expect(second).not.toBe(first);
    expect(cidToHex(composed()?.cid ?? "")).toBe(second);
  });
});
