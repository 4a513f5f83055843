import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { utf8 } from "../domain/bytes.js";
import { contentStoreContract } from "../testing/content-store-contract.js";
import { openContentDisk } from "./content-disk.js";

const pathOf = (directory: string, cid: string): string =>
  join(directory, "blocks", cid.slice(-3, -1), `${cid}.data`);

contentStoreContract("disk", async () => {
  const directory = await mkdtemp(join(tmpdir(), "dpp-content-"));
  return {
    store: await openContentDisk(directory),
    async damage(cid) {
      const block = await readFile(pathOf(directory, cid));
      block[0] = (block[0] ?? 0) ^ 1;
      await writeFile(pathOf(directory, cid), block);
    },
    lose: (cid) => rm(pathOf(directory, cid)),
    close: () => rm(directory, { recursive: true }),
  };
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-content-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it("finds the content again after it was opened anew", async () => {
  const cid = await (await openContentDisk(directory)).put(utf8("hello world\n"));
  expect(await (await openContentDisk(directory)).get(cid)).toEqual(utf8("hello world\n"));
});

it("leaves no file of unfinished writes behind", async () => {
  const store = await openContentDisk(directory);
  await Promise.all(Array.from({ length: 5 }, () => store.put(utf8("hello world\n"))));
  const files = await readdir(join(directory, "blocks"), { recursive: true });
  expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect(files.filter((name) => name.endsWith(".data"))).toHaveLength(1);
});

it("refuses a block that was swollen beyond any block's size", async () => {
  const store = await openContentDisk(directory);
  const cid = await store.put(utf8("hello world\n"));
  await writeFile(pathOf(directory, cid), new Uint8Array(3 * 1024 * 1024));
  await expect(store.get(cid)).rejects.toMatchObject({ code: "content/corrupt" });
});

it("says that it is unavailable when its directory cannot be made", async () => {
  await writeFile(join(directory, "file"), "");
  await expect(openContentDisk(join(directory, "file"))).rejects.toMatchObject({
    code: "content/unavailable",
  });
});
