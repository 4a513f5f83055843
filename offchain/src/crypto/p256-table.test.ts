import { p256 } from "@noble/curves/nist.js";
import { blake2b } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../domain/bytes.js";
import { bytesOf } from "../testing/arbitraries.js";
import { BASE_TABLE_BYTES, baseTable, KEY_TABLE_BYTES, keyTable } from "./p256-table.js";

const { BASE, Fn, Fp, fromAffine } = p256.Point;

/** The entries of a part by multiplication, which the code does by addition. */
const entriesBy = (secret: bigint, sign: number, teeth: readonly number[]): string[] =>
  Array.from({ length: 2 ** teeth.length }, (_, v) => {
    const multiple = teeth.reduce(
      (sum, tooth, bit) => sum + ((v >> bit) % 2 === 1 ? 1n : -1n) * 2n ** BigInt(32 * tooth),
      2n ** BigInt(32 * sign),
    );
    const { x, y } = BASE.multiply(Fn.mul(Fn.create(multiple), secret)).toAffine();
    return (x + Fp.ORDER * y).toString(16).padStart(128, "0");
  });

describe("a table", () => {
  it("of a key holds the multiples that the specification names", () => {
    fc.assert(
      fc.property(bytesOf(48), (seed) => {
        const { secretKey, publicKey } = p256.keygen(seed);
        const secret = BigInt(`0x${toHex(secretKey)}`);
        const entries = [...entriesBy(secret, 7, [4, 5, 6]), ...entriesBy(secret, 3, [0, 1, 2])];
        const table = keyTable(publicKey);
        expect(table).toHaveLength(KEY_TABLE_BYTES);
        expect(toHex(table)).toBe(entries.join(""));
        expect(keyTable(p256.Point.fromBytes(publicKey).toBytes(false))).toEqual(table);
      }),
      { numRuns: 10 },
    );
  });

  it("of the base point is the one that the script knows", () => {
    const table = baseTable();
    expect(table).toHaveLength(BASE_TABLE_BYTES);
    expect(toHex(table)).toBe(entriesBy(1n, 7, [0, 1, 2, 3, 4, 5, 6]).join(""));
    expect(toHex(blake2b(table, { dkLen: 32 }))).toBe(
      "9431abfbba40dcc985672f6d3574dade8ce45335eaf1f687584803d4434ab50f",
    );
  });

  it("holds points of the curve alone", () => {
    const table = toHex(baseTable());
    for (let at = 0; at < table.length; at += 128) {
      const number = BigInt(`0x${table.slice(at, at + 128)}`);
      const point = fromAffine({ x: number % Fp.ORDER, y: number / Fp.ORDER });
      expect(() => point.assertValidity()).not.toThrow();
    }
  });

  it("of another key, and of the opposite one, is another", () => {
    const { publicKey } = p256.keygen(new Uint8Array(48).fill(1));
    const opposite = p256.Point.fromBytes(publicKey).negate().toBytes(true);
    const other = p256.keygen(new Uint8Array(48).fill(2)).publicKey;
    const tables = [publicKey, opposite, other].map((it) => toHex(keyTable(it)));
    expect(new Set(tables).size).toBe(3);
  });

  it("is given as a copy: who changes it changes nobody else's", () => {
    const { publicKey } = p256.keygen(new Uint8Array(48).fill(3));
    for (const make of [() => keyTable(publicKey), baseTable]) {
      const before = toHex(make());
      make().fill(0);
      expect(toHex(make())).toBe(before);
    }
  });

  it("of more keys than are kept is the same again", () => {
    const keys = Array.from({ length: 70 }, (_, i) => p256.keygen(new Uint8Array(48).fill(i + 1)).publicKey);
    const first = keys.map((key) => toHex(keyTable(key)));
    expect(keys.map((key) => toHex(keyTable(key)))).toEqual(first);
  });
});
