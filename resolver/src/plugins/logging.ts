/**
 * What the log may hold. Never: bodies, authorization, cookies, query strings (they carry the salt of a product's commitment), nonces, signatures,
 * secrets of the configuration. A request is one line when it ends, and every line of it has its `reqId`. Spec: docs/spec/http.md "Logs".
 */
import { scrub } from "@cardano-dpp/offchain/adapters/configuration/scrub";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock, Random } from "@cardano-dpp/offchain/ports/clock";
import { type FastifyHttpOptions, type FastifyRequest, LogController, type RawServerDefault } from "fastify";
import type { App } from "../app-types.js";
import { textLine } from "./log-text.js";

export interface LogDestination {
  write(line: string): void;
}

export interface LogSettings {
  readonly level: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  readonly format: "json" | "text";
  /** Standard output unless a test wants to read along. */
  readonly destination?: LogDestination;
  /** Texts that are taken out of every line, whatever brought them there. */
  readonly secrets?: readonly string[];
}

/** `true`: JSON lines on standard output; a destination receives them instead; `false`: silent. */
export type Log = boolean | LogDestination | LogSettings;

const settingsOf = (log: Log): LogSettings => {
  if (typeof log === "boolean") return { level: log ? "info" : "silent", format: "json" };
  return "level" in log ? log : { level: "info", format: "json", destination: log };
};

/** Names under which a secret could get into a record, at its top or one level down. */
const SECRET_NAMES = [
  "authorization",
  "cookie",
  "signature",
  "nonce",
  "token",
  "key",
  "witnesses",
  "passphrase",
  "projectId",
  "project_id",
  "secret",
];

export function logOptions(
  log: Log,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Pick<FastifyHttpOptions<RawServerDefault>, "logger" | "genReqId" | "logController"> {
  const { level, format, destination = process.stdout, secrets = [] } = settingsOf(log);
  const stream: LogDestination = {
    write: (line) => {
      const clean = scrub(line, secrets);
      destination.write(format === "text" ? textLine(clean) : clean);
    },
  };
  return {
    genReqId: ({ headers }) => saneId(headers["x-request-id"]) ?? newId(random),
    // Our own line below says the same without the query.
    logController: new LogController({ disableRequestLogging: true }),
    logger:
      level === "silent"
        ? false
        : {
            level,
            stream,
            base: { pid: process.pid },
            timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
            formatters: { level: (label: string) => ({ level: label }) },
            redact: {
              paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
              censor: "[redacted]",
            },
            serializers: { req: requestLine, err: errorLine },
          },
  };
}

/** What a proxy or client may call a request: long enough to be unique, and no text of his own in our log. */
const SANE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

const saneId = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" && SANE_ID.test(header) ? header : undefined;

/** A UUID, version 4 (RFC 9562 §5.4). */
export function newId(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const MAX_PATH = 512;

const pathOf = ({ url }: FastifyRequest): string => (url.split("?", 1)[0] ?? "").slice(0, MAX_PATH);

const requestLine = (request: FastifyRequest): Record<string, unknown> => ({
  method: request.method,
  path: pathOf(request),
});

const MAX_CAUSES = 3;
const MAX_FRAMES = 9;

interface ErrorLine {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly [fact: string]: unknown;
}

/**
 * Only what is named here: errors of HTTP clients carry the request with its headers, and their texts its URL with its query.
 */
function errorLine(error: unknown, depth = 0): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error, message: "", stack: "" };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    message: withoutQueries(error.message),
    // The first line repeats the message.
    stack: (error.stack ?? "").split("\n    at ").slice(1, MAX_FRAMES).map(withoutQueries).join("\n"),
    // Safe to show by its definition; the sources behind this server are named there.
    ...(isDppError(error) && Object.keys(error.details).length > 0 ? { details: error.details } : {}),
    ...(error.cause === undefined || depth === MAX_CAUSES
      ? {}
      : { cause: errorLine(error.cause, depth + 1) }),
  };
}

const MAX_TEXT = 1000;

const withoutQueries = (text: string): string =>
  text
    .slice(0, MAX_TEXT)
    .replace(/\?[^\s"'<>)]*=[^\s"'<>)]*/g, "?[redacted]")
    .replace(/\b(Bearer|Basic)\s+\S+/gi, "$1 [redacted]")
    .replace(/\/\/[^\s/@]+@/g, "//[redacted]@");

/** Probes ask every few seconds: their lines would hide the others. */
const isProbe = (request: FastifyRequest): boolean => request.url.startsWith("/health/");

export function registerLogging(app: App): void {
  app.addHook("onResponse", (request, reply, done) => {
    request.log[isProbe(request) ? "debug" : "info"](
      { req: request, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 },
      "answered",
    );
    done();
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
}
