import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_PAYLOAD_BYTES } from "../src/domain/action-payload.js";
import { runCommand } from "./program.js";
import { productFile, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
let shirt: string;

const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);

interface Listed {
  readonly place: number;
  readonly type: string;
  readonly actor: string | null;
  readonly mark: { readonly code: string } | null;
  readonly cid: string;
  readonly elements: readonly {
    readonly id: string;
    readonly value: unknown;
    readonly unit: string | null;
  }[];
  readonly sealed: readonly { readonly name: string; readonly elements: readonly unknown[] | null }[];
  readonly handOver: boolean;
}

async function done(...args: string[]): Promise<Record<string, unknown>> {
  const { status, json } = await dpp(...args);
  expect([args.join(" "), json.error ?? null, status]).toEqual([args.join(" "), null, 0]);
  return json;
}
const log = (...args: string[]) => done("action", "log", shirt, ...args);
const refusal = async (...args: string[]) => {
  const { status, json } = await dpp("action", "log", shirt, ...args);
  return [status, json.error?.code];
};
const list = async (...args: string[]): Promise<readonly Listed[]> =>
  (await done("action", "list", shirt, ...args)) as unknown as readonly Listed[];
const length = async (): Promise<number> => (await list()).length;

/** Names of the sections of the last action that the key opens. */
const opened = async (...args: string[]): Promise<string[]> =>
  ((await list(...args)).at(-1)?.sealed ?? []).flatMap(({ name, elements }) =>
    elements === null ? [] : [name],
  );

const sealedRepair = {
  elements: [{ id: "repair.done", value: "Seam sewn" }],
  sealed: {
    supplyChain: [{ id: "workshop.thread", value: "Polyester 120" }],
    owner: [{ id: "invoice.total", value: "12.50", type: "decimal", unit: "[EUR]" }],
  },
};

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  for (const [key, role] of [
    ["maker", "MANUFACTURER"],
    ["maker2", "MANUFACTURER"],
    ["repairer", "REPAIRER"],
    ["authority", "AUTHORITY"],
  ] as const)
    await command.accredit(key, role);
  for (const key of ["owner", "buyer", "stranger"]) await command.key(key);
  await done("keyring", "refresh", "--as", "maker");
  const file = await command.file(productFile("ACT-1"));
  const issued = await done("passport", "issue", file, "--as", "maker", "--owner", "owner");
  shirt = (issued.passports as readonly { readonly id: string }[])[0]?.id ?? "";
});
afterAll(() => command.remove());

describe("an owner", () => {
  it("logs what is to be known, and anybody reads and verifies it", async () => {
    expect((await dpp("action", "verify", shirt)).status).toBe(0);
    const logged = await log("--type", "note", "--as", "owner", "--text", "Bought second-hand");
    expect([logged.type, logged.actor]).toEqual(["note", null]);
    const [note] = await list();
    expect(note?.elements).toEqual([
      { id: "action.text", type: "string", value: "Bought second-hand", unit: null },
    ]);
    const verified = await done("action", "verify", shirt);
    expect([verified.ok, (verified.checks as { ok: boolean }[]).map(({ ok }) => ok)]).toEqual([
      true,
      [true, true],
    ]);
  });

  it("logs a theft and a find in a few words", async () => {
    await log("--type", "theft", "--as", "owner", "--at", "2026-01-02");
    await log("--type", "found", "--as", "owner", "--text", "In the cellar");
    expect((await list()).slice(-2).map(({ type }) => type)).toEqual(["theft", "found"]);
  });
});

describe("a repairer, with the owner", () => {
  it("logs in his own name and seals by group; each reader opens exactly what is his", async () => {
    const file = await command.file(sealedRepair);
    const logged = await log("--type", "repair", "--as", "repairer", "--owner", "owner", "--file", file);
    expect(logged.sections).toEqual([
      { name: "supplyChain", readers: 4 },
      { name: "owner", readers: 1 },
    ]);
    expect((await list()).at(-1)?.actor).toBe(logged.actor);
    expect(await opened("--as", "repairer")).toEqual(["supplyChain"]);
    expect(await opened("--as", "maker")).toEqual(["supplyChain"]);
    expect(await opened("--as", "owner")).toEqual(["supplyChain", "owner"]);
    for (const reader of [["--as", "stranger"], ["--as", "buyer"], []])
      expect(await opened(...reader)).toEqual([]);
  });

  it("measures the state of health with one option", async () => {
    await log("--type", "soh", "--as", "repairer", "--owner", "owner", "--soh", "87.5");
    expect((await list()).at(-1)?.elements[0]).toMatchObject({ id: "soh.value", value: "87.5", unit: "%" });
  });

  it("cannot log without the owner", async () => {
    expect(await refusal("--type", "repair", "--as", "repairer", "--done", "Nothing")).toEqual([
      1,
      "action/owner-needed",
    ]);
  });

  it("cannot log on the day on which he is suspended, nor does he read what is sealed then", async () => {
    await done("role", "suspend", "repairer");
    const count = await length();
    const repair = ["--type", "repair", "--as", "repairer", "--owner", "owner", "--done", "Seam"];
    expect(await refusal(...repair)).toEqual([1, "role/not-live"]);
    expect(await length()).toBe(count);
    await log("--type", "repair", "--as", "owner", "--file", await command.file(sealedRepair));
    expect(await opened("--as", "repairer")).toEqual([]);
    expect(await opened("--as", "maker")).toEqual(["supplyChain"]);
    await done("role", "renew", "repairer");
    await log(...repair);
  });
});

describe("a recall", () => {
  const recall = ["--type", "recall", "--reason", "unsafe-product", "--notice", "https://example.com/recall"];

  it("comes from the issuer or an authority, without the owner", async () => {
    for (const key of ["maker", "authority"]) {
      await log(...recall, "--as", key);
      const last = (await list()).at(-1);
      expect(last?.elements.map(({ id, value }) => [id, value])).toEqual([
        ["recall.notice", "https://example.com/recall"],
        ["recall.reason", 4],
      ]);
    }
  });

  it("does not come from another manufacturer", async () => {
    expect(await refusal(...recall, "--as", "maker2")).toEqual([1, "action/owner-needed"]);
  });

  it("does not come from the owner, nor in the name of a repairer", async () => {
    expect(await refusal(...recall, "--as", "owner")).toEqual([1, "action/not-entitled"]);
    expect(await refusal(...recall, "--as", "repairer", "--owner", "owner")).toEqual([
      1,
      "action/not-entitled",
    ]);
  });

  it("of a manufacturer who still owns the product comes in his own name", async () => {
    const file = await command.file(productFile("ACT-2"));
    const issued = await done("passport", "issue", file, "--as", "maker");
    const [{ id }] = issued.passports as [{ id: string }];
    const logged = await done("action", "log", id, ...recall, "--as", "maker");
    expect(logged.actor).not.toBeNull();
    expect((await done("action", "verify", id)).ok).toBe(true);
  });

  it("needs a reason, and words or a link", async () => {
    const as = ["--as", "maker", "--type", "recall"];
    expect(await refusal(...as, "--reason", "unsafe-product")).toEqual([1, "action/element"]);
    expect(await refusal(...as, "--text", "Stop using it")).toEqual([1, "action/element"]);
    expect(await refusal(...as, "--reason", "because")).toEqual([2, "usage/arguments"]);
  });
});

describe("what cannot be logged", () => {
  it.each<[string, string[], unknown, number, string]>([
    [
      "somebody's who neither owns nor has a role",
      ["--type", "note", "--as", "stranger", "--text", "Hello"],
      null,
      1,
      "passport/not-owner",
    ],
    ["an unknown type", ["--type", "gift", "--as", "owner"], null, 1, "action/type"],
    [
      "a transfer, which is a verb of its own",
      ["--type", "transfer", "--as", "owner"],
      null,
      2,
      "usage/arguments",
    ],
    ["a repair that says nothing", ["--type", "repair", "--as", "owner"], null, 1, "action/element"],
    ["a health of 101 %", ["--type", "soh", "--as", "owner", "--soh", "101"], null, 1, "action/payload"],
    [
      "a public text of 2 KiB",
      ["--type", "note", "--as", "owner", "--text", "x".repeat(2048)],
      null,
      1,
      "action/too-large",
    ],
    [
      "for a group that the policy does not have",
      ["--type", "note", "--as", "owner"],
      { sealed: { near: [{ id: "action.text", value: "x" }] } },
      1,
      "action/unknown-group",
    ],
    [
      "in public what the policy seals",
      ["--type", "note", "--as", "owner", "--text", "x"],
      { elements: [{ id: "textile.chain.batch", value: "B-18" }] },
      1,
      "action/not-public",
    ],
    [
      "with a file that is too large",
      ["--type", "note", "--as", "owner"],
      `"${"x".repeat(MAX_PAYLOAD_BYTES)}"`,
      1,
      "action/too-large",
    ],
    ["with a file that is no JSON", ["--type", "note", "--as", "owner"], "{", 1, "action/malformed-json"],
    [
      "with sections beyond what a record holds",
      ["--type", "note", "--as", "owner"],
      {
        sealed: {
          owner: Array.from({ length: 9 }, (_, at) => ({ id: `a.n${at}`, value: "x".repeat(8000) })),
          supplyChain: [{ id: "action.text", value: "x" }],
        },
      },
      1,
      "action/too-large",
    ],
    [
      "with a key that is not here",
      ["--type", "note", "--as", "nobody", "--text", "x"],
      null,
      2,
      "keystore/not-found",
    ],
    [
      "for the owner, by who does not know his key",
      ["--type", "recall", "--as", "maker", "--reason", "4", "--text", "x"],
      { sealed: { owner: [{ id: "a.b", value: "x" }] } },
      1,
      "action/owner-key",
    ],
  ])("%s", async (_, args, payload, status, code) => {
    const count = await length();
    const file = payload === null ? [] : ["--file", await command.file(payload)];
    expect(await refusal(...args, ...file)).toEqual([status, code]);
    expect(await length()).toBe(count);
  });
});

describe("for people", () => {
  const printed = async (...args: string[]): Promise<string> => {
    let out = "";
    const streams = {
      out: (text: string) => {
        out += text;
      },
      err: () => {},
    };
    await runCommand([...args, "--home", command.home], streams, {});
    return out;
  };

  it("each action is told with who, when and what; a text cannot pass for a line of ours", async () => {
    await log(
      "--type",
      "note",
      "--as",
      "owner",
      "--text",
      "Dry\n9  2026-01-01T00:00:00Z  repair  by the owner",
    );
    const lines = (await printed("action", "list", shirt, "--as", "repairer")).split("\n");
    expect(lines).toContain("     repair.done Seam sewn");
    expect(lines).toContain("     [supplyChain] workshop.thread Polyester 120");
    expect(lines).toContain("     sealed for owner: 1 key, not this one");
    expect(lines).toContain("     recall.reason unsafe product");
    expect(lines.some((line) => /^\d+ {2}\S+Z {2}repair {2}by REPAIRER gln:9506000134307$/.test(line))).toBe(
      true,
    );
    expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(await length());
  });

  it("the checks are told, and what they do not say", async () => {
    const text = await printed("action", "verify", shirt);
    expect(text).toMatch(/^ok {3}chain .* lead to the ledger's head [0-9a-f]{64}$/m);
    expect(text).toMatch(/not checked: that what an action says is true/);
  });
});

describe("several at once", () => {
  it("each find their place, and the chain holds", async () => {
    const count = await length();
    await Promise.all([
      log("--type", "note", "--as", "owner", "--text", "One"),
      log("--type", "recall", "--as", "maker", "--reason", "4", "--text", "Two"),
      log("--type", "recall", "--as", "authority", "--reason", "4", "--text", "Three"),
    ]);
    expect((await done("action", "verify", shirt)).ok).toBe(true);
    expect((await list()).slice(count).map(({ mark }) => mark)).toEqual([null, null, null]);
  });
});

describe("an actor elsewhere", () => {
  it("is told who must sign where", async () => {
    const readingKey = "07".repeat(32);
    const holder =
      "addr_test1qz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgs68faae";
    const made = await done(
      ...["role", "issue", "--role", "REPAIRER", "--operator", "gln:9506000140308"],
      ...["--reading-key", readingKey, "--holder", holder],
    );
    const args = [
      "--type",
      "repair",
      "--as",
      "owner",
      "--actor",
      made.attestation as string,
      "--done",
      "Seam",
    ];
    expect(await refusal(...args)).toEqual([1, "action/key-elsewhere"]);
  });

  it("seals to the owner under the key that the owner shows him", async () => {
    const { ownerKey } = await done("action", "key", shirt, "--as", "owner");
    const file = await command.file({ sealed: { owner: [{ id: "recall.measure", value: "Come by" }] } });
    const recall = ["--type", "recall", "--as", "maker", "--reason", "4", "--text", "Seam opens"];
    await log(...recall, "--file", file, "--owner-key", ownerKey as string);
    expect(await opened("--as", "owner")).toEqual(["owner"]);
    expect(await opened("--as", "maker")).toEqual([]);
  });
});

describe("after a transfer", () => {
  it("the buyer reads what was sealed to the owner before, and the seller nothing that comes after", async () => {
    const request = await done("owner", "receive", "--as", "buyer");
    await done("passport", "transfer", shirt, "--to", request.text as string, "--as", "owner", "--yes");
    expect((await list()).at(-1)).toMatchObject({ type: "transfer", actor: null, handOver: true });
    const owned = async (key: string) =>
      (await list("--as", key)).flatMap(({ sealed }) =>
        sealed.filter(({ name }) => name === "owner").map(({ elements }) => elements !== null),
      );
    await log(
      "--type",
      "note",
      "--as",
      "buyer",
      "--file",
      await command.file({ sealed: { owner: [{ id: "action.text", value: "Mine" }] } }),
    );
    expect(await owned("buyer")).toEqual([true, true, true, true]);
    expect(await owned("owner")).toEqual([true, true, true, false]);
    expect(await refusal("--type", "note", "--as", "owner", "--text", "Still here")).toEqual([
      1,
      "passport/not-owner",
    ]);
  });
});

describe("a lost record", () => {
  it("is a hole that is seen, and the chain holds", async () => {
    const before = await list();
    await done("content", "unpin", before[0]?.cid ?? "");
    const { status, json } = await dpp("action", "verify", shirt);
    const checks = json.checks as unknown as { name: string; ok: boolean }[];
    expect([status, checks.map(({ name, ok }) => [name, ok])]).toEqual([
      1,
      [
        ["chain", true],
        ["records", false],
      ],
    ]);
    const after = await list();
    expect(after[0]?.mark?.code).toBe("action/missing-record");
    expect(after.slice(1)).toEqual(before.slice(1));
  });
});
