// Builds a Go program of a pinned version into the cache outside the clone, from a module of our own whose go.sum pins every dependency.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheRoot } from "../cache.mjs";

const EXE = process.platform === "win32" ? ".exe" : "";
const BUILD_MS = 30 * 60_000;

/**
 * @param name of the cache's folder; the program has this name too unless `binary` gives it another.
 * @param directory where the module's go.mod and go.sum lie.
 * @returns the binary's path.
 * @throws Error that says what to install.
 */
export async function goTool({ name, version, package: main, directory, binary = name }) {
  const final = join(cacheRoot(), `${name}-${version}`, "bin", `${binary}${EXE}`);
  if (existsSync(final)) return final;
  if (spawnSync("go", ["version"]).status !== 0)
    throw new Error(`${name} is built with Go, which is not installed: install Go 1.26 or newer`);
  const started = Date.now();
  mkdirSync(cacheRoot(), { recursive: true });
  const temporary = mkdtempSync(join(cacheRoot(), "installing-"));
  try {
    console.error(`real: building ${name} ${version} with Go; this takes 2 to 10 minutes once …`);
    const built = join(temporary, `${binary}${EXE}`);
    const { status, error } = spawnSync("go", ["build", "-trimpath", "-o", built, main], {
      cwd: directory,
      stdio: ["ignore", 2, 2],
      timeout: BUILD_MS,
      env: { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false", GOTOOLCHAIN: "local" },
    });
    if (status !== 0) throw new Error(error?.message ?? `go build of ${main} ended with code ${status}`);
    mkdirSync(dirname(final), { recursive: true });
    // In one step: two runs at once do not harm each other.
    renameSync(built, final);
    console.error(`real: ${name} ${version} after ${Math.round((Date.now() - started) / 1000)} s: ${final}`);
    return final;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
