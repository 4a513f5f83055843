/**
 * SupplierRegistryStore in a directory: `registry.cbor`, `records/<hash>`, `lock`; readable by their owner alone. Beside the directory, `<id>.seen` holds the highest
 * revision seen: a backup of the directory that is put back alone is noticed. Spec: docs/spec/supplier-registry.md "Files".
 */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { MAX_SEALED_RECORD_BYTES } from "../codec/supplier-record.js";
import { MAX_REGISTRY_BYTES } from "../codec/supplier-registry.js";
import { utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { SupplierRegistryStore } from "../ports/supplier-registry.js";
import { createFile, replaceFile } from "./durable-file.js";
import { closeToOthers } from "./private-folder.js";
import { withProcessLock } from "./process-lock.js";

const OWNER_ONLY = 0o600;
/** An import of ten thousand suppliers holds the lock for half a minute. */
const PATIENCE = 120_000;
const HASH = /^[0-9a-f]{64}$/;
const ID = /^[0-9a-f]{32}$/;
const SEEN_BYTES = 32;

export const suppliersFolder = (home: string): string => join(home, "suppliers");

/** Ids of the registries in a home. */
export async function registriesIn(folder: string): Promise<readonly string[]> {
  return using("read", async () => (await list(folder)).filter((name) => ID.test(name)).sort());
}

/** `folder`: of all registries of a home, made with the first. `id`: of one operator's (`registryId`), 16 bytes hex. */
export function supplierRegistryOnDisk(
  folder: string,
  id: string,
  patience = PATIENCE,
): SupplierRegistryStore {
  // Also what keeps an id from being a path.
  if (!ID.test(id)) throw new DppError("supplier/unknown-registry", "a registry's id has 32 hex digits");
  const own = join(folder, id);
  const records = join(own, "records");
  const file = join(own, "registry.cbor");
  const witness = join(folder, `${id}.seen`);
  const pathOf = (hash: string): string => {
    if (!HASH.test(hash)) throw new DppError("supplier/malformed", "a record's hash has 64 hex digits");
    return join(records, hash);
  };
  let last: Promise<unknown> = Promise.resolve();
  const seen = async (): Promise<number> => {
    const bytes = await readBounded(witness, SEEN_BYTES);
    const text = bytes === null ? "-1" : new TextDecoder().decode(bytes).trim();
    if (!/^(-1|\d{1,15})$/.test(text))
      throw new DppError(
        "supplier/malformed",
        `${id}.seen is damaged: write the last known revision into it`,
      );
    return Number(text);
  };
  return {
    file: () => using("read", () => readBounded(file, MAX_REGISTRY_BYTES)),
    record: (hash) => using("read", async () => readBounded(pathOf(hash), MAX_SEALED_RECORD_BYTES)),
    seen: () => using("read", seen),
    exclusively(work) {
      // The lock is of processes: within one, callers queue here.
      const turn = async () => {
        await using("write", () => makePrivate(folder, own, records));
        return locked(join(own, "lock"), patience, work);
      };
      const done = last.then(turn, turn);
      last = done.catch(() => undefined);
      return done;
    },
    commit: (change) =>
      using("write", async () => {
        for (const { hash, bytes } of change.records) await createFile(pathOf(hash), bytes, OWNER_ONLY);
        await replaceFile(file, change.file, OWNER_ONLY);
        if (change.revision > (await seen()))
          await replaceFile(witness, utf8(`${change.revision}\n`), OWNER_ONLY);
        // Also what a killed writer left aside: nobody else writes now.
        for (const name of await list(records))
          if (!change.keep.has(name)) await rm(join(records, name), { force: true });
      }),
  };
}

async function makePrivate(folder: string, ...inner: readonly string[]): Promise<void> {
  for (const path of inner) await mkdir(path, { recursive: true, mode: 0o700 });
  await closeToOthers(folder, ...inner);
}

async function locked<T>(path: string, patience: number, work: () => Promise<T>): Promise<T> {
  try {
    return await withProcessLock(path, patience, work);
  } catch (cause) {
    if (!isDppError(cause, "home/busy")) throw cause;
    throw new DppError(
      "supplier/busy",
      `another process writes the registry of suppliers: ${cause.message}`,
      {
        cause,
      },
    );
  }
}

/** `null`: absent. */
async function readBounded(path: string, max: number): Promise<Uint8Array | null> {
  try {
    const { size } = await stat(path);
    if (size > max)
      throw new DppError("supplier/too-large", `a file of the registry has more than ${max} bytes`);
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function using<T>(what: "read" | "write", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isDppError(cause)) throw cause;
    const done = what === "read" ? "read" : "written";
    throw new DppError("supplier/unavailable", `the registry of suppliers cannot be ${done}`, { cause });
  }
}
