// Runs signatures through the Aiken code, compiled silently as it is for the ledger, in a package of its own.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../blueprint.mjs";
import { aiken } from "../toolchain.mjs";

const AIKEN_TIMEOUT_MS = 600_000;

export const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** A package with the script's module and a test for each case. @returns names of the tests that are red. */
export async function redInAiken(cases, base) {
  const folder = mkdtempSync(join(tmpdir(), "dpp-wycheproof-"));
  try {
    mkdirSync(join(folder, "lib", "dpp"), { recursive: true });
    copyFileSync(join(root, "aiken.toml"), join(folder, "aiken.toml"));
    copyFileSync(join(root, "lib", "dpp", "p256.ak"), join(folder, "lib", "dpp", "p256.ak"));
    const tables = new Map();
    const tableOf = (table) => {
      const name = tables.get(hex(table)) ?? `table_${tables.size}`;
      tables.set(hex(table), name);
      return name;
    };
    const tests = cases.map(({ name, test: { message, valid }, hints: { r, w }, table }) => {
      const call = `verifies(#"${hex(message)}", ${r}, ${w}, ${tableOf(table)}, base)`;
      return `test ${name}() { ${valid ? call : `!${call}`} }`;
    });
    const constants = [...tables].map(([table, name]) => `const ${name} = #"${table}"`);
    const text = ["use dpp/p256.{verifies}", `const base = #"${hex(base)}"`, ...constants, ...tests];
    writeFileSync(join(folder, "lib", "dpp", "wycheproof.test.ak"), text.join("\n"));
    const { stdout, error } = spawnSync(await aiken(), ["check", "--trace-level", "silent"], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: AIKEN_TIMEOUT_MS,
    });
    if (error) throw error;
    if (stdout === "") throw new Error("the module of Wycheproof's tests does not compile");
    const ran = JSON.parse(stdout).modules.flatMap(({ tests }) => tests);
    if (ran.length !== cases.length) throw new Error(`Aiken ran ${ran.length} of ${cases.length} tests`);
    return new Set(ran.filter(({ status }) => status !== "pass").map(({ title }) => title));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
