/**
 * One error handler: every refusal becomes RFC 9457 problem+json with the DppError's code as `type`. Unknown errors show nothing but a
 * request id; their stack goes to the log alone.
 */

import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
} from "fastify";
import type { Problem } from "../schemas/problem.js";
import { prefersPage, unknownRoutePage } from "./unknown-routes.js";

export const PROBLEM_JSON = "application/problem+json; charset=utf-8";
const TYPE_PREFIX = "urn:cardano-dpp:problem:";

/** Codes, then areas. A code that stands in neither is a fault of ours: 500 without its message. */
const STATUS: Readonly<Record<string, number>> = {
  "resolver/unknown-product": 404,
  "resolver/identifier-mismatch": 422,
  "resolver/unknown-route": 404,
  "content/not-found": 404,
  "access/unknown-group": 404,
  "passport/unknown": 404,
  "passport/erased": 410,
  "passport/pending": 404,
  "passport/status": 409,
  "transfer/not-owner": 403,
  "transfer/record-place": 409,
  "ownership/stake-key": 401,
  "archive/not-yet": 404,
  "event/unknown": 404,
  "thread/none": 404,
  "receipt/unknown-event": 404,
  "receipt/not-sealed": 409,
  "receipt/not-anchored": 409,
  "receipt/lost": 410,
  "weakest-link/not-anchored": 409,
  "weakest-link/unreadable": 502,
  "receipt/pack-incomplete": 503,
  "archive/unreadable": 502,
  "content/bad-cid": 400,
  "content/missing": 503,
  "content/unavailable": 503,
  "content/corrupt": 502,
  "content/too-large": 502,
  "ledger/not-found": 404,
  "ledger/bad-transaction": 400,
  "ledger/conflict": 409,
  "ledger/refused": 422,
  "ledger/unavailable": 503,
  "ledger/timeout": 503,
  "ledger/unsupported": 501,
  "ledger/unauthorized": 503,
  "read-log/unavailable": 503,
  "nonce-store/unavailable": 503,
  "incident/unknown": 404,
  "incident/full": 503,
  "incident/unavailable": 503,
  "incident/broken": 503,
  "incident/contact-key": 503,
  "request/method-not-allowed": 405,
  "request/too-large": 413,
  "request/uri-too-long": 414,
  "request/media-type": 415,
  "request/not-acceptable": 406,
  "request/rate-limited": 429,
};
const AREA_STATUS: Readonly<Record<string, number>> = {
  archive: 400,
  history: 502,
  request: 400,
  identifier: 400,
  gtin: 400,
  "weakest-link": 400,
  address: 400,
  bech32: 400,
  bytes: 400,
  cose: 400,
  cip8: 401,
  auth: 401,
  access: 403,
  incident: 400,
  ownership: 403,
  transfer: 422,
  tx: 422,
  // What the store holds contradicts the ledger, or cannot be opened: the server's source is at fault, not the reader.
  document: 502,
  keyring: 502,
  envelope: 502,
  sealed: 502,
  proof: 502,
  cbor: 502,
  policy: 502,
  datum: 502,
  "plutus-data": 502,
  event: 502,
  thread: 502,
  payload: 502,
  receipt: 502,
  "trust-root": 502,
  "event-store": 503,
};

/** What is told of a source behind this server. Its own words may name its address: they go to the log alone. */
const OF_SOURCES: Readonly<Record<string, string>> = {
  "ledger/unavailable": "the ledger cannot be asked now",
  "ledger/timeout": "the ledger does not answer in time",
  "ledger/unsupported": "the configured ledger cannot answer this kind of question",
  "ledger/unauthorized": "the ledger cannot be asked now",
  "incident/broken": "reports cannot be taken or looked up now",
  "incident/contact-key": "reports cannot be taken now",
  "event-store/unavailable": "the store of events cannot be asked now",
  "event-store/damaged": "the store of events cannot be read",
  "event-store/newer": "the store of events cannot be read",
  "event-store/foreign": "the store of events cannot be read",
  "content/unavailable": "the store of sealed documents cannot be asked now",
  "content/corrupt": "the store of sealed documents answers other bytes than the ledger commits to",
  "content/too-large": "the store of sealed documents answers more than is read",
};

const FASTIFY_CODES: Readonly<Record<string, { code: string; status: number; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "request/too-large", status: 413, detail: "the body is too large" },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "request/media-type",
    status: 415,
    detail: "the body must be application/json",
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: "request/malformed", status: 400, detail: "the body is empty" },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: "request/malformed", status: 400, detail: "the body is not JSON" },
  FST_ERR_BAD_URL: { code: "request/malformed", status: 400, detail: "the address is not validly encoded" },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: "request/uri-too-long",
    status: 414,
    detail: "a part of the address is too long",
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: "request/malformed",
    status: 400,
    detail: "the length of the body is wrong",
  },
};

export function problemOf(error: unknown, instance: string): Problem {
  if (isDppError(error)) {
    const status = STATUS[error.code] ?? AREA_STATUS[error.code.slice(0, error.code.indexOf("/"))];
    if (status !== undefined) {
      const ofSource = OF_SOURCES[error.code];
      if (ofSource !== undefined) return problem(error.code, status, ofSource, instance);
      const base = problem(error.code, status, error.message, instance);
      return Object.keys(error.details).length === 0 ? base : { ...base, details: error.details };
    }
  }
  const { code = "", validation, statusCode = 500 } = (error ?? {}) as Partial<FastifyError>;
  const known = FASTIFY_CODES[code];
  if (known !== undefined) return problem(known.code, known.status, known.detail, instance);
  if (validation !== undefined) {
    const { instancePath = "", message = "is not valid" } = validation[0] ?? {};
    return problem("request/invalid", 400, `${instancePath || "the request"} ${message}`, instance);
  }
  if (statusCode >= 400 && statusCode < 500)
    return problem("request/malformed", statusCode, "the request cannot be read", instance);
  return problem(
    "resolver/internal",
    500,
    "something went wrong here; the request id names it in the log",
    instance,
  );
}

export const problem = (code: string, status: number, detail: string, instance: string): Problem => ({
  type: TYPE_PREFIX + code,
  title: code,
  status,
  detail,
  instance,
});

export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
}

/** Before any route or plugin: an address that cannot be decoded. */
export const frameworkErrors: NonNullable<FastifyServerOptions["frameworkErrors"]> = (
  error,
  request,
  reply,
) => {
  // No hook runs for such an address.
  reply.header("x-request-id", request.id);
  return sendProblem(error, request as FastifyRequest, reply as unknown as FastifyReply);
};

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = problemOf(error, `urn:request:${request.id}`);
  if (answer.status >= 500) request.log.error({ err: error, code: answer.title }, "request failed");
  else request.log.info({ code: answer.title }, "request refused");
  reply.code(answer.status).headers(problemHeaders(answer));
  if (answer.title === "resolver/unknown-route") {
    reply.header("vary", "Accept");
    if (prefersPage(request))
      return reply.type("text/html; charset=utf-8").send(unknownRoutePage(request.id));
  }
  return reply.type(PROBLEM_JSON).send(JSON.stringify(answer));
}

/** What a refusal says beside its body, be that a problem or a page. */
export function problemHeaders({ status, details }: Problem): Record<string, string> {
  const headers: Record<string, string> = { "cache-control": "no-store" };
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="cardano-dpp"';
  if (typeof details?.retryAfter === "number") headers["retry-after"] = String(details.retryAfter);
  if (status === 503) headers["retry-after"] = "5";
  return headers;
}
