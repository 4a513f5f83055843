import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import foundation from "@cardano-foundation/cardano-verify-datasignature";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifySignData } from "../crypto/cip8.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { actor } from "../testing/actors.js";
import { seededRandom } from "../testing/seeded-random.js";
import { openKeystore } from "./keystore.js";

// The package is CommonJS with a default inside: Node hands over the function itself, its types do not know.
const verifyDataSignature = foundation as unknown as typeof foundation.default;

describe("the keystore", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "dpp-keys-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const random = seededRandom("keystore");
  const open = (passphrase?: string) =>
    openKeystore(directory, {
      network: "embedded",
      random,
      logN: 4,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  const file = (name: string) => join(directory, `${name}.json`);

  it("keeps a key that signs and a key that reads", async () => {
    const made = await open().create("maker");
    const { signer, reading } = await open().load("maker");
    expect(made).toEqual({
      name: "maker",
      keyHash: signer.keyHash,
      address: signer.address,
      readingKey: reading.publicKey,
    });
    expect(signer.address).toMatch(/^addr_test1v/);
    expect(await open().list()).toEqual([made]);
    const { publicKey, signature } = await signer.signTx("ab".repeat(32));
    expect([publicKey.length, signature.length]).toEqual([64, 128]);
  });

  it("writes files that their owner alone reads, and leaves nothing else behind", async () => {
    await open().create("maker");
    expect(statSync(file("maker")).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["maker.json"]);
  });

  it("never writes over a key", async () => {
    await open().create("maker");
    const before = readFileSync(file("maker"));
    await expect(open().create("maker")).rejects.toMatchObject({ code: "keystore/exists" });
    expect(readFileSync(file("maker"))).toEqual(before);
  });

  it.each(["../maker", "a/b", "", ".", ".hidden", "Ä", "x".repeat(65)])(
    "refuses the name %j",
    async (name) => {
      await expect(open().create(name)).rejects.toMatchObject({ code: "keystore/bad-name" });
      await expect(open().load(name)).rejects.toMatchObject({ code: "keystore/bad-name" });
    },
  );

  it("names a key that is not there", async () => {
    await expect(open().load("nobody")).rejects.toMatchObject({ code: "keystore/not-found" });
    await expect(open().signerOf("00".repeat(28))).rejects.toMatchObject({ code: "keystore/not-found" });
    expect(await openKeystore(join(directory, "none"), { network: "embedded", random }).list()).toEqual([]);
  });

  it("opens a locked key with its passphrase alone", async () => {
    const made = await open("correct horse").create("maker");
    expect((await open("correct horse").load("maker")).signer.keyHash).toBe(made.keyHash);
    await expect(open().load("maker")).rejects.toMatchObject({ code: "keystore/locked" });
    await expect(open("wrong").load("maker")).rejects.toMatchObject({ code: "keystore/wrong-passphrase" });
    expect(await open().list()).toEqual([made]);
  });

  it("does not open a locked key whose public part was exchanged", async () => {
    const keys = open("correct horse");
    await keys.create("maker");
    const other = await keys.create("other");
    const json = JSON.parse(readFileSync(file("maker"), "utf8"));
    writeFileSync(file("maker"), JSON.stringify({ ...json, readingKey: other.readingKey }));
    await expect(keys.load("maker")).rejects.toMatchObject({ code: "keystore/wrong-passphrase" });
  });

  it("names a damaged file without telling what stands in it", async () => {
    const keys = open();
    await keys.create("maker");
    const whole = readFileSync(file("maker"), "utf8");
    const secret = (JSON.parse(whole) as { secret: string }).secret;
    const other = JSON.parse(whole) as Record<string, unknown>;
    const broken = [
      whole.slice(0, -20),
      whole.replace(secret, `${secret.slice(0, -2)}zz`),
      JSON.stringify({ ...other, publicKey: "00".repeat(32) }),
      JSON.stringify({ ...other, version: 2 }),
      JSON.stringify({ ...other, name: "somebody" }),
      "null",
      "",
    ];
    for (const text of broken) {
      writeFileSync(file("maker"), text);
      const error: unknown = await keys.load("maker").then(
        () => expect.fail("opened"),
        (caught: unknown) => caught,
      );
      expect(error).toMatchObject({ code: "keystore/corrupt" });
      expect(inspect(error, { depth: 9 })).not.toContain(secret.slice(8, 40));
    }
  });

  it("shows no secret when a key is printed", async () => {
    await open().create("maker");
    const key = await open().load("maker");
    const { secret } = JSON.parse(readFileSync(file("maker"), "utf8")) as { secret: string };
    const printed = inspect(key, { depth: 9 }) + JSON.stringify(key);
    expect(printed).not.toContain(secret.slice(0, 64));
    expect(printed).not.toContain(secret.slice(64));
    expect((await open().exportReadingKey("maker")).secretKey).toBe(secret.slice(64));
  });

  it("signs messages that other CIP-8 readers verify", async () => {
    await open().create("maker");
    const { signer } = await open().load("maker");
    const message = "a nonce of this host";
    const answer = await signer.signData(signer.address, toHex(utf8(message)));
    const claim = { address: signer.address, message: utf8(message), networkId: 0 as const, ...answer };
    expect(verifySignData(claim)).toMatchObject({ credential: "payment", keyHash: signer.keyHash });
    expect(verifyDataSignature(answer.signature, answer.key, message, signer.address)).toBe(true);
    expect(verifyDataSignature(answer.signature, answer.key, "another nonce", signer.address)).toBe(false);
    expect(verifyDataSignature(answer.signature, answer.key, message, actor("other").address)).toBe(false);
  });

  it("signs for its own addresses only, and transactions only", async () => {
    await open().create("maker");
    const { signer } = await open().load("maker");
    await expect(signer.signData(actor("other").address, "00")).rejects.toMatchObject({
      code: "signer/not-mine",
    });
    await expect(signer.signTx("00")).rejects.toMatchObject({ code: "signer/body-hash" });
  });
});
