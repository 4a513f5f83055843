import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withProcessLock } from "./process-lock.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-lock-"));
});
afterEach(() => rm(directory, { recursive: true }));

it("lets one after the other work, never two at once", async () => {
  const path = join(directory, "lock");
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside++;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withProcessLock(path, 10_000, work)));
  expect(most).toBe(1);
});

it("refuses by name while a living process holds it", async () => {
  const path = join(directory, "lock");
  await writeFile(path, String(process.pid));
  await expect(withProcessLock(path, 0, async () => undefined)).rejects.toThrow(
    expect.objectContaining({ code: "home/busy" }),
  );
});

it("takes over from a process that is gone, and from a torn file", async () => {
  const path = join(directory, "lock");
  const gone = spawnSync(process.execPath, ["-e", ""]).pid;
  for (const text of [String(gone), ""]) {
    await writeFile(path, text);
    expect(await withProcessLock(path, 0, async () => "done")).toBe("done");
  }
});

it("is released when the work fails", async () => {
  const path = join(directory, "lock");
  const fail = withProcessLock(path, 0, async () => {
    throw new Error("broken");
  });
  await expect(fail).rejects.toThrow("broken");
  expect(await withProcessLock(path, 0, async () => "done")).toBe("done");
});
