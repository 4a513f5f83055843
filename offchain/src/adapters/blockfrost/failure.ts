/** What a failed request means for who asked: whether to try again, and which error to show. */
import { DppError } from "../../domain/errors.js";
import { PROJECT_ID_VARIABLE, TOO_LARGE } from "./connect.js";

export interface Failure {
  /** HTTP status; `null` when there was no answer that could be read. */
  readonly status: number | null;
  /** The status, or the code of what went wrong on the way: `ECONNREFUSED`, `ETIMEDOUT`, … */
  readonly code: string;
  /** The server's text, without the project id. */
  readonly message: string;
  /** ms. */
  readonly retryAfter?: number;
}

/** Codes of what another try would only repeat. */
const LASTING = new Set([TOO_LARGE, "ERR_BODY_PARSE_FAILURE", "ERR_UNSUPPORTED_PROTOCOL", "ERR_INVALID_URL"]);
/** The request did not leave this machine, or nobody was there to take it. */
const UNSENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"]);

/** 425: the node's mempool is full. */
export const isTransient = ({ status, code }: Failure): boolean =>
  status === null ? !LASTING.has(code) : status === 425 || status === 429 || status >= 500;

/** Whether the server may have acted on the request although it did not say so. */
export const isUnclear = ({ status, code }: Failure): boolean =>
  status === null ? !UNSENT.has(code) : status >= 500;

interface Meaning {
  readonly reason: string;
  readonly text: string;
}

/** Blockfrost's documented statuses. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  400: { reason: "bad-request", text: "the server does not understand the request" },
  402: {
    reason: "daily-limit",
    text: "the project has used up its requests of the day; the count starts anew at midnight UTC, or the plan has to grow",
  },
  404: { reason: "not-found", text: "the server has no such route" },
  418: {
    reason: "banned",
    text: "the server has banned this address for sending on over the limit; stop all requests, and ask again later",
  },
  425: { reason: "mempool-full", text: "the node's mempool is full; try again in a minute" },
  429: { reason: "rate-limit", text: "too many requests; try again later" },
};

const CODES: Readonly<Record<string, Meaning>> = {
  ETIMEDOUT: { reason: "timeout", text: "no answer in time" },
  ECONNREFUSED: { reason: "unreachable", text: "nobody listens there" },
  ENOTFOUND: { reason: "unreachable", text: "the host has no address" },
  [TOO_LARGE]: { reason: "too-large", text: "the answer is longer than any documented one" },
  ERR_BODY_PARSE_FAILURE: {
    reason: "undocumented",
    text: "the server answered something else than documented: no JSON",
  },
};

function meaningOf({ status, code }: Failure): Meaning {
  if (status === null)
    return CODES[code] ?? { reason: "unreachable", text: "the connection failed or broke off" };
  if (status >= 500) return { reason: "server-error", text: "the server has trouble of its own" };
  return (
    MEANINGS[status] ?? { reason: "undocumented", text: "the server answered something else than documented" }
  );
}

/** @returns `ledger/unauthorized` for 401 and 403, else `ledger/unavailable` with details `{ route, reason, status, code, said?, retryAfterMs? }`. */
export function errorOf(origin: string, route: string, failure: Failure, attempts: number): DppError {
  const { status, code, message, retryAfter } = failure;
  if (status === 401 || status === 403) {
    return new DppError(
      "ledger/unauthorized",
      `${origin} does not accept the project id: put the one of this network in ${PROJECT_ID_VARIABLE} (from the project's page at blockfrost.io)`,
      { details: { route, status } },
    );
  }
  const { reason, text } = meaningOf(failure);
  const tries = isTransient(failure) && retryAfter === undefined ? ` (${attempts} tries)` : "";
  return new DppError("ledger/unavailable", `${origin}${route}: ${text}${tries} [${code}]`, {
    details: {
      route,
      reason,
      status,
      code,
      ...(status === null ? {} : { said: message.slice(0, 300) }),
      ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
    },
  });
}
