/** The verbs over a ledger that reorganises; which ledger a home has is the configuration's matter, and not asked here. */
import { Command } from "commander";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { DppError } from "../../src/domain/errors.js";
import { submissionsOf } from "../../src/ports/pending-transactions.js";
import { type RollbackWorld, rollbackWorld } from "../../src/testing/rollback-world.js";
import { exitStatusOf, makeOutput } from "../output.js";
import type { RunVerb } from "../verb.js";
import { txCommands } from "./tx.js";

const DEPTH = 3;
let world: RollbackWorld;
/** ms. */
let waits: number[];
vi.mock("../home.js", () => ({ openSubmissions: async () => submissionsOf(world.context.ledger) }));
beforeEach(async () => {
  waits = [];
  world = await rollbackWorld(DEPTH, { conflict: 2_000, resend: 1_000, wait: 10_000 });
  const before = await world.pending.list();
  for (const { hash } of before) await world.pending.remove(hash);
});

async function dpp(json: boolean, ...args: readonly string[]) {
  const printed = { out: "", err: "", status: 0 };
  const streams = {
    out: (text: string) => {
      printed.out += text;
    },
    err: (text: string) => {
      printed.err += text;
    },
  };
  const output = makeOutput(json, streams);
  const refuse = (): void => {
    printed.status = 1;
  };
  const run: RunVerb = async (action) => {
    try {
      await action({ output, refuse, abandon: () => {}, home: "" });
    } catch (error) {
      output.failure(error);
      printed.status = exitStatusOf(error);
    }
  };
  const program = new Command("dpp").exitOverride();
  txCommands(program, run, {}, async (ms) => {
    waits.push(ms);
    world.node.block();
  });
  await program.parseAsync(["tx", ...args], { from: "user" });
  return printed;
}
const hashOf = async (): Promise<string> => (await world.issue("A1")).submitted.txHash;

describe("dpp tx", () => {
  it("lists what is under way with its depth and purpose, and nothing else", async () => {
    expect((await dpp(false, "list")).out).toBe("nothing is under way\n");
    const hash = await hashOf();
    const { out } = await dpp(false, "list");
    expect(out).toMatch(/in a block, 1 of 3 deep +issue \/01\/09506000134352\/21\/A1 +[0-9a-f]{64}/);
    world.node.reorganise(1);
    expect(JSON.parse((await dpp(true, "list")).out)).toMatchObject({
      settledAt: DEPTH,
      transactions: [{ hash, status: "waiting", confirmations: 0, lost: false }],
    });
  });

  it("settles: sends again, and takes off the list what is deep enough", async () => {
    const hash = await hashOf();
    world.node.reorganise(1);
    expect((await dpp(false, "settle")).out).toContain("in no block");
    for (let block = 0; block < DEPTH; block++) world.node.block();
    const settled = await dpp(true, "settle");
    expect(JSON.parse(settled.out).transactions).toMatchObject([{ hash, status: "settled" }]);
    expect(settled.status).toBe(0);
    expect((await dpp(false, "list")).out).toBe("nothing is under way\n");
  });

  it("watches until nothing is under way, and not for ever", async () => {
    await hashOf();
    const watched = await dpp(false, "settle", "--watch", "--for", "5");
    expect([watched.out, waits]).toEqual([expect.stringContaining("in a block, 2 of 3 deep"), [5_000]]);
    expect(watched.err).toBe("1 under way\n");
    expect((await dpp(false, "settle", "--watch")).out).toContain("settled, 3 deep");
    expect(waits).toHaveLength(2);
  });

  it("says what is lost, and why, until somebody forgets it", async () => {
    const hash = await hashOf();
    world.node.reorganise(1);
    const rule = vi
      .spyOn(world.node, "submit")
      .mockRejectedValue(new DppError("ledger/refused", "its validity has ended"));
    expect((await dpp(false, "settle")).status).toBe(0);
    const early = await dpp(true, "forget", hash);
    expect(JSON.parse(early.out).error).toMatchObject({ code: "tx/under-way" });
    for (let block = 1; block < DEPTH; block++) world.node.block();
    expect(await dpp(false, "settle")).toMatchObject({ status: 1 });
    rule.mockRestore();
    const shown = await dpp(false, "show", hash);
    expect(shown.out).toMatch(/status +lost \(refused\)\nbecause +its validity has ended/);
    expect((await dpp(false, "forget", hash)).out).toBe(`${hash} is forgotten\n`);
    expect(JSON.parse((await dpp(true, "show", hash)).out).error).toMatchObject({ code: "tx/unknown" });
  });

  it("forgets what is under way when that is wanted, and sends it no more", async () => {
    const hash = await hashOf();
    world.node.reorganise(1);
    expect((await dpp(false, "forget", hash, "--force")).status).toBe(0);
    await dpp(false, "settle");
    world.node.block();
    expect(await world.node.transaction(hash)).toBeNull();
  });

  it("wants a whole hash", async () => {
    await expect(dpp(false, "show", "abc")).rejects.toThrow(/32 bytes/);
  });
});
