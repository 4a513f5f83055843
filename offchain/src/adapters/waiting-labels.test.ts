import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type WaitingLabel, type WaitingLabels, waitingLabelsIn } from "./waiting-labels.js";

const ID = "ab".repeat(32);
const label: WaitingLabel = {
  passport: "11".repeat(28),
  gtin: "09506000134376",
  serial: "A/1",
  salt: "22".repeat(16),
  base: "https://example.com",
};

let directory: string;
let labels: WaitingLabels;
const path = (): string => join(directory, "proposals", `${ID}.label.json`);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-labels-"));
  labels = waitingLabelsIn({ directory });
});
afterEach(() => rm(directory, { recursive: true }));

describe("labels that wait for their proposals", () => {
  it("are kept for their owner alone, found and removed", async () => {
    expect(await labels.find(ID)).toBeNull();
    await labels.keep(ID, label);
    expect(await labels.find(ID)).toEqual(label);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    await labels.remove(ID);
    await labels.remove(ID);
    expect([await labels.find(ID), await readdir(join(directory, "proposals"))]).toEqual([null, []]);
  });

  it("are named when they are damaged", async () => {
    await labels.keep(ID, label);
    const text = await readFile(path(), "utf8");
    for (const damaged of [
      text.slice(0, -3),
      text.replace('"salt":"22', '"salt":"'),
      text.replace("{", '{"note":1,'),
      " ".repeat(5000),
    ]) {
      await writeFile(path(), damaged);
      await expect(labels.find(ID)).rejects.toMatchObject({ code: "home/label", details: { file: path() } });
    }
  });

  it("are reached by a proposal's id alone", async () => {
    await expect(labels.find("../keys/maker")).rejects.toMatchObject({ code: "home/label" });
  });
});
