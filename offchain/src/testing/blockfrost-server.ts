/**
 * A server of Blockfrost's API on 127.0.0.1 over a ledger in memory, for the adapter's tests. It speaks the documented shapes: answers are typed by the
 * library's own description of the API, order and 404s follow Blockfrost's published backend, and refusals are texts as cardano-node prints them. It was
 * not verified against the hosted service. It knows the history of what was sent through it. Can be told to leave routes out, as other servers do, and
 * to fail (`Fault`).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { EmbeddedLedger } from "../adapters/embedded-ledger/ledger.js";
import { type Answer, BlockfrostRoutes, type Differences, problem } from "./blockfrost-routes.js";

export interface Asked {
  readonly method: string;
  /** Path below the base, with the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** Instead of an answer. */
export type Fault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Record<string, string>;
    }
  /** Never answers. */
  | { readonly kind: "hang" }
  /** Half of a body, then the connection breaks. */
  | { readonly kind: "cut" }
  /** The request is carried out, and its answer lost. */
  | { readonly kind: "lose" }
  /** A body without end. */
  | { readonly kind: "flood" };

export interface ServerBehaviour extends Differences {
  readonly fault?: (asked: Asked) => Fault | null;
}

export interface BlockfrostServer {
  /** Base URL, with the API's path. */
  readonly url: string;
  readonly asked: readonly Asked[];
  behave(behaviour: ServerBehaviour): void;
  close(): Promise<void>;
}

const BASE = "/api/v0";
const MAX_REQUEST = 65_536;

export async function serveBlockfrost(ledger: EmbeddedLedger): Promise<BlockfrostServer> {
  const asked: Asked[] = [];
  const routes = new BlockfrostRoutes(ledger);
  let behaviour: ServerBehaviour = {};
  const server = createServer((request, response) => {
    const item = { method: request.method ?? "", path: pathOf(request), headers: request.headers };
    asked.push(item);
    handle(routes, behaviour, item, request, response).catch((error: unknown) => {
      send(response, { status: 500, body: problem(500, "Internal Server Error", String(error)) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${BASE}`,
    asked,
    behave(next) {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "").replace(BASE, "");

async function handle(
  routes: BlockfrostRoutes,
  behaviour: ServerBehaviour,
  asked: Asked,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const fault = behaviour.fault?.(asked) ?? null;
  if (fault?.kind === "hang") return;
  if (fault?.kind === "cut") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"time": 1');
    setImmediate(() => response.destroy());
    return;
  }
  if (fault?.kind === "flood") return flood(response);
  if (fault?.kind === "answer") return send(response, fault);
  const answer = await routes.answer(asked.method, asked.path, body, behaviour);
  if (fault?.kind === "lose") {
    response.destroy();
    return;
  }
  send(response, answer);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" && status !== 200 ? body : JSON.stringify(body));
}

function flood(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  const chunk = `"${"0".repeat(65_536)}",`;
  response.write("[");
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > MAX_REQUEST) throw new Error("the request is too long");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
