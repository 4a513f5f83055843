/**
 * Vectors of docs/spec/signature-forms.md: tables, signatures and hints, each with what a standard verifier and the ledger's script say. The secret key follows from a text: it
 * protects nothing.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { p256Hints, p256KeyOf, tableHash } from "../../src/crypto/p256.js";
import { baseTable, keyTable } from "../../src/crypto/p256-table.js";
import { concat, toHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import type { P256Case, P256Point } from "../../src/testing/p256-case.js";
import { p256Cases } from "../../src/testing/p256-cases.js";
import { p256HintCases } from "./p256-hints.js";

const hex32 = (k: bigint): string => k.toString(16).padStart(64, "0");
const hexOf = (point: P256Point): string => toHex(point.toBytes(true));

/** r and w as decimal text; null when there are none for such a signature, so that the ledger never gets to see it. */
function hintsOf(signature: Uint8Array): { readonly r: string; readonly w: string } | null {
  try {
    const { r, w } = p256Hints(signature);
    return { r: `${r}`, w: `${w}` };
  } catch (error) {
    if (isDppError(error, "p256/signature")) return null;
    throw error;
  }
}

function signatureOf({ reason, publicKey, message, digest, r, s, valid, meets }: P256Case) {
  const signature = concat(...[r, s].map((it) => Buffer.from(hex32(it), "hex")));
  return {
    reason,
    publicKey: hexOf(publicKey),
    message: message === null ? null : toHex(message),
    digest: toHex(digest),
    signature: toHex(signature),
    valid,
    hints: hintsOf(signature),
    ledger: valid && meets === undefined,
  };
}

function keyOf(point: P256Point) {
  const table = keyTable(point.toBytes(true));
  return {
    publicKey: hexOf(point),
    uncompressed: toHex(point.toBytes(false)),
    pk: p256KeyOf(point.toBytes(true)),
    tableHash: toHex(tableHash(table)),
    table: toHex(table),
  };
}

export function p256Vectors() {
  const cases = p256Cases();
  const aboveN = cases.find(({ reason }) => reason === "x-above-n");
  if (aboveN === undefined) throw new Error("no case has an x above n");
  const hints = p256HintCases(aboveN);
  const keys = new Map([...cases, ...hints].map(({ publicKey }) => [hexOf(publicKey), publicKey]));
  const base = baseTable();
  return {
    spec: "docs/spec/signature-forms.md",
    baseHash: toHex(blake2b(base, { dkLen: 32 })),
    baseTable: toHex(base),
    keys: [...keys.values()].map(keyOf),
    signatures: cases.map(signatureOf),
    hints: hints.map(({ reason, publicKey, digest, r, w, changed, accepted }) => ({
      reason,
      publicKey: hexOf(publicKey),
      digest: toHex(digest),
      r: `${r}`,
      w: `${w}`,
      changed: changed ?? null,
      accepted,
    })),
  };
}
