// `npm run mutate`: breaks each rule of the validators in turn and demands a test that goes red. docs/mutation.md says more.
//   npm run mutate                      all mutants; exit 1 when one survives
//   npm run mutate -- --only roles_     those of the files whose path contains the text; several with commas between
//   npm run mutate -- --json            the result as JSON on stdout
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./blueprint.mjs";
import { mutantsOf } from "./mutate/operators.mjs";
import { aiken } from "./toolchain.mjs";

const WORKERS = 2;
const CHECK_TIMEOUT_MS = 600_000;
/** Stands for the red test when a mutant makes the tests run on for ever. */
const ENDLESS = "endless";
/** Property tests draw from this seed, so a run can be repeated. */
const SEED = "2718281828";
/** Which test killed which mutant: tried first in the next run. */
const KILLERS = join(root, "build", "mutants.json");

const { values: options } = parseArgs({
  options: { only: { type: "string" }, json: { type: "boolean" }, list: { type: "boolean" } },
});
const say = (line) => (options.json ? console.error(line) : console.log(line));

/** Killed by the terminal or the system: leave no folder behind. */
const folders = [];
const clean = () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    clean();
    process.exit(130);
  });

/** Sources with rules: not tests, not what tests are built from. */
function ruleFiles(folder = "", files = []) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !["golden", "fixtures"].includes(entry.name)) ruleFiles(path, files);
    const isRule = entry.name.endsWith(".ak") && !entry.name.endsWith(".test.ak") && entry.name !== "fuzz.ak";
    if (entry.isFile() && isRule) files.push(path);
  }
  return files;
}

function fieldsOf(record) {
  const module = { Cip68: "cip68", Attest: "attestation", Passport: "passport", Config: "config" }[record];
  const text = readFileSync(join(root, "lib/dpp", `${module}.ak`), "utf8");
  const body = new RegExp(`pub type ${record}(?:<\\w+>)? \\{([^}]*)\\}`).exec(text)[1];
  return [...body.matchAll(/^\s*(\w+):/gm)].map((match) => match[1]);
}

const idOf = ({ file, source, operator, column }) => `${file}: ${operator} @${column} in ${source}`;

/** Mutants that behave as the original, each with its reason. */
const equivalents = new Map(
  JSON.parse(readFileSync(join(root, "scripts/mutate/equivalent.json"), "utf8")).map((entry) => [
    entry.mutant,
    entry,
  ]),
);

function run(binary, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(binary, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), CHECK_TIMEOUT_MS);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, timedOut: signal === "SIGKILL", output });
    });
  });
}

/** The first red test, null when all are green, undefined when the sources do not compile. */
async function redTest(binary, cwd, filter, runs) {
  const args = ["check", "--silent", "--seed", SEED, "--max-success", String(runs)];
  const { timedOut, output } = await run(binary, filter === null ? args : [...args, "-m", filter], cwd);
  if (timedOut) return ENDLESS;
  let report;
  try {
    report = JSON.parse(output);
  } catch {
    return undefined;
  }
  for (const module of report.modules)
    for (const test of module.tests) if (test.status === "fail") return `${module.name}.{${test.title}}`;
  return null;
}

/**
 * Most likely tests first, for each test takes its time to compile: the one that killed it last time, the accepted
 * controls and the tests that share a word with the broken line, the module's own; then all, and all with many draws.
 */
function* attempts({ file, source, operator }, killer) {
  const module = basename(file, ".ak");
  const words = new Set(source.match(/[a-z]{4,}/g)?.filter((word) => !COMMON.has(word)));
  if (operator.startsWith("free ")) words.add("is_frozen");
  if (hasTests(file)) {
    if (killer !== undefined) yield { lean: true, filter: killer.replace(/\.test\.\{/, ".{"), runs: 20 };
    yield { lean: true, filter: `${module}.{${["can_", "leads_to", ...words].join(",")}}`, runs: 20 };
    yield { lean: true, filter: null, runs: 20 };
  }
  yield { lean: false, filter: null, runs: 20 };
  yield { lean: false, filter: null, runs: 100 };
}

const COMMON = new Set([
  "expect",
  "length",
  "list",
  "self",
  "test",
  "extra",
  "fail",
  "other",
  "cannot",
  "state",
]);

async function judge(binary, place, mutant, killer) {
  place.testOnly(mutant.file);
  const copies = [place.lean, place.full].map((folder) => join(folder, mutant.file));
  for (const copy of copies) writeFileSync(copy, mutant.mutated);
  try {
    for (const { lean, filter, runs } of attempts(mutant, killer)) {
      const red = await redTest(binary, lean ? place.lean : place.full, filter, runs);
      if (red === undefined) return { outcome: "invalid" };
      if (red !== null) return { outcome: "killed", by: red };
    }
    return { outcome: "survived" };
  } finally {
    for (const copy of copies) writeFileSync(copy, mutant.original);
  }
}

const isTest = (path) => path.endsWith(".test.ak");

/** A module's own tests: `state.test.ak` and `state.properties.test.ak` are those of `state.ak`. */
const testsOf = (file) =>
  readdirSync(join(root, dirname(file)))
    .filter((name) => isTest(name) && name.startsWith(`${basename(file, ".ak")}.`))
    .map((name) => join(dirname(file), name));

const hasTests = (file) => testsOf(file).length > 0;

/** One worker's two copies of the project: `full`, and `lean` with one module's tests alone, which compiles three times as fast. */
function workspace() {
  const folder = mkdtempSync(join(tmpdir(), "dpp-mutate-"));
  folders.push(folder);
  const [lean, full] = [join(folder, "lean"), join(folder, "full")];
  // The golden contexts pin types, which are not mutated, and take long to compile. Other tests need the tables of P-256.
  const golden = join("lib", "dpp", "golden");
  const isGolden = (path) => path.includes(join(golden, "/")) && !path.endsWith(join(golden, "p256.ak"));
  for (const part of ["aiken.toml", "lib", "validators"]) {
    const filter = (path) => !isGolden(path);
    cpSync(join(root, part), join(full, part), { recursive: true, filter });
    cpSync(join(root, part), join(lean, part), {
      recursive: true,
      filter: (path) => filter(path) && !isTest(path),
    });
  }
  let tests = [];
  const testOnly = (file) => {
    const wanted = testsOf(file);
    if (wanted.join() === tests.join()) return;
    for (const test of tests) rmSync(join(lean, test));
    for (const test of wanted) cpSync(join(full, test), join(lean, test));
    tests = wanted;
  };
  return { lean, full, testOnly };
}

function remember(killers) {
  mkdirSync(dirname(KILLERS), { recursive: true });
  writeFileSync(KILLERS, `${JSON.stringify(killers, null, 1)}\n`);
}

async function main() {
  const binary = await aiken();
  const files = [...ruleFiles("lib/dpp"), ...ruleFiles("validators")]
    .map((file) => file.replace(/^\//, ""))
    .filter(
      (file) => options.only === undefined || options.only.split(",").some((part) => file.includes(part)),
    );
  const mutants = files.flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8"), fieldsOf));
  if (options.list) {
    for (const mutant of mutants)
      console.log(`${mutant.file}:${mutant.line}: ${mutant.operator}: ${mutant.source}`);
    console.log(`${mutants.length} mutants`);
    return 0;
  }
  const killers = existsSync(KILLERS) ? JSON.parse(readFileSync(KILLERS, "utf8")) : {};
  const places = Array.from({ length: WORKERS }, workspace);
  const results = [];
  const started = Date.now();
  try {
    if ((await redTest(binary, places[0].full, null, 20)) !== null)
      throw new Error("the tests are red before any mutation");
    const queue = mutants.filter((mutant) => !equivalents.has(idOf(mutant)));
    const unused = new Set(equivalents.keys());
    for (const mutant of mutants) unused.delete(idOf(mutant));
    if (options.only === undefined && unused.size > 0)
      throw new Error(`no such mutant any more: ${[...unused].join("; ")}`);
    await Promise.all(
      places.map(async (place) => {
        for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
          const id = idOf(mutant);
          const { mutated: _mutated, original: _original, ...described } = mutant;
          const result = { ...described, ...(await judge(binary, place, mutant, killers[id])) };
          results.push(result);
          if (result.by !== undefined && result.by !== ENDLESS) killers[id] = result.by;
          if (result.outcome !== "killed")
            say(
              `${result.outcome.padEnd(9)} ${result.file}:${result.line}: ${result.operator} @${result.column}: ${result.source}`,
            );
          if (results.length % 50 === 0) {
            remember(killers);
            say(
              `${results.length} of ${results.length + queue.length + WORKERS - 1} after ${Math.round((Date.now() - started) / 1000)} s`,
            );
          }
        }
      }),
    );
  } finally {
    clean();
  }
  remember(killers);
  return report(files, results, mutants.length - results.length, Date.now() - started);
}

function report(files, results, equivalent, milliseconds) {
  const count = (outcome, of = results) => of.filter((result) => result.outcome === outcome).length;
  const summary = {
    mutants: results.length - count("invalid"),
    killed: count("killed"),
    survived: count("survived"),
    invalid: count("invalid"),
    equivalent,
    seconds: Math.round(milliseconds / 1000),
  };
  if (options.json) console.log(JSON.stringify({ summary, results }, null, 2));
  else {
    console.log(`\n${"file".padEnd(44)} mutants killed survived invalid`);
    for (const file of files) {
      const of = results.filter((result) => result.file === file);
      if (of.length === 0) continue;
      const cells = [
        of.length - count("invalid", of),
        count("killed", of),
        count("survived", of),
        count("invalid", of),
      ];
      console.log(
        `${file.padEnd(44)} ${cells.map((cell, i) => String(cell).padStart([7, 6, 8, 7][i])).join(" ")}`,
      );
    }
  }
  say(
    `${summary.mutants} mutants, ${summary.killed} killed, ${summary.survived} survived (${summary.invalid} did not compile, ${equivalent} equivalent, ${summary.seconds} s)`,
  );
  return summary.survived === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`mutate: ${error.message}`);
  process.exitCode = 2;
}
