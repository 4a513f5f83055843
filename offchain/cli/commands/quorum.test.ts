/** A consortium whose members' keys lie in homes of their own: nothing goes from one to another but files. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLedger } from "../../src/adapters/embedded-ledger/ledger.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { runCommand } from "../program.js";

interface Ran {
  readonly status: number;
  readonly out: string;
  // The shape differs by verb; tests read what they state.
  // biome-ignore lint/suspicious/noExplicitAny: what a verb prints.
  readonly json: any;
}

let root: string;
/** One machine each; `anyone` has no key. */
const MACHINES = ["first", "second", "third", "anyone"] as const;
type Machine = (typeof MACHINES)[number];
const MEMBERS = ["first", "second", "third"] as const;
const addresses = new Map<string, string>();

const homeOf = (machine: Machine): string => join(root, machine);
const file = (name: string): string => join(root, `${name}.json`);

async function run(machine: Machine, json: boolean, args: readonly string[]): Promise<Ran> {
  let out = "";
  const collect = (text: string): void => {
    out += text;
  };
  const all = [...args, ...(json ? ["--json"] : []), "--home", homeOf(machine)];
  const status = await runCommand(all, { out: collect, err: json ? () => undefined : collect }, {});
  return { status, out, json: json ? JSON.parse(out || "{}") : {} };
}
const on = (machine: Machine, ...args: string[]): Promise<Ran> => run(machine, true, args);
/** As a person reads it. */
const read = async (machine: Machine, ...args: string[]): Promise<string> =>
  (await run(machine, false, args)).out;
async function must(machine: Machine, ...args: string[]): Promise<Ran> {
  const ran = await on(machine, ...args);
  if (ran.status !== 0) throw new Error(`${machine}: dpp ${args.join(" ")}: ${ran.out}`);
  return ran;
}
const quorum = (machine: Machine, ...args: string[]): Promise<Ran> => must(machine, "quorum", ...args);
const refused = async (machine: Machine, ...args: string[]): Promise<string> => {
  const { status, json } = await on(machine, "quorum", ...args);
  return status === 0 ? "nothing was refused" : json.error.code;
};
const reserved = async (machine: Machine): Promise<string[]> =>
  readdir(join(homeOf(machine), "proposals")).catch(() => []);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "dpp-quorum-"));
  for (const machine of MEMBERS) {
    const made = await must(machine, "key", "new", machine);
    addresses.set(machine, made.json.address);
  }
  const funds = ["first", "first", "first", "first", "second", "second", "second"].map((machine) => ({
    address: addresses.get(machine) ?? "",
    lovelace: 500_000_000n,
  }));
  createLedger(join(root, "ledger"), { funds }, { clock: systemClock, random: systemRandom });
  for (const machine of MACHINES) {
    await mkdir(homeOf(machine), { recursive: true });
    await symlink(join(root, "ledger"), join(homeOf(machine), "ledger"));
  }
}, 120_000);
afterAll(() => rm(root, { recursive: true }));

const consortium = (): string[] => [
  ...MEMBERS.flatMap((machine) => ["--member", addresses.get(machine) ?? ""]),
  ...["--threshold", "2", "--freeze-key", addresses.get("third") ?? ""],
];

describe("a founding by members on machines of their own", () => {
  it("is proposed by one, signed by another, and submitted by somebody without keys", async () => {
    const found = ["propose", "found", "--as", "first", ...consortium(), "--out", file("found")];
    const { json } = await quorum("first", ...found);
    expect(json.file).toBe(file("found"));
    expect(await refused("anyone", "submit", file("found"))).toBe("proposal/incomplete");
    await quorum("second", "sign", file("found"), "--as", "second");
    expect(await refused("second", "join", file("found"))).toBe("proposal/open");
    expect((await quorum("anyone", "status", file("found"))).json.state).toBe("ready");
    const { txHash } = (await quorum("anyone", "submit", file("found"))).json;
    expect((await quorum("first", "submit", file("found"))).json).toMatchObject({ txHash, already: true });
    for (const machine of ["second", "third"] as const) await quorum(machine, "join", file("found"));
    for (const machine of MACHINES) {
      const shown = await must(machine, "consortium", "show");
      expect(shown.json.members).toHaveLength(3);
      const keys = (await must(machine, "key", "list")).json;
      expect(keys).toHaveLength(machine === "anyone" ? 0 : 1);
    }
  });

  it("cannot begin where a deployment stands", async () => {
    expect(await refused("first", "propose", "found", "--as", "first", ...consortium())).toBe("home/founded");
    expect(await refused("second", "join", file("found"))).toBe("home/founded");
  });
});

const issue = (out: string, ...more: string[]): string[] => [
  ...["propose", "issue", "--as", "first", "--role", "MANUFACTURER", "--operator", "gln:9506000134352"],
  ...["--holder", addresses.get("second") ?? "", "--reading-key", "09".repeat(32), "--out", out, ...more],
];

describe("an act of the quorum", () => {
  let attestation = "";

  it("shows what it does before anybody signs, and reserves the proposer's coins", async () => {
    await quorum("first", ...issue(file("issue")));
    expect(await reserved("first")).toHaveLength(1);
    const text = await read("third", "quorum", "show", file("issue"));
    expect(text).toContain("says       accredit MANUFACTURER gln:9506000134352");
    expect(text).toMatch(/makes {6}attestation DPP_MANUFACTURER [0-9a-f]{24}/);
    expect(text).toContain(`badge DPP_MANUFACTURER`);
    expect(text).toMatch(/holder +[0-9a-f]{56}/);
    expect(text).toContain(addresses.get("second"));
    expect(text).not.toContain("NOT COMPARED");
    const offline = await read("third", "quorum", "show", file("issue"), "--offline");
    expect(offline).toContain("NOT COMPARED here:");
    expect(offline).toContain("members and threshold of the consortium");
  });

  it("is signed with the one key that is named, offline too, in copies that are merged", async () => {
    expect(await refused("third", "sign", file("issue"), "--as", "first")).toBe("keystore/not-found");
    expect(await refused("first", "sign", file("issue"), "--as", "first")).toBe("proposal/signed-already");
    const offline = ["sign", file("issue"), "--as", "third", "--offline", "--out", file("by-third")];
    expect(await refused("third", ...offline)).toBe("proposal/unseen-inputs");
    await expect(readFile(file("by-third"))).rejects.toThrow();
    await quorum("third", ...offline, "--accept-unseen-inputs");
    await quorum("second", "sign", file("issue"), "--as", "second", "--out", file("by-second"));
    await quorum("anyone", "merge", file("by-third"), file("by-second"), "--out", file("merged"));
    expect((await quorum("anyone", "status", file("merged"))).json.signed).toHaveLength(3);
    const one = await readFile(file("by-second"), "utf8");
    await quorum("third", "sign", file("by-second"), "--as", "third", "--out", file("both"));
    expect(await readFile(file("by-second"), "utf8")).toBe(one);
  });

  it("is signed when it is the one that was looked at, and at a terminal after a yes", async () => {
    const bytes = await readFile(file("issue"), "utf8");
    const { id } = (await quorum("second", "show", file("issue"))).json;
    const sign = ["sign", file("issue"), "--as", "second"];
    expect(await refused("second", ...sign, "--id", "00".repeat(32))).toBe("proposal/other-proposal");
    expect((await on("second", "quorum", ...sign, "--id", id.slice(0, 8))).status).toBe(2);
    const { isTTY } = process.stdin;
    process.stdin.isTTY = true;
    try {
      const said = await read("second", "quorum", ...sign);
      expect(said).toContain("says       accredit MANUFACTURER gln:9506000134352");
      expect(said).toContain(`error usage/confirm: nothing was signed yet`);
      expect(said).toContain(`--yes --id ${id}`);
      expect(await readFile(file("issue"), "utf8")).toBe(bytes);
      const yes = ["--yes", "--id", id, "--out", file("with-yes")];
      expect((await quorum("second", ...sign, ...yes)).json.signatures).toBeGreaterThan(1);
    } finally {
      process.stdin.isTTY = isTTY;
    }
  });

  it("stands once it is submitted, and gives the coins free", async () => {
    const { already } = (await quorum("first", "submit", file("merged"))).json;
    expect(already).toBe(false);
    expect(await reserved("first")).toEqual([]);
    const [role] = (await must("anyone", "role", "list")).json;
    expect(role).toMatchObject({ role: "MANUFACTURER", status: "Active" });
    attestation = role.name;
    expect(await refused("third", "sign", file("issue"), "--as", "third")).toBe("proposal/done");
  });

  it("is made again when what it needs has changed", async () => {
    const propose = ["--as", "first", "--out"];
    await quorum("first", "propose", "renew", attestation, ...propose, file("renew"));
    await quorum(
      "first",
      "propose",
      "revoke",
      attestation,
      "--reason",
      "false-statements",
      ...propose,
      file("revoke"),
    );
    expect(await reserved("first")).toHaveLength(2);
    expect(await read("third", "quorum", "show", file("revoke"))).toMatch(
      /operator {3}gln:9506000134352, as DPP_MANUFACTURER [0-9a-f]{24} \(Active\)/,
    );
    await quorum("second", "sign", file("renew"), "--as", "second");
    await quorum("second", "submit", file("renew"));
    const status = await read("third", "quorum", "status", file("revoke"));
    expect(status).toContain(`gone       the attestation ${attestation} was changed since`);
    expect(await refused("third", "sign", file("revoke"), "--as", "third")).toBe("proposal/inputs-gone");
    await quorum("first", "again", file("revoke"), "--as", "first", "--out", file("revoke-2"));
    await quorum("third", "sign", file("revoke-2"), "--as", "third");
    const said = await read("anyone", "quorum", "submit", file("revoke-2"));
    expect(said).toContain("false statements: done");
    expect((await must("second", "role", "list")).json[0].status).toBe("Revoked");
    expect((await quorum("first", "list")).json.map(({ state }: { state: string }) => state)).toEqual([
      "done",
      "done",
    ]);
    expect(await reserved("first")).toEqual([]);
  });

  it("says which script a reclaim takes back, and that it is in use", async () => {
    const [, output] =
      /roles .*script at ([0-9a-f]{64}#\d+)/.exec(await read("first", "consortium", "show")) ?? [];
    const propose = ["propose", "reclaim", output ?? "", "--as", "first", "--out", file("reclaim")];
    const { id } = (await quorum("first", ...propose)).json;
    const text = await read("third", "quorum", "show", file("reclaim"));
    expect(text).toContain(`takes back the roles script, at ${output}`);
    expect(text).toMatch(/\d+\.\d{6} ADA go to the proposer/);
    expect(text).toContain("WARNING    it is in use");
    await quorum("first", "drop", id);
  });

  it("is ended for good by its proposer", async () => {
    const { id } = (await quorum("first", ...issue(file("dropped"), "--fee-output", "20"))).json;
    await quorum("second", "sign", file("dropped"), "--as", "second");
    expect(await refused("second", "drop", id)).toBe("proposal/unknown");
    expect((await quorum("first", "drop", id.slice(0, 10))).json.txHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await refused("second", "submit", file("dropped"))).toBe("proposal/inputs-gone");
    expect((await quorum("first", "list")).json).toEqual([]);
  });

  it("changes how many must sign: the new quorum signs, too", async () => {
    const rotate = ["propose", "rotate", "--as", "first", "--threshold", "3", "--out", file("rotate")];
    await quorum("first", ...rotate);
    for (const machine of ["second", "third"] as const)
      await quorum(machine, "sign", file("rotate"), "--as", machine);
    await quorum("third", "submit", file("rotate"));
    expect((await must("anyone", "consortium", "show")).json.threshold).toBe(3);
  });

  it("on a file that is no proposal, or damaged, is misuse or a refusal with a reason", async () => {
    await writeFile(
      file("damaged"),
      (await readFile(file("issue"), "utf8")).replace('"proposer": "', '"proposer": "00'),
    );
    expect(await refused("second", "sign", file("damaged"), "--as", "second")).toBe("proposal/malformed");
    await writeFile(
      file("damaged"),
      (await readFile(file("issue"), "utf8")).replace(/"expires": \d/, '"expires": 2'),
    );
    expect(await refused("second", "sign", file("damaged"), "--as", "second")).toBe("proposal/tampered");
    expect((await on("second", "quorum", "sign", file("nowhere"), "--as", "second")).status).toBe(2);
    expect((await on("second", "quorum", "propose", "renew", attestation)).status).toBe(2);
    const gln = [
      "--holder",
      addresses.get("second") ?? "",
      "--reading-key",
      "09".repeat(32),
      "--as",
      "second",
    ];
    const bad = ["propose", "issue", "--role", "REPAIRER", "--operator", "gln:1", ...gln];
    expect((await on("second", "quorum", ...bad)).status).toBe(2);
    expect((await on("second", "quorum", "propose", "reclaim", "x", "--as", "second")).status).toBe(2);
  });
});
