import { describe, expect, it } from "vitest";
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { packDigest } from "../../codec/pack.js";
import { encodeP256Proofs, statementOf } from "../../codec/redeemer.js";
import { p256Hints } from "../../crypto/p256.js";
import { toHex } from "../../domain/bytes.js";
import type { PackHeader } from "../../domain/pack.js";
import { p256Signer } from "../../testing/key-signers.js";
import { packSignature } from "./written-signature.js";

const { key, sign } = p256Signer("station");
const HEADER: PackHeader = {
  config: "c0".repeat(28),
  source: "aa".repeat(19),
  tier: "DEVICE_SIGNED",
  lo: 0,
  hi: 3,
  root: "44".repeat(32),
  cmin: 1,
  cmax: 2,
};
const digest = packDigest(HEADER);
const signature = sign(digest);
const proofs = encodeP256Proofs({
  statements: [statementOf(key.alg, digest, key.pk)],
  base: 0,
  proofs: [{ table: 1, ...p256Hints(signature), assertion: null }],
});
type Redeemers = SignedTransaction["witnesses"]["redeemers"];
const transaction = (...redeemers: readonly (readonly [string, string])[]): SignedTransaction =>
  ({
    witnesses: {
      redeemers: redeemers.map(([purpose, data], index) => ({ purpose, index, data })) as Redeemers,
    },
  }) as unknown as SignedTransaction;

describe("the signature over a pack that the ledger has", () => {
  it("is the redeemer's own, when it holds one", () => {
    const own = "55".repeat(64);
    expect(packSignature(transaction(["reward", proofs]), HEADER, { alg: 1, pk: "66".repeat(32) }, own)).toBe(
      own,
    );
  });

  it("is what the script p256 was given, whatever other accounts the transaction withdraws from", () => {
    const other: readonly [string, string] = ["reward", "d87980"];
    expect(packSignature(transaction(other, ["reward", proofs]), HEADER, key, "")).toBe(toHex(signature));
  });

  it("is empty when nothing states it", () => {
    const stated = transaction(["reward", proofs]);
    expect(packSignature(stated, { ...HEADER, lo: 1 }, key, "")).toBe("");
    expect(packSignature(stated, HEADER, p256Signer("another").key, "")).toBe("");
    expect(packSignature(transaction(["spend", proofs]), HEADER, key, "")).toBe("");
    expect(packSignature(transaction(), HEADER, key, "")).toBe("");
  });

  it("is empty for a pack of more events than a file holds, which the ledger takes", () => {
    expect(packSignature(transaction(["reward", proofs]), { ...HEADER, hi: 70_000 }, key, "")).toBe("");
  });
});
