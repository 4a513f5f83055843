/**
 * Which passport a printed GTIN and serial belong to, one small file per product. An index, not a truth: the ledger's commitment must open with
 * what stands here, or the answer is refused. It holds the salts of the QR codes, so it is as private as the labels on the products.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { replaceFile } from "./durable-file.js";

export interface ProductEntry {
  /** Passport id, hex. */
  readonly id: string;
  /** Salt of the identifier commitment, 16 bytes hex. */
  readonly salt: string;
}

export interface ProductEntries {
  find(gtin: string, serial: string): Promise<ProductEntry | null>;
  /** All entries, by GTIN and serial. */
  list(): Promise<readonly (ProductEntry & { readonly gtin: string; readonly serial: string })[]>;
  put(gtin: string, serial: string, entry: ProductEntry): Promise<void>;
}

const SUFFIX = ".json";

/** Serials may hold `/` and dots; a prefix keeps `.` and `..` from naming directories. */
const fileOf = (serial: string): string => `s-${encodeURIComponent(serial)}${SUFFIX}`;
const serialOf = (file: string): string => decodeURIComponent(file.slice(2, -SUFFIX.length));

export function productIndexOnDisk(directory: string): ProductEntries {
  const folder = (gtin: string): string => {
    if (!/^\d{14}$/.test(gtin)) throw new DppError("identifier/gtin", "a GTIN of 14 digits is needed here");
    return join(directory, gtin);
  };
  const find = async (gtin: string, serial: string): Promise<ProductEntry | null> => {
    const text = await readFile(join(folder(gtin), fileOf(serial)), "utf8").catch(absent);
    return text === null ? null : parse(text);
  };
  return {
    find,
    async put(gtin, serial, { id, salt }) {
      await replaceFile(join(folder(gtin), fileOf(serial)), utf8(`${JSON.stringify({ id, salt })}\n`), 0o600);
    },
    async list() {
      const gtins = ((await readdir(directory).catch(absent)) ?? []).filter((name) => /^\d{14}$/.test(name));
      const perGtin = await Promise.all(
        gtins.map(async (gtin) => {
          const files = (await readdir(join(directory, gtin))).filter(
            (name) => name.endsWith(SUFFIX) && name.startsWith("s-"),
          );
          const entries = await Promise.all(
            files.map(async (file) => {
              const serial = serialOf(file);
              const entry = await find(gtin, serial);
              return entry === null ? [] : [{ gtin, serial, ...entry }];
            }),
          );
          return entries.flat();
        }),
      );
      return perGtin.flat().toSorted((a, b) => (a.gtin + a.serial < b.gtin + b.serial ? -1 : 1));
    },
  };
}

const absent = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw error;
};

function parse(text: string): ProductEntry {
  const { id, salt } = JSON.parse(text) as Partial<ProductEntry>;
  if (!/^[0-9a-f]{56}$/.test(id ?? "") || !/^[0-9a-f]{32}$/.test(salt ?? "")) {
    throw new DppError("home/product-index", "an entry of the product index is damaged");
  }
  return { id, salt } as ProductEntry;
}
