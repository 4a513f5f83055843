import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/adapters/configuration/secret.js";
import { embeddedSql, openPgliteStore } from "../../src/adapters/event-store/embedded.js";
import { homePaths } from "../../src/adapters/home.js";
import { eventsFrom, REFUSED, storedPack } from "../../src/testing/stored-events.js";
import { runCheck } from "./check.js";
import { checkEventStore } from "./event-checks.js";

const LIMIT = 60_000;
const EMBEDDED = { kind: "embedded" } as const;
const PASSWORD = "correct-horse";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "dpp-event-checks-"));
});
afterAll(() => rm(home, { recursive: true }));

describe("the doctor on the event store", () => {
  it("makes none where there is none", async () => {
    const paths = homePaths(join(home, "empty"));
    expect(await checkEventStore(EMBEDDED, paths, LIMIT)).toEqual({
      state: "ok",
      found: "nothing was recorded yet",
    });
    expect(existsSync(paths.directory)).toBe(false);
  });

  it("counts what is there, warns of what was refused, and of tables of another version", async () => {
    const paths = homePaths(home);
    const store = await openPgliteStore(paths.events);
    await store.addEvents(eventsFrom(0, 3));
    await store.addPack(storedPack(0, 2));
    await store.close();
    expect(await checkEventStore(EMBEDDED, paths, LIMIT)).toMatchObject({
      state: "ok",
      found: "3 events of 1 threads; packs: 1 on their way, 0 anchored, 0 refused",
    });
    const again = await openPgliteStore(paths.events);
    await again.addPack(storedPack(2, 3, { state: REFUSED }));
    await again.close();
    expect(await checkEventStore(EMBEDDED, paths, LIMIT)).toMatchObject({ state: "warning" });
    const change = async (statement: string): Promise<void> => {
      const sql = embeddedSql(paths.events, { prepare: async () => undefined });
      await sql.query(statement);
      await sql.close();
    };
    const check = () => runCheck("event store", LIMIT, () => checkEventStore(EMBEDDED, paths, LIMIT));
    await change("INSERT INTO dpp_migration (number, name, checksum) VALUES (1000, 'later', '')");
    expect(await check()).toMatchObject({
      state: "failed",
      found: expect.stringContaining("event-store/newer"),
    });
    await change("DROP TABLE dpp_migration");
    expect(await check()).toMatchObject({ state: "warning" });
  });

  it("says that a database does not answer, without its password", async () => {
    const url = new Secret(`postgres://dpp:${PASSWORD}@127.0.0.1:1/dpp`);
    const finding = await runCheck("event store", LIMIT, () =>
      checkEventStore({ kind: "postgres", url }, homePaths(home), LIMIT),
    );
    expect(finding).toMatchObject({ state: "failed", found: expect.stringContaining("127.0.0.1:1/dpp") });
    expect(JSON.stringify(finding)).not.toContain(PASSWORD);
  });
});
