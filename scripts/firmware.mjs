// Tests the C library for devices (firmware/, docs/firmware.md) and measures it: on this machine under sanitizers, then on RV32IMC in QEMU.
// Both must print the same bytes. Everything it makes lies in build/firmware/.
//   node scripts/firmware.mjs            tools, tests, measurement
//   node scripts/firmware.mjs --measure  the measurement alone, as a Markdown table
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { vectorTables } from "../firmware/test/vectors.mjs";
import { measure } from "./firmware/measure.mjs";
import { PACKAGES, provideTools } from "./firmware/tools.mjs";
import { typescriptVerdicts } from "./firmware/verdicts.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const component = join(root, "firmware", "components", "dpp_event");
const tests = join(root, "firmware", "test");
const out = join(root, "build", "firmware");
const sourcesIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".c"))
    .sort()
    .map((name) => join(folder, name));

const RUN_TIMEOUT_MS = 10 * 60_000;
const FUZZ_RUNS = 200_000;
const COMPARED_LEAVES = 20_000;

const INCLUDES = [`-I${join(component, "include")}`, `-I${out}`];
const WARNINGS = [
  "-Wall",
  "-Wextra",
  "-Wconversion",
  "-Wsign-conversion",
  "-Wshadow",
  "-Werror",
  "-pedantic",
];
const C11 = ["-std=c11", ...WARNINGS, ...INCLUDES];
const SANITIZERS = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const RV32 = ["--specs=picolibc.specs", "-march=rv32imc", "-mabi=ilp32", "-Os"];
/** Where QEMU's `virt` board has its memory: 2 MiB for the program, as much for its data. */
const BOARD = ["__flash=0x80000000", "__flash_size=0x200000", "__ram=0x80200000", "__ram_size=0x200000"];
const SEMIHOSTING = [
  "--oslib=semihost",
  "--crt0=semihost",
  ...BOARD.map((symbol) => `-Wl,--defsym=${symbol}`),
];
const QEMU = [
  ...["-M", "virt", "-bios", "none", "-display", "none", "-monitor", "none", "-serial", "none"],
  ...["-chardev", "stdio,id=sh", "-semihosting-config", "enable=on,target=native,chardev=sh", "-kernel"],
];

/** @returns what the command wrote, or null after saying why it failed. */
function run(command, args, options = {}) {
  const limits = { encoding: "utf8", maxBuffer: 1 << 26, timeout: RUN_TIMEOUT_MS };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, ...limits, ...options });
  if (status === 0) return stdout;
  console.log(stdout?.split("\n").filter(isNews).join("\n") ?? "");
  console.log(`${stderr ?? ""}${error?.message ?? ""}`.slice(-8000));
  return null;
}

/** Lines of a transcript that say more than that a check passed. */
const isNews = (line) => line !== "" && !line.startsWith("ok ");

/** Each has a `main` of its own, or a fuzzer's. */
const PROGRAMS = ["fuzz_target.c", "verdicts.c"];

const testSources = () => [
  ...sourcesIn(join(component, "src")),
  ...sourcesIn(tests).filter((path) => !PROGRAMS.includes(basename(path))),
];

/** The leak check needs to trace the process, which containers forbid; the library has no heap. */
const sanitized = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" };

function onHost(gcc) {
  const binary = join(out, "host");
  if (run(gcc, [...C11, ...SANITIZERS, ...testSources(), "-o", binary]) === null) return null;
  return run(binary, [], { env: sanitized });
}

function onRiscV({ riscvGcc, qemu }) {
  const binary = join(out, "riscv.elf");
  if (run(riscvGcc, [...C11, ...RV32, ...SEMIHOSTING, ...testSources(), "-o", binary]) === null) return null;
  return run(qemu, [...QEMU, binary]);
}

/** Whether this library and the TypeScript accept the same bytes, and refuse them for the same reason. */
async function agrees(gcc) {
  const binary = join(out, "verdicts");
  const sources = [...sourcesIn(join(component, "src")), join(tests, "verdicts.c")];
  if (run(gcc, [...C11, ...SANITIZERS, ...sources, "-o", binary]) === null) return false;
  const leaves = await typescriptVerdicts({ root, out, count: COMPARED_LEAVES });
  const input = leaves.map(({ hex }) => `${hex}\n`).join("");
  const said = run(binary, [], { input, env: sanitized })?.split("\n");
  if (said === undefined) return false;
  // Of CBOR that is no leaf anyway, such as a map with unsorted keys, the library does not say what else is wrong with it.
  const same = (code, mine) => code === mine || (code.startsWith("cbor/") && mine === "event/malformed");
  const other = leaves.findIndex(({ code }, index) => !same(code, said[index]));
  if (other >= 0) console.log(`${leaves[other].hex}: ${leaves[other].code} there, ${said[other]} here`);
  return other < 0;
}

function fuzz(clang) {
  const [binary, corpus] = [join(out, "fuzz"), join(out, "corpus")];
  const sources = [...sourcesIn(join(component, "src")), join(tests, "fuzz_target.c")];
  const sanitizers = ["-g", "-O1", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"];
  if (run(clang, [...C11, ...sanitizers, ...sources, "-o", binary]) === null) return false;
  const limits = [`-runs=${FUZZ_RUNS}`, "-seed=2718281828", "-max_len=300", `-artifact_prefix=${out}/`];
  return run(binary, [corpus, ...limits], { env: sanitized }) !== null;
}

function writeInputs() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "corpus"), { recursive: true });
  const { headers, corpus } = vectorTables();
  for (const [name, text] of Object.entries(headers)) writeFileSync(join(out, name), text);
  for (const [index, bytes] of corpus.entries()) writeFileSync(join(out, "corpus", String(index)), bytes);
}

const summaryOf = (transcript) => /(\d+) passed, (\d+) failed\n$/.exec(transcript ?? "");

/**
 * Runs all that the tools of this machine allow.
 * @param check called with a name and whether it holds; @param count with how many checks of the test program passed and failed;
 * @param skip with the name of a part that cannot be run here.
 */
export async function testFirmware({ check, count, skip }) {
  const tools = provideTools();
  const hint = `install ${PACKAGES.join(" ")}`;
  if (tools.gcc === null) return skip(`firmware: no C compiler (${hint})`);
  writeInputs();
  const host = onHost(tools.gcc);
  const summary = summaryOf(host);
  if (summary === null) return check("firmware on this machine under ASan and UBSan", false);
  count(Number(summary[1]), Number(summary[2]));
  console.log(
    `ok   firmware on this machine under ASan and UBSan: ${summary[1]} passed, ${summary[2]} failed`,
  );
  writeFileSync(join(out, "host.txt"), host);
  check(
    `firmware says the same as the TypeScript of ${COMPARED_LEAVES} tampered leaves`,
    await agrees(tools.gcc),
  );

  if (tools.clang === null) skip("firmware under libFuzzer: no clang with its runtime");
  else check(`firmware under libFuzzer: ${FUZZ_RUNS} inputs`, fuzz(tools.clang));

  if (tools.riscvGcc === null || tools.qemu === null)
    return skip(`firmware on RV32IMC: no cross compiler with picolibc, or no QEMU (${hint})`);
  const riscv = onRiscV(tools);
  writeFileSync(join(out, "riscv.txt"), riscv ?? "");
  check("firmware on RV32IMC prints the same bytes", riscv === host);
  const { table, foreign } = measure({ ...tools, component, out, flags: [...C11, ...RV32] });
  check(
    `firmware calls nothing but memcpy, memcmp and what the compiler brings ${foreign.join(" ")}`.trim(),
    foreign.length === 0,
  );
  writeFileSync(join(out, "measured.md"), table);
}

async function main() {
  if (process.argv.includes("--measure")) {
    const tools = provideTools();
    if (tools.riscvGcc === null) return missing();
    mkdirSync(out, { recursive: true });
    console.log(measure({ ...tools, component, out, flags: [...C11, ...RV32] }).table);
    return 0;
  }
  let [passed, failed, skipped] = [0, 0, 0];
  await testFirmware({
    check: (name, ok) => {
      ok ? passed++ : failed++;
      console.log(`${ok ? "ok  " : "FAIL"} ${name}`);
    },
    count: (good, bad) => {
      passed += good;
      failed += bad;
    },
    skip: (name) => {
      skipped++;
      console.log(`skip ${name}`);
    },
  });
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} parts skipped` : ""}`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

function missing() {
  console.error(`The tools for RV32IMC were not found. Install ${PACKAGES.join(" ")}.`);
  return 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await main();
