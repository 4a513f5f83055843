import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventStoreContract } from "../../testing/event-store-contract.js";
import { migrate } from "./migrate.js";
import { openPglite, type Pglite } from "./pglite.js";
import type { Sql } from "./sql.js";
import { eventStoreOver } from "./store.js";

describe("PGlite", () => {
  let pglite: Pglite;
  beforeAll(async () => {
    pglite = await openPglite("memory");
    await migrate(pglite);
  });
  afterAll(() => pglite.close());

  eventStoreContract("PGlite in memory", async () => {
    await pglite.query("TRUNCATE dpp_event, dpp_pack, dpp_thread");
    return eventStoreOver(pglite);
  });

  it("tells faults of a statement from faults of its own", async () => {
    await expect(pglite.query("SELECT 1 / 0 AS x")).rejects.toMatchObject({ code: "22012" });
    const sql: Sql = pglite;
    await expect(sql.transaction((inner) => inner.query("SELECT nothing FROM nowhere"))).rejects.toThrow();
    const own = new Error("not this time");
    const refused = sql.transaction(async (inner) => {
      await inner.query("INSERT INTO dpp_thread (source) VALUES ('\\x77')");
      throw own;
    });
    await expect(refused).rejects.toBe(own);
    expect(await pglite.query("SELECT 1 AS one FROM dpp_thread WHERE source = '\\x77'")).toEqual([]);
    expect(pglite.broken).toBe(false);
    expect(await pglite.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});
