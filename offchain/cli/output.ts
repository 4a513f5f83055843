/**
 * How the command speaks: text for people, one JSON document with `--json`, and the exit status.
 * 0 done · 1 refused (a rule, the ledger, a check that failed) · 2 misuse (arguments, files, set-up).
 */
import { DppError } from "../src/domain/errors.js";

export const EXIT = { done: 0, refused: 1, misuse: 2 } as const;

/** Areas of codes that say "you called it wrongly": arguments, files, set-up. Everything else is a refusal. */
const MISUSE = ["usage/", "home/", "key/", "keystore/", "input/", "output/"];

/** What an operating system says of a directory or file that is not for us. */
const UNUSABLE = ["EACCES", "EPERM", "ENOTDIR", "EISDIR", "EROFS", "ENOSPC", "ENAMETOOLONG"];

export const exitStatusOf = (error: unknown): number =>
  error instanceof DppError && !MISUSE.some((prefix) => error.code.startsWith(prefix))
    ? EXIT.refused
    : EXIT.misuse;

const jsonSafe = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

export interface Output {
  /** A result: printed whole as JSON, or as the lines for people. */
  result(value: unknown, lines: readonly string[]): void;
  /** Progress: on the error stream, never in the way of a pipe. Silent with `--json`. */
  progress(line: string): void;
  failure(error: unknown): void;
}

export function makeOutput(
  json: boolean,
  streams: { out: (text: string) => void; err: (text: string) => void },
): Output {
  const print = (value: unknown): void => streams.out(`${JSON.stringify(value, jsonSafe, 2)}\n`);
  return {
    result(value, lines) {
      if (json) print(value);
      else streams.out(`${lines.join("\n")}\n`);
    },
    progress(line) {
      if (!json) streams.err(`${line}\n`);
    },
    failure(error) {
      const { code, message, details } = describe(error);
      if (json) print({ error: { code, message, ...(Object.keys(details).length > 0 && { details }) } });
      else streams.err(`error ${code}: ${message}\n${hints(details)}`);
    },
  };
}

/** An error that is not ours is a defect: say so without a stack trace, unless DPP_DEBUG asks for it. */
function describe(error: unknown): {
  code: string;
  message: string;
  details: Readonly<Record<string, unknown>>;
} {
  if (error instanceof DppError) return { code: error.code, message: error.message, details: error.details };
  const { code: errno, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (errno !== undefined && UNUSABLE.includes(errno)) {
    return { code: "home/unusable", message: `${path ?? "a file"} cannot be used (${errno})`, details: {} };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "internal/unexpected",
    message: `${message} (this is a defect; DPP_DEBUG=1 shows where)`,
    details: {},
  };
}

/** The details that help a person: rules, paths and every fault, one line each; nothing for what is empty. */
const hints = (details: Readonly<Record<string, unknown>>): string =>
  Object.entries(details)
    .flatMap(([key, value]) =>
      Array.isArray(value) ? value.map((item) => hint(key, item)) : [hint(key, value)],
    )
    .join("");

function hint(key: string, value: unknown): string {
  if (typeof value === "number") return `  ${key}: ${value}\n`;
  if (typeof value === "string") return value.trim() === "" ? "" : `  ${key}: ${value.trim()}\n`;
  const { path, message, code } = (value ?? {}) as { path?: unknown; message?: unknown; code?: unknown };
  return typeof message === "string" ? `  ${String(path || "/")}: ${message} (${String(code)})\n` : "";
}

/** A table for people: columns padded to their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

/** Lovelace as ADA with six places. */
export const ada = (lovelace: bigint): string =>
  `${lovelace / 1_000_000n}.${(lovelace % 1_000_000n).toString().padStart(6, "0")}`;

export const isoTime = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
