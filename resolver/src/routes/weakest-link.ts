/** The weakest trust tier among ranges of events, and the file that proves it. Spec: docs/spec/http.md "Weakest link". */
import { rangeFromText } from "@cardano-dpp/offchain/codec/weakest-link-question";
import type { ThreadRange } from "@cardano-dpp/offchain/domain/weakest-link";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import type { EventDesk } from "../events/desk.js";
import { NotModified } from "../schemas/not-modified.js";
import {
  WeakestLinkAnswer,
  WeakestLinkBody,
  WeakestLinkFile,
  WeakestLinkQuery,
} from "../schemas/weakest-link.js";
import { sendBytes, sendJson } from "./events.js";
import { refusedInput } from "./refused-input.js";

export interface WeakestLinkRouteParts {
  readonly desk: EventDesk;
  readonly limit: (request: FastifyRequest) => void;
}

type Answer = (
  request: FastifyRequest,
  reply: FastifyReply,
  question: readonly ThreadRange[],
) => Promise<FastifyReply>;

export function registerWeakestLinkRoutes(app: App, { desk, limit }: WeakestLinkRouteParts): void {
  const answer: Answer = async (request, reply, question) => {
    limit(request);
    return sendJson(request, reply, await desk.weakestLink(question));
  };
  const file: Answer = async (request, reply, question) => {
    limit(request);
    const bytes = await desk.weakestLinkProof(question);
    reply.header("content-disposition", 'attachment; filename="weakest-link.dppw"');
    return sendBytes(request, reply, bytes);
  };
  const json = { 200: WeakestLinkAnswer, 304: NotModified } as Record<number, unknown>;
  const binary = { 200: WeakestLinkFile, 304: NotModified } as Record<number, unknown>;
  register(app, "/weakest-link", "The weakest trust tier among ranges of events", json, answer);
  register(app, "/weakest-link/proof", "A file that proves it without this server", binary, file);
}

/** By address for a few ranges, by a body for many. */
function register(
  app: App,
  path: string,
  summary: string,
  response: Record<number, unknown>,
  answer: Answer,
): void {
  const common = { tags: ["events"], summary, response };
  app.get(
    path,
    { schema: { ...common, querystring: WeakestLinkQuery }, schemaErrorFormatter: refusedInput },
    (request, reply) => answer(request, reply, [request.query.range].flat().map(rangeFromText)),
  );
  app.post(
    path,
    { schema: { ...common, body: WeakestLinkBody }, schemaErrorFormatter: refusedInput },
    (request, reply) => answer(request, reply, request.body),
  );
}
