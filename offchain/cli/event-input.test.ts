import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isDppError } from "../src/domain/errors.js";
import { MAX_EVENT_FILE_BYTES } from "../src/domain/event-input.js";
import { type InputOptions, readEventInputs } from "./event-input.js";

let directory: string;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-input-"));
});
afterAll(() => rm(directory, { recursive: true }));

const good = { type: "transport", elements: [{ id: "event.transport.mode", value: "road" }] };
const line = JSON.stringify(good);
const rail = line.replace("road", "rail");
const camel = line.replace("road", "camel");

async function read(text: string | Uint8Array, options: Partial<InputOptions> = {}) {
  files += 1;
  const path = join(directory, `${files}.json`);
  await writeFile(path, text);
  return readEventInputs(path, { field: [], ...options });
}
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "read";
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
}
const summary = ({ inputs, refused }: Awaited<ReturnType<typeof readEventInputs>>) => [
  inputs.map(({ at, input }) => [at, input.elements[0]?.value]),
  refused.map(({ at, code }) => [at, code]),
];

describe("a file of events", () => {
  it("is one event, a list, or one a line, with any ends of lines", async () => {
    const both = [
      [
        [1, "road"],
        [2, "rail"],
      ],
      [],
    ];
    expect(summary(await read(line))).toEqual([[[1, "road"]], []]);
    expect(summary(await read(JSON.stringify(good, null, 2)))).toEqual([[[1, "road"]], []]);
    expect(summary(await read(`[${line},\n${rail}]`))).toEqual(both);
    expect(summary(await read(`${line}\r\n  ${rail}\r\n`))).toEqual(both);
    expect(summary(await read(`[${line}]`))).toEqual([[[1, "road"]], []]);
  });

  it("tells what is wrong with one event by its place, and takes the others", async () => {
    const expected = [
      [
        [1, "road"],
        [3, "rail"],
      ],
      [[2, "event/wrong-type"]],
    ];
    expect(summary(await read([line, camel, rail].join("\n")))).toEqual(expected);
    expect(summary(await read(`[${[line, camel, rail].join()}]`))).toEqual(expected);
    expect(await codeOf(read(camel))).toBe("event/wrong-type");
  });

  it("counts the lines of the file, blank ones too, as an editor does", async () => {
    const read3 = await read(`\n${line}\r\n\r\n${camel}\r\n${rail}\n`);
    expect(read3.counts).toBe("line");
    expect(summary(read3)).toEqual([
      [
        [2, "road"],
        [5, "rail"],
      ],
      [[4, "event/wrong-type"]],
    ]);
    expect((await read(`\n[${line},\n\n${rail}]`)).counts).toBe("event");
  });

  it("is measured as it stands there, blanks and all", async () => {
    const padded = (size: number): string => line + " ".repeat(size - line.length);
    expect(summary(await read(padded(MAX_EVENT_FILE_BYTES)))).toEqual([[[1, "road"]], []]);
    expect(await codeOf(read(padded(MAX_EVENT_FILE_BYTES + 1)))).toBe("event/too-large");
    expect(await codeOf(read(`${" ".repeat(MAX_EVENT_FILE_BYTES)}\n${line}`))).toBe("event/too-large");
    expect(summary(await read(`${rail}\n${padded(MAX_EVENT_FILE_BYTES + 1)}`))).toEqual([
      [[1, "rail"]],
      [[2, "event/too-large"]],
    ]);
  });

  it("can be each of those in examples/events and the one that the spec prints", async () => {
    const folder = new URL("../../examples/events/", import.meta.url);
    const counted: Record<string, number> = {};
    for (const name of await readdir(folder)) {
      const { inputs, refused } = await readEventInputs(fileURLToPath(new URL(name, folder)), { field: [] });
      expect(refused).toEqual([]);
      // Times to come are refused when they are recorded.
      for (const { input } of inputs) expect(input.captured ?? 0).toBeLessThan(Date.UTC(2026, 6));
      counted[name] = inputs.length;
    }
    expect(counted).toEqual({ "day.jsonl": 3, "grade.json": 1, "harvest.json": 1, "purchase.json": 1 });
    const spec = await readFile(new URL("../../docs/spec/event.md", import.meta.url), "utf8");
    const [, printed] = /## Input file.*?```json\n(.*?)```/s.exec(spec) ?? [];
    const [only] = (await read(printed ?? "")).inputs;
    expect(only?.input.type).toBe("harvest");
    expect(only?.input.captured ?? 0).toBeLessThan(Date.UTC(2026, 6));
  });

  it("takes the lines beside one that was cut off", async () => {
    const cut = line.slice(0, 30);
    expect(summary(await read([cut, rail, line].join("\n")))).toEqual([
      [
        [2, "rail"],
        [3, "road"],
      ],
      [[1, "event/malformed-json"]],
    ]);
    expect(summary(await read([line, cut].join("\n")))).toEqual([
      [[1, "road"]],
      [[2, "event/malformed-json"]],
    ]);
  });

  it("does not read one of two equal keys, in a list either", async () => {
    const twice = line.replace('"type"', '"type":"harvest","type"');
    expect(await codeOf(read(twice))).toBe("event/duplicate-key");
    expect(await codeOf(read(`[${rail},${twice}]`))).toBe("event/duplicate-key");
    expect(summary(await read([twice, rail].join("\n")))).toEqual([
      [[2, "rail"]],
      [[1, "event/duplicate-key"]],
    ]);
  });

  it("is refused as a whole when it is no text, no JSON, empty or too long, and never quoted", async () => {
    expect(await codeOf(read(Uint8Array.of(0xff, 0xfe)))).toBe("input/file");
    expect(await codeOf(read(" \n "))).toBe("input/file");
    expect(await codeOf(read("[]"))).toBe("input/file");
    expect(await codeOf(read(`[${line}`))).toBe("event/malformed-json");
    expect(await codeOf(read(`[${Array.from({ length: 10_001 }, () => "1").join()}]`))).toBe(
      "input/too-large",
    );
    expect(await codeOf(read("x".repeat(300_000)))).toBe("event/too-large");
    await expect(read(`[{"place": {"latitude": 9.3456`)).rejects.toThrow(/^(?!.*9\.3456)/);
    await expect(read(`${line}\n{"place": {"latitude": 9.3456`)).resolves.toMatchObject({
      refused: [{ message: expect.not.stringContaining("9.3456") }],
    });
  });
});

describe("options of one event", () => {
  const options = (given: Partial<InputOptions>) => readEventInputs(undefined, { field: [], ...given });
  it("say what a file would", async () => {
    const [only] = (await options({ type: "transport", field: ["transport.mode=road"] })).inputs;
    expect(only?.input).toEqual((await read(line)).inputs[0]?.input);
    const placed = await options({
      type: "transport",
      field: ["event.transport.mode=road"],
      place: "-9.3456, 0.8123",
    }).catch((error: unknown) => error);
    const cell = isDppError(placed) ? placed.code : JSON.stringify(placed);
    expect(cell).toMatch(/cell:-09\.4\+000\.8|event\/unknown-field/);
  });

  it("are refused by name", async () => {
    const cases: readonly (readonly [string, Promise<unknown>])[] = [
      ["usage/arguments", options({})],
      ["usage/arguments", options({ type: "transport", field: ["road"] })],
      ["usage/arguments", options({ type: "transport", field: [], place: "here" })],
      ["event/missing-field", options({ type: "transport" })],
      ["event/unknown-field", options({ type: "transport", field: ["quantity.mood=good"] })],
      ["event/type", options({ type: "teleport" })],
      ["usage/arguments", read(line, { type: "transport" })],
      ["usage/arguments", read(line, { field: ["transport.mode=road"] })],
    ];
    for (const [code, work] of cases) expect(await codeOf(work)).toBe(code);
  });
});
