/** A cooperative's registry of suppliers from the command line, on an embedded ledger. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { homePaths } from "../../src/adapters/home.js";
import { fromHex } from "../../src/domain/bytes.js";
import { openDeviceList } from "../../src/usecases/suppliers/device-list.js";
import { keystoreOf } from "../home.js";
import { type TestCommand, testCommand } from "../testing/command.js";

const OPERATOR = "gln:9506000134307";
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let command: TestCommand;
/** Attestation name of the supervisor. */
let supervisor: string;
// biome-ignore lint/suspicious/noExplicitAny: the shape differs by verb; tests read what they state
async function dpp(...args: string[]): Promise<any> {
  const { status, json } = await command.dpp(...args);
  return Array.isArray(json) ? Object.assign(json, { status }) : { status, ...json };
}
const supplier = (...args: string[]) => dpp("supplier", ...args, "--as", "office");
const refusal = async (...args: string[]) => {
  const { status, error } = await supplier(...args);
  return [status, error?.code];
};

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  await command.dpp("key", "new", "office");
  const issued = await command.accredit("tablet", "supervisor");
  expect(issued.status, issued.out).toBe(0);
  supervisor = (issued.json as unknown as { attestation: string }).attestation;
  await command.accredit("maker", "manufacturer");
});
afterAll(() => command.remove());

describe("dpp supplier", () => {
  it("makes a registry that the office and its supervisor open", async () => {
    expect(await refusal("list")).toEqual([1, "supplier/no-registry"]);
    expect(await refusal("init", "--operator", OPERATOR, "--reader", "maker")).toEqual([
      1,
      "supplier/reader-role",
    ]);
    expect(await refusal("init", "--operator", "gln:9506000134352", "--reader", "tablet")).toEqual([
      1,
      "supplier/other-operator",
    ]);
    const made = await supplier("init", "--operator", OPERATOR, "--reader", "tablet");
    expect([made.status, made.readers.length, made.readers[1]]).toEqual([0, 2, supervisor]);
    expect(await refusal("init", "--operator", OPERATOR)).toEqual([1, "supplier/registry-exists"]);
    expect((await dpp("supplier", "list", "--as", "tablet")).suppliers).toEqual([]);
    expect((await dpp("supplier", "list", "--as", "maker")).error.code).toBe("supplier/not-a-reader");
  });

  it("enrols, finds by card and phone, loses and replaces a card", async () => {
    const paper = await command.file("a signed paper");
    const first = await supplier(
      ...["enrol", "--name", "supplier 1", "--phone", "+1 555 010 0001", "--to", day(90)],
      ...["--declare", "2027:shea:450:9000@cell:+09.3-000.8,4000", "--reference", paper],
    );
    expect(first).toMatchObject({
      status: 0,
      number: 1,
      phones: ["+15550100001"],
      declarations: [{ capacityKg: 450, plots: [{ cell: "cell:+09.3-000.8" }, { cell: "", areaM2: 4000 }] }],
    });
    expect(first.enrolments[0].reference).toMatch(/^[0-9a-f]{64}$/);
    const card: string = first.cards[0].text;
    expect(card).toMatch(/^dpp-card:/);
    expect((await supplier("find", card.toUpperCase()))[0].number).toBe(1);
    expect((await supplier("find", "+15550100001"))[0].number).toBe(1);
    expect((await supplier("find", "+15550100009")).status).toBe(1);
    expect(await refusal("find", `${card.slice(0, -1)}u`)).toEqual([1, "supplier/card-text"]);
    expect(await refusal("enrol", "--phone", "+15550100001")).toEqual([1, "supplier/phone-taken"]);
    const shared = await supplier("enrol", "--phone", "+15550100001", "--shared-phone");
    expect([shared.number, shared.cards]).toEqual([2, []]);
    const replaced = await supplier("card", "replace", card);
    expect(replaced.cards.map((one: { blocked: { reason: string } | null }) => one.blocked?.reason)).toEqual([
      "lost",
      undefined,
    ]);
    expect(await refusal("card", "lost", card)).toEqual([1, "supplier/card-blocked"]);
    const second = await supplier("card", "new", "2", "--to", day(30));
    expect((await supplier("card", "lost", second.cards[0].text, "--reason", "stolen")).status).toBe(0);
    expect(await refusal("card", "new", "2")).toEqual([2, "usage/arguments"]);
    expect(await refusal("card", "new", "2", "--to", day(900))).toEqual([1, "supplier/season"]);
    expect(await refusal("enrol", "--phone", "0555")).toEqual([2, "usage/arguments"]);
  });

  it("shows who did what, ends, enrols again and says who is due", async () => {
    expect((await supplier("end", "2")).ended).toBeGreaterThan(0);
    expect(await refusal("card", "new", "2", "--to", day(30))).toEqual([1, "supplier/ended"]);
    const back = await supplier("re-enrol", "2", "--to", day(30), "--by", supervisor);
    expect([back.ended, back.enrolments[1].by]).toEqual([null, supervisor]);
    const acts = (await supplier("show", "2")).audit.map(({ act }: { act: string }) => act);
    expect(acts).toEqual(["enrol", "issue-card", "block-card", "end", "re-enrol", "issue-card"]);
    expect((await supplier("due")).status).toBe(0);
    await supplier("enrol", "--confirmed", "phone", "--name", "supplier 3");
    const due = await supplier("due", "--days", "30");
    expect([due.status, due.map(({ number }: { number: number }) => number)]).toEqual([1, [3]]);
    expect(await refusal("show", "99")).toEqual([1, "supplier/unknown"]);
    expect(await refusal("show", "nobody")).toEqual([2, "usage/arguments"]);
  });

  it("imports a list whole or not at all", async () => {
    const row = (n: number) => ({
      name: `supplier ${n}`,
      phones: [`+1555010001${n}`],
      card: { from: day(0), to: day(60) },
      declared: [{ season: "2027", product: "shea", plots: [], capacityKg: 100 }],
    });
    const good = await command.file([row(4), row(5)]);
    expect(await refusal("import", await command.file([row(4), row(4)]))).toEqual([
      1,
      "supplier/phone-taken",
    ]);
    expect(await refusal("import", await command.file([{ ...row(4), more: 1 }]))).toEqual([
      1,
      "supplier/import",
    ]);
    expect(
      await refusal("import", await command.file([{ ...row(4), card: { from: "x", to: "y" } }])),
    ).toEqual([1, "supplier/import"]);
    const made = await supplier("import", good);
    expect(made.map(({ number }: { number: number }) => number)).toEqual([4, 5]);
  });

  it("exports what a tablet needs, which opens on that tablet alone", async () => {
    const out = join(command.directory, "tablet.cards");
    expect(await refusal("export", "--to", "maker", "--out", out)).toEqual([1, "supplier/reader-role"]);
    const made = await supplier("export", "--to", "tablet", "--out", out);
    expect(made).toMatchObject({ status: 0, to: supervisor, cards: 4 });
    expect((await stat(out)).mode & 0o077).toBe(0);
    const keys = keystoreOf(homePaths(command.home), {}, "embedded");
    const { reading } = await keys.load("tablet");
    const deployment = JSON.parse(await readFile(homePaths(command.home).deployment, "utf8"));
    const trust = {
      config: deployment.configPolicy as string,
      operator: OPERATOR,
      reader: supervisor,
      secretKey: reading.secret(),
      signers: [made.signer as string],
      networkId: 0 as const,
      atLeast: -1,
    };
    const list = await openDeviceList(await readFile(out), trust);
    expect([list.cards.length, list.revision]).toEqual([4, made.revision]);
    const other = { ...trust, secretKey: fromHex("07".repeat(32)) };
    await expect(openDeviceList(await readFile(out), other)).rejects.toMatchObject({
      code: "supplier/list-sealed",
    });
  });

  it("erases for good, and shuts a reader out", async () => {
    const card = (await supplier("show", "1")).cards[1].text;
    expect((await supplier("erase", "1")).status).toBe(2);
    expect((await supplier("erase", "1", "--yes")).erased).toBe(1);
    expect(await refusal("find", card)).toEqual([1, "supplier/card-erased"]);
    expect(await refusal("readers", "--remove", "00".repeat(28))).toEqual([1, "supplier/no-such-reader"]);
    const left = await supplier("readers", "--remove", supervisor);
    expect(left.map(({ state }: { state: string }) => state)).toEqual(["key"]);
    expect((await dpp("supplier", "list", "--as", "tablet")).error.code).toBe("supplier/not-a-reader");
    const numbers = (await supplier("list")).suppliers.map(({ number }: { number: number }) => number);
    expect(numbers).toEqual([2, 3, 4, 5]);
    const added = await supplier("readers", "--add", "tablet");
    expect(added.map(({ state }: { state: string }) => state)).toEqual(["key", "live"]);
    expect((await dpp("supplier", "list", "--as", "tablet")).suppliers).toHaveLength(4);
  });
});
