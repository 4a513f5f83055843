import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeLeaf } from "../codec/event.js";
import { seededRandom } from "../testing/seeded-random.js";
import { openDevice } from "./device.js";

const NOW = 1_800_000_000_000;
let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-device-"));
  path = join(directory, "device.json");
});
afterEach(() => rm(directory, { recursive: true }));

const open = (seed = "device") => openDevice(path, seededRandom(seed), NOW);
const restarted = async (fields: object) =>
  writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...fields }));

describe("a capturing device", () => {
  it("keeps its id and its count of boots, and says no more of its clock than it knows", async () => {
    const first = (await open())();
    expect(first).toMatchObject({ clock: "free", boot: 1 });
    expect((await open("another run"))()).toMatchObject({ device: first.device, boot: 1 });
    expect(Number.isSafeInteger(first.uptime) && first.uptime > 0).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const leaf = { source: "aa".repeat(16), counter: 0, type: "incident", subject: "", role: "LAB" } as const;
    const rest = { tier: "DEVICE_SIGNED", payload: "ee".repeat(32), previous: "", captured: NOW } as const;
    expect(encodeLeaf({ ...leaf, ...rest, ...first }).length).toBeGreaterThan(0);
  });

  it("counts a boot when the system names another one, and no further than a leaf holds", async () => {
    const { device } = (await open())();
    await restarted({ bootId: "another boot" });
    expect((await open())()).toMatchObject({ device, boot: 2 });
    expect((await open())()).toMatchObject({ device, boot: 2 });
    await restarted({ bootId: "another boot", boot: 2 ** 32 - 1 });
    expect((await open())()).toMatchObject({ device, boot: 2 ** 32 - 1 });
  });

  it("is another device for another home", async () => {
    const { device } = (await open())();
    await rm(path);
    expect((await open("another home"))().device).not.toBe(device);
  });

  it("does not go on from a file that is damaged", async () => {
    const good = { device: "0190163d8694439b8f00000000000001", bootId: "x", boot: 1 };
    const damaged = [
      "",
      "{",
      "null",
      "[]",
      JSON.stringify({ ...good, device: "0190163d8694439b0f00000000000001" }),
      JSON.stringify({ ...good, device: 7 }),
      JSON.stringify({ ...good, boot: 0 }),
      JSON.stringify({ ...good, boot: -1 }),
      JSON.stringify({ ...good, boot: 1.5 }),
      JSON.stringify({ ...good, boot: 2 ** 32 }),
      JSON.stringify({ device: good.device, boot: 1 }),
    ];
    for (const text of damaged) {
      await writeFile(path, text);
      await expect(open()).rejects.toMatchObject({ code: "home/device" });
      expect(await readFile(path, "utf8")).toBe(text);
    }
    await writeFile(path, JSON.stringify(good));
    expect((await open())().device).toBe(good.device);
  });
});
