import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import { testClock } from "@cardano-dpp/offchain/testing/actors";
import fc from "fast-check";
import type { FastifyRequest } from "fastify";
import { expect, it } from "vitest";
import { createRateLimit } from "./limits.js";

const client = { ip: "192.0.2.1" } as FastifyRequest;

it("serves who waits as long as told, and not a second sooner, however often he asked before", () => {
  const rate = fc.record({
    burst: fc.integer({ min: 1, max: 200 }),
    perMinute: fc.integer({ min: 1, max: 600 }),
  });
  const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 });
  fc.assert(
    fc.property(rate, pauses, (own, waits) => {
      const clock = testClock();
      const limit = createRateLimit(clock, own);
      const refusal = (): number | null => {
        try {
          limit(client);
          return null;
        } catch (error) {
          if (!isDppError(error, "request/rate-limited")) throw error;
          return Number(error.details.retryAfter);
        }
      };
      for (const ms of waits) {
        refusal();
        clock.advance(ms);
      }
      let seconds = refusal();
      while (seconds === null) seconds = refusal();
      expect(Number.isInteger(seconds) && seconds >= 1).toBe(true);
      clock.advance((seconds - 1) * 1000);
      expect(refusal()).not.toBeNull();
      clock.advance(1000);
      expect(refusal()).toBeNull();
    }),
  );
});
