import { sha256 } from "@noble/hashes/sha2.js";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { expect, it } from "vitest";
import { concat } from "../domain/bytes.js";
import { DAG_PB, RAW } from "../domain/cid.js";
import { contentStoreContract } from "../testing/content-store-contract.js";
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

const cidOf = (codec: number, block: Uint8Array): CID =>
  CID.createV1(codec, Digest.create(0x12, sha256(block)));

/** A protobuf field of bytes, shorter than 128. */
const field = (number: number, bytes: Uint8Array): Uint8Array =>
  concat(Uint8Array.of((number << 3) | 2, bytes.length), bytes);

/** A UnixFS file node (dag-pb) that names one child `count` times, each said to hold `size` bytes. */
function fileNode(child: CID, count: number, size: number): Uint8Array {
  const link = field(2, concat(field(1, child.bytes), field(2, new Uint8Array())));
  const sizes = Array.from({ length: count }, () => Uint8Array.of(0x20, size));
  const unixfs = concat(Uint8Array.of(0x08, 2, 0x18, count * size), ...sizes);
  return concat(...Array.from({ length: count }, () => link), field(1, unixfs));
}

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
