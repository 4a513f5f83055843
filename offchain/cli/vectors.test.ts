import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeElement } from "../src/codec/document.js";
import { decodeKeyring } from "../src/codec/keyring.js";
import { groupKeyring } from "../src/crypto/group-keys.js";
import { openKeyring } from "../src/crypto/keyring.js";
import { fromHex, toHex } from "../src/domain/bytes.js";
import { openPassport } from "../src/usecases/seal-open.js";
import { makeVectors } from "./vectors.js";

const directory = new URL("../../vectors/", import.meta.url);
// biome-ignore lint/suspicious/noExplicitAny: the files are read as a stranger would
const read = (name: string): any => JSON.parse(readFileSync(new URL(name, directory), "utf8"));

describe("the committed vectors", () => {
  it("are what the code makes today", async () => {
    const made = await makeVectors();
    for (const [name, text] of made) expect(readFileSync(new URL(name, directory), "utf8"), name).toBe(text);
    expect(readdirSync(directory).filter((name) => made.has(name))).toHaveLength(made.size);
  });

  it("open with what stands in them alone", async () => {
    const { expected, groupKeys, policyHash, elementsByGroup, document } = read("sealed.json");
    const keys = groupKeyring(
      { config: expected.config, issuer: expected.issuer, epoch: 0 },
      groupKeys.map(({ group, epoch, key }: { group: string; epoch: number; key: string }) => ({
        id: { policy: policyHash, group },
        keys: new Map([[epoch, fromHex(key)]]),
      })),
    );
    const { groups } = openPassport(fromHex(document), expected, keys);
    const ids = [...groups].map(([name, list]) => [name, list.map(({ element }) => element.id)]);
    expect(Object.fromEntries(ids)).toEqual(elementsByGroup);
  });

  it("give each reader of the keyring the keys that they name", async () => {
    const { keyring, readers, refused } = read("keyring.json");
    const ring = decodeKeyring(fromHex(keyring));
    for (const { name, secretKey, keys } of Object.values<(typeof readers)["resolver"]>(readers)) {
      const held = await openKeyring(ring, {
        ...(name === null ? {} : { name }),
        secretKey: fromHex(secretKey),
      });
      for (const { key, epoch, ...id } of keys)
        expect(toHex(held.key(id, epoch) ?? new Uint8Array())).toBe(key);
      expect(held.groups).toHaveLength(keys.length / 2);
    }
    await expect(
      openKeyring(ring, { name: refused.name, secretKey: fromHex(refused.secretKey) }),
    ).rejects.toMatchObject({ code: refused.code });
  });

  it("hold elements that decode to what they say", () => {
    for (const { element, cbor } of read("document.json").elements)
      expect(decodeElement(fromHex(cbor))).toEqual(element);
  });
});
