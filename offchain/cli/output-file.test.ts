import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitStatusOf } from "./output.js";
import { assertWritable, writeOutput } from "./output-file.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-output-"));
});
afterAll(() => rm(directory, { recursive: true }));

describe("a file that the command writes", () => {
  it("is written, also over what was there, and in the mode that is asked for", async () => {
    const path = join(directory, "week.dppp");
    await assertWritable(path);
    await writeOutput(path, Uint8Array.of(1, 2), 0o600);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await assertWritable(path);
    await writeOutput(path, "text");
    expect(await readFile(path, "utf8")).toBe("text");
  });

  it("is refused by name where there is no place for it, and counts as misuse", async () => {
    await writeOutput(join(directory, "file"), "");
    for (const [path, why] of [
      [join(directory, "nowhere", "week.dppp"), "its directory does not exist"],
      [join(directory, "file", "week.dppp"), "its directory does not exist"],
      [directory, "it is a directory"],
    ] as const)
      for (const work of [() => assertWritable(path), () => writeOutput(path, "text")]) {
        const error = await work().catch((it: unknown) => it);
        expect(error).toMatchObject({ code: "output/file", message: `cannot write ${path}: ${why}` });
        expect(exitStatusOf(error)).toBe(2);
      }
  });
});
