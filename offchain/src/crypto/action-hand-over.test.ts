import { beforeEach, describe, expect, it } from "vitest";
import { contentMemory } from "../adapters/content-memory.js";
import type { ActionRecord } from "../domain/action.js";
import { toHex } from "../domain/bytes.js";
import {
  ActionChain,
  type ActionWorld,
  actionWorld,
  ownerOf,
  PASSPORT,
  PLACE,
} from "../testing/action-world.js";
import { readActions } from "../usecases/actions/read.js";
import { openHandOver, openHandOvers, sealHandOver } from "./action-hand-over.js";
import { generateKeyPair, type ReadingKeyPair } from "./x25519.js";

let world: ActionWorld;
let chain: ActionChain;
let content: ReturnType<typeof contentMemory>;

const texts = async (reader: ReadingKeyPair): Promise<(string | null)[]> => {
  const contracts = { config: { hash: PLACE.config } } as Parameters<typeof readActions>[0]["contracts"];
  const read = await readActions({ content, contracts }, PASSPORT, chain.steps, [reader.secretKey]);
  expect(read.map(({ mark }) => mark)).toEqual(read.map(() => null));
  return read.flatMap(({ action }) =>
    (action?.sections ?? []).map(({ elements }) => (elements === null ? null : String(elements[0]?.value))),
  );
};

const publicKeys = (keys: readonly ReadingKeyPair[]): string[] =>
  keys.map(({ publicKey }) => toHex(publicKey));

beforeEach(() => {
  world = actionWorld("hand-over");
  content = contentMemory();
  chain = new ActionChain(content, world.random);
});

describe("three owners in turn", () => {
  it("each read what was sealed to owners up to their time, and nothing that came after it", async () => {
    const [a, b, c] = world.owners;
    await chain.note(a, "of a");
    await chain.sell(a, b);
    await chain.note(b, "of b");
    await chain.sell(b, c);
    await chain.note(c, "of c");
    expect(await texts(a)).toEqual(["of a", null, null]);
    expect(await texts(b)).toEqual(["of a", "of b", null]);
    expect(await texts(c)).toEqual(["of a", "of b", "of c"]);
    expect(await texts(world.stranger)).toEqual([null, null, null]);
  });

  it("a transfer without the buyer's key leaves the past closed to him, and to who buys from him", async () => {
    const [a, b, c] = world.owners;
    await chain.note(a, "of a");
    await chain.sell(a, null);
    await chain.note(b, "of b");
    await chain.sell(b, c);
    expect(await texts(b)).toEqual([null, "of b"]);
    expect(await texts(c)).toEqual([null, "of b"]);
  });

  it("who buys back holds one set of keys, none twice", async () => {
    const [a, b] = world.owners;
    await chain.sell(a, b);
    await chain.sell(b, a);
    await chain.sell(a, b);
    const held = await openHandOvers(chain.records, b.secretKey, PLACE);
    expect(publicKeys(held)).toEqual(publicKeys([ownerOf(b), ownerOf(a)]));
  });

  it("may be handed to the buyer's key for this passport instead of his reading key", async () => {
    const [a, b] = world.owners;
    await chain.note(a, "of a");
    await chain.sell(a, ownerOf(b));
    expect(await texts(b)).toEqual(["of a"]);
  });
});

describe("a hand-over", () => {
  it("opens for nobody but the buyer, and not in another record", async () => {
    const [a, b, c] = world.owners;
    await chain.sell(a, b);
    const [record] = chain.records as [ActionRecord];
    expect(publicKeys(await openHandOver(record, [b]))).toEqual(publicKeys([ownerOf(a)]));
    expect(await openHandOver(record, [a, c])).toEqual([]);
    for (const moved of [{ at: record.at + 1 }, { actor: world.repairer.name }])
      await expect(openHandOver({ ...record, ...moved }, [b])).rejects.toMatchObject({
        code: "keyring/cannot-open",
      });
    // The key's name differs there, so that nobody even looks.
    expect(await openHandOver({ ...record, previous: "11".repeat(32) }, [b])).toEqual([]);
  });

  it("that is damaged, or of another passport, is passed over", async () => {
    const [a, b] = world.owners;
    await chain.sell(a, b);
    const [record] = chain.records as [ActionRecord];
    const damaged = {
      ...record,
      handOver: { keyId: record.handOver?.keyId ?? "", sealed: new Uint8Array(560) },
    };
    const own = publicKeys([ownerOf(b)]);
    expect(publicKeys(await openHandOvers([damaged], b.secretKey, PLACE))).toEqual(own);
    const elsewhere = { ...record, passport: "11".repeat(28) };
    expect(publicKeys(await openHandOvers([elsewhere], b.secretKey, PLACE))).toEqual(own);
  });

  it("carries at most 256 keys, and not to a key that everyone could read with", async () => {
    const { random, owners } = world;
    const place = { ...PLACE, previous: "", type: "transfer" as const, at: 0, actor: null };
    const many = Array.from({ length: 257 }, () => generateKeyPair(random));
    await expect(sealHandOver(place, owners[1].publicKey, many, random)).rejects.toMatchObject({
      code: "action/too-many-owner-keys",
    });
    await expect(sealHandOver(place, new Uint8Array(32), many.slice(0, 1), random)).rejects.toMatchObject({
      code: "keyring/bad-public-key",
    });
  });
});
