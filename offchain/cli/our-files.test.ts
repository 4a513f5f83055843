import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeReceipt, receiptToText } from "../src/codec/receipt.js";
import { trustRootJson } from "../src/codec/trust-root.js";
import { utf8 } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import { syntheticReceipt } from "../src/testing/synthetic-receipt.js";
import type { EventReading } from "../src/usecases/events/context.js";
import { assertKind } from "./our-files.js";
import { explained, payloadLine, takeInFile } from "./pack-input.js";

let directory: string;
const at = (name: string): string => join(directory, name);
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dpp-files-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Nothing of it is asked before the file reads as a pack. */
const nothing = {} as EventReading;

describe("a file of ours that was handed in as another", () => {
  it("is named with its kind and with who takes it", async () => {
    const made = await syntheticReceipt(1);
    const bytes = encodeReceipt(made.receipt);
    for (const [file, who] of [
      [bytes, "an event's receipt: dpp verify"],
      [utf8(receiptToText(bytes)), "an event's receipt: dpp verify"],
      [utf8(trustRootJson(made.root)), "a trust root: dpp trust show"],
    ] as const) {
      await writeFile(at("week.dppp"), file);
      await expect(takeInFile(nothing, at("week.dppp"))).rejects.toMatchObject({
        code: "input/other-file",
        message: `${at("week.dppp")} is no pack of events but ${who}`,
      });
    }
    expect(() => assertKind("r", bytes, "dpp/receipt/", "receipt")).not.toThrow();
    expect(() => assertKind("r", utf8("a letter"), "dpp/receipt/", "receipt")).not.toThrow();
  });
});

describe("what is no pack of events", () => {
  it("is refused with the file's name and what was expected", async () => {
    for (const [text, code] of [
      ["a letter", "cbor/malformed"],
      ['{"type":"harvest"}', "cbor/malformed"],
      [Uint8Array.of(0x01), "pack/malformed"],
    ] as const) {
      await writeFile(at("harvest.json"), text);
      const error = await takeInFile(nothing, at("harvest.json")).catch((it: unknown) => it);
      expect(error).toMatchObject({ code });
      expect((error as Error).message).toContain(`${at("harvest.json")} is no pack of events`);
      expect((error as Error).message).toContain("expected a file of dpp event pack --out");
    }
    await expect(takeInFile(nothing, at("missing"))).rejects.toMatchObject({ code: "input/file" });
  });

  it("is told apart from a pack whose key was replaced, which has a remedy, and from what is wrong elsewhere", () => {
    const seal = explained("week.dppp", new DppError("pack/signature", "not signed by its key"));
    expect(seal).toMatchObject({ code: "pack/signature" });
    expect((seal as Error).message).toMatch(/^week\.dppp: not signed by its key\. .*dpp event pack$/);
    for (const other of [new DppError("thread/none", "no thread"), new TypeError("a defect")])
      expect(explained("week.dppp", other)).toBe(other);
  });

  it("is told apart from a payload that stays as it was here", () => {
    const left = { counter: 4, code: "event/payload", message: "another root" };
    expect(payloadLine({ ...left, kept: false })).toContain("was left out");
    expect(payloadLine({ ...left, kept: true })).toMatch(/^(?!.*left out).*already stays/);
  });
});
