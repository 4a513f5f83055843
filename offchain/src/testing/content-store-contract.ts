/** What every content store must do: run by each adapter's test. Port: ../ports/content-store.ts. */
import { sha256 } from "@noble/hashes/sha2.js";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { concat, equalBytes, utf8 } from "../domain/bytes.js";
import type { ContentStore } from "../ports/content-store.js";

export interface ContentStoreUnderTest {
  readonly store: ContentStore;
  /** Changes one stored byte of the block. */
  damage(cid: string): Promise<void>;
  lose(cid: string): Promise<void>;
  /** Has the store remove what is not pinned, when it does not do so by itself. */
  clean?(): Promise<void>;
  close?(): Promise<void>;
}

/** CIDs that `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144 --max-file-links=174` of Kubo 0.42.0 gives for `patterned(length)`. */
const KUBO: readonly (readonly [length: number, cid: string])[] = [
  [0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"],
  [1, "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu"],
  [262_144, "bafkreig6febf2je4comsmuz7bfvdv6uj2ombaa4lfmvojmj7ta3aju4z3i"],
  [262_145, "bafybeiewpjhw3zbvwc76i6fq62jmqe6xzm2x7k2ep4s4id5kohtpivdotq"],
  [300_000, "bafybeibudvwvydevk67ia47upxym4jezm62jmotz364ud4qwi43rfhyvvy"],
  [5_000_000, "bafybeid5wcutxeugfbmgeuhkfzm7fb35aakvbhnt3fud7llqavkldndd3u"],
  // 174 chunks fill one node; the next byte needs a second level of nodes.
  [174 * 262_144, "bafybeiaf7iqg26m2i2f7bzs4pcwayr7gbbnk6z46bx4e7ior7sktgjxkqe"],
  [174 * 262_144 + 1, "bafybeidm7rs2ptudq45xhd5ju2agxjii35lvemlwl6xckossgvu2eivrkm"],
];
const HELLO = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";

/** Bytes that differ from chunk to chunk, without being random. */
export function patterned(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = at * 31 + (at >> 8) * 7 + (at >> 16);
  return bytes;
}

export const cidOf = (codec: number, block: Uint8Array): CID =>
  CID.createV1(codec, Digest.create(0x12, sha256(block)));

/** A protobuf field of bytes, shorter than 128. */
export const field = (number: number, bytes: Uint8Array): Uint8Array =>
  concat(Uint8Array.of((number << 3) | 2, bytes.length), bytes);

/** A UnixFS file node (dag-pb) that names one child `count` times, each said to hold `size` bytes. */
export function fileNode(child: CID, count: number, size: number): Uint8Array {
  const link = field(2, concat(field(1, child.bytes), field(2, new Uint8Array())));
  const sizes = Array.from({ length: count }, () => Uint8Array.of(0x20, size));
  const unixfs = concat(Uint8Array.of(0x08, 2, 0x18, count * size), ...sizes);
  return concat(...Array.from({ length: count }, () => link), field(1, unixfs));
}

/** Two blobs whose first chunk is the same. */
const [ONE, OTHER] = [patterned(300_000), patterned(310_000)];
const SHARED = patterned(262_144);
const SHARED_CID = "bafkreig6febf2je4comsmuz7bfvdv6uj2ombaa4lfmvojmj7ta3aju4z3i";

/** Not `toEqual`: comparing a megabyte that way takes seconds. */
const same = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && equalBytes(a, b);

const expectCode = (work: Promise<unknown>, code: string) => expect(work).rejects.toMatchObject({ code });

export function contentStoreContract(name: string, make: () => Promise<ContentStoreUnderTest>): void {
  describe(`content store: ${name}`, () => {
    let subject: ContentStoreUnderTest;
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(async () => subject.close?.());

    it("names content as IPFS does", async () => {
      expect(await subject.store.put(utf8("hello world\n"))).toBe(HELLO);
    });

    it.each(KUBO)(
      "keeps a blob of %i bytes as it was, under the name that Kubo gives",
      async (length, cid) => {
        const bytes = patterned(length);
        expect(await subject.store.put(bytes)).toBe(cid);
        expect(same(await subject.store.get(cid), bytes)).toBe(true);
        expect(await subject.store.has(cid)).toBe(true);
      },
    );

    it("stores the same bytes under the same name, however often", async () => {
      const cid = await subject.store.put(patterned(300_000));
      expect(await subject.store.put(patterned(300_000))).toBe(cid);
    });

    it("answers null for what it does not have", async () => {
      expect(await subject.store.get(HELLO)).toBeNull();
      expect(await subject.store.has(HELLO)).toBe(false);
    });

    it("answers null when the blob's only block is lost", async () => {
      const cid = await subject.store.put(utf8("hello world\n"));
      await subject.lose(cid);
      expect(await subject.store.get(cid)).toBeNull();
    });

    it("answers null when one of several blocks is lost", async () => {
      const leaf = await subject.store.put(patterned(300_000).subarray(0, 262_144));
      const cid = await subject.store.put(patterned(300_000));
      await subject.lose(leaf);
      expect(await subject.store.get(cid)).toBeNull();
    });

    it("refuses a damaged block, at the root and below it", async () => {
      const small = await subject.store.put(utf8("hello world\n"));
      const leaf = await subject.store.put(patterned(300_000).subarray(0, 262_144));
      const large = await subject.store.put(patterned(300_000));
      await subject.damage(small);
      await subject.damage(leaf);
      await expectCode(subject.store.get(small), "content/corrupt");
      await expectCode(subject.store.get(large), "content/corrupt");
    });

    it("repairs a damaged block when the content is put again", async () => {
      const cid = await subject.store.put(utf8("hello world\n"));
      await subject.damage(cid);
      await subject.store.put(utf8("hello world\n"));
      expect(await subject.store.get(cid)).toEqual(utf8("hello world\n"));
    });

    it("refuses a blob above the reader's limit, and reads one at the limit", async () => {
      const small = await subject.store.put(patterned(1000));
      const large = await subject.store.put(patterned(300_000));
      await expectCode(subject.store.get(small, { maxBytes: 999 }), "content/too-large");
      await expectCode(subject.store.get(large, { maxBytes: 299_999 }), "content/too-large");
      expect((await subject.store.get(small, { maxBytes: 1000 }))?.length).toBe(1000);
    });

    it.each([
      "",
      "hello",
      "../../etc/passwd",
      "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
      HELLO.toUpperCase(),
    ])("refuses %j as a content id", async (cid) => {
      for (const ask of ["get", "has", "pin", "unpin", "pinned"] as const)
        await expectCode(subject.store[ask](cid), "content/bad-cid");
    });

    it("keeps concurrent writers of the same content apart", async () => {
      const cids = await Promise.all(Array.from({ length: 8 }, () => subject.store.put(patterned(300_000))));
      expect(new Set(cids).size).toBe(1);
      expect(same(await subject.store.get(cids[0] ?? ""), patterned(300_000))).toBe(true);
    });

    it("pins what is put, until it is unpinned", async () => {
      const cid = await subject.store.put(ONE);
      expect(await subject.store.pinned(cid)).toBe(true);
      await subject.store.unpin(cid);
      expect(await subject.store.pinned(cid)).toBe(false);
      await subject.store.unpin(cid);
      expect(await subject.store.put(ONE)).toBe(cid);
      expect(await subject.store.pinned(cid)).toBe(true);
      expect(same(await subject.store.get(cid), ONE)).toBe(true);
    });

    it("does not pin what it does not have, nor unpin what is not pinned", async () => {
      expect(await subject.store.pin(HELLO)).toBe(false);
      expect(await subject.store.pinned(HELLO)).toBe(false);
      await subject.store.unpin(HELLO);
    });

    it("keeps the blobs that have blocks in common with an unpinned one", async () => {
      const [one, other] = [await subject.store.put(ONE), await subject.store.put(OTHER)];
      await subject.store.unpin(one);
      await subject.clean?.();
      expect(await subject.store.pinned(other)).toBe(true);
      expect(same(await subject.store.get(other), OTHER)).toBe(true);
      expect(await subject.store.get(one)).toBeNull();
    });

    it("pins a blob that so far was only part of another one", async () => {
      const one = await subject.store.put(ONE);
      const leaf = SHARED_CID;
      expect(await subject.store.pinned(leaf)).toBe(false);
      expect(await subject.store.pin(leaf)).toBe(true);
      expect(await subject.store.pinned(leaf)).toBe(true);
      await subject.store.unpin(one);
      await subject.clean?.();
      expect(same(await subject.store.get(leaf), SHARED)).toBe(true);
      await subject.store.unpin(leaf);
      await subject.clean?.();
      expect(await subject.store.get(leaf)).toBeNull();
    });

    it("puts, pins and unpins blobs with common blocks at once without losing any that is pinned", async () => {
      const all = [ONE, OTHER, SHARED, patterned(320_000)];
      const cids = await Promise.all(all.map((bytes) => subject.store.put(bytes)));
      await Promise.all([
        ...cids.slice(1).map((cid) => subject.store.unpin(cid)),
        ...[0, 1, 2].map(() => subject.store.put(ONE)),
      ]);
      await subject.clean?.();
      expect(same(await subject.store.get(cids[0] ?? ""), ONE)).toBe(true);
      await Promise.all(all.map((bytes) => subject.store.put(bytes)));
      await subject.clean?.();
      for (const [index, bytes] of all.entries())
        expect(same(await subject.store.get(cids[index] ?? ""), bytes)).toBe(true);
    });
  });
}
