import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK_BYTES, pad, unpad } from "./padding.js";

describe("padding", () => {
  it("comes off as it went on, to whole blocks", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        const padded = pad(bytes);
        expect(padded.length % BLOCK_BYTES).toBe(0);
        expect(padded.length - bytes.length).toBeGreaterThan(0);
        expect(padded.length - bytes.length).toBeLessThanOrEqual(BLOCK_BYTES);
        expect(unpad(padded)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["zeros alone", new Uint8Array(BLOCK_BYTES)],
    ["part of a block", pad(new Uint8Array(3)).subarray(1)],
    ["another mark", new Uint8Array(BLOCK_BYTES).fill(1)],
    ["a block too much", new Uint8Array([...pad(new Uint8Array(3)), ...new Uint8Array(BLOCK_BYTES)])],
  ])("refuses %s", (_, bytes) => {
    expect(() => unpad(bytes)).toThrow(expect.objectContaining({ code: "sealed/padding" }));
  });
});
