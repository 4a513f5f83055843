import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReadLog, type ReadLogEntry, type RoleRead, verifyReadLog } from "../ports/read-log.js";
import { createDiskReadLog } from "./read-log-disk.js";
import { createMemoryReadLog } from "./read-log-memory.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (n: number): RoleRead => ({
  time: Date.UTC(2027, 1, 18) + n,
  passport: "ab".repeat(28),
  revision: 0,
  attestations: ["cd".repeat(24)],
  groups: ["repair"],
});
const all = async (log: ReadLog): Promise<ReadLogEntry[]> => {
  const entries: ReadLogEntry[] = [];
  for await (const entry of log.entries()) entries.push(entry);
  return entries;
};

for (const [name, open] of Object.entries({
  memory: async () => createMemoryReadLog(),
  disk: async () => createDiskReadLog(await mkdtemp(join(folder, "log-"))),
})) {
  describe(`log of reads: ${name}`, () => {
    it("chains its entries in the order of their reads", async () => {
      const log = await open();
      for (let n = 0; n < 3; n++) await log.append(read(n));
      expect((await all(log)).map(({ seq, time }) => [seq, time - Date.UTC(2027, 1, 18)])).toEqual([
        [0, 0],
        [1, 1],
        [2, 2],
      ]);
      expect(await verifyReadLog(log)).toMatchObject({ length: 3 });
    });

    it("keeps every read of many at once, without gaps", async () => {
      const log = await open();
      await Promise.all(Array.from({ length: 20 }, (_, n) => log.append(read(n))));
      expect((await verifyReadLog(log)).length).toBe(20);
    });
  });
}

describe("the log of reads on disk", () => {
  it("is one chain for several processes and goes on after a restart", async () => {
    const path = await mkdtemp(join(folder, "shared-"));
    const [a, b] = [await createDiskReadLog(path), await createDiskReadLog(path)];
    await Promise.all(Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? a : b).append(read(n))));
    const again = await createDiskReadLog(path);
    expect((await again.append(read(99))).seq).toBe(12);
    expect((await verifyReadLog(a)).length).toBe(13);
  });

  it("shows that an entry was changed", async () => {
    const path = await mkdtemp(join(folder, "changed-"));
    const log = await createDiskReadLog(path);
    for (let n = 0; n < 3; n++) await log.append(read(n));
    const [, second] = await all(log);
    const file = join(path, "000000000", "000000000001.json");
    await writeFile(file, JSON.stringify({ ...second, groups: ["nothing"] }));
    await expect(verifyReadLog(log)).rejects.toMatchObject({ code: "read-log/broken", details: { seq: 2 } });
  });
});
