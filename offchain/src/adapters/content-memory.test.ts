import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../domain/bytes.js";
import { DAG_PB, RAW } from "../domain/cid.js";
import { isDppError } from "../domain/errors.js";
import { cidOf, contentStoreContract, field, fileNode } from "../testing/content-store-contract.js";
import { contentMemory } from "./content-memory.js";

contentStoreContract("memory", async () => {
  const blocks = new Map<string, Uint8Array>();
  return {
    store: contentMemory(blocks),
    async damage(cid) {
      const block = blocks.get(cid) as Uint8Array;
      block[0] = (block[0] ?? 0) ^ 1;
    },
    async lose(cid) {
      blocks.delete(cid);
    },
  };
});

it("does not follow a few blocks that name each other again and again", async () => {
  const blocks = new Map<string, Uint8Array>();
  let reads = 0;
  const store = contentMemory({
    get: (cid: string) => {
      reads++;
      return blocks.get(cid);
    },
  } as never);
  const leaf = Uint8Array.of(7);
  const node = fileNode(cidOf(RAW, leaf), 40, 1);
  blocks.set(cidOf(RAW, leaf).toString(), leaf);
  blocks.set(cidOf(DAG_PB, node).toString(), node);
  await expect(store.get(cidOf(DAG_PB, node).toString(), { maxBytes: 1000 })).rejects.toMatchObject({
    code: "content/too-large",
  });
  expect(reads).toBeLessThan(20);
});

it("refuses a directory, and a node that links to what is no content id of ours", async () => {
  const blocks = new Map<string, Uint8Array>();
  const store = contentMemory(blocks);
  const directory = field(1, Uint8Array.of(0x08, 1));
  blocks.set(cidOf(DAG_PB, directory).toString(), directory);
  await expect(store.get(cidOf(DAG_PB, directory).toString())).rejects.toMatchObject({
    code: "content/corrupt",
  });
  const foreign = fileNode(cidOf(0x71, directory), 1, 1);
  blocks.set(cidOf(DAG_PB, foreign).toString(), foreign);
  await expect(store.get(cidOf(DAG_PB, foreign).toString())).rejects.toMatchObject({
    code: "content/corrupt",
  });
});

/** Bytes under a root that is `levels` nodes above them. */
function tower(levels: number, bytes: Uint8Array, codec = RAW): Map<string, Uint8Array> {
  let cid = cidOf(codec, bytes);
  const blocks = new Map([[cid.toString(), bytes]]);
  for (let level = 0; level < levels; level++) {
    const node = fileNode(cid, 1, bytes.length);
    cid = cidOf(DAG_PB, node);
    blocks.set(cid.toString(), node);
  }
  return blocks;
}
const rootOf = (blocks: Map<string, Uint8Array>): string => [...blocks.keys()].at(-1) ?? "";

// The exporter's own walk would end the process here, with an unhandled rejection.
describe.each([1, 2, 3, 6])("%i levels below the root", (levels) => {
  it("reads a block", async () => {
    const blocks = tower(levels, utf8("deep"));
    expect(await contentMemory(blocks).get(rootOf(blocks))).toEqual(utf8("deep"));
  });

  it("answers null for a missing block", async () => {
    const blocks = tower(levels, utf8("deep"));
    const [leaf = ""] = blocks.keys();
    blocks.delete(leaf);
    expect(await contentMemory(blocks).get(rootOf(blocks))).toBeNull();
  });

  it("refuses a damaged one, and what is no part of a file", async () => {
    const damaged = tower(levels, utf8("deep"));
    const [leaf = ""] = damaged.keys();
    damaged.set(leaf, utf8("deed"));
    // UnixFS types: directory, metadata, symbolic link, sharded directory.
    const others = [1, 3, 4, 5].map((type) => field(1, Uint8Array.of(0x08, type)));
    for (const blocks of [
      damaged,
      ...others.map((node) => tower(levels, node, DAG_PB)),
      tower(levels, utf8("no protobuf at all"), DAG_PB),
      tower(levels, new Uint8Array(), DAG_PB),
    ]) {
      await expect(contentMemory(blocks).get(rootOf(blocks))).rejects.toMatchObject({
        code: "content/corrupt",
      });
    }
  });
});

it.each([0, 1, 3])("refuses a part that is not as long as its node says (%i)", async (claimed) => {
  const leaf = Uint8Array.of(7, 7);
  const node = fileNode(cidOf(RAW, leaf), 2, claimed);
  const blocks = new Map([
    [cidOf(RAW, leaf).toString(), leaf],
    [cidOf(DAG_PB, node).toString(), node],
  ]);
  await expect(contentMemory(blocks).get(rootOf(blocks))).rejects.toMatchObject({ code: "content/corrupt" });
});

it("ends with the blob, null or an error of its own, whatever the blocks hold", async () => {
  const codec = fc.constantFrom(RAW, DAG_PB, DAG_PB);
  const block = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => field(1, bytes)),
    fc
      .tuple(fc.uint8Array({ maxLength: 8 }), codec, fc.nat(3), fc.nat(9))
      .map(([bytes, kind, count, size]) => fileNode(cidOf(kind, bytes), count, size)),
  );
  await fc.assert(
    fc.asyncProperty(block, codec, async (bytes, kind) => {
      const cid = cidOf(kind, bytes).toString();
      const read = contentMemory(new Map([[cid, bytes]])).get(cid);
      await read.catch((error: unknown) => {
        if (!isDppError(error, "content/corrupt")) throw error;
      });
    }),
  );
});
