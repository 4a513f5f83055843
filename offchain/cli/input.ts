/** Files that people hand over: there, a file, and bounded. */
import { readFile, stat } from "node:fs/promises";
import { DppError } from "../src/domain/errors.js";

const MAX_INPUT = 1024 * 1024;

/** @throws DppError `input/file`, `input/too-large`. */
export async function readInput(path: string, maxBytes = MAX_INPUT): Promise<Uint8Array> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DppError("input/file", `cannot read ${path}`, { cause });
  });
  if (!found.isFile()) throw new DppError("input/file", `${path} is not a file`);
  if (found.size > maxBytes) {
    throw new DppError("input/too-large", `${path} is larger than ${maxBytes / 1024 / 1024} MiB`);
  }
  return readFile(path);
}
