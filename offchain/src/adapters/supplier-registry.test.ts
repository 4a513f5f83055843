import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeTo, supplierRegistryContract } from "../testing/supplier-registry-contract.js";
import { registriesIn, supplierRegistryOnDisk } from "./supplier-registry-disk.js";
import { supplierRegistryInMemory } from "./supplier-registry-memory.js";

const ID = "ab".repeat(16);
let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "dpp-suppliers-")), "not made yet");
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

const disk = (id = ID) => supplierRegistryOnDisk(folder, id, 0);
const write = async (revision: number, records: number[], keep = records): Promise<void> => {
  const store = disk();
  await store.exclusively(() => store.commit(changeTo(revision, records, keep)));
};

supplierRegistryContract("memory", async () => supplierRegistryInMemory());
supplierRegistryContract("the disk", async () => disk());

describe("a suppliers' registry on disk", () => {
  it("is there for the next process, and not for other users of the machine", async () => {
    await write(0, [1]);
    expect(await disk().file()).not.toBeNull();
    const [record = ""] = await readdir(join(folder, ID, "records"));
    const files = [`${ID}.seen`, join(ID, "registry.cbor"), join(ID, "records", record)];
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o077, file).toBe(0);
    if (process.platform === "win32") return;
    await chmod(join(folder, ID), 0o755);
    await write(1, [1]);
    for (const path of ["", ID, join(ID, "records")])
      expect((await stat(join(folder, path))).mode & 0o777, path).toBe(0o700);
  });

  it("keeps operators apart", async () => {
    await write(0, [1]);
    const other = disk("cd".repeat(16));
    expect(await other.file()).toBeNull();
    await other.exclusively(() => other.commit(changeTo(7, [2])));
    expect([await disk().seen(), await other.seen()]).toEqual([0, 7]);
    expect(await registriesIn(folder)).toEqual([ID, "cd".repeat(16)]);
    expect(() => disk("../outside")).toThrowError(
      expect.objectContaining({ code: "supplier/unknown-registry" }),
    );
    await expect(disk().record("../registry.cbor")).rejects.toMatchObject({ code: "supplier/malformed" });
  });

  it("removes what a killed writer left, with the next change", async () => {
    await write(0, [1]);
    const records = join(folder, ID, "records");
    await writeFile(join(records, ".0123456789abcdef.tmp"), "cut off");
    await writeFile(join(records, "0".repeat(63).concat("9")), "no index has it");
    await write(1, [2], [1, 2]);
    expect(await readdir(records)).toHaveLength(2);
  });

  it("remembers the highest revision although an older copy of the registry is put back", async () => {
    await write(0, [1]);
    const old = await readFile(join(folder, ID, "registry.cbor"));
    await write(1, [2]);
    await writeFile(join(folder, ID, "registry.cbor"), old);
    expect(await disk().seen()).toBe(1);
  });

  it("says who holds it when another process does not end, and goes on when that process is gone", async () => {
    await write(0, [1]);
    const lock = join(folder, ID, "lock");
    await writeFile(lock, String(process.pid));
    await expect(write(1, [1])).rejects.toMatchObject({ code: "supplier/busy" });
    await writeFile(lock, String(2 ** 22 + 12345));
    await write(1, [1]);
    expect(await disk().seen()).toBe(1);
  });

  it("refuses files beyond their bounds, and a folder that is none, without a path in the words", async () => {
    await write(0, [1]);
    const [record = ""] = await readdir(join(folder, ID, "records"));
    await writeFile(join(folder, ID, "records", record), new Uint8Array(200_000));
    await expect(disk().record(record)).rejects.toMatchObject({ code: "supplier/too-large" });
    await writeFile(join(folder, `${ID}.seen`), "soon");
    await expect(disk().seen()).rejects.toMatchObject({ code: "supplier/malformed" });
    await rm(join(folder, ID), { recursive: true });
    await writeFile(join(folder, ID), "a file where the folder should be");
    const refused = await write(1, [1]).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: "supplier/unavailable" });
    expect((refused as Error).message).not.toContain(folder);
  });
});
