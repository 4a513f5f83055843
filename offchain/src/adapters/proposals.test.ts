import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseProposal } from "../codec/proposal.js";
import { type OpenProposals, proposalsIn } from "./proposals.js";

const vectors = JSON.parse(
  await readFile(new URL("../../../vectors/proposal.json", import.meta.url), "utf8"),
) as { accepted: { file: unknown }[] };
const [one, other] = vectors.accepted.map(({ file }) => parseProposal(JSON.stringify(file)));
if (one === undefined || other === undefined) throw new Error("there are two vectors");

let directory: string;
let open: OpenProposals;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-proposals-"));
  open = proposalsIn({ directory });
});
afterEach(() => rm(directory, { recursive: true }));

describe("open proposals of a home", () => {
  it("are none where nothing was proposed", async () => {
    expect([await open.list(), await open.find(one.id), await open.find("../keys")]).toEqual([
      [],
      null,
      null,
    ]);
    await open.remove(one.id);
    expect(await readdir(directory)).toEqual([]);
  });

  it("are kept, replaced and removed, each by itself", async () => {
    await open.keep(one);
    await open.keep(other);
    const more = { ...one, signatures: [] };
    await open.keep(more);
    expect(await open.find(one.id)).toEqual(more);
    expect((await open.list()).map(({ id }) => id)).toEqual([one.id, other.id].sort());
    await open.remove(one.id);
    expect((await open.list()).map(({ id }) => id)).toEqual([other.id]);
  });

  it.skipIf(process.platform === "win32")("are their owner's alone to read", async () => {
    await open.keep(one);
    const folder = join(directory, "proposals");
    for (const path of [join(folder, `${one.id}.json`), folder])
      expect((await stat(path)).mode & 0o077).toBe(0);
    await chmod(folder, 0o755);
    await open.keep(one);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it("that are damaged are named, rather than their coins spent", async () => {
    await open.keep(one);
    const file = join(directory, "proposals", `${one.id}.json`);
    const text = await readFile(file, "utf8");
    for (const damaged of ["", text.slice(0, -9), text.replace(/"expires": \d/, '"expires": 9'), "{}"]) {
      await writeFile(file, damaged);
      await expect(open.list()).rejects.toMatchObject({ code: "home/proposal", details: { file } });
    }
    // Another's name over it.
    await open.keep(other);
    await writeFile(file, await readFile(join(directory, "proposals", `${other.id}.json`)));
    await expect(open.find(one.id)).rejects.toMatchObject({ code: "home/proposal" });
  });
});
