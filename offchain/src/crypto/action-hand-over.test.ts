import { beforeEach, describe, expect, it } from "vitest";
import { contentMemory } from "../adapters/content-memory.js";
import {
  type ActionRecord,
  MAX_HELD_OWNER_KEYS,
  MAX_OWNER_KEYS,
  MAX_SALE_OWNER_KEYS,
  MAX_SALE_RECORD_BYTES,
  OWNER_SECTION,
} from "../domain/action.js";
import { toHex } from "../domain/bytes.js";
import {
  ActionChain,
  type ActionWorld,
  actionWorld,
  ownerOf,
  PASSPORT,
  PLACE,
  text,
} from "../testing/action-world.js";
import { readActions } from "../usecases/actions/read.js";
import { keysToHandOver, openHandOver, openHandOvers, sealHandOver } from "./action-hand-over.js";
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

describe("keys that open nothing", () => {
  const bought = { ...PLACE, type: "transfer" as const, at: 0, actor: null, elements: [], sections: [] };
  const place = { ...PLACE, previous: "", type: "transfer" as const, at: 0, actor: null };
  const junk = (count: number) => Array.from({ length: count }, () => generateKeyPair(world.random));
  const give = (keys: readonly ReadingKeyPair[], buyer: ReadingKeyPair) =>
    chain.add({ ...bought, handOver: { buyer: buyer.publicKey, keys } });
  const heldBy = (reader: ReadingKeyPair) => openHandOvers(chain.records, reader.secretKey, PLACE);

  it("end with who was given them: he hands on his own, and those that open something", async () => {
    const [a, b, c] = world.owners;
    await chain.note(a, "of a");
    await give([...junk(MAX_OWNER_KEYS - 1), ownerOf(a)], b);
    await chain.note(b, "of b");
    const held = await heldBy(b);
    expect(held).toHaveLength(MAX_OWNER_KEYS + 1);
    await expect(sealHandOver(place, c.publicKey, held, world.random)).rejects.toMatchObject({
      code: "action/too-many-owner-keys",
    });
    const { keys, cut } = await keysToHandOver(chain.records, held);
    expect([publicKeys(keys), cut]).toEqual([publicKeys([ownerOf(b), ownerOf(a)]), false]);
    await give(keys, c);
    expect(await texts(c)).toEqual(["of a", "of b"]);
  });

  it("are passed over also where a section names them and they do not open it", async () => {
    const [, b] = world.owners;
    const [bad] = junk(1) as [ReadingKeyPair];
    await chain.add({
      ...bought,
      type: "note",
      sections: [{ label: OWNER_SECTION, elements: [text("action.text", "of a")], readers: [bad.publicKey] }],
      handOver: null,
    });
    await give([bad], b);
    expect((await keysToHandOver(chain.records, await heldBy(b))).keys).toHaveLength(2);
    const damaged = chain.records.map((record) => ({
      ...record,
      sealed: record.sealed.map((section) => ({ ...section, sealed: new Uint8Array(552) })),
    }));
    expect((await keysToHandOver(damaged, await heldBy(b))).keys).toHaveLength(1);
  });

  it("are cut where too many open something, the newest kept, and the cut is said", async () => {
    const [a, b] = world.owners;
    const readers = junk(3);
    for (const [at, reader] of readers.entries())
      await chain.add({
        ...bought,
        type: "note",
        sections: [
          { label: OWNER_SECTION, elements: [text("action.text", `${at}`)], readers: [reader.publicKey] },
        ],
        handOver: null,
      });
    await chain.note(a, "of a");
    await give([ownerOf(a), ...readers], b);
    const held = await heldBy(b);
    const { keys, cut } = await keysToHandOver(chain.records, held, 3);
    expect([publicKeys(keys), cut]).toEqual([
      publicKeys([ownerOf(b), ownerOf(a), readers[2] as ReadingKeyPair]),
      true,
    ]);
    expect(await keysToHandOver(chain.records, held, 5)).toMatchObject({ cut: false });
    expect(await keysToHandOver(chain.records, [])).toEqual({ keys: [], cut: false });
  });

  it("are bounded for who reads, who takes the newest hand-overs", async () => {
    const [, b] = world.owners;
    const many = junk(MAX_OWNER_KEYS);
    const first = (n: number) => many[n] as ReadingKeyPair;
    await give([first(0)], b);
    const { record } = await give(many.slice(1), b);
    // The same hand-over again and again: the bound counts what is read.
    const times = Math.ceil(MAX_HELD_OWNER_KEYS / (MAX_OWNER_KEYS - 1));
    const records = [...chain.records, ...Array.from({ length: times }, () => record)];
    const held = publicKeys(await openHandOvers(records, b.secretKey, PLACE));
    expect(held).toHaveLength(MAX_OWNER_KEYS);
    expect(held).not.toContain(publicKeys([first(0)])[0]);
  }, 60_000);

  it("leave room in the record of a sale with a wallet", async () => {
    const [, b] = world.owners;
    await chain.note(b, "any");
    const { bytes } = await give(junk(MAX_SALE_OWNER_KEYS), b);
    expect(bytes.length).toBeLessThanOrEqual(MAX_SALE_RECORD_BYTES);
  });
});
