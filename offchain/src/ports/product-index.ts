/**
 * Which passport a printed GTIN and serial belong to. An index, not a truth: the ledger's commitment must open with what stands here, or the answer
 * is refused. It holds the salts of the QR codes, so it is as private as the labels on the products.
 */
import type { Identifier } from "../domain/identifier.js";

export interface ProductEntry {
  /** Passport id (28 bytes), hex. */
  readonly id: string;
  /** Salt of the identifier commitment (16 bytes), hex. */
  readonly salt: string;
}

export interface ProductIndex {
  /** `gtin`: 14 digits; `serial`: decoded. `null`: not known here. */
  find(gtin: string, serial: string): Promise<ProductEntry | null>;
  /** Durable when it resolves; replaces what stood there. */
  put(gtin: string, serial: string, entry: ProductEntry): Promise<void>;
  /** Runs `work` while no other issuer over this index, in this process or another, runs his. @throws DppError `home/busy`. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** All entries that can be read, by GTIN and serial. */
  list(): Promise<readonly (ProductEntry & Identifier)[]>;
}
