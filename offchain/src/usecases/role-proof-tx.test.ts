import CSL from "@emurgo/cardano-serialization-lib-nodejs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { decode, encode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryLedger } from "../adapters/embedded-ledger/ledger.js";
import { PROTOCOL_PARAMETERS } from "../adapters/embedded-ledger/protocol-parameters.js";
import { encodeAddressBytes, parseAddress, toBech32Address } from "../codec/address.js";
import { keyHashOf } from "../crypto/cip8.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { actor, testClock } from "../testing/actors.js";
import {
  buildUnsubmittedTx,
  chooseCoin,
  coinAddress,
  encodeChallengeMetadata,
  verifyUnsubmittedTx,
} from "./role-proof-tx.js";

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

/** Body bytes, and what follows them in the transaction. */
const fieldsOf = (body: string): Map<number, unknown> => decode(fromHex(body), { useMaps: true });
const coin = (address: Uint8Array, value: unknown, { map = false, nth = 0 } = {}): string => {
  const output = map
    ? new Map<number, unknown>([
        [0, address],
        [1, value],
        // A datum and a reference script, as CBOR in a tag 24, stay behind.
        [2, [1, { tag: 24 }]],
      ])
    : [address, value];
  return toHex(encode([[new Uint8Array(32).fill(9), nth], output]));
};
const foreign = encodeAddressBytes(parseAddress(actor("somebody else").address).address);

describe("a transaction for a device (CIP-21)", () => {
  it("is canonical, without tagged sets and empty optional parts", () => {
    const unordered = new Map([
      [new Uint8Array(28).fill(2), new Map([[new Uint8Array(32).fill(2), 1]])],
      [
        new Uint8Array(28).fill(1),
        new Map([
          [new Uint8Array(32).fill(3), 1],
          [new Uint8Array([9]), 2],
        ]),
      ],
    ]);
    const { body, transaction } = buildUnsubmittedTx({
      utxo: coin(addressBytes, [5_000_000, unordered]),
      address,
      networkId: 0,
      message,
    });
    expect(toHex(encode(fieldsOf(body)))).toBe(body);
    expect(body).not.toContain("d90102");
    const bundle = CSL.Transaction.from_hex(transaction).body().outputs().get(0).amount().multiasset();
    expect(bundle?.keys().len()).toBe(2);
    // Policies by their bytes, asset names shorter first: the order that RFC 7049 calls canonical.
    const policies = [...body.matchAll(/581c((?:01|02){28})/g)].map(([, policy = ""]) => policy.slice(0, 2));
    expect(policies).toEqual(["01", "02"]);
    expect(body.indexOf("410902")).toBeLessThan(body.indexOf(`5820${"03".repeat(32)}`));
    const ada = coin(addressBytes, [5_000_000, new Map()]);
    const plain = buildUnsubmittedTx({ utxo: ada, address, networkId: 0, message });
    expect(fieldsOf(plain.body).get(1)).toEqual([[addressBytes, 5_000_000]]);
  });

  it("gives the coin back in the format in which the wallet has it, without datum and script", () => {
    const utxo = coin(addressBytes, 2 ** 40, { map: true });
    const { body, transaction } = buildUnsubmittedTx({ utxo, address, networkId: 0, message });
    const [output] = fieldsOf(body).get(1) as [Map<number, unknown>];
    expect([...output.keys()]).toEqual([0, 1]);
    const read = CSL.Transaction.from_hex(transaction).body().outputs().get(0);
    expect(read.amount().coin().to_str()).toBe(String(2 ** 40));
    expect(verify({ body, witnesses: signBody(body) }).keyHash).toBe(keyHashOf(publicKey));
  });

  it("names a coin of the signing key, the smallest, and none that would not fit", () => {
    const mine = coin(addressBytes, [5_000_000, tokens]);
    const small = coin(addressBytes, 5_000_000);
    const others = coin(foreign, 1);
    const bundle = new Map(Array.from({ length: 80 }, (_, at) => [new Uint8Array(32).fill(at), 1]));
    const huge = coin(addressBytes, [5_000_000, new Map([[new Uint8Array(28), bundle]])]);
    const chosen = (...utxos: string[]) => chooseCoin(utxos, address, 0);
    expect(chosen(others, mine, small)).toBe(small);
    expect(chosen(others, mine)).toBe(mine);
    expect(chosen(others, huge)).toBe(others);
    expect(chosen(huge, "ff", "80", "", "zz", toHex(encode([[new Uint8Array(31), 0], []])))).toBeNull();
    expect(coinAddress(small)).toBe(toHex(addressBytes));
    expect(coinAddress("80")).toBeNull();
  });

  it("names an input that never was when the wallet holds nothing, and pays the wallet itself", () => {
    const { body, transaction } = buildUnsubmittedTx({ utxo: null, address, networkId: 0, message });
    expect(CSL.Transaction.from_hex(transaction).body().inputs().len()).toBe(1);
    expect(fieldsOf(body).get(1)).toEqual([[addressBytes, 1_000_000]]);
    expect(verify({ body, witnesses: signBody(body) }).keyHash).toBe(keyHashOf(publicKey));
    const reward = toBech32Address(
      encodeAddressBytes({
        kind: "reward",
        networkId: 0,
        payment: null,
        stake: { kind: "key", hash: keyHashOf(publicKey) },
      }),
    );
    expect(() => buildUnsubmittedTx({ utxo: null, address: reward, networkId: 0, message })).toThrow(
      refusal("cip8/no-coin"),
    );
    const paid = buildUnsubmittedTx({ utxo: null, change: address, address: reward, networkId: 0, message });
    expect(fieldsOf(paid.body).get(14)).toEqual([fromHex(keyHashOf(publicKey))]);
  });
});

describe("the ledger", () => {
  const start = 1_767_225_600_000;
  const owner = toBech32Address(addressBytes);
  const open = async () => {
    const clock = testClock(start);
    const ledger = memoryLedger({ funds: [{ address: owner, lovelace: 5_000_000n }] }, clock);
    const [utxo] = await ledger.utxosAt(owner);
    if (utxo === undefined) throw new Error("no funds");
    const held = toHex(
      encode([
        [fromHex(utxo.txHash), utxo.outputIndex],
        [addressBytes, 5_000_000],
      ]),
    );
    return { clock, ledger, held };
  };
  /** The whole transaction with every witness that it could have, its body changed first. */
  const whole = (built: { body: string }, changes: readonly (readonly [number, unknown])[] = []): string => {
    const fields = fieldsOf(built.body);
    for (const [field, value] of changes) fields.set(field, value);
    const body = toHex(encode(fields));
    return `84${body}${signBody(body)}f5${toHex(encodeChallengeMetadata(message))}`;
  };
  const fee = 400_000;
  const paying = (ttl: number) =>
    [
      [1, [[addressBytes, 5_000_000 - fee]]],
      [2, fee],
      [3, ttl],
    ] as const;
  const refusedAs = (rule: string) =>
    expect.objectContaining({ code: "ledger/refused", details: expect.objectContaining({ rule }) });

  it("never takes it, with all its witnesses, now or ever after", async () => {
    const { clock, ledger, held } = await open();
    const built = buildUnsubmittedTx({ utxo: held, address, networkId: 0, message });
    expect(verify({ body: built.body, witnesses: signBody(built.body) }).keyHash).toBe(keyHashOf(publicKey));
    for (const later of [0, 1000, 3_600_000, 365 * 86_400_000, 50 * 365 * 86_400_000]) {
      clock.advance(later);
      await expect(ledger.submit(whole(built))).rejects.toMatchObject({ code: "ledger/refused" });
    }
  });

  it("refuses it for its time alone: with a fee and a later end, the same transaction is taken", async () => {
    const { clock, ledger, held } = await open();
    const built = buildUnsubmittedTx({ utxo: held, address, networkId: 0, message });
    expect(PROTOCOL_PARAMETERS.minFeeB).toBeLessThan(fee);
    const late = whole(built, paying(1));
    for (const later of [0, 365 * 86_400_000]) {
      clock.advance(later);
      await expect(ledger.submit(late)).rejects.toEqual(refusedAs("OutsideValidityInterval"));
    }
    const { slot } = await ledger.tip();
    // The last that the resolver would take, and the first that it would not.
    await expect(ledger.submit(whole(built, paying(slot)))).rejects.toEqual(
      refusedAs("OutsideValidityInterval"),
    );
    await ledger.submit(whole(built, paying(slot + 1)));
    expect((await ledger.utxosAt(owner)).map(({ assets }) => assets.lovelace)).toEqual([
      BigInt(5_000_000 - fee),
    ]);
  });

  it("refuses it for its fee as well, and knows no invented input", async () => {
    const { ledger, held } = await open();
    const { slot } = await ledger.tip();
    const built = buildUnsubmittedTx({ utxo: held, address, networkId: 0, message });
    await expect(ledger.submit(whole(built, [[3, slot + 100]]))).rejects.toEqual(refusedAs("FeesOk"));
    const without = buildUnsubmittedTx({ utxo: null, address, networkId: 0, message });
    await expect(ledger.submit(whole(without, paying(slot + 100)))).rejects.toMatchObject({
      code: "ledger/conflict",
      details: { known: false },
    });
  });
});

describe("whatever the bytes", () => {
  const { body } = build();
  const witnesses = signBody(body);
  const named = expect.objectContaining({
    name: "DppError",
    code: expect.stringMatching(/^(cip8|cose|bytes)\//),
  });
  /** Flips, cuts, insertions and repetitions of the bytes of something valid. */
  const mutated = (hex: string): fc.Arbitrary<string> => {
    const bytes = fromHex(hex);
    const at = fc.nat(bytes.length - 1);
    const spliced = (index: number, removed: number, added: Uint8Array): string =>
      toHex(Uint8Array.from([...bytes.slice(0, index), ...added, ...bytes.slice(index + removed)]));
    return fc.oneof(
      fc
        .tuple(at, fc.integer({ min: 1, max: 255 }))
        .map(([index, flip]) => spliced(index, 1, Uint8Array.of((bytes[index] ?? 0) ^ flip))),
      fc
        .tuple(at, fc.nat(8), fc.uint8Array({ maxLength: 8 }))
        .map(([index, removed, added]) => spliced(index, removed, added)),
      fc
        .tuple(at, at)
        .map(([from, to]) => spliced(from, 0, bytes.slice(Math.min(from, to), Math.max(from, to)))),
    );
  };
  /** The witness that counts, read by the mutation's own CBOR. */
  const witnessIn = (hex: string): unknown => {
    const set: Map<number, unknown[][]> = decode(fromHex(hex), {
      useMaps: true,
      tags: { 258: (content) => content() },
    });
    return set.get(0)?.find(([key]) => key instanceof Uint8Array && keyHashOf(key) === keyHashOf(publicKey));
  };

  it("a changed body is never a proof", () => {
    fc.assert(
      fc.property(mutated(body), (changed) => {
        if (changed === body) return;
        expect(() => verify({ body: changed, witnesses })).toThrow(named);
      }),
      { numRuns: 1000 },
    );
  });

  it("changed witnesses prove only what they proved before: the same key's same signature", () => {
    let taken = 0;
    fc.assert(
      fc.property(mutated(witnesses), (changed) => {
        try {
          verify({ body, witnesses: changed });
        } catch (error) {
          expect(error).toEqual(named);
          return;
        }
        taken += 1;
        expect(witnessIn(changed)).toEqual(witnessIn(witnesses));
      }),
      // A repetition of nothing leaves the bytes as they are: the control that this can accept.
      { numRuns: 1500, examples: [[witnesses], [witnesses.replace("a100", "a100d90102")]] },
    );
    expect(taken).toBeGreaterThanOrEqual(2);
  });

  it("a body of any fields, signed by the key itself, is never one that could be submitted", () => {
    const value = fc.oneof(
      fc.integer(),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.double(),
      fc.constant(null),
      fc.uint8Array(),
    );
    fc.assert(
      fc.property(value, fc.option(value), (ttl, network) => {
        const fields = fieldsOf(body);
        fields.set(3, ttl);
        if (network === null) fields.delete(15);
        else fields.set(15, network);
        const changed = toHex(encode(fields));
        const claim = { body: changed, witnesses: signBody(changed) };
        // As written: CBOR knows one zero, JavaScript three.
        const stated = fieldsOf(changed);
        const end = stated.get(3);
        const past = typeof end === "number" && Number.isSafeInteger(end) && end >= 0 && end <= 1000;
        if (past && (stated.get(15) ?? 0) === 0) expect(verify(claim).keyHash).toBe(keyHashOf(publicKey));
        else expect(() => verify(claim)).toThrow(named);
      }),
      {
        numRuns: 500,
        examples: [
          [1000, null],
          [1001, null],
          [0, 0],
          [0, 1],
          [-1, null],
        ],
      },
    );
  });

  it("bytes that are nothing are refused by name, deep nesting too", () => {
    const nested = `${"81".repeat(16_000)}00`;
    for (const hex of ["", "00", "f6", nested, `a100${nested}`, "a10081820000", "bf00ff", "d9010280"]) {
      expect(() => verify({ body: hex })).toThrow(named);
      expect(() => verify({ witnesses: hex })).toThrow(named);
      expect(coinAddress(hex)).toBeNull();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => verify({ body: toHex(bytes) })).toThrow(named);
        expect(() => verify({ witnesses: toHex(bytes) })).toThrow(named);
        chooseCoin([toHex(bytes)], address, 0);
      }),
      { numRuns: 500 },
    );
  });
});
