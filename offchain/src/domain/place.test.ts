import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coarsen, coarsenMicro, isCell } from "./place.js";

const refused = expect.objectContaining({ code: "event/bad-place" });

describe("a place", () => {
  it.each<[number, number, string]>([
    [9.3, -0.8, "cell:+09.3-000.8"],
    [9.3456789, -0.8123456, "cell:+09.3-000.9"],
    [9.399999, -0.79, "cell:+09.3-000.8"],
    [0, 0, "cell:+00.0+000.0"],
    [-0, -0, "cell:+00.0+000.0"],
    [-0.05, -0.0000001, "cell:-00.1-000.1"],
    [1e-7, 5e-324, "cell:+00.0+000.0"],
    [-5e-324, 1e-7, "cell:-00.1+000.0"],
    [-33.9249, 18.4241, "cell:-34.0+018.4"],
    [-90, -180, "cell:-90.0-180.0"],
    [89.99, 179.99, "cell:+89.9+179.9"],
  ])("at %d, %d lies in %s", (latitude, longitude, cell) => {
    expect(coarsen(latitude, longitude)).toBe(cell);
  });

  it("at the north pole lies in the last row, and on the antimeridian in the first column", () => {
    expect(coarsen(90, 180)).toBe("cell:+89.9-180.0");
    expect(coarsenMicro(90_000_000, 180_000_000)).toBe("cell:+89.9-180.0");
  });

  it("is refused when it is none, without its numbers", () => {
    const bad = [Number.NaN, Infinity, -Infinity, 90.0000001, -90.0000001, "9.3", null, undefined, 9n];
    for (const value of bad) {
      expect(() => coarsen(value as number, 0)).toThrow(refused);
      expect(() => coarsenMicro(value as number, 0)).toThrow(refused);
    }
    expect(() => coarsen(0, 180.0000001)).toThrow(refused);
    for (const [latitude, longitude] of [
      [90_000_001, 0],
      [0, -180_000_001],
      [0.5, 0],
    ] as const)
      expect(() => coarsenMicro(latitude, longitude)).toThrow(refused);
    let message = "";
    try {
      coarsen(91.234567, 0);
    } catch (error) {
      message = `${(error as Error).message}${JSON.stringify((error as { details: unknown }).details)}`;
    }
    expect(message).not.toBe("");
    expect(message).not.toContain("91.2");
  });

  const latitude = fc.integer({ min: -90_000_000, max: 90_000_000 });
  const longitude = fc.integer({ min: -180_000_000, max: 180_000_000 });

  it("has the same cell in degrees and in whole micro-degrees, and it contains the place", () => {
    fc.assert(
      fc.property(latitude, longitude, (north, east) => {
        const cell = coarsenMicro(north, east);
        expect(coarsen(north / 1e6, east / 1e6)).toBe(cell);
        expect(isCell(cell)).toBe(true);
        const [, row, column] = /^cell:([+-]\d\d\.\d)([+-]\d{3}\.\d)$/.exec(cell) ?? [];
        const inside = (corner: string | undefined, micro: number) =>
          micro - Math.round(Number(corner) * 1e6);
        if (north < 90_000_000) expect(inside(row, north)).toBeGreaterThanOrEqual(0);
        if (north < 90_000_000) expect(inside(row, north)).toBeLessThan(100_000);
        if (east < 180_000_000) expect(inside(column, east)).toBeGreaterThanOrEqual(0);
        if (east < 180_000_000) expect(inside(column, east)).toBeLessThan(100_000);
      }),
    );
  });

  it("that is written with one decimal is the corner of its own cell", () => {
    for (let tenth = -900; tenth < 900; tenth++)
      expect(coarsen(Number(`${tenth}e-1`), 0)).toBe(coarsenMicro(tenth * 100_000, 0));
    for (let tenth = -1800; tenth < 1800; tenth++)
      expect(coarsen(0, Number(`${tenth}e-1`))).toBe(coarsenMicro(0, tenth * 100_000));
  });

  it("that is the least bit below a corner lies in the cell below", () => {
    const bits = new DataView(new ArrayBuffer(8));
    /** The greatest double below `value`, which is not zero. */
    const before = (value: number): number => {
      bits.setFloat64(0, value);
      bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? -1n : 1n));
      return bits.getFloat64(0);
    };
    for (let tenth = -1799; tenth < 1800; tenth++)
      if (tenth !== 0)
        expect(coarsen(0, before(tenth / 10)), String(tenth)).toBe(coarsenMicro(0, (tenth - 1) * 100_000));
  });

  it("comes out of its cell as the same cell again", () => {
    fc.assert(
      fc.property(latitude, longitude, (north, east) => {
        const cell = coarsenMicro(north, east);
        const [, row, column] = /^cell:(.{5})(.{6})$/.exec(cell) ?? [];
        expect(coarsen(Number(row), Number(column))).toBe(cell);
      }),
    );
  });
});

describe("a cell", () => {
  it.each([
    "cell:-00.0+000.0",
    "cell:+00.0-000.0",
    "cell:+90.0+000.0",
    "cell:+00.0+180.0",
    "cell:-90.1+000.0",
    "cell:+00.0-180.1",
    "cell:+9.3-000.8",
    "cell:09.3-000.8",
    "cell:+09.34-000.8",
    "cell:+09.3-000.81",
    "cell:+09.3-000.8\n",
    "CELL:+09.3-000.8",
    "cell:+09,3-000.8",
    "",
    null,
    9.3,
  ])("is not %j", (text) => {
    expect(isCell(text)).toBe(false);
  });
});
