// Finds a Chromium for the browser test: CHROMIUM_PATH, the usual places, or, as root on Debian, `apt-get install chromium`.
// Run alone it prints the path. Not a dependency: a browser of 300 MB is for tests only.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const runs = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Path of an installed Chromium, or null. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return runs(named) ? named : null;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return (
    [...folders, "/usr/bin"].flatMap((folder) => NAMES.map((name) => join(folder, name))).find(runs) ?? null
  );
}

/** As `findChromium`, after installing it where that needs nobody's password. */
export function provideChromium() {
  const found = findChromium();
  if (found !== null || process.env.CHROMIUM_PATH) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) =>
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  const install = () => apt("install", "-y", "--no-install-recommends", "chromium");
  if (!install() && !(apt("update") && install())) return null;
  return findChromium();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const path = provideChromium();
  if (path === null) {
    console.error("No Chromium was found. Install it, or name one in CHROMIUM_PATH.");
    process.exit(1);
  }
  console.log(path);
}
