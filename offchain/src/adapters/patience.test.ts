import { describe, expect, it } from "vitest";
import { DppError } from "../domain/errors.js";
import { patiently } from "./patience.js";

const unavailable = new DppError("ledger/unavailable", "nobody there");

const asking = (failures: number, error: Error = unavailable) => {
  const waits: number[] = [];
  const told: string[] = [];
  let asked = 0;
  const answer = patiently(
    async () => {
      asked += 1;
      if (asked <= failures) throw error;
      return "an answer";
    },
    {
      patienceMs: 10_000,
      notice: ({ code }) => told.push(code),
      pause: async (ms) => void waits.push(ms),
    },
  );
  return { answer, waits, told, times: () => asked };
};

describe("patience", () => {
  it("asks again until the part is back, at growing intervals, and says so once", async () => {
    const { answer, waits, told } = asking(5);
    await expect(answer).resolves.toBe("an answer");
    expect(waits).toEqual([200, 400, 800, 1600, 2000]);
    expect(told).toEqual(["ledger/unavailable"]);
  });

  it("ends, with what the part said last", async () => {
    const { answer, waits } = asking(1_000);
    await expect(answer).rejects.toBe(unavailable);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(13_000);
  });

  it("does not ask again after an answer, be it a refusal", async () => {
    const { answer, times } = asking(1, new DppError("ledger/refused", "no"));
    await expect(answer).rejects.toMatchObject({ code: "ledger/refused" });
    expect(times()).toBe(1);
  });
});
