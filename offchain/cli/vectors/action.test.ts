import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contentMemory } from "../../src/adapters/content-memory.js";
import { decodeActionRecord, encodeActionRecord } from "../../src/codec/action-record.js";
import { ownerKey } from "../../src/crypto/owner-key.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { type ActionStep, verifyActionChain } from "../../src/usecases/actions/chain.js";
import { readActions } from "../../src/usecases/actions/read.js";
import { actionVectors } from "./action.js";

const path = new URL("../../../vectors/action.json", import.meta.url);
const text = readFileSync(path, "utf8");
// biome-ignore lint/suspicious/noExplicitAny: the file is read as a stranger would
const vectors: any = JSON.parse(text);
const { config, passport } = vectors;

const steps: ActionStep[] = vectors.actions.map(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  ({ act, actor, cidBytes, headAfter }: any) => ({
    act,
    actor,
    issuer: null,
    record: cidBytes,
    headAfter,
    txHash: "",
    slot: 0,
    time: 0,
  }),
);

describe("the committed vectors of action records", () => {
  it("are what the code makes today", async () => {
    expect(`${JSON.stringify(await actionVectors(), null, 2)}\n`).toBe(text);
  });

  it("decode, and encode to the same bytes", () => {
    for (const { record } of vectors.actions)
      expect(toHex(encodeActionRecord(decodeActionRecord(fromHex(record))))).toBe(record);
  });

  it("chain to their last head", () => {
    expect(() => verifyActionChain(steps, vectors.actions.at(-1).headAfter)).not.toThrow();
  });

  it("derive the owners' keys", () => {
    for (const { readingSecret, ownerSecret, ownerKey: publicKey } of vectors.owners) {
      const derived = ownerKey(fromHex(readingSecret), { config, passport });
      expect([toHex(derived.secretKey), toHex(derived.publicKey)]).toEqual([ownerSecret, publicKey]);
    }
  });

  it.each(Object.keys(vectors.readers))("open for %s as they say", async (name) => {
    const content = contentMemory();
    for (const { record, cid } of vectors.actions) expect(await content.put(fromHex(record))).toBe(cid);
    const { readingSecret, opens } = vectors.readers[name];
    const contracts = { config: { hash: config } } as Parameters<typeof readActions>[0]["contracts"];
    const read = await readActions({ content, contracts }, passport, steps, [fromHex(readingSecret)]);
    expect(
      read.map(({ action }) => action?.sections.map(({ elements }) => elements?.map(({ id }) => id) ?? null)),
    ).toEqual(opens);
  });
});
