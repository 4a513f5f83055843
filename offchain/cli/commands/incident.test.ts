/** The consortium's work on a report, from the command line, on an embedded ledger. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../program.js";

let directory: string;
let home: string;
let maker: string;
let passport: string;
let link: string;

async function ran(args: readonly string[], json: boolean) {
  let out = "";
  let err = "";
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const status = await runCommand([...args, ...(json ? ["--json"] : []), "--home", home], streams, {});
  return { status, out, err };
}
const text = async (...args: string[]): Promise<string> => (await ran(args, false)).out;
// biome-ignore lint/suspicious/noExplicitAny: the shape differs by verb; tests read what they state
async function dpp(...args: string[]): Promise<any> {
  const { status, out } = await ran(args, true);
  return { status, ...JSON.parse(out || "{}") };
}
const refusal = async (...args: string[]) => {
  const { status, error } = await dpp(...args);
  return [status, error?.code];
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-incident-"));
  home = join(directory, "home");
  const init = ["consortium", "init", "--members", "1", "--threshold", "1", "--freeze-keys", "1"];
  expect((await dpp(...init)).status).toBe(0);
  await dpp("key", "new", "maker");
  await dpp("key", "fund", "maker");
  const role = [
    "role",
    "issue",
    "--role",
    "manufacturer",
    "--operator",
    "gln:9506000134352",
    "--key",
    "maker",
  ];
  maker = (await dpp(...role)).attestation;
  await dpp("keyring", "refresh", "--as", "maker");
  const file = join(directory, "shirt.json");
  await writeFile(
    file,
    JSON.stringify({
      policy: "ladder",
      identifier: { gtin: "09506000134376", serial: "SHIRT-1" },
      product: { name: "Example shirt", image: "https://example.com/shirt.png", category: "textile" },
      elements: [{ id: "textile.product.description", value: "White shirt" }],
    }),
  );
  const issued = await dpp("passport", "issue", file, "--as", "maker");
  expect(issued.status).toBe(0);
  ({ id: passport, link } = issued.passports[0]);
});
afterAll(() => rm(directory, { recursive: true }));

const report = (about: string, ...more: string[]) =>
  dpp("incident", "report", about, "--category", "counterfeit", "--text", "The label comes off.", ...more);

describe("dpp incident", () => {
  it("takes a report of a passport, by link or printed numbers, and of an attestation", async () => {
    for (const about of [link, "01/09506000134376/21/SHIRT-1", passport, maker, "maker"]) {
      const { status, id } = await report(about);
      expect([about, status, id.length]).toEqual([about, 0, 32]);
    }
    const { incidents, length } = await dpp("incident", "list");
    expect([length, incidents.length]).toEqual([5, 5]);
    expect(incidents.map(({ subjects }: { subjects: unknown[] }) => subjects[0])).toEqual([
      ...Array(3).fill({ passport }),
      ...Array(2).fill({ attestation: maker }),
    ]);
    expect(await text("incident", "list")).toMatch(/open +counterfeit +MANUFACTURER/);
  });

  it("says what is wrong with a report", async () => {
    expect(await refusal("incident", "report", passport, "--category", "boring", "--text", "x")).toEqual([
      2,
      "usage/arguments",
    ]);
    expect(await refusal("incident", "report", passport, "--category", "other", "--text", " ")).toEqual([
      1,
      "incident/text",
    ]);
    expect(await refusal("incident", "report", "nobody", "--category", "other", "--text", "x")).toEqual([
      1,
      "role/unknown",
    ]);
    expect((await report(passport, "--evidence", "photo.jpg")).error.code).toBe("incident/evidence");
  });

  it("keeps no contact before there is a key, and then sealed for its holder alone", async () => {
    expect((await report(passport, "--contact", "a@example.com")).error.code).toBe("incident/no-contact-key");
    expect((await dpp("incident", "key")).publicKey).toBeNull();
    await dpp("key", "new", "desk");
    const { publicKey } = await dpp("incident", "key", "--key", "desk");
    expect(publicKey).toMatch(/^[0-9a-f]{64}$/);
    const { id } = await report(passport, "--contact", "a@example.com");
    const file = await readFile(join(home, "incidents", "reports", `${id}.json`), "utf8");
    expect(file).not.toContain("example.com");
    const forged = "nothing\rto act:\n  dpp role revoke me";
    const { id: second } = await dpp("incident", "report", passport, "--category", "other", "--text", forged);
    expect(await text("incident", "show", second)).toContain(
      "  | nothing\n  | to act:\n  |   dpp role revoke me\n",
    );
    expect(await text("incident", "show", id)).toContain(`contact sealed to ${publicKey}`);
    expect((await dpp("incident", "show", id, "--as", "desk")).contact).toBe("a@example.com");
    expect(await refusal("incident", "show", id, "--as", "maker")).toEqual([1, "incident/other-key"]);
  });

  it("goes from a report to a suspension, the affected passports and the outcome", async () => {
    const { id } = await report(link, "--evidence", "https://example.com/photo.jpg");
    const begun = id.slice(0, 8);
    expect((await dpp("incident", "link", begun, "--attestation", "maker")).subjects).toEqual([
      { passport },
      { attestation: maker },
    ]);
    expect(await refusal("incident", "link", begun, "--attestation", maker)).toEqual([1, "incident/linked"]);
    expect(await refusal("incident", "link", begun, "--passport", maker)).toEqual([2, "usage/reference"]);
    expect(await text("incident", "act", begun)).toContain(`dpp role revoke ${maker} --reason 5`);

    const acted = await dpp(
      "incident",
      "act",
      begun,
      "--suspend",
      "maker",
      "--reason",
      "under-investigation",
    );
    expect([acted.status, acted.reason]).toEqual([0, 7]);
    const shown = await text("incident", "show", begun);
    expect(shown).toContain("The label comes off.");
    expect(shown).toMatch(
      /MANUFACTURER \w+ {2}Suspended since [\dTZ:-]+: under investigation, gln:9506000134352/,
    );
    expect(shown).toContain(`suspend ${maker}, under investigation, ${acted.transaction}`);

    const affected = await dpp("incident", "affected", begun);
    expect((await dpp("incident", "affected", id)).passports).toEqual(affected.passports);
    expect(affected).toMatchObject({
      count: 1,
      passports: [{ id: passport, named: "reported", state: { status: "Active", name: "Example shirt" } }],
    });
    expect(affected.passports[0].owner).toMatch(/^addr_test1/);
    const byMaker = await dpp("incident", "affected", maker);
    expect(byMaker.passports.map((one: { id: string; named: null }) => [one.id, one.named])).toEqual([
      [passport, null],
    ]);
    expect(byMaker.passports[0].touches.map(({ as }: { as: string }) => as)).toEqual([
      "issued",
      "responsible",
    ]);
    expect(await text("incident", "affected", "maker")).toContain("1 passport is affected");

    expect((await dpp("incident", "close", begun, "--outcome", "upheld", "--note", "see file 7")).state).toBe(
      "closed",
    );
    expect(await refusal("incident", "close", begun, "--outcome", "upheld")).toEqual([1, "incident/closed"]);
    const open = await dpp("incident", "list", "--open");
    expect(open.incidents.some((one: { id: string }) => one.id === id)).toBe(false);
    expect((await dpp("incident", "erase", begun)).erased).not.toBeNull();
    expect(await readdir(join(home, "incidents", "reports"))).not.toContain(`${id}.json`);
    expect(await text("incident", "show", begun)).toContain("the report was erased");
    expect((await dpp("incident", "verify")).ok).toBe(true);
  });

  it("suspends only whom an open incident is about, and says for which reason", async () => {
    const suspend = async (id: string) => {
      const { status, out, err } = await ran(["incident", "act", id, "--suspend", "maker"], false);
      return { status, text: out + err };
    };
    const { id } = await report(passport);
    expect(await refusal("incident", "act", id, "--suspend", "maker")).toEqual([1, "incident/not-linked"]);
    expect((await suspend(id)).text).toContain(`dpp incident link ${id} --attestation ${maker}`);
    await dpp("incident", "link", id, "--attestation", "maker");
    // Suspended already: it is said what for before the ledger is asked.
    expect((await suspend(id)).text).toContain(
      `suspending ${maker}: counterfeit (from the category counterfeit)`,
    );
    await dpp("incident", "close", id, "--outcome", "unfounded");
    expect(await refusal("incident", "act", id, "--suspend", "maker")).toEqual([1, "incident/closed"]);
    expect(await refusal("incident", "act", id)).toEqual([1, "incident/closed"]);
    const help = await text("incident", "act", "--help");
    expect(help.replace(/\s+/g, " ")).toContain("without it, what the category stands for");
    expect((await dpp("incident", "show", id)).measures).toEqual([]);
  });

  it("refuses an id that is none, or the beginning of several", async () => {
    expect(await refusal("incident", "show", "0".repeat(32))).toEqual([1, "incident/unknown"]);
    expect(await refusal("incident", "show", "zz")).toEqual([1, "incident/unknown"]);
    expect(await refusal("incident", "show", "")).toEqual([1, "incident/unknown"]);
  });

  it("says when somebody changed the log", async () => {
    const { length } = await dpp("incident", "verify");
    const folder = join(home, "incidents", "log", "000000000");
    const path = join(folder, `${String(length - 2).padStart(12, "0")}.json`);
    const whole = await readFile(path, "utf8");
    await writeFile(path, whole.replace(/"time":\d/, '"time":9'));
    expect(await refusal("incident", "list")).toEqual([1, "incident/broken"]);
    expect(await refusal("incident", "verify")).toEqual([1, "incident/broken"]);
    await writeFile(path, whole);
    expect((await dpp("incident", "verify")).ok).toBe(true);
  });
});
