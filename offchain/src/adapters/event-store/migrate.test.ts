import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { planContract } from "../../testing/event-store-plans.js";
import { migrate } from "./migrate.js";
import { MIGRATIONS, type Migration } from "./migrations.js";
import { openPglite, type Pglite } from "./pglite.js";

let pglite: Pglite;
beforeAll(async () => {
  pglite = await openPglite("memory");
});
afterAll(() => pglite.close());

const FIRST: Migration = { name: "first", statements: ["CREATE TABLE one (n int4)"] };
const SECOND: Migration = { name: "second", statements: ["ALTER TABLE one ADD COLUMN m int4"] };
const columns = async (): Promise<unknown[]> =>
  (
    await pglite.query(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('one') AND attnum > 0 ORDER BY attnum",
    )
  ).map(({ attname }) => attname);

describe("migrations", () => {
  afterEach(async () => {
    await pglite.query("DROP TABLE IF EXISTS one, dpp_migration");
  });

  it("run once each, in their order, and those that are new later", async () => {
    await migrate(pglite, [FIRST]);
    await migrate(pglite, [FIRST]);
    expect(await columns()).toEqual(["n"]);
    await migrate(pglite, [FIRST, SECOND]);
    expect(await columns()).toEqual(["n", "m"]);
  });

  it("leave nothing behind when a statement fails", async () => {
    const broken = { name: "second", statements: [...SECOND.statements, "ALTER TABLE nowhere ADD x int4"] };
    await expect(migrate(pglite, [FIRST, broken])).rejects.toThrow();
    expect(await columns()).toEqual([]);
    await migrate(pglite, [FIRST, SECOND]);
    expect(await columns()).toEqual(["n", "m"]);
  });

  it("refuse a database of a newer version, and one that ran other statements", async () => {
    await migrate(pglite, [FIRST, SECOND]);
    await expect(migrate(pglite, [FIRST])).rejects.toMatchObject({
      code: "event-store/newer",
      message: expect.stringContaining("newer version of this software"),
    });
    const edited = { ...FIRST, statements: ["CREATE TABLE one (n int8)"] };
    await expect(migrate(pglite, [edited, SECOND])).rejects.toMatchObject({ code: "event-store/foreign" });
  });
});

describe("the tables", () => {
  beforeAll(() => migrate(pglite, MIGRATIONS));
  planContract("PGlite", () => pglite);
});
