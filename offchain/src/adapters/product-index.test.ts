import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { productIndexContract } from "../testing/product-index-contract.js";
import { productIndexOnDisk } from "./product-index.js";
import { productIndexInMemory } from "./product-index-memory.js";

const entry = { id: "ab".repeat(28), salt: "cd".repeat(16) };
const gtin = "09506000134352";
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-index-"));
});
afterEach(() => rm(directory, { recursive: true }));

productIndexContract("memory", async () => productIndexInMemory());
productIndexContract("the disk", async () => productIndexOnDisk(join(directory, "not made yet")));

describe("the product index on disk", () => {
  it("cannot be led out of its directory by a GTIN", async () => {
    await expect(productIndexOnDisk(directory).find("../../etc/passwd", "1")).rejects.toThrow(/14 digits/);
  });

  it("keeps the salts from other users of the machine", async () => {
    await productIndexOnDisk(directory).put(gtin, "1", entry);
    expect((await stat(join(directory, gtin, "31.json"))).mode & 0o077).toBe(0);
  });

  it("names a damaged entry, which hides no other", async () => {
    const index = productIndexOnDisk(directory);
    await index.put(gtin, "1", entry);
    await writeFile(join(directory, gtin, "31.json"), '{"id":"00"');
    await expect(index.find(gtin, "1")).rejects.toThrow(
      expect.objectContaining({ code: "home/product-index" }),
    );
    await index.put(gtin, "2", entry);
    expect((await index.list()).map(({ serial }) => serial)).toEqual(["2"]);
  });
});
