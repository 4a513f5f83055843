/** What Node's HTTP parser refuses before there is a request: bytes that are no HTTP, headers beyond the bound, requests that never end. */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { PROBLEM_JSON, problem } from "./problems.js";

interface Refusal {
  readonly line: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const UNREADABLE: Refusal = {
  line: "400 Bad Request",
  status: 400,
  code: "request/malformed",
  detail: "the request cannot be read",
};
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    line: "431 Request Header Fields Too Large",
    status: 431,
    code: "request/too-large",
    detail: "the headers are too large",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    line: "408 Request Timeout",
    status: 408,
    code: "request/timeout",
    detail: "the request did not arrive in time",
  },
};

/** Fastify binds it to the app. No route and no hook has run, so the id is made here, and of the headers nothing can be relied on. */
export const clientErrorHandler = (newId: () => string) =>
  function (this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
    // The client is gone, or was answered already.
    if (error.code === "ECONNRESET" || !socket.writable || socket.destroyed) return;
    const { line, status, code, detail } = REFUSALS[error.code ?? ""] ?? UNREADABLE;
    const id = newId();
    this.log.info({ reqId: id, status, code }, "request refused");
    const body = JSON.stringify(problem(code, status, detail, `urn:request:${id}`));
    const head = [
      `HTTP/1.1 ${line}`,
      `content-type: ${PROBLEM_JSON}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${id}`,
      "connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  };
