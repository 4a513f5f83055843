/**
 * Bounds on what a client may send and how often. The rate limit is a token bucket per client address for the routes that cost work or could be
 * used to count products; a public read by QR is not limited, since the name is random and the answer cached.
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock } from "@cardano-dpp/offchain/ports/clock";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** The registry admits identifiers of 2,000 characters; our own additions fit beside them. */
export const MAX_URL = 4096;
export const MAX_BODY = 32 * 1024;
export const MAX_HEADERS = 16 * 1024;

/**
 * A request has 30 s to arrive, body included. Node looks for late ones at this interval only, and its own default, 30 s, would double the limit.
 */
export const TIMES = { requestTimeout: 30_000, connectionsCheckingInterval: 5_000 } as const;

export function registerUrlBound(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const tooLong = request.raw.url !== undefined && request.raw.url.length > MAX_URL;
    done(
      tooLong
        ? new DppError("request/uri-too-long", `the address is longer than ${MAX_URL} characters`)
        : undefined,
    );
  });
}

/** Bounds memory against a flood of addresses; beyond it the client seen longest ago is forgotten. */
const MAX_CLIENTS = 50_000;
/** Parts of a token are added up as floating point numbers. */
const ROUNDING = 1e-6;

export interface RateLimit {
  /** Requests that a client may send at once. */
  readonly burst: number;
  readonly perMinute: number;
}

/** Takes from the client's bucket. */
export interface RateGuard {
  (request: FastifyRequest): void;
  /** For what was refused after it was counted. */
  giveBack(request: FastifyRequest): void;
}

/** A guard to call in a route. @throws DppError `request/rate-limited` with `details.retryAfter`: seconds after which one request passes. */
export function createRateLimit(clock: Clock, { burst, perMinute }: RateLimit): RateGuard {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const perMs = perMinute / 60_000;
  const refillMs = burst / perMs;
  const guard = (request: FastifyRequest): void => {
    const now = clock.now();
    const bucket = buckets.get(request.ip) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * perMs);
    // Re-inserting keeps the map in order of use, so that full buckets, which say nothing, are found at its front.
    buckets.delete(request.ip);
    const lacking = 1 - ROUNDING - tokens;
    // A refused request takes nothing: who waits as long as told is served.
    buckets.set(request.ip, { tokens: lacking > 0 ? tokens : Math.max(0, tokens - 1), at: now });
    for (const [ip, { at }] of buckets) {
      if (now - at < refillMs && buckets.size <= MAX_CLIENTS) break;
      buckets.delete(ip);
    }
    if (lacking <= 0) return;
    const retryAfter = Math.ceil(lacking / perMs / 1000);
    throw new DppError("request/rate-limited", `too many requests: try again in ${retryAfter} s`, {
      details: { retryAfter },
    });
  };
  const giveBack = ({ ip }: FastifyRequest): void => {
    const bucket = buckets.get(ip);
    if (bucket !== undefined) bucket.tokens = Math.min(burst, bucket.tokens + 1);
  };
  return Object.assign(guard, { giveBack });
}
