/** What every `SupplierRegistryStore` must do. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../domain/bytes.js";
import type { SupplierChange, SupplierRegistryStore } from "../ports/supplier-registry.js";

const hashOf = (n: number): string => n.toString(16).padStart(64, "0");

/** A change that writes the records `write` and leaves those of `keep`. */
export function changeTo(
  revision: number,
  write: readonly number[],
  keep: readonly number[] = write,
): SupplierChange {
  return {
    file: utf8(`file ${revision}`),
    revision,
    records: write.map((n) => ({ hash: hashOf(n), bytes: utf8(`record ${n}`) })),
    keep: new Set(keep.map(hashOf)),
  };
}

const commit = (store: SupplierRegistryStore, change: SupplierChange): Promise<void> =>
  store.exclusively(() => store.commit(change));

export function supplierRegistryContract(name: string, make: () => Promise<SupplierRegistryStore>): void {
  describe(`${name} as a store of a suppliers' registry`, () => {
    it("is empty at first and gives back what was committed last", async () => {
      const store = await make();
      expect([await store.file(), await store.record(hashOf(1)), await store.seen()]).toEqual([
        null,
        null,
        -1,
      ]);
      await commit(store, changeTo(0, [1, 2]));
      await commit(store, changeTo(1, [3], [2, 3]));
      expect(await store.file()).toEqual(utf8("file 1"));
      expect(await store.record(hashOf(2))).toEqual(utf8("record 2"));
      expect(await store.record(hashOf(3))).toEqual(utf8("record 3"));
      expect(await store.seen()).toBe(1);
    });

    it("keeps no record that a change leaves out", async () => {
      const store = await make();
      await commit(store, changeTo(0, [1, 2]));
      await commit(store, changeTo(1, [], [2]));
      expect(await store.record(hashOf(1))).toBeNull();
    });

    it("never sees a lower revision than it has seen", async () => {
      const store = await make();
      await commit(store, changeTo(5, [1]));
      await commit(store, changeTo(3, [1]));
      expect(await store.seen()).toBe(5);
    });

    it("lets one writer at a time do its work, and the next although one failed", async () => {
      const store = await make();
      const log: string[] = [];
      const turn = (n: number) =>
        store.exclusively(async () => {
          log.push(`begin ${n}`);
          await Promise.resolve();
          log.push(`end ${n}`);
          if (n === 1) throw new Error("of the writer");
        });
      const [first, second, third] = await Promise.allSettled([turn(1), turn(2), turn(3)]);
      expect([first?.status, second?.status, third?.status]).toEqual(["rejected", "fulfilled", "fulfilled"]);
      expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
    });

    it("hands out copies", async () => {
      const store = await make();
      await commit(store, changeTo(0, [1]));
      (await store.file())?.fill(0);
      (await store.record(hashOf(1)))?.fill(0);
      expect(await store.file()).toEqual(utf8("file 0"));
      expect(await store.record(hashOf(1))).toEqual(utf8("record 1"));
    });
  });
}
