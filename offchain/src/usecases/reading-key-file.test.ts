import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openKeystore } from "../adapters/keystore.js";
import { publicKeyOf } from "../crypto/x25519.js";
import { toHex } from "../domain/bytes.js";
import { seededRandom } from "../testing/seeded-random.js";
import {
  decodeReadingKeyFile,
  encodeReadingKeyFile,
  makeReadingKeyFile,
  openReadingKeyFile,
} from "./reading-key-file.js";

const random = seededRandom("reading key file");
const secretKey = random.bytes(32);
const refusal = (code: string) => expect.objectContaining({ code });
/** Cheap scrypt: these tests lock nothing worth guarding. */
const LOG_N = 4;

describe("a reading key file", () => {
  it("gives back the key that went in, plain and locked", async () => {
    for (const passphrase of [undefined, "correct horse"]) {
      const text = encodeReadingKeyFile(
        await makeReadingKeyFile("repairer", secretKey, passphrase, random, LOG_N),
      );
      const opened = await openReadingKeyFile(decodeReadingKeyFile(text), passphrase);
      expect(opened).toEqual({ secretKey, publicKey: publicKeyOf(secretKey) });
    }
  });

  it("says what is missing or wrong about the passphrase", async () => {
    const file = await makeReadingKeyFile("repairer", secretKey, "correct horse", random, LOG_N);
    await expect(openReadingKeyFile(file)).rejects.toThrow(refusal("reading-key/locked"));
    await expect(openReadingKeyFile(file, "battery staple")).rejects.toThrow(
      refusal("reading-key/wrong-passphrase"),
    );
  });

  it("cannot be given another public key", async () => {
    const plain = await makeReadingKeyFile("repairer", secretKey, undefined, random);
    await expect(openReadingKeyFile({ ...plain, publicKey: "22".repeat(32) })).rejects.toThrow(
      refusal("reading-key/malformed"),
    );
    const locked = await makeReadingKeyFile("repairer", secretKey, "correct horse", random, LOG_N);
    await expect(
      openReadingKeyFile({ ...locked, publicKey: "22".repeat(32) }, "correct horse"),
    ).rejects.toThrow(refusal("reading-key/wrong-passphrase"));
  });

  it("is what the keystore exports", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reading-key-"));
    try {
      const keys = openKeystore(folder, { network: "embedded", random });
      await keys.create("repairer");
      const exported = await keys.exportReadingKey("repairer");
      const opened = await openReadingKeyFile(decodeReadingKeyFile(JSON.stringify(exported)));
      expect(toHex(opened.publicKey)).toBe((await keys.load("repairer")).reading.publicKey);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("refuses a key file that also signs, and whatever is no key file", () => {
    const signing = JSON.stringify({ format: "cardano-dpp/key", version: 1, secret: "00".repeat(64) });
    expect(() => decodeReadingKeyFile(signing)).toThrow(refusal("reading-key/signing-key"));
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      `{"format":"cardano-dpp/reading-key","version":1}`,
      " ".repeat(20_000),
    ]) {
      expect(() => decodeReadingKeyFile(text)).toThrow(refusal("reading-key/malformed"));
    }
  });
});
