/**
 * Proofs made by the libraries that wallets are built from: keys derived from a phrase (CIP-1852, BIP32-Ed25519), COSE by Emurgo's message-signing,
 * witnesses by the CML. None of our own code makes them; ours judges them.
 */
import { CML, signData, walletFromSeed } from "@lucid-evolution/lucid";
import { describe, expect, it } from "vitest";
import { parseAddress } from "../codec/address.js";
import { decodeCoseKey, decodeCoseSign1 } from "../codec/cose.js";
import { verifySignData } from "../crypto/cip8.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { buildUnsubmittedTx, verifyUnsubmittedTx } from "./role-proof-tx.js";

const message =
  "I prove my role to read product passports. This moves no funds.\nhost: passports.example\nnonce: 1";
const PHRASE = `${"abandon ".repeat(23)}art`;
const account = (accountIndex: number, addressType: "Base" | "Enterprise" = "Base") => {
  const { address, rewardAddress, paymentKey, stakeKey } = walletFromSeed(PHRASE, {
    accountIndex,
    addressType,
    network: "Preprod",
  });
  return { address, reward: rewardAddress ?? "", paymentKey, stakeKey: stakeKey ?? "" };
};
const hex = (address: string): string => toHex(parseAddress(address).bytes);
const verify = (address: string, signed: { signature: string; key: string }, text = message) =>
  verifySignData({ address, networkId: 0, message: utf8(text), ...signed });
const refusal = (code: string) => expect.objectContaining({ code });

describe("a wallet from a recovery phrase", () => {
  const { address, reward, paymentKey, stakeKey } = account(0);
  const { payment, stake } = parseAddress(address).address;
  const payload = toHex(utf8(message));

  it("proves its payment key by its base and enterprise address, its stake key by its reward address", () => {
    expect(verify(address, signData(hex(address), payload, paymentKey))).toMatchObject({
      credential: "payment",
      keyHash: payment?.hash,
    });
    const { address: enterprise } = account(0, "Enterprise");
    expect(verify(enterprise, signData(hex(enterprise), payload, paymentKey)).keyHash).toBe(payment?.hash);
    expect(verify(reward, signData(hex(reward), payload, stakeKey))).toMatchObject({
      credential: "stake",
      keyHash: stake?.hash,
    });
  });

  it("writes what the library writes, read by us", () => {
    const { signature, key } = signData(hex(address), payload, paymentKey);
    expect(toHex(decodeCoseSign1(signature).address)).toBe(hex(address));
    expect(decodeCoseSign1(signature).hashed).toBe(false);
    expect(toHex(decodeCoseKey(key).x)).toBe(
      toHex(CML.PrivateKey.from_bech32(paymentKey).to_public().to_raw_bytes()),
    );
  });

  it("proves nothing of another account, of another text, or with the stake key for the payment key", () => {
    const other = account(1);
    const own = signData(hex(address), payload, paymentKey);
    expect(() => verify(other.address, own)).toThrow(refusal("cip8/address-mismatch"));
    const claimed = signData(hex(other.address), payload, paymentKey);
    expect(() => verify(other.address, claimed)).toThrow(refusal("cip8/key-mismatch"));
    expect(() => verify(address, own, "another")).toThrow(refusal("cip8/payload-mismatch"));
    expect(() => verify(address, signData(hex(address), payload, stakeKey))).toThrow(
      refusal("cip8/key-mismatch"),
    );
  });

  it("proves either key by a transaction that the library parses and signs, in a set that it tags as it likes", () => {
    const coin = CML.TransactionUnspentOutput.new(
      CML.TransactionInput.new(CML.TransactionHash.from_hex("07".repeat(32)), 3n),
      CML.TransactionOutput.new(CML.Address.from_bech32(address), CML.Value.from_coin(5_000_000n)),
    ).to_cbor_hex();
    for (const [signing, key] of [
      [address, paymentKey],
      [reward, stakeKey],
    ] as const) {
      const { body, transaction } = buildUnsubmittedTx({
        utxo: coin,
        address: signing,
        networkId: 0,
        message,
      });
      const parsed = CML.Transaction.from_cbor_hex(transaction);
      // The library keeps the bytes that it read: what it hashes is what we verify.
      expect(parsed.body().to_cbor_hex()).toBe(body);
      const list = CML.VkeywitnessList.new();
      list.add(CML.make_vkey_witness(CML.hash_transaction(parsed.body()), CML.PrivateKey.from_bech32(key)));
      const set = CML.TransactionWitnessSet.new();
      set.set_vkeywitnesses(list);
      for (const witnesses of [set.to_cbor_hex(), set.to_canonical_cbor_hex()]) {
        const claim = { address: signing, networkId: 0 as const, message, body, witnesses, tipSlot: 1 };
        expect(verifyUnsubmittedTx(claim).keyHash).toBe(signing === reward ? stake?.hash : payment?.hash);
        expect(() => verifyUnsubmittedTx({ ...claim, message: "another" })).toThrow(
          refusal("cip8/payload-mismatch"),
        );
      }
    }
  });

  it("proves the keys of each of its accounts, for the text that was signed alone", () => {
    for (const index of [1, 2, 3, 2 ** 31 - 1]) {
      const { address: own, paymentKey: secret } = account(index);
      expect(verify(own, signData(hex(own), payload, secret)).address).toEqual(parseAddress(own).address);
      const flipped = fromHex(payload);
      flipped[0] = (flipped[0] ?? 0) ^ 1;
      expect(() => verify(own, signData(hex(own), toHex(flipped), secret))).toThrow(
        refusal("cip8/payload-mismatch"),
      );
    }
  });
});
