/** The vectors of signatures on P-256, read as a stranger would: with the file and the public functions alone. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compressP256, p256Hints, p256KeyOf, tableHash, verifyP256 } from "../../src/crypto/p256.js";
import { verifiesCombDigest } from "../../src/crypto/p256-comb.js";
import { baseTable, keyTable } from "../../src/crypto/p256-table.js";
import { concat, fromHex, toHex } from "../../src/domain/bytes.js";
import { p256Vectors } from "./p256.js";

const text = readFileSync(new URL("../../../vectors/p256.json", import.meta.url), "utf8");
const vectors = JSON.parse(text);
const base = fromHex(vectors.baseTable);
const tables = new Map<string, Uint8Array>(
  vectors.keys.map((it: { publicKey: string; table: string }) => [it.publicKey, fromHex(it.table)]),
);
const tableOf = (key: string): Uint8Array => {
  const table = tables.get(key);
  if (table === undefined) throw new Error(`no table of ${key}`);
  return table;
};

describe("the committed vectors of P-256", () => {
  it("are what the code makes today", () => {
    expect(`${JSON.stringify(p256Vectors(), null, 2)}\n`).toBe(text);
  });

  it("hold each key's table and `pk`", () => {
    expect(toHex(baseTable())).toBe(vectors.baseTable);
    expect(vectors.keys.length).toBeGreaterThan(40);
    for (const { publicKey, uncompressed, pk, table, tableHash: hash } of vectors.keys) {
      expect(toHex(compressP256(fromHex(uncompressed)))).toBe(publicKey);
      expect(toHex(keyTable(fromHex(uncompressed)))).toBe(table);
      expect(toHex(tableHash(fromHex(table)))).toBe(hash);
      expect(p256KeyOf(fromHex(publicKey))).toBe(pk);
    }
  });

  it("hold signatures with what a verifier and the ledger say", () => {
    for (const {
      reason,
      publicKey,
      message,
      digest,
      signature,
      valid,
      hints,
      ledger,
    } of vectors.signatures) {
      if (message !== null)
        expect(verifyP256(fromHex(publicKey), fromHex(message), fromHex(signature)), reason).toBe(valid);
      if (hints === null) expect(() => p256Hints(fromHex(signature)), reason).toThrow();
      else {
        const { r, w } = p256Hints(fromHex(signature));
        expect({ r: `${r}`, w: `${w}` }, reason).toEqual(hints);
        expect(verifiesCombDigest(fromHex(digest), r, w, tableOf(publicKey), base), reason).toBe(ledger);
      }
    }
  });

  it("hold hints with what the ledger says", () => {
    for (const { reason, publicKey, digest, r, w, changed, accepted } of vectors.hints) {
      const at = 64 * (changed?.entry ?? 0);
      const entry = changed === null ? base.slice(0, 64) : fromHex(changed.bytes);
      const changedBase = concat(base.slice(0, at), entry, base.slice(at + 64));
      const says = verifiesCombDigest(fromHex(digest), BigInt(r), BigInt(w), tableOf(publicKey), changedBase);
      expect(says, reason).toBe(accepted);
    }
  });
});
