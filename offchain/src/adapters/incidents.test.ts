import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fromHex, toHex } from "../domain/bytes.js";
import {
  entriesOf,
  entryAfter,
  filled,
  incidentId,
  incidentStoreContract,
} from "../testing/incident-store-contract.js";
import { readContactKey, writeContactKey } from "./incidents-contact-key.js";
import { incidentsOnDisk } from "./incidents-disk.js";
import { incidentsInMemory } from "./incidents-memory.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "dpp-incidents-")), "not made yet");
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

incidentStoreContract("memory", async () => incidentsInMemory());
incidentStoreContract("the disk", async () => incidentsOnDisk(folder));

const pathOf = (seq: number): string =>
  join(folder, "log", "000000000", `${String(seq).padStart(12, "0")}.json`);

describe("incidents on disk", () => {
  it("are there for the next process, and not for other users of the machine", async () => {
    const written = await filled(incidentsOnDisk(folder), 2);
    await incidentsOnDisk(folder).putBody(incidentId(0), new Uint8Array([1]));
    expect(await entriesOf(incidentsOnDisk(folder))).toEqual(written);
    for (const file of [pathOf(1), join(folder, "reports", `${incidentId(0)}.json`)])
      expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it.skipIf(process.platform === "win32")(
    "lie in folders that only their owner may list, also where others could before",
    async () => {
      const reports = join(folder, "reports");
      const folders = [folder, reports, join(folder, "log"), join(folder, "log", "000000000")];
      const modes = () => Promise.all(folders.map(async (path) => (await stat(path)).mode & 0o777));
      await filled(incidentsOnDisk(folder), 1);
      await incidentsOnDisk(folder).putBody(incidentId(0), new Uint8Array([1]));
      expect(await modes()).toEqual(Array(4).fill(0o700));
      for (const path of folders.slice(0, 3)) await chmod(path, 0o755);
      await entriesOf(incidentsOnDisk(folder));
      expect(await modes()).toEqual(Array(4).fill(0o700));
    },
  );

  it("are read past what a writer left that was killed before its entry had a name", async () => {
    const store = incidentsOnDisk(folder);
    const written = await filled(store, 2);
    // A file aside, cut off in the middle: what a kill between write and link leaves (durable-file.ts).
    const whole = await readFile(pathOf(1));
    await writeFile(join(folder, "log", "000000000", ".0123456789abcdef.tmp"), whole.subarray(0, 40));
    const again = incidentsOnDisk(folder);
    expect(await entriesOf(again)).toEqual(written);
    expect(await again.append(entryAfter(written[1] ?? null))).toBe(true);
    expect(await entriesOf(again)).toHaveLength(3);
  });

  it("go on in the next folder after a thousand", async () => {
    await mkdir(join(folder, "log", "000000000"), { recursive: true });
    const store = incidentsOnDisk(folder);
    const at999 = { ...entryAfter(null), seq: 999 };
    await store.append(at999);
    await store.append(entryAfter(at999));
    expect((await entriesOf(store, 999)).map(({ seq }) => seq)).toEqual([999, 1000]);
    expect(await readdir(join(folder, "log", "000000001"))).toEqual(["000000001000.json"]);
  });

  it.each([
    ["torn", (text: string) => text.slice(0, text.length / 2)],
    ["with blanks", (text: string) => text.replace('"seq":1,', '"seq": 1,')],
    [
      "with its members in another order",
      (text: string) => text.replace(/("seq":1),("previous":"\w+")/, "$2,$1"),
    ],
    ["with a member of its own", (text: string) => text.replace('"seq":1', '"seq":1,"more":true')],
    ["of another act", (text: string) => text.replace('"act":"report"', '"act":"rumour"')],
    ["far too long", () => `{"seq":1,"previous":"${"x".repeat(300_000)}"}`],
  ])("name an entry that is %s", async (_, damage) => {
    const store = incidentsOnDisk(folder);
    await filled(store, 3);
    await writeFile(pathOf(1), damage(await readFile(pathOf(1), "utf8")));
    await expect(entriesOf(store)).rejects.toMatchObject({ code: "incident/broken", details: { seq: 1 } });
  });

  it("name an entry that is gone while later ones stand", async () => {
    const store = incidentsOnDisk(folder);
    await filled(store, 4);
    await rm(pathOf(1));
    await expect(entriesOf(store)).rejects.toMatchObject({ code: "incident/broken", details: { seq: 1 } });
  });

  it("take no id that could be a path", async () => {
    const store = incidentsOnDisk(folder);
    for (const id of ["../contact-key", "", incidentId(1).toUpperCase().replace("1", "A")])
      await expect(store.body(id)).rejects.toMatchObject({ code: "incident/unknown" });
  });

  it("say that they cannot be written, without a path in it", async () => {
    await mkdir(join(folder, ".."), { recursive: true });
    await writeFile(folder, "a file where the folder should be");
    const refused = await incidentsOnDisk(folder)
      .append(entryAfter(null))
      .catch((error: Error) => error);
    expect(refused).toMatchObject({ code: "incident/unavailable" });
    expect((refused as Error).message).not.toContain(folder);
  });
});

describe("the contact key", () => {
  // RFC 7748 §6.1, Alice's public key.
  const key = fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");

  it("is none at first, and then the one that was set up last", async () => {
    expect(await readContactKey(folder)).toBeNull();
    await writeContactKey(folder, key);
    expect(toHex((await readContactKey(folder)) ?? new Uint8Array())).toBe(toHex(key));
  });

  it("is no key that everybody could read with, and no damaged file", async () => {
    await expect(writeContactKey(folder, new Uint8Array(32))).rejects.toMatchObject({
      code: "incident/contact-key",
    });
    await mkdir(folder, { recursive: true });
    for (const text of [
      "",
      "{}",
      `{"format":"cardano-dpp/incident-contact-key","version":1,"publicKey":"zz"}`,
    ]) {
      await writeFile(join(folder, "contact-key.json"), text);
      await expect(readContactKey(folder)).rejects.toMatchObject({ code: "incident/contact-key" });
    }
  });
});
