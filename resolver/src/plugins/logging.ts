/**
 * What the log may hold. Never: bodies, authorization, query strings (they carry the salt of a product's commitment), nonces, signatures.
 * A request is one line when it ends.
 */
import { randomUUID } from "node:crypto";
import { type FastifyHttpOptions, type FastifyRequest, LogController, type RawServerDefault } from "fastify";
import type { App } from "../app-types.js";

export interface LogDestination {
  write(line: string): void;
}

/** `false`: silent; a destination receives JSON lines. */
export function logOptions(
  log: boolean | LogDestination,
): Pick<FastifyHttpOptions<RawServerDefault>, "logger" | "genReqId" | "logController"> {
  return {
    genReqId: () => randomUUID(),
    // Our own line below says the same without the query.
    logController: new LogController({ disableRequestLogging: true }),
    logger:
      log === false
        ? false
        : {
            level: "info",
            ...(log === true ? {} : { stream: log }),
            redact: {
              paths: [
                "req.headers.authorization",
                "*.authorization",
                "*.signature",
                "*.nonce",
                "*.token",
                "*.key",
                "*.witnesses",
              ],
              censor: "[redacted]",
            },
            serializers: { req: requestLine },
          },
  };
}

const requestLine = (request: FastifyRequest): Record<string, unknown> => ({
  method: request.method,
  path: request.url.split("?", 1)[0],
});

export function registerLogging(app: App): void {
  app.addHook("onResponse", (request, reply, done) => {
    request.log.info(
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
