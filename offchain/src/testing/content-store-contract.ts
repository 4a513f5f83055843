/** What every content store must do: run by each adapter's test. Port: ../ports/content-store.ts. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { equalBytes, utf8 } from "../domain/bytes.js";
import type { ContentStore } from "../ports/content-store.js";

export interface ContentStoreUnderTest {
  readonly store: ContentStore;
  /** Changes one stored byte of the block. */
  damage(cid: string): Promise<void>;
  lose(cid: string): Promise<void>;
  close?(): Promise<void>;
}

/** What `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144` gives: the first two are known check values, the third was encoded by hand. */
const HELLO = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
const TWO_CHUNKS = "bafybeibudvwvydevk67ia47upxym4jezm62jmotz364ud4qwi43rfhyvvy";
const EMPTY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

/** Bytes that differ from chunk to chunk, without being random. */
const patterned = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) * 7 + (index >> 16)) & 0xff);

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
      expect(await subject.store.put(new Uint8Array())).toBe(EMPTY);
      expect(await subject.store.put(patterned(300_000))).toBe(TWO_CHUNKS);
    });

    it.each([0, 1, 262_144, 262_145, 1_000_000])("returns a blob of %i bytes as it was", async (length) => {
      const bytes = patterned(length);
      const cid = await subject.store.put(bytes);
      expect(same(await subject.store.get(cid), bytes)).toBe(true);
      expect(await subject.store.has(cid)).toBe(true);
    });

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
      await expectCode(subject.store.get(cid), "content/bad-cid");
    });

    it("keeps concurrent writers of the same content apart", async () => {
      const cids = await Promise.all(Array.from({ length: 8 }, () => subject.store.put(patterned(300_000))));
      expect(new Set(cids).size).toBe(1);
      expect(same(await subject.store.get(cids[0] ?? ""), patterned(300_000))).toBe(true);
    });
  });
}
