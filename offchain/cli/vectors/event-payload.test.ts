import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodePayload, encodePayload } from "../../src/codec/event-payload.js";
import { publicKeyOf } from "../../src/crypto/x25519.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import type { PayloadLeaf } from "../../src/domain/event-payload.js";
import { coarsen, coarsenMicro } from "../../src/domain/place.js";
import { elementLeaf } from "../../src/merkle/document.js";
import { payloadHash, verifyFieldDisclosure } from "../../src/merkle/event-payload.js";
import { openPayload } from "../../src/usecases/events/payload.js";
import { eventPayloadVectors } from "./event-payload.js";

const path = new URL("../../../vectors/event-payload.json", import.meta.url);
const text = readFileSync(path, "utf8");
// biome-ignore lint/suspicious/noExplicitAny: the file is read as a stranger would
const vectors: any = JSON.parse(text);
const { payload } = vectors;
const record = fromHex(payload.record);
const leaf: PayloadLeaf = { ...payload, payload: payload.hash };

describe("the committed vectors of payloads", () => {
  it("are what the code makes today", async () => {
    expect(`${JSON.stringify(await eventPayloadVectors(), null, 2)}\n`).toBe(text);
  });

  it("decode, and encode to the same bytes", () => {
    expect(toHex(encodePayload(decodePayload(record)))).toBe(payload.record);
  });

  it("have the hash of their elements and salts", () => {
    const leaves = payload.elements.map(
      // biome-ignore lint/suspicious/noExplicitAny: as above
      ({ element, salt }: any) => elementLeaf(element, fromHex(salt)),
    );
    expect(payloadHash(leaves)).toBe(payload.hash);
  });

  it("prove what is public", () => {
    for (const shown of payload.disclosures)
      expect(verifyFieldDisclosure(leaf, shown)).toEqual(shown.element);
  });

  it.each(Object.keys(payload.readers))("open for the %s as they say", async (name) => {
    const { readingSecret, opens } = payload.readers[name];
    const secretKey = fromHex(readingSecret);
    const key = { secretKey, publicKey: publicKeyOf(secretKey) };
    const { sections } = await openPayload(record, leaf, payload.config, [key]);
    const opened = sections.map((it) => [it.group, it.elements?.map(({ element }) => element.id) ?? null]);
    expect(Object.fromEntries(opened)).toEqual(opens);
  });

  it("belong to no other event", async () => {
    for (const { leaf: other, code } of vectors.notOfThisEvent)
      await expect(openPayload(record, other, payload.config, [])).rejects.toMatchObject({ code });
  });

  it.each<{ what: string; code: string; record: string }>(vectors.damaged)(
    "are refused with $what: $code",
    ({ code, record: damaged }) => {
      expect(() => decodePayload(fromHex(damaged))).toThrow(expect.objectContaining({ code }));
    },
  );

  it("put places into their cells", () => {
    for (const { latitude, longitude, cell } of vectors.places.degrees)
      expect(coarsen(latitude, longitude)).toBe(cell);
    for (const { latitude, longitude, cell } of vectors.places.micro)
      expect(coarsenMicro(latitude, longitude)).toBe(cell);
  });
});
