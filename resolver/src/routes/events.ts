/** Events and threads: what sources saw, under which trust tier, and what proves it. Spec: docs/spec/http.md "Events". */
import { createHash } from "node:crypto";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { parseTier, TIERS, type Tier } from "@cardano-dpp/offchain/domain/event";
import type { TSchema } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import type { EventDesk } from "../events/desk.js";
import { negotiate } from "../passport/negotiate.js";
import {
  EventAnswer,
  EventList,
  EventParams,
  EventQuery,
  EventsQuery,
  ReceiptBody,
  ThreadAnswer,
  ThreadList,
  ThreadParams,
  ThreadQuery,
  ThreadsQuery,
} from "../schemas/events.js";
import { NotModified } from "../schemas/not-modified.js";
import { matchesEtag } from "./etag.js";
import { type PageFiles, sendFile } from "./page.js";
import { refusedInput } from "./refused-input.js";

export interface EventRouteParts {
  readonly desk: EventDesk;
  readonly page: PageFiles;
  readonly limit: (request: FastifyRequest) => void;
}

const JSON_TYPE = "application/json; charset=utf-8";
const LIMIT = 50;
const MAX_LIMIT = 200;
/** Each comes with proofs of some kilobytes. */
const MAX_PROVEN = 50;
const MAX_ENTRIES = 1_000;

export function registerEventRoutes(app: App, { desk, page, limit }: EventRouteParts): void {
  const tags = ["events"];
  // Documentation and tests; the bytes are made once, for answer and tag.
  const response = (schema: TSchema): Record<number, TSchema> => ({ 200: schema, 304: NotModified });
  app.addHook("onClose", () => desk.close());

  app.get(
    "/events",
    {
      schema: {
        tags,
        summary: "Events, newest first",
        querystring: EventsQuery,
        response: response(EventList),
      },
      schemaErrorFormatter: refusedInput,
    },
    async (request, reply) => {
      limit(request);
      const { limit: count, after, proofs, anchored, minTier, ...query } = request.query;
      const most = proofs === "1" ? MAX_PROVEN : MAX_LIMIT;
      const list = await desk.list(
        {
          ...query,
          ...(minTier !== undefined && { minTier: tierCalled(minTier) }),
          ...(anchored === "1" && { anchored: true }),
          ...(after !== undefined && { after: cursorOf(after) }),
          limit: counted(count, Math.min(LIMIT, most), most),
        },
        proofs === "1",
      );
      return sendJson(request, reply, list);
    },
  );

  app.get(
    "/events/:id",
    {
      schema: {
        tags,
        summary: "One event with what proves it",
        params: EventParams,
        querystring: EventQuery,
        response: response(EventAnswer),
      },
      schemaErrorFormatter: refusedInput,
    },
    async (request, reply) => {
      reply.header("vary", "Accept");
      if (negotiate(request.headers.accept) === "html") return sendFile(request, reply, page.event.html);
      limit(request);
      const { id } = request.params;
      return sendJson(request, reply, await desk.one(id, request.query.payload === "1"));
    },
  );

  app.get(
    "/events/:id/receipt",
    {
      schema: {
        tags,
        summary: "A file that proves the event without this server",
        params: EventParams,
        response: { 200: ReceiptBody, 304: NotModified } as Record<number, unknown>,
      },
      schemaErrorFormatter: refusedInput,
    },
    async (request, reply) => {
      limit(request);
      const { id } = request.params;
      const bytes = await desk.receipt(id);
      return sendBytes(
        request,
        reply.header("content-disposition", `attachment; filename="${id}.dppr"`),
        bytes,
      );
    },
  );

  app.get(
    "/threads",
    {
      schema: {
        tags,
        summary: "The threads of all sources, as they stand on the ledger",
        querystring: ThreadsQuery,
        response: response(ThreadList),
      },
      schemaErrorFormatter: refusedInput,
    },
    async (request, reply) => {
      limit(request);
      const { limit: count, after = "" } = request.query;
      return sendJson(request, reply, await desk.threadList(counted(count, LIMIT, MAX_LIMIT), after));
    },
  );

  app.get(
    "/threads/:source",
    {
      schema: {
        tags,
        summary: "One thread: its state and its entries, gaps and late marks among them",
        params: ThreadParams,
        querystring: ThreadQuery,
        response: response(ThreadAnswer),
      },
      schemaErrorFormatter: refusedInput,
    },
    async (request, reply) => {
      limit(request);
      const { limit: count, after = "0" } = request.query;
      const answer = await desk.thread(
        request.params.source,
        Number(after),
        counted(count, 100, MAX_ENTRIES),
      );
      return sendJson(request, reply, answer);
    },
  );
}

function counted(text: string | undefined, otherwise: number, most: number): number {
  const count = text === undefined ? otherwise : Number(text);
  if (count <= most) return count;
  throw new DppError(
    "request/limit",
    `at most ${most} are answered at once: ask for the next ones with after`,
  );
}

/** `device`, `DEVICE_SIGNED`: as the command takes them. */
function tierCalled(text: string): Tier {
  const found = parseTier(text);
  if (found !== null) return found;
  throw new DppError("request/invalid", `minTier is one of ${TIERS.join(", ")}, the weakest first`);
}

/** `time.id`, as `next` has it. */
function cursorOf(text: string): { readonly receivedAt: number; readonly id: string } {
  const [, time, id] = /^([0-9]{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? [];
  if (time === undefined || id === undefined)
    throw new DppError("request/cursor", "after is what the page before named as next");
  return { receivedAt: Number(time), id };
}

const TAG = 22;
const etagOf = (body: string | Uint8Array): string =>
  `"${createHash("sha256").update(body).digest("base64url").slice(0, TAG)}"`;

export function sendBytes(request: FastifyRequest, reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  const etag = etagOf(bytes);
  reply.headers({ "access-control-allow-origin": "*", "cache-control": "public, no-cache", etag });
  if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.type("application/octet-stream").send(Buffer.from(bytes));
}

export function sendJson(request: FastifyRequest, reply: FastifyReply, answer: unknown): FastifyReply {
  const json = JSON.stringify(answer);
  const etag = etagOf(json);
  reply.headers({ "access-control-allow-origin": "*", "cache-control": "public, no-cache", etag });
  if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.type(JSON_TYPE).send(json);
}
