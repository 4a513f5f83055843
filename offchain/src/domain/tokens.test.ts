import { describe, expect, it } from "vitest";
import {
  attestationName,
  isPassportId,
  LABEL_REFERENCE,
  LABEL_USER,
  makeLabel,
  parseLabel,
  roleOfName,
  unique,
} from "./tokens.js";

const seed = { txHash: "ab".repeat(32), outputIndex: 3 };

describe("CIP-67 labels", () => {
  it.each([
    // The CIP's own test vectors.
    [0, "00000000"],
    [1, "00001070"],
    [23, "00017650"],
    [99, "000632e0"],
    [533, "00215410"],
    [2000, "007d0550"],
    [4567, "011d7690"],
    [11111, "02b670b0"],
    [49328, "0c0b0f40"],
    [65535, "0ffff240"],
  ])("label %i is %s", (label, hex) => {
    expect(makeLabel(label)).toBe(hex);
    expect(parseLabel(`${hex}cafe`)).toEqual({ label, content: "cafe" });
  });

  it("has the labels of CIP-68's reference and user tokens", () => {
    expect([makeLabel(100), makeLabel(222)]).toEqual([LABEL_REFERENCE, LABEL_USER]);
  });

  it.each(["000643b1", "100643b0", "000643c0", "0006", ""])("sees no label in %j", (name) => {
    expect(parseLabel(name)).toBeNull();
  });

  it("refuses a label beyond 16 bits", () => {
    expect(() => makeLabel(65536)).toThrow(/16 bits/);
  });
});

describe("names derived from a consumed outref", () => {
  it("differ by output and by index", () => {
    const names = [unique(seed, 0), unique(seed, 1), unique({ ...seed, outputIndex: 4 }, 0)];
    expect(new Set(names).size).toBe(3);
    expect(names.every(isPassportId)).toBe(true);
  });

  it("carry the role in an attestation's name", () => {
    const name = attestationName("REPAIRER", seed, 0);
    expect(Buffer.from(name.slice(0, 24), "hex").toString()).toBe("DPP_REPAIRER");
    expect(name.length / 2).toBe(12 + 12);
    expect(roleOfName(name)).toBe("REPAIRER");
    expect(roleOfName(`00${name}`)).toBeNull();
  });
});
