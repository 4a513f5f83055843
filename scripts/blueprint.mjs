// Compiles the validators into their CIP-57 blueprint.
//   npm run blueprint               rebuilds plutus.json, traces silent: what is deployed
//   npm run blueprint -- --check    compares plutus.json with what the sources compile to; exit 1 when they differ
//   npm run blueprint -- --traced   builds build/plutus.traced.json, which names the rule that refuses
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { blueprintTypes } from "./blueprint-types.mjs";
import { aiken } from "./toolchain.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const BLUEPRINT = join(root, "plutus.json");
export const TRACED_BLUEPRINT = join(root, "build", "plutus.traced.json");

const quote = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * Runs the compiler; output is captured. Without a terminal it keeps compile errors to itself, so a failure is run again
 * under one (`script`, where it exists) to show them.
 * @throws Error with the compiler's own words.
 */
export async function runAiken(args, cwd = root) {
  const binary = await aiken();
  const quiet = spawnSync(binary, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (quiet.status === 0) return quiet.stdout;
  const loud = spawnSync("script", ["-qec", [binary, ...args].map(quote).join(" "), "/dev/null"], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const words = loud.error === undefined ? loud.stdout : quiet.stderr + quiet.stdout;
  throw new Error(`aiken ${args.join(" ")} failed\n${words}`);
}

/** No purpose takes the config datum as an argument, yet whoever reads or writes one needs its type. */
const ALSO_NEEDED = ["dpp/config/Config"];

/** Of all types in the sources, those that the validators' interfaces and `ALSO_NEEDED` lead to. */
function neededDefinitions({ validators, definitions }) {
  const needed = new Set();
  const follow = (schema) => {
    if (Array.isArray(schema)) schema.forEach(follow);
    else if (schema !== null && typeof schema === "object") {
      for (const [key, value] of Object.entries(schema)) {
        if (key === "$ref")
          need(value.replace("#/definitions/", "").replaceAll("~1", "/").replaceAll("~0", "~"));
        else if (key !== "compiledCode") follow(value);
      }
    }
  };
  const need = (name) => {
    if (needed.has(name)) return;
    if (definitions[name] === undefined) throw new Error(`the blueprint does not define ${name}`);
    needed.add(name);
    follow(definitions[name]);
  };
  ALSO_NEEDED.forEach(need);
  follow(validators);
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => needed.has(name)));
}

/** Builds a blueprint and returns it parsed; writes it to `out` when given. */
export async function buildBlueprint({ traced = false, out } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "dpp-blueprint-"));
  const file = join(folder, "plutus.json");
  const traces = traced ? ["--trace-level", "verbose", "--trace-filter", "all"] : ["--trace-level", "silent"];
  try {
    await runAiken(["build", "--deny", "--include-all-types", "--out", file, ...traces]);
    const built = JSON.parse(readFileSync(file, "utf8"));
    const blueprint = { ...built, definitions: neededDefinitions(built) };
    if (out !== undefined) {
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, `${JSON.stringify(blueprint, null, 2)}\n`);
    }
    return blueprint;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Differences that change what runs or what it reads; the preamble's compiler string differs between builds of one version. */
export function differences(committed, built) {
  const validators = (blueprint) => new Map(blueprint.validators.map((v) => [v.title, v]));
  const [old, now] = [validators(committed), validators(built)];
  const titles = [...new Set([...old.keys(), ...now.keys()])].sort();
  const changed = titles.filter(
    (title) =>
      old.get(title)?.hash !== now.get(title)?.hash ||
      old.get(title)?.compiledCode !== now.get(title)?.compiledCode,
  );
  const types = isDeepStrictEqual(committed.definitions, built.definitions) ? [] : ["definitions"];
  return [...changed, ...types];
}

async function main(args) {
  const unknown = args.filter((arg) => !["--check", "--traced"].includes(arg));
  if (unknown.length > 0) {
    console.error(`blueprint: unknown option ${unknown[0]}; one of --check, --traced`);
    return 2;
  }
  if (args.includes("--traced")) {
    await buildBlueprint({ traced: true, out: TRACED_BLUEPRINT });
    console.log("blueprint: build/plutus.traced.json written");
  }
  if (args.includes("--check")) {
    const committed = existsSync(BLUEPRINT)
      ? JSON.parse(readFileSync(BLUEPRINT, "utf8"))
      : { validators: [] };
    const changed = differences(committed, await buildBlueprint());
    if (changed.length > 0) {
      console.error(
        `blueprint: plutus.json is not what the sources compile to: ${changed.join(", ")}. Run npm run blueprint.`,
      );
      return 1;
    }
    const stale = blueprintTypes({ write: false });
    if (stale.length > 0) {
      console.error(`blueprint: ${stale.join(", ")} is not what plutus.json says. Run npm run blueprint.`);
      return 1;
    }
    console.log("blueprint: plutus.json is what the sources compile to, and the generated types follow it");
  }
  if (args.length === 0) {
    await buildBlueprint({ out: BLUEPRINT });
    blueprintTypes({ write: true });
    console.log("blueprint: plutus.json and the generated types written");
  }
  return 0;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`blueprint: ${error.message}`);
    process.exitCode = 1;
  }
}
