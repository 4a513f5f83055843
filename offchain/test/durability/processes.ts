/** Starts `writer.ts` and its like as processes of their own: bundled once, because Node runs no TypeScript. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** @param writer name of the script beside this one. @returns the bundle: inside the checkout, so that it finds the packages that it leaves out. */
export async function bundleWriter(writer = "writer"): Promise<string> {
  const outfile = join(root, "build", `ledger-${writer}-${process.pid}.mjs`);
  mkdirSync(join(root, "build"), { recursive: true });
  await build({
    entryPoints: [join(root, "offchain", "test", "durability", `${writer}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
  return outfile;
}

export interface Writer {
  readonly process: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterator<string>;
  /** Everything it writes to its error stream. */
  readonly errors: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const started = new Set<ChildProcessWithoutNullStreams>();

/** Ends what a failed test left running. */
export function endWriters(): void {
  for (const child of started) child.kill("SIGKILL");
}

/** Resolves when the writer is ready and waits. @param command what runs the bundle, e.g. a shell that sets a limit first. */
export async function startWriter(
  bundle: string,
  directory: string,
  file: string,
  transactions: readonly string[],
  command: readonly [string, ...string[]] = [process.execPath],
): Promise<Writer> {
  writeFileSync(file, transactions.join("\n"));
  const [program, ...parameters] = command;
  const child = spawn(program, [...parameters, bundle, directory, file]);
  started.add(child);
  child.on("close", () => started.delete(child));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== "ready") throw new Error(`the writer did not start: ${errors}`);
  return { process: child, lines, errors: () => errors, ended };
}
