import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { equalBytes } from "../domain/bytes.js";
import { patterned } from "../testing/content-store-contract.js";
import { openContentDisk, removalIn } from "./content-disk.js";
import { type BlockRemoval, pinsOnDisk } from "./content-pins.js";

/** Two blobs of two chunks each; the first chunk is the same. */
const [ONE, OTHER] = [patterned(300_000), patterned(310_000)];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-pins-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const files = async (under: string): Promise<readonly string[]> =>
  (await readdir(join(directory, under), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

const pinPath = (root: string): string => join(directory, "pins", root.slice(-3, -1), root);

/** Does `steps` steps and then nothing any more, as a killed process does. */
function dyingAfter(steps: number): { readonly removal: BlockRemoval; died(): boolean } {
  const whole = removalIn(directory);
  let left = steps;
  const step = (work: (cid: string) => Promise<void>) => async (cid: string) => {
    if (left-- <= 0) throw new Error("killed");
    await work(cid);
  };
  const removal = {
    setAside: step(whole.setAside),
    putBack: step(whole.putBack),
    discard: step(whole.discard),
  };
  return { removal, died: () => left < 0 };
}

it("keeps what is pinned and finishes the removal, wherever an unpinning was killed", async () => {
  const store = await openContentDisk(directory);
  const spare = await store.put(patterned(10));
  let steps = 0;
  for (let done = false; !done; steps++) {
    const [one, other] = [await store.put(ONE), await store.put(OTHER)];
    const { removal, died } = dyingAfter(steps);
    await pinsOnDisk(directory, removal)
      .remove(one)
      .catch(() => undefined);
    done = !died();

    const reopened = await openContentDisk(directory);
    const read = await reopened.get(other);
    expect(read !== null && equalBytes(read, OTHER), `killed after ${steps} steps`).toBe(true);
    expect(await reopened.pinned(one)).toBe(false);
    // Any later unpinning goes on where the killed one ended.
    await reopened.unpin(spare);
    await reopened.put(patterned(10));
    expect((await files("blocks")).filter((name) => name.endsWith(".aside"))).toEqual([]);
    expect(await reopened.get(one)).toBeNull();
    expect(await files("unpinned")).toEqual([]);
    await reopened.unpin(other);
    expect(await files("blocks")).toHaveLength(1);
  }
  // Three blocks, each set aside and then put back or discarded.
  expect(steps).toBe(7);
});

it("puts a blob whole while a killed unpinning's blocks still lie aside", async () => {
  const store = await openContentDisk(directory);
  const one = await store.put(ONE);
  await expect(pinsOnDisk(directory, dyingAfter(3).removal).remove(one)).rejects.toThrow("killed");
  expect((await files("blocks")).every((name) => name.endsWith(".aside"))).toBe(true);
  expect(await store.put(ONE)).toBe(one);
  await store.unpin(await store.put(patterned(10)));
  const read = await store.get(one);
  expect(read !== null && equalBytes(read, ONE)).toBe(true);
  expect(await store.pinned(one)).toBe(true);
});

it("does not count as pinned what a killed put did not finish", async () => {
  const store = await openContentDisk(directory);
  const one = await store.put(ONE);
  const leaf = await store.put(patterned(262_144));
  await store.unpin(leaf);
  await rm(join(directory, "blocks", leaf.slice(-3, -1), `${leaf}.data`));
  expect(await store.pinned(one)).toBe(false);
  expect(await store.pin(one)).toBe(false);
});

it("removes nothing when a list of blocks is damaged, and says which", async () => {
  const store = await openContentDisk(directory);
  const [one, other] = [await store.put(ONE), await store.put(OTHER)];
  const list = await readFile(pinPath(other));
  for (const damaged of [list.subarray(0, 70), list.subarray(0, -1), "../../etc/passwd\n", ""]) {
    await store.put(ONE);
    await writeFile(pinPath(other), damaged);
    await expect(store.unpin(one)).rejects.toMatchObject({
      code: "content/corrupt",
      details: { path: pinPath(other) },
    });
    expect((await store.get(one))?.length).toBe(ONE.length);
  }
  await store.put(OTHER);
  await store.unpin(await store.put(patterned(10)));
  expect(await store.get(one)).toBeNull();
  expect((await store.get(other))?.length).toBe(OTHER.length);
});
