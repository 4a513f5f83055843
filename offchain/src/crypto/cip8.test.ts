import foundation from "@cardano-foundation/cardano-verify-datasignature";
import { ed25519 } from "@noble/curves/ed25519.js";
import { decode, encode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, encodeAddressBytes, toBech32Address } from "../codec/address.js";
import {
  decodeCoseKey,
  decodeCoseSign1,
  encodeCoseKey,
  encodeCoseSign1,
  encodeProtectedHeader,
  encodeSigStructure,
} from "../codec/cose.js";
import { fromHex, fromUtf8, toHex, utf8 } from "../domain/bytes.js";
import { createSignData, credentialOf, keyHashOf, verifyEd25519, verifySignData } from "./cip8.js";

// CommonJS: its types put the function under `default`, Node puts it in the module itself.
const verifyDataSignature = foundation as unknown as typeof foundation.default;

const keyOf = (seed: number) => {
  const secret = new Uint8Array(32).fill(seed);
  const publicKey = ed25519.getPublicKey(secret);
  return {
    publicKey,
    keyHash: keyHashOf(publicKey),
    sign: (message: Uint8Array) => ed25519.sign(message, secret),
  };
};
const alice = keyOf(1);
const mallory = keyOf(2);
const stakeKey = keyOf(3);

const enterprise = (hash: string, networkId: 0 | 1 = 0): Address => ({
  kind: "enterprise",
  networkId,
  payment: { kind: "key", hash },
  stake: null,
});
const base = (hash: string, stake: string): Address => ({
  kind: "base",
  networkId: 0,
  payment: { kind: "key", hash },
  stake: { kind: "key", hash: stake },
});
const reward = (hash: string): Address => ({
  kind: "reward",
  networkId: 0,
  payment: null,
  stake: { kind: "key", hash },
});

const message = utf8("cardano-dpp: role proof\nnonce: 1");
const bytesOf = encodeAddressBytes;
const textOf = (address: Address): string => toBech32Address(bytesOf(address));
const claim = (address: Address, answer: { signature: string; key: string }, text = message) => ({
  address: textOf(address),
  message: text,
  networkId: 0 as const,
  ...answer,
});
const refusal = (code: string) => expect.objectContaining({ code });

describe("a CIP-30 data signature", () => {
  it("proves the payment key of an enterprise and of a base address, and the stake key of a reward address", async () => {
    for (const [address, key, credential] of [
      [enterprise(alice.keyHash), alice, "payment"],
      [base(alice.keyHash, stakeKey.keyHash), alice, "payment"],
      [reward(stakeKey.keyHash), stakeKey, "stake"],
    ] as const) {
      const answer = await createSignData(key, bytesOf(address), message);
      expect(verifySignData(claim(address, answer))).toMatchObject({ credential, keyHash: key.keyHash });
      // The address may also come as CIP-30's hex.
      expect(verifySignData({ ...claim(address, answer), address: toHex(bytesOf(address)) }).keyHash).toBe(
        key.keyHash,
      );
    }
  });

  it("verifies in the hashed form", async () => {
    const address = enterprise(alice.keyHash);
    const answer = await createSignData(alice, bytesOf(address), message, { hashed: true });
    expect(verifySignData(claim(address, answer)).keyHash).toBe(alice.keyHash);
    expect(() => verifySignData(claim(address, answer, utf8("another")))).toThrow(
      refusal("cip8/payload-mismatch"),
    );
  });

  it("agrees with the Cardano Foundation's verifier on what is accepted and on what is forged", async () => {
    const text = fromUtf8(message);
    const cases = await Promise.all([
      createSignData(alice, bytesOf(enterprise(alice.keyHash)), message).then(
        (a) => [enterprise(alice.keyHash), a, true] as const,
      ),
      createSignData(alice, bytesOf(base(alice.keyHash, stakeKey.keyHash)), message).then(
        (a) => [base(alice.keyHash, stakeKey.keyHash), a, true] as const,
      ),
      createSignData(stakeKey, bytesOf(reward(stakeKey.keyHash)), message).then(
        (a) => [reward(stakeKey.keyHash), a, true] as const,
      ),
      createSignData(alice, bytesOf(enterprise(alice.keyHash)), message, { hashed: true }).then(
        (a) => [enterprise(alice.keyHash), a, true] as const,
      ),
      createSignData(mallory, bytesOf(enterprise(alice.keyHash)), message).then(
        (a) => [enterprise(alice.keyHash), a, false] as const,
      ),
      createSignData(alice, bytesOf(enterprise(alice.keyHash)), utf8("other")).then(
        (a) => [enterprise(alice.keyHash), a, false] as const,
      ),
    ]);
    for (const [address, answer, accepted] of cases) {
      expect(verifyDataSignature(answer.signature, answer.key, text, textOf(address))).toBe(accepted);
      if (accepted) expect(verifySignData(claim(address, answer)).address).toEqual(address);
      else expect(() => verifySignData(claim(address, answer))).toThrow();
    }
  });

  it("cannot claim another's address with one's own key", async () => {
    const answer = await createSignData(mallory, bytesOf(enterprise(alice.keyHash)), message);
    expect(() => verifySignData(claim(enterprise(alice.keyHash), answer))).toThrow(
      refusal("cip8/key-mismatch"),
    );
  });

  it("cannot claim an address other than the one that was signed", async () => {
    const answer = await createSignData(alice, bytesOf(enterprise(alice.keyHash)), message);
    expect(() => verifySignData(claim(base(alice.keyHash, stakeKey.keyHash), answer))).toThrow(
      refusal("cip8/address-mismatch"),
    );
  });

  it("cannot prove a base address's payment key by its stake key", async () => {
    const address = base(alice.keyHash, stakeKey.keyHash);
    const answer = await createSignData(stakeKey, bytesOf(address), message);
    expect(() => verifySignData(claim(address, answer))).toThrow(refusal("cip8/key-mismatch"));
  });

  it("cannot swap in a key whose signature was made by another", async () => {
    const address = enterprise(alice.keyHash);
    const forged = await createSignData(
      { publicKey: alice.publicKey, sign: (bytes) => mallory.sign(bytes) },
      bytesOf(address),
      message,
    );
    expect(() => verifySignData(claim(address, forged))).toThrow(refusal("cip8/bad-signature"));
  });

  it("does not serve another network", async () => {
    const mainnet = enterprise(alice.keyHash, 1);
    const answer = await createSignData(alice, bytesOf(mainnet), message);
    expect(() => verifySignData(claim(mainnet, answer))).toThrow(refusal("cip8/network"));
  });

  it("says of which network an address is, and what to do", async () => {
    const mainnet = enterprise(alice.keyHash, 1);
    const answer = await createSignData(alice, bytesOf(mainnet), message);
    expect(() => verifySignData(claim(mainnet, answer))).toThrow(/belongs to mainnet.*switch the wallet/);
  });

  it("proves the payment key beside a stake script, and no script beside a key", () => {
    const script = { kind: "script" as const, hash: alice.keyHash };
    const key = { kind: "key" as const, hash: alice.keyHash };
    const proven = (payment: Address["payment"], stake: Address["stake"], kind: Address["kind"] = "base") =>
      credentialOf({ kind, networkId: 0, payment, stake }, 0).credential;
    expect(proven(key, script)).toBe("payment");
    expect(() => proven(script, key)).toThrow(/script cannot sign.*payment part is a key/);
    expect(() => proven(script, script)).toThrow(refusal("cip8/script-address"));
    expect(() => proven(null, script, "reward")).toThrow(/stake part is a key/);
  });

  it("names a script address as the reason", async () => {
    const script: Address = {
      kind: "enterprise",
      networkId: 0,
      payment: { kind: "script", hash: alice.keyHash },
      stake: null,
    };
    const answer = await createSignData(alice, bytesOf(script), message);
    expect(() => verifySignData(claim(script, answer))).toThrow(refusal("cip8/script-address"));
  });

  it("refuses another algorithm, a header in two places and a detached payload", () => {
    const address = enterprise(alice.keyHash);
    const key = toHex(encodeCoseKey(alice.publicKey));
    const withHeader = (
      entries: [unknown, unknown][],
      unprotectedEntries: [unknown, unknown][] = [],
      payload: unknown = message,
    ) => {
      const headers = encode(new Map(entries));
      const signature = alice.sign(encodeSigStructure(headers, message));
      return { key, signature: toHex(encode([headers, new Map(unprotectedEntries), payload, signature])) };
    };
    const good: [unknown, unknown][] = [
      [1, -8],
      ["address", bytesOf(address)],
    ];
    expect(verifySignData(claim(address, withHeader(good))).keyHash).toBe(alice.keyHash);
    const es256 = withHeader([
      [1, -7],
      ["address", bytesOf(address)],
    ]);
    expect(() => verifySignData(claim(address, es256))).toThrow(refusal("cip8/algorithm"));
    const twice = withHeader(good, [["address", bytesOf(enterprise(mallory.keyHash))]]);
    expect(() => verifySignData(claim(address, twice))).toThrow(refusal("cose/malformed"));
    expect(() => verifySignData(claim(address, withHeader(good, [], null)))).toThrow(
      refusal("cose/malformed"),
    );
    expect(() => verifySignData(claim(address, withHeader([[1, -8]])))).toThrow(refusal("cose/malformed"));
  });

  it("refuses a key of another curve and a private key", () => {
    const address = enterprise(alice.keyHash);
    const headers = encodeProtectedHeader(bytesOf(address));
    const signature = toHex(
      encodeCoseSign1(headers, false, message, alice.sign(encodeSigStructure(headers, message))),
    );
    const keyWith = (changes: [number, unknown][]) => {
      const entries = decode(encodeCoseKey(alice.publicKey), { useMaps: true }) as Map<number, unknown>;
      for (const [label, value] of changes) entries.set(label, value);
      return { signature, key: toHex(encode(entries)) };
    };
    expect(verifySignData(claim(address, keyWith([]))).keyHash).toBe(alice.keyHash);
    for (const change of [
      [1, 2],
      [-1, 4],
      [3, -7],
    ] as [number, unknown][]) {
      expect(() => verifySignData(claim(address, keyWith([change])))).toThrow(refusal("cip8/algorithm"));
    }
    expect(() => verifySignData(claim(address, keyWith([[-4, new Uint8Array(32)]])))).toThrow(
      refusal("cose/malformed"),
    );
  });

  it("refuses what is not COSE with a named error, whatever the bytes", () => {
    const address = enterprise(alice.keyHash);
    const named = expect.objectContaining({ code: expect.stringMatching(/^(cose|cip8|bytes)\//) });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 100 }), (signature, key) => {
        expect(() =>
          verifySignData(claim(address, { signature: toHex(signature), key: toHex(key) })),
        ).toThrow(named);
      }),
      { numRuns: 500 },
    );
  });

  it("does not survive the change of any one byte of its signature", async () => {
    const address = base(alice.keyHash, stakeKey.keyHash);
    const answer = await createSignData(alice, bytesOf(address), message);
    const original = fromHex(answer.signature);
    // The unprotected `hashed: false` is not signed; turning it into another label leaves a valid signature of the same message.
    const unsigned = original.indexOf(0x66, 60);
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        if (at >= unsigned - 1 && at <= unsigned + 7) return;
        const bytes = original.slice();
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(() => verifySignData(claim(address, { ...answer, signature: toHex(bytes) }))).toThrow();
      }),
      { numRuns: 400 },
    );
  });
});

describe("a mutated answer of a wallet", () => {
  const address = base(alice.keyHash, stakeKey.keyHash);
  const named = expect.objectContaining({
    name: "DppError",
    code: expect.stringMatching(/^(cose|cip8|bytes)\//),
  });
  /** Flips, cuts, insertions, and a part repeated elsewhere. */
  const mutated = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> => {
    const at = fc.nat(bytes.length - 1);
    const spliced = (index: number, removed: number, added: Uint8Array): Uint8Array =>
      Uint8Array.from([...bytes.slice(0, index), ...added, ...bytes.slice(index + removed)]);
    return fc.oneof(
      fc
        .tuple(at, fc.integer({ min: 1, max: 255 }))
        .map(([index, flip]) => spliced(index, 1, Uint8Array.of((bytes[index] ?? 0) ^ flip))),
      fc
        .tuple(at, fc.nat(8), fc.uint8Array({ maxLength: 8 }))
        .map(([index, removed, added]) => spliced(index, removed, added)),
      fc
        .tuple(at, at, at)
        .map(([to, from, end]) => spliced(to, 0, bytes.slice(Math.min(from, end), Math.max(from, end)))),
    );
  };
  /** Runs the claim; true when it was taken. */
  const taken = (answer: { signature: string; key: string }): boolean => {
    try {
      return verifySignData(claim(address, answer)).keyHash === alice.keyHash;
    } catch (error) {
      expect(error).toEqual(named);
      return false;
    }
  };

  it.each([[false], [true]])("proves only what it proved before (hashed: %s)", async (hashed) => {
    const answer = await createSignData(alice, bytesOf(address), message, { hashed });
    const { kid: _, ...meaning } = decodeCoseSign1(answer.signature);
    let accepted = 0;
    fc.assert(
      fc.property(mutated(fromHex(answer.signature)), (bytes) => {
        const signature = toHex(bytes);
        if (!taken({ ...answer, signature })) return;
        accepted += 1;
        // What is not signed may read otherwise: labels beside the ones that count. What is signed does not.
        expect(decodeCoseSign1(signature)).toMatchObject(meaning);
      }),
      { numRuns: 1000, examples: [[fromHex(answer.signature)]] },
    );
    expect(accepted).toBeGreaterThanOrEqual(1);
  });

  it("proves nothing by another public key", async () => {
    const answer = await createSignData(alice, bytesOf(address), message);
    fc.assert(
      fc.property(mutated(fromHex(answer.key)), (bytes) => {
        const key = toHex(bytes);
        if (taken({ ...answer, key })) expect(decodeCoseKey(key).x).toEqual(alice.publicKey);
      }),
      { numRuns: 1000, examples: [[fromHex(answer.key)]] },
    );
  });

  it("proves nothing whatever headers stand in it, unless they name the address and the algorithm, and the key signed them", () => {
    const label = fc.oneof(
      fc.integer({ min: -10, max: 10 }),
      fc.constantFrom("address", "hashed", "alg", ""),
    );
    const value = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.string({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(-8, -7, bytesOf(address), bytesOf(enterprise(alice.keyHash)), fromHex(alice.keyHash)),
    );
    const headers = fc.array(fc.tuple(label, value), { maxLength: 5 });
    const key = toHex(encodeCoseKey(alice.publicKey));
    const good: [string | number, unknown][] = [
      [1, -8],
      ["address", bytesOf(address)],
    ];
    fc.assert(
      fc.property(
        headers,
        headers,
        fc.constantFrom(alice, mallory),
        fc.boolean(),
        (own, open, signer, complete) => {
          const protectedMap = new Map<unknown, unknown>([...(complete ? good : []), ...own]);
          const bytes = encode(protectedMap);
          const signature = toHex(
            encode([
              bytes,
              new Map<unknown, unknown>(open),
              message,
              signer.sign(encodeSigStructure(bytes, message)),
            ]),
          );
          if (!taken({ signature, key })) return;
          expect(signer).toBe(alice);
          expect(protectedMap.get(1)).toBe(-8);
          expect(protectedMap.get("address")).toEqual(bytesOf(address));
        },
      ),
      { numRuns: 1000, examples: [[[], [], alice, true]] },
    );
  });

  it("is refused by name however deep it nests", () => {
    const nested = `${"81".repeat(16_000)}00`;
    for (const signature of [
      nested,
      `84${nested}`,
      `8440a0${nested}40`,
      `84${"58"}ff`,
      "9fff",
      "bfff",
      "f7",
    ]) {
      expect(taken({ signature, key: "a0" })).toBe(false);
      expect(taken({ signature: "84", key: signature })).toBe(false);
    }
  });
});

describe("strict Ed25519", () => {
  it("refuses keys of small order and non-canonical points, for which anyone can sign", () => {
    const zeroScalar = new Uint8Array(32);
    const identity = fromHex(`01${"00".repeat(31)}`);
    const order8 = fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
    const nonCanonicalIdentity = fromHex(`ee${"ff".repeat(30)}7f`);
    for (const point of [identity, order8, nonCanonicalIdentity]) {
      const signature = new Uint8Array([...identity, ...zeroScalar]);
      expect(verifyEd25519(signature, utf8("anything"), point)).toBe(false);
    }
    // The same forgery is a signature under the lenient rules, so this test can fail.
    expect(
      ed25519.verify(new Uint8Array([...identity, ...zeroScalar]), utf8("anything"), identity, {
        zip215: true,
      }),
    ).toBe(true);
  });

  it("refuses a scalar above the group order", () => {
    const signature = alice.sign(message);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let scalar = signature.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + order;
    const malleable = signature.slice();
    for (let i = 32; i < 64; i++, scalar >>= 8n) malleable[i] = Number(scalar & 255n);
    expect(verifyEd25519(signature, message, alice.publicKey)).toBe(true);
    expect(verifyEd25519(malleable, message, alice.publicKey)).toBe(false);
  });
});
