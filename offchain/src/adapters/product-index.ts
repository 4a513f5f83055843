/** The product index as one small file per product, readable by its owner alone. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fromHex, fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { DppError, isDppError } from "../domain/errors.js";
import { parseIdentifier } from "../domain/identifier.js";
import type { ProductEntry, ProductIndex } from "../ports/product-index.js";
import { replaceFile } from "./durable-file.js";
import { withProcessLock } from "./process-lock.js";

const SUFFIX = ".json";
/** ms to wait for another issuer. */
const PATIENCE = 300_000;

/** Hex, because serials hold slashes and dots, and some file systems do not tell `a` from `A`. */
const fileOf = (serial: string): string => toHex(utf8(serial)) + SUFFIX;
const serialOf = (file: string): string => fromUtf8(fromHex(file.slice(0, -SUFFIX.length)));

export function productIndexOnDisk(directory: string): ProductIndex {
  const folder = (gtin: string): string => {
    if (!/^\d{14}$/.test(gtin)) throw new DppError("identifier/gtin", "a GTIN of 14 digits is needed here");
    return join(directory, gtin);
  };
  const find = async (gtin: string, serial: string): Promise<ProductEntry | null> => {
    const text = await readFile(join(folder(gtin), fileOf(serial)), "utf8").catch(absent);
    return text === null ? null : parse(text);
  };
  const listed = async (gtin: string, serial: string) => {
    const entry = await find(gtin, serial);
    return entry === null ? [] : [{ ...parseIdentifier(gtin, serial), ...entry }];
  };
  return {
    find,
    exclusive: (work) => withProcessLock(join(directory, "issue.lock"), PATIENCE, work),
    async put(gtin, serial, { id, salt }) {
      await replaceFile(join(folder(gtin), fileOf(serial)), utf8(`${JSON.stringify({ id, salt })}\n`), 0o600);
    },
    async list() {
      const gtins = ((await readdir(directory).catch(absent)) ?? []).filter((name) => /^\d{14}$/.test(name));
      const perGtin = await Promise.all(
        gtins.map(async (gtin) => {
          const files = (await readdir(join(directory, gtin))).filter((name) =>
            /^([0-9a-f]{2})+\.json$/.test(name),
          );
          const entries = await Promise.all(
            // One damaged file must not hide all others; asked for by name it says what is wrong.
            files.map((file) => readable(() => listed(gtin, serialOf(file)))),
          );
          return entries.flat();
        }),
      );
      return perGtin.flat().toSorted((a, b) => (a.gtin + a.serial < b.gtin + b.serial ? -1 : 1));
    },
  };
}

async function readable<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    if (isDppError(error) || error instanceof TypeError) return [];
    throw error;
  }
}

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw error;
};

function parse(text: string): ProductEntry {
  const { id, salt } = readJson(text);
  if (
    typeof id === "string" &&
    /^[0-9a-f]{56}$/.test(id) &&
    typeof salt === "string" &&
    /^[0-9a-f]{32}$/.test(salt)
  ) {
    return { id, salt };
  }
  throw new DppError("home/product-index", "an entry of the product index is damaged");
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new DppError("home/product-index", "an entry of the product index is damaged", { cause });
  }
}
