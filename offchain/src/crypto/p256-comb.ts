/**
 * ECDSA on P-256 as the ledger's script does it, step by step (`lib/dpp/p256.ak`, where the reasons stand): for tests, and to say before submitting what the
 * ledger will say. Whoever only wants to know whether a signature is good takes `p256.ts`, which shares no step with this.
 */
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../domain/bytes.js";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** 1/2 modulo n. */
const HALF = (N + 1n) / 2n;
/** The sum starts at c·G, which 31 doublings multiply by 2^31. */
const C = 0x5f3759df1234567n;
const START_X = 0x9c170ee0e4fc833f0905568af1d221472738fb66f16ace43efb628f094b3d051n;
const START_Y = 0xd55032e94a8b875791a1b6e89d5fafbd192f53438bacc38b6ab495d3abfd78ben;

const mod = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;
const RECODE_Q = mod((2n ** 256n - 1n) * HALF, N);
const RECODE_G = mod((2n ** 256n - 1n - C * 2n ** 31n) * HALF, N);
const bytes32 = (k: bigint): Uint8Array => numberToBytesBE(k, 32);

/**
 * A standard verifier accepts (r, 1/w modulo n) of `message`, provided that the tables are right: they are not checked, here as there.
 * @param table 1,024 bytes of the key, `keyTable`
 * @param base 8,192 bytes, `baseTable`
 */
export const verifiesComb = (
  message: Uint8Array,
  r: bigint,
  w: bigint,
  table: Uint8Array,
  base: Uint8Array,
): boolean => verifiesCombDigest(sha256(message), r, w, table, base);

/** As `verifiesComb`, of a message with this SHA-256. */
export function verifiesCombDigest(
  digest: Uint8Array,
  r: bigint,
  w: bigint,
  table: Uint8Array,
  base: Uint8Array,
): boolean {
  if (r <= 0n || r >= N || w <= 0n || w >= N) return false;
  const h = w * HALF;
  const u2 = bytes32(mod(r * h + RECODE_Q, N));
  const u1 = bytes32(mod(bytesToNumberBE(digest) * h + RECODE_G, N));
  const { x, zz } = sum(columnsOf(u2, 16), columnsOf(u1, 32), table, base);
  if (mod(zz, P) === 0n) return false;
  return mod(x - r * zz, P) === 0n || (r < P - N && mod(x - (r + N) * zz, P) === 0n);
}

/**
 * The digits of a number by columns: byte i has bit i of every row of 32 bits, each but that of the sign exchanged where the sign's is 0. The script does
 * this for all columns at once and holds them in another order.
 * @param part bytes that share a sign
 */
function columnsOf(number: Uint8Array, part: 16 | 32): Uint8Array {
  const columns = new Uint8Array(32);
  const bit = (at: number): number => ((number[31 - (at >> 3)] as number) >> (at & 7)) & 1;
  for (let i = 0; i < 32; i++)
    for (let tooth = 0; tooth < 8; tooth++) {
      const sign = tooth | (part / 4 - 1);
      const digit = tooth === sign ? bit(32 * tooth + i) : 1 ^ bit(32 * tooth + i) ^ bit(32 * sign + i);
      columns[i] = (columns[i] as number) | (digit << tooth);
    }
  return columns;
}

/** X/ZZ and Y/ZZZ are x and y, ZZ³ = ZZZ² modulo p. */
interface Sum {
  readonly x: bigint;
  readonly y: bigint;
  readonly zz: bigint;
  readonly zzz: bigint;
}

function sum(ofQ: Uint8Array, ofG: Uint8Array, table: Uint8Array, base: Uint8Array): Sum {
  let at: Sum = { x: START_X, y: START_Y, zz: 1n, zzz: 1n };
  for (let i = 31; i >= 0; i--) {
    const q = ofQ[i] as number;
    const g = ofG[i] as number;
    at = add(at, entry(table, (q >> 4) & 7), q >= 128);
    at = add(at, entry(table, 8 + (q & 7)), (q & 15) >= 8);
    at = add(at, entry(base, g & 127), g >= 128);
    if (i > 0) at = double(at);
  }
  return at;
}

const entry = (table: Uint8Array, at: number): bigint =>
  bytesToNumberBE(concat(Uint8Array.of(0), table.subarray(64 * at, 64 * at + 64)));

function add({ x, y, zz, zzz }: Sum, entry: bigint, positive: boolean): Sum {
  const h = mod(entry * zz - x, P);
  const r = (entry / (positive ? P : -P)) * zzz - y;
  const hh = h * h;
  const h3 = h * hh;
  const v = x * hh;
  const x3 = mod(r * r - h3 - 2n * v, P);
  return { x: x3, y: mod(r * (v - x3) - y * h3, P), zz: mod(zz * hh, P), zzz: mod(zzz * h3, P) };
}

function double({ x, y, zz, zzz }: Sum): Sum {
  const w = 2n * y;
  const v = w * w;
  const w3 = w * v;
  const s = x * v;
  const m = 3n * (x - zz) * (x + zz);
  const x2 = mod(m * m - 2n * s, P);
  return { x: x2, y: mod(m * (s - x2) - w3 * y, P), zz: mod(v * zz, P), zzz: mod(w3 * zzz, P) };
}
