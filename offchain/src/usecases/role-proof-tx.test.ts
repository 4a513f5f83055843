import CSL from "@emurgo/cardano-serialization-lib-nodejs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { decode, encode } from "cborg";
import { describe, expect, it } from "vitest";
import { encodeAddressBytes, toBech32Address } from "../codec/address.js";
import { keyHashOf } from "../crypto/cip8.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { buildUnsubmittedTx, encodeChallengeMetadata, verifyUnsubmittedTx } from "./role-proof-tx.js";

const secret = new Uint8Array(32).fill(7);
const publicKey = ed25519.getPublicKey(secret);
const addressBytes = encodeAddressBytes({
  kind: "enterprise",
  networkId: 0,
  payment: { kind: "key", hash: keyHashOf(publicKey) },
  stake: null,
});
const address = toBech32Address(addressBytes);
const message = `I prove my role.\nhost: ${"a".repeat(100)}.example\nnonce: 1`;
const tokens = new Map([[new Uint8Array(28).fill(1), new Map([[new Uint8Array(32).fill(2), 1]])]]);
const utxo = toHex(
  encode([
    [new Uint8Array(32).fill(9), 3],
    [addressBytes, [5_000_000, tokens]],
  ]),
);

const signBody = (body: string, key = secret): string => {
  const signature = ed25519.sign(blake2b(fromHex(body), { dkLen: 32 }), key);
  return toHex(encode(new Map([[0, [[ed25519.getPublicKey(key), signature]]]])));
};
const build = (text = message) => buildUnsubmittedTx({ utxo, address, networkId: 0, message: text });
const verify = (changes: Partial<Parameters<typeof verifyUnsubmittedTx>[0]> = {}) => {
  const { body } = build();
  return verifyUnsubmittedTx({
    address,
    networkId: 0,
    message,
    body,
    witnesses: signBody(body),
    tipSlot: 1000,
    ...changes,
  });
};
const refusal = (code: string) => expect.objectContaining({ code });

describe("a role proof by a signed, unsubmitted transaction", () => {
  it("proves the key of the address", () => {
    expect(verify()).toMatchObject({ credential: "payment", keyHash: keyHashOf(publicKey) });
  });

  it("is a transaction that a second library reads, with the challenge as its metadata", () => {
    const { transaction, body } = build();
    const read = CSL.Transaction.from_hex(transaction);
    expect(read.body().ttl()).toBe(1);
    expect(read.body().required_signers()?.get(0).to_hex()).toBe(keyHashOf(publicKey));
    expect(read.body().outputs().get(0).amount().coin().to_str()).toBe("5000000");
    const auxiliary = read.auxiliary_data();
    if (auxiliary === undefined) throw new Error("no metadata");
    expect(CSL.hash_auxiliary_data(auxiliary).to_hex()).toBe(read.body().auxiliary_data_hash()?.to_hex());
    expect(CSL.FixedTransaction.from_hex(transaction).transaction_hash().to_hex()).toBe(
      toHex(blake2b(fromHex(body), { dkLen: 32 })),
    );
  });

  it("refuses a transaction that could still be submitted", () => {
    const entries = decode(fromHex(build().body), { useMaps: true }) as Map<number, unknown>;
    for (const ttl of [1001, undefined]) {
      if (ttl === undefined) entries.delete(3);
      else entries.set(3, ttl);
      const body = toHex(encode(entries));
      expect(() => verify({ body, witnesses: signBody(body) })).toThrow(refusal("cip8/submittable"));
    }
  });

  it("refuses another challenge, another key, another network, another body", () => {
    expect(() => verify({ message: "another" })).toThrow(refusal("cip8/payload-mismatch"));
    expect(() => verify({ witnesses: signBody(build().body, new Uint8Array(32).fill(8)) })).toThrow(
      refusal("cip8/key-mismatch"),
    );
    expect(() => verify({ networkId: 1 })).toThrow(refusal("cip8/network"));
    expect(() => verify({ witnesses: signBody(build("other").body) })).toThrow(refusal("cip8/bad-signature"));
    expect(() => verify({ witnesses: "a0" })).toThrow(refusal("cose/malformed"));
    expect(() => verify({ body: "ff" })).toThrow(refusal("cose/malformed"));
  });

  it("bounds each line of the metadata to what the ledger admits", () => {
    const map = decode(encodeChallengeMetadata(message), { useMaps: true }) as Map<
      number,
      Map<string, string[]>
    >;
    const lines = map.get(674)?.get("msg") ?? [];
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(64);
  });
});
