// Brings the Aiken compiler of the pinned version when it is missing, into a cache outside the clone, and prints its path.
// Order: AIKEN, PATH, cache, npm installer (downloads the project's release binary), cargo (compiles it, some minutes).
// Another version may compile to other bytes, so no other version will do.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheRoot } from "./cache.mjs";

export const AIKEN_VERSION = "1.1.23";

const EXE = process.platform === "win32" ? ".exe" : "";
const NPM_TIMEOUT_MS = 180_000;
const CARGO_TIMEOUT_MS = 60 * 60_000;

const say = (line) => console.error(`toolchain: ${line}`);
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;

/** @returns the version that this binary says it has, or null when it does not run. */
function versionOf(binary) {
  const { status, stdout } = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return status === 0 ? (/^aiken v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null) : null;
}

const isRight = (binary) => existsSync(binary) && versionOf(binary) === AIKEN_VERSION;

const onPath = () =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, `aiken${EXE}`))
    .find(isRight);

/** `npm install` of the installer package; its post-install step downloads the binary, which closed networks refuse. */
function installByNpm(into) {
  const spec = `@aiken-lang/aiken@${AIKEN_VERSION}`;
  const args = [
    "install",
    "--prefix",
    into,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--loglevel",
    "error",
    spec,
  ];
  const shell = process.platform === "win32";
  const { status, stderr, error } = spawnSync("npm", args, {
    encoding: "utf8",
    timeout: NPM_TIMEOUT_MS,
    killSignal: "SIGKILL",
    shell,
  });
  if (status !== 0) throw new Error(reasonOf(error?.message ?? stderr));
  return join(into, "node_modules", "@aiken-lang", "aiken", "node_modules", ".bin_real", `aiken${EXE}`);
}

function installByCargo(into) {
  const cargo = spawnSync("cargo", ["--version"], { encoding: "utf8" });
  if (cargo.status !== 0) throw new Error("cargo is not installed");
  say("cargo compiles it; this takes 5 to 20 minutes once");
  const args = ["install", "aiken", "--version", AIKEN_VERSION, "--locked", "--root", into];
  // A shared target folder may be read-only, or full of another project's profile.
  const env = { ...process.env, CARGO_TARGET_DIR: join(into, "target") };
  const { status, error } = spawnSync("cargo", args, {
    env,
    stdio: ["ignore", 2, 2],
    timeout: CARGO_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(error?.message ?? `cargo install ended with code ${status}`);
  return join(into, "bin", `aiken${EXE}`);
}

/** The first line of npm's complaint that says more than its code. */
const reasonOf = (text) =>
  (text ?? "")
    .split("\n")
    .map((line) => line.replace(/^npm (?:error|ERR!)\s*/, "").trim())
    .find((line) => line !== "" && !/^(?:code \w+|npm warn)/.test(line)) ?? "unknown error";

/** Installs beside the final place and moves the binary there in one step: two runs at once do not harm each other. */
function installInto(final, by, install) {
  const started = Date.now();
  mkdirSync(cacheRoot(), { recursive: true });
  const temporary = mkdtempSync(join(cacheRoot(), "installing-"));
  try {
    say(`bringing Aiken ${AIKEN_VERSION} by ${by} …`);
    const built = install(temporary);
    if (!isRight(built)) throw new Error(`what ${by} installed is not Aiken ${AIKEN_VERSION}`);
    mkdirSync(join(final, ".."), { recursive: true });
    renameSync(built, final);
    say(`Aiken ${AIKEN_VERSION} by ${by} after ${seconds(started)}: ${final}`);
    return null;
  } catch (error) {
    say(`not by ${by}: ${error.message}`);
    return error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @returns the path of an Aiken binary of the pinned version.
 * @throws Error that says what to install when no way leads to one.
 */
export async function aiken() {
  const named = process.env.AIKEN;
  if (named !== undefined && named !== "") {
    if (isRight(named)) return named;
    throw new Error(
      `AIKEN=${named} is not Aiken ${AIKEN_VERSION} (it says ${versionOf(named) ?? "nothing"})`,
    );
  }
  const found = onPath();
  if (found !== undefined) return found;
  const cached = join(cacheRoot(), `aiken-${AIKEN_VERSION}`, "bin", `aiken${EXE}`);
  if (isRight(cached)) return cached;
  for (const [by, install] of [
    ["npm", installByNpm],
    ["cargo", installByCargo],
  ]) {
    if (installInto(cached, by, install) === null) return cached;
  }
  throw new Error(
    `Aiken ${AIKEN_VERSION} is missing and could not be installed. Install it yourself (https://aiken-lang.org/installation-instructions) ` +
      "and put it on PATH or name it in AIKEN; or install Rust 1.94.1 or newer with gcc, pkg-config and libssl-dev, and run again.",
  );
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log(await aiken());
  } catch (error) {
    console.error(`toolchain: ${error.message}`);
    process.exit(1);
  }
}
