/** `GET /01/{gtin}/21/{serial}/history`: everything that happened to a passport, with what proves it. Spec: docs/spec/http.md "History". */
import type { TSchema } from "@sinclair/typebox";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import type { PassportResolver } from "../passport/resolver.js";
import { HistoryAnswer, HistoryQuery } from "../schemas/history.js";
import { NotModified } from "../schemas/not-modified.js";
import { ProductParams } from "../schemas/passport.js";
import { matchesEtag } from "./etag.js";

export interface HistoryRouteParts {
  readonly resolver: PassportResolver;
  readonly limit: (request: FastifyRequest) => void;
}

const JSON_TYPE = "application/json; charset=utf-8";

export function registerHistoryRoute(app: App, { resolver, limit }: HistoryRouteParts): void {
  const schema = {
    tags: ["passport"],
    summary: "What happened to a passport, with what proves it",
    params: ProductParams,
    querystring: HistoryQuery,
    response: { 200: HistoryAnswer, 304: NotModified } as Record<number, TSchema>,
  };
  app.get("/01/:gtin/21/:serial/history", { schema }, async (request, reply) => {
    limit(request);
    const { p, s } = request.query;
    const { json, etag } = await resolver.historyBody(await resolver.locate({ ...request.params, p, s }));
    reply.headers({ "access-control-allow-origin": "*", "cache-control": "public, no-cache", etag });
    if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
    return reply.type(JSON_TYPE).send(json);
  });
}
