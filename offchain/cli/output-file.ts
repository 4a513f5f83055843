/** Files that the command writes where a person says so: refused by name, never as a defect. */
import { constants } from "node:fs";
import { access, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DppError } from "../src/domain/errors.js";

/** Before work that is not done for nothing: a signature, a question to the ledger. Makes nothing. @throws DppError `output/file`. */
export async function assertWritable(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) throw unwritable(path, "EISDIR");
  const folder = dirname(path);
  try {
    if (!(await stat(folder)).isDirectory()) throw unwritable(path, "ENOTDIR");
    await access(there === null ? folder : path, constants.W_OK);
  } catch (error) {
    throw error instanceof DppError ? error : unwritable(path, codeOf(error), error);
  }
}

/** @param mode of a file that is made, e.g. 0o600 for what is private. @throws DppError `output/file`. */
export async function writeOutput(path: string, content: Uint8Array | string, mode?: number): Promise<void> {
  await writeFile(path, content, mode === undefined ? {} : { mode }).catch((error: unknown) => {
    throw unwritable(path, codeOf(error), error);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "its directory does not exist",
  ENOTDIR: "its directory does not exist",
  EISDIR: "it is a directory",
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "nothing can be written there",
  ENOSPC: "the disk is full",
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? "unknown";

const unwritable = (path: string, code: string, cause?: unknown): DppError =>
  new DppError("output/file", `cannot write ${path}: ${REASONS[code] ?? code}`, { cause });
