import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMoment } from "./moment.js";

const NOW = Date.UTC(2027, 2, 1, 12);
const refusal = (code: string) => expect.objectContaining({ code });

describe("a moment", () => {
  it("is a day, which means its end, or a time with its zone", () => {
    expect(parseMoment("2027-02-28", NOW)).toBe(Date.UTC(2027, 2, 1) - 1);
    expect(parseMoment("2027-02-28T10:30Z", NOW)).toBe(Date.UTC(2027, 1, 28, 10, 30));
    expect(parseMoment("2027-02-28T10:30:15.5+02:00", NOW)).toBe(Date.UTC(2027, 1, 28, 8, 30, 15, 500));
  });

  it("is now, when it is today", () => {
    expect(parseMoment("2027-03-01", NOW)).toBe(NOW);
  });

  it("is not to come", () => {
    for (const text of ["2027-03-02", "2027-03-01T12:00:01Z", "9999-12-31"])
      expect(() => parseMoment(text, NOW)).toThrow(refusal("archive/future"));
  });

  it("is refused without a zone, off the calendar, or in any other form", () => {
    for (const text of [
      "",
      "2027",
      "2027-2-1",
      "01.02.2027",
      "2027-02-28T10:30",
      "2027-02-30",
      "2027-02-30T10:30Z",
      "2027-13-01",
      "2027-02-28T25:00Z",
      "2027-02-28T10:30+99:00",
      " 2027-02-28",
      "1800000000000",
    ])
      expect(() => parseMoment(text, NOW), text).toThrow(refusal("archive/moment"));
  });

  it("never says anything else, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        (text) => {
          try {
            expect(parseMoment(text, NOW)).toBeLessThanOrEqual(NOW);
          } catch (error) {
            expect((error as { code?: string }).code).toMatch(/^archive\/(moment|future)$/);
          }
        },
      ),
    );
  });
});
