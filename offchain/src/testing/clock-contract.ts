/** What every `Clock` and `Random` must do. */
import { describe, expect, it } from "vitest";
import { toHex } from "../domain/bytes.js";
import type { Clock, Random } from "../ports/clock.js";

export function clockContract(name: string, make: () => Clock): void {
  describe(`${name} as a clock`, () => {
    it("tells POSIX milliseconds as a whole number, and does not run backwards", () => {
      const clock = make();
      const times = Array.from({ length: 1000 }, () => clock.now());
      expect(times.every(Number.isSafeInteger)).toBe(true);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // Between 2020 and 2100: seconds or microseconds would lie far outside.
      expect(times[0]).toBeGreaterThan(Date.UTC(2020));
      expect(times[0]).toBeLessThan(Date.UTC(2100));
    });
  });
}

export function randomContract(name: string, make: () => Random): void {
  describe(`${name} as a source of random bytes`, () => {
    it("gives as many bytes as asked for, also none", () => {
      const random = make();
      for (const length of [0, 1, 31, 32, 33, 1000]) expect(random.bytes(length)).toHaveLength(length);
    });

    it("does not repeat itself", () => {
      const random = make();
      const drawn = Array.from({ length: 1000 }, () => toHex(random.bytes(16)));
      expect(new Set(drawn).size).toBe(drawn.length);
    });

    it("hands over bytes that the caller may change", () => {
      const random = make();
      const first = random.bytes(32);
      const copy = toHex(first);
      first.fill(0);
      expect(toHex(random.bytes(32))).not.toBe(copy);
    });
  });
}
