/** Acts of two organisations, each with a home of its own and one key in it: nothing goes from one to the other but files. */
import { copyFile, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../program.js";
import { productFile, type TestCommand, testCommand } from "../testing/command.js";

interface Ran {
  readonly status: number;
  readonly out: string;
  // The shape differs by verb; tests read what they state.
  // biome-ignore lint/suspicious/noExplicitAny: what a verb prints.
  readonly json: any;
}

const MACHINES = ["maker", "repairer", "recycler", "authority", "owner", "anyone"] as const;
type Machine = (typeof MACHINES)[number];

let command: TestCommand;
const roles = new Map<string, string>();
const homeOf = (machine: Machine): string => join(command.directory, machine);
const file = (name: string): string => join(command.directory, `${name}.json`);

async function run(machine: Machine, json: boolean, args: readonly string[]): Promise<Ran> {
  let out = "";
  const collect = (text: string): void => {
    out += text;
  };
  const all = [...args, ...(json ? ["--json"] : []), "--home", homeOf(machine)];
  const status = await runCommand(all, { out: collect, err: json ? () => undefined : collect }, {});
  return { status, out, json: json ? JSON.parse(out || "{}") : {} };
}
const read = async (machine: Machine, ...args: string[]): Promise<string> =>
  (await run(machine, false, args)).out;
async function must(machine: Machine, ...args: string[]): Promise<Ran> {
  const ran = await run(machine, true, args);
  if (ran.status !== 0) throw new Error(`${machine}: dpp ${args.join(" ")}: ${ran.out}`);
  return ran;
}
const quorum = (machine: Machine, ...args: string[]): Promise<Ran> => must(machine, "quorum", ...args);
async function refused(machine: Machine, ...args: string[]): Promise<[string, string]> {
  const { json } = await run(machine, true, args);
  return [json.error?.code, json.error?.message];
}

/** A new shirt of the owner's. */
async function issue(serial: string): Promise<string> {
  const path = await command.file(productFile(serial));
  const owner = (await must("owner", "key", "list")).json[0].address;
  const { json } = await must("maker", "passport", "issue", path, "--as", "maker", "--owner", owner);
  return json.passports[0].id;
}
const statusOf = async (id: string): Promise<string> =>
  (await must("anyone", "passport", "show", id)).json.state.status;

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  for (const [key, role] of [
    ["maker", "MANUFACTURER"],
    ["repairer", "REPAIRER"],
    ["recycler", "RECYCLER"],
    ["authority", "AUTHORITY"],
  ] as const) {
    const { json } = await command.accredit(key, role);
    roles.set(key, json.attestation as unknown as string);
  }
  await command.key("owner");
  for (const machine of MACHINES) {
    await mkdir(join(homeOf(machine), "keys"), { recursive: true });
    await copyFile(join(command.home, "deployment.json"), join(homeOf(machine), "deployment.json"));
    await symlink(join(command.home, "ledger"), join(homeOf(machine), "ledger"));
    const key = `${machine}.json`;
    if (machine !== "anyone")
      await rename(join(command.home, "keys", key), join(homeOf(machine), "keys", key));
    // What they published is fetched from each other; only the owner's machine is by itself.
    if (machine !== "owner") await symlink(join(command.home, "content"), join(homeOf(machine), "content"));
  }
  await must("maker", "keyring", "refresh", "--as", "maker");
}, 120_000);
afterAll(() => command.remove());

describe("the verbs for one machine", () => {
  it("say where to go when a key lies on another one", async () => {
    const id = await issue("ELSE-1");
    const role = (name: string): string => roles.get(name) ?? "";
    const cases: [Machine, string, ...string[]][] = [
      [
        "owner",
        "action/key-elsewhere",
        "action",
        "log",
        id,
        "--type",
        "note",
        "--text",
        "x",
        "--as",
        "owner",
      ],
      [
        "repairer",
        "action/owner-needed",
        "action",
        "log",
        id,
        "--type",
        "note",
        "--text",
        "x",
        "--as",
        "repairer",
      ],
      ["recycler", "passport/not-owner", "passport", "retire", id, "--as", "recycler"],
      ["recycler", "passport/key-elsewhere", "passport", "retire", id, "--as", "recycler"],
      ["maker", "passport/key-elsewhere", "passport", "amend", id, "--as", "maker"],
    ];
    const more: Record<string, string[]> = {
      "action/key-elsewhere": ["--actor", role("repairer")],
      "passport/key-elsewhere": ["--authority", role("authority")],
    };
    for (const [machine, code, ...args] of cases) {
      const [found, message] = await refused(machine, ...args, ...(more[code] ?? []));
      expect([args.slice(0, 2).join(" "), found]).toEqual([args.slice(0, 2).join(" "), code]);
      expect(message).toMatch(/dpp quorum propose (log|retire|amend)/);
    }
  });
});

describe("an action of an actor and an owner", () => {
  let id = "";
  const sealed = {
    elements: [{ id: "repair.done", value: "Seam sewn" }],
    sealed: {
      supplyChain: [{ id: "workshop.thread", value: "Polyester 120" }],
      owner: [{ id: "invoice.total", value: "12.50", type: "decimal", unit: "[EUR]" }],
    },
  };

  it("is proposed by the repairer; the owner reads it, with what is sealed to him, and signs", async () => {
    id = await issue("SHIRT-1");
    const { ownerKey } = (await must("owner", "action", "key", id, "--as", "owner")).json;
    const payload = ["--file", await command.file(sealed), "--owner-key", ownerKey];
    const log = [
      "propose",
      "log",
      id,
      "--type",
      "repair",
      ...payload,
      "--as",
      "repairer",
      "--out",
      file("log"),
    ];
    await quorum("repairer", ...log);
    const shown = await read("anyone", "quorum", "show", file("log"));
    expect(shown).toContain(`says       log on the passport ${id}: repair, in the name of DPP_REPAIRER`);
    expect(shown).toContain("actionHead");
    expect(shown).toMatch(/operator {3}gln:9506000134307, as DPP_REPAIRER [0-9a-f]{24} \(Active\)/);
    expect(shown).toContain(`product    "Example shirt" of gln:9506000134307, passport ${id}`);
    expect(shown).toContain("repair.done Seam sewn");
    expect(shown).not.toContain("Polyester");
    expect(shown).toMatch(/sealed for supplyChain: \d+ keys, not this one: who signs cannot read it/);
    expect(shown).toMatch(/returns .* ownership of passport/);
    const [code] = await refused("authority", "quorum", "sign", file("log"), "--as", "authority");
    expect(code).toBe("proposal/not-a-signer");
    const signed = await read("owner", "quorum", "sign", file("log"), "--as", "owner");
    expect(signed).toContain("[supplyChain] workshop.thread Polyester 120");
    expect(signed).toContain("[owner] invoice.total 12.50 [EUR]");
  });

  it("is submitted by either, whose content store holds the record before", async () => {
    await quorum("owner", "submit", file("log"));
    expect((await readdir(join(homeOf("owner"), "content"))).length).toBeGreaterThan(0);
    const verified = await must("repairer", "action", "verify", id);
    expect(verified.json.ok).toBe(true);
    const listed = (await must("repairer", "action", "list", id)).json;
    expect(listed.map(({ type }: { type: string }) => type)).toEqual(["repair"]);
  });

  it("vanishes when another action comes between, and is composed anew", async () => {
    const propose = ["propose", "log", id, "--type", "service", "--done", "Washed", "--as", "repairer"];
    await quorum("repairer", ...propose, "--out", file("service"));
    await must("owner", "action", "log", id, "--type", "note", "--text", "Kept dry", "--as", "owner");
    const status = await read("repairer", "quorum", "status", file("service"));
    expect(status).toContain(`gone       the passport ${id} was changed since`);
    expect((await refused("owner", "quorum", "sign", file("service"), "--as", "owner"))[0]).toBe(
      "proposal/inputs-gone",
    );
    await quorum("repairer", "again", file("service"), "--as", "repairer", "--out", file("service-2"));
    await quorum("owner", "sign", file("service-2"), "--as", "owner");
    await quorum("repairer", "submit", file("service-2"));
    // The owner submitted the first one.
    const open = (await quorum("repairer", "list")).json.map(({ state }: { state: string }) => state);
    expect(open).toEqual(["done"]);
    // The owner's note lies in the content store of his own machine.
    const listed = (await must("repairer", "action", "list", id)).json;
    expect(listed.map(({ type }: { type: string }) => type)).toEqual(["repair", undefined, "service"]);
  });

  it("is proposed by the owner, too, who names the actor", async () => {
    const propose = ["propose", "log", id, "--type", "inspection", "--result", "pass", "--as", "owner"];
    expect((await refused("owner", "quorum", ...propose))[0]).toBe("usage/arguments");
    const out = ["--actor", roles.get("repairer") ?? "", "--out", file("inspection")];
    await quorum("owner", ...propose, ...out);
    await quorum("repairer", "sign", file("inspection"), "--as", "repairer");
    await quorum("anyone", "submit", file("inspection"));
    expect((await must("repairer", "action", "list", id)).json).toHaveLength(4);
  });

  it("ends with its proposal, and the owner's token stays where it is", async () => {
    const propose = ["propose", "log", id, "--type", "service", "--done", "Ironed", "--as", "repairer"];
    const made = (await quorum("repairer", ...propose, "--out", file("dropped"))).json;
    await quorum("owner", "sign", file("dropped"), "--as", "owner");
    await quorum("repairer", "drop", made.id);
    expect((await refused("owner", "quorum", "submit", file("dropped")))[0]).toBe("proposal/inputs-gone");
    expect((await must("repairer", "action", "list", id)).json).toHaveLength(4);
  });

  it("does not go through when its file was changed", async () => {
    const propose = ["propose", "log", id, "--type", "service", "--done", "Ironed", "--as", "repairer"];
    await quorum("repairer", ...propose, "--out", file("changed"));
    const changed = JSON.parse(await readFile(file("changed"), "utf8"));
    const ironed = Buffer.from("Ironed").toString("hex");
    const burnt = Buffer.from("Burned").toString("hex");
    expect(changed.action.record).toContain(ironed);
    changed.action.record = changed.action.record.replace(ironed, burnt);
    await writeFile(file("changed"), JSON.stringify(changed));
    expect((await refused("owner", "quorum", "sign", file("changed"), "--as", "owner"))[0]).toBe(
      "proposal/tampered",
    );
  });
});

describe("a product's numbers", () => {
  it("are known where it was issued; elsewhere the refusal says what names it", async () => {
    await issue("NUMBERS-1");
    const propose = ["quorum", "propose", "retire", "01/09506000134376/21/NUMBERS-1", "--as", "recycler"];
    const [code, message] = await refused("recycler", ...propose);
    expect(code).toBe("passport/unknown");
    expect(message).toMatch(/by its link .* or its id/);
  });
});

describe("the end of a life", () => {
  it.each<[Machine, string[]]>([
    ["owner", []],
    ["authority", ["--authority"]],
  ])("is signed by recycler and %s", async (other, options) => {
    const id = await issue(`END-${other}`);
    const more = options.flatMap((option) => [option, roles.get(other) ?? ""]);
    const out = file(`retire-${other}`);
    await quorum("recycler", "propose", "retire", id, "--as", "recycler", ...more, "--out", out);
    const shown = await read(other, "quorum", "sign", out, "--as", other);
    expect(shown).toMatch(/status +Active → Retired/);
    await quorum("recycler", "submit", out);
    expect(await statusOf(id)).toBe("Retired");
  });
});

describe("a new label", () => {
  const REFERENCE = "01/09506000134376/21";
  const linkOf = async (serial: string): Promise<string> =>
    (await must("maker", "passport", "list")).json.find(({ link }: { link: string }) => link.includes(serial))
      .link;
  const propose = async (id: string, name: string): Promise<void> => {
    const authority = ["--authority", roles.get("authority") ?? ""];
    await quorum("maker", "propose", "amend", id, "--as", "maker", ...authority, "--out", file(name));
  };

  it("is known to the issuer alone, and only once it stands", async () => {
    const id = await issue("LABEL-1");
    const old = await linkOf("LABEL-1");
    await propose(id, "amend");
    const salt = JSON.parse(
      await readFile(
        join(
          homeOf("maker"),
          "proposals",
          `${JSON.parse(await readFile(file("amend"), "utf8")).id}.label.json`,
        ),
        "utf8",
      ),
    ).salt;
    expect(await readFile(file("amend"), "utf8")).not.toContain(salt);
    expect(await linkOf("LABEL-1")).toBe(old);
    expect(await read("authority", "quorum", "sign", file("amend"), "--as", "authority")).toContain(
      "idCommit",
    );
    expect(await linkOf("LABEL-1")).toBe(old);
    const { link } = (await quorum("maker", "submit", file("amend"))).json;
    expect(await linkOf("LABEL-1")).toBe(link);
    expect(link).not.toBe(old);
    expect((await must("maker", "passport", "verify", link)).json.ok).toBe(true);
    expect((await run("maker", true, ["passport", "verify", old])).status).toBe(1);
    expect(await readdir(join(homeOf("maker"), "proposals"))).toEqual([]);
  });

  it("is printed on the issuer's machine when somebody else submitted it", async () => {
    const id = await issue("LABEL-2");
    const old = await linkOf("LABEL-2");
    await propose(id, "amend-2");
    await quorum("authority", "sign", file("amend-2"), "--as", "authority");
    expect((await quorum("authority", "submit", file("amend-2"))).json.link).toBeUndefined();
    expect(await linkOf("LABEL-2")).toBe(old);
    const { link } = (await quorum("maker", "status", file("amend-2"))).json;
    expect((await must("maker", "passport", "verify", link)).json.ok).toBe(true);
    expect((await must("maker", "passport", "show", `${REFERENCE}/LABEL-2`)).status).toBe(0);
  });

  it("of a dropped proposal is forgotten; of one made again it is kept", async () => {
    const id = await issue("LABEL-3");
    await propose(id, "amend-3");
    // Made in the same second it would be the same proposal.
    const at = new Date(Date.now() - 20_000).toISOString();
    await quorum("maker", "again", file("amend-3"), "--as", "maker", "--at", at, "--out", file("amend-4"));
    const old = JSON.parse(await readFile(file("amend-3"), "utf8"));
    const next = JSON.parse(await readFile(file("amend-4"), "utf8"));
    expect([next.id === old.id, next.action.idCommit]).toEqual([false, old.action.idCommit]);
    await quorum("authority", "sign", file("amend-4"), "--as", "authority");
    expect((await quorum("maker", "submit", file("amend-4"))).json.link).toContain("LABEL-3");
    await propose(id, "amend-5");
    const dropped = JSON.parse(await readFile(file("amend-5"), "utf8")).id;
    await quorum("maker", "drop", dropped);
    expect((await readdir(join(homeOf("maker"), "proposals"))).join()).not.toContain(dropped);
  });
});
