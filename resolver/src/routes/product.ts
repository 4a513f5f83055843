/**
 * `GET /01/{gtin}/21/{serial}`: what a scanned QR leads to. The page for a browser, JSON for a machine; with a bearer token, what the
 * role adds. Spec: docs/spec/http.md "Passport".
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { parseMoment } from "@cardano-dpp/offchain/domain/moment";
import type { TSchema } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import { bearerOf } from "../auth/bearer.js";
import type { TokenContext } from "../auth/token.js";
import { negotiate } from "../passport/negotiate.js";
import { bodyOf, type PassportResolver } from "../passport/resolver.js";
import { problemHeaders, problemOf } from "../plugins/problems.js";
import { NotModified } from "../schemas/not-modified.js";
import { DisclosedElement, PassportAnswer, ProductParams, ProductQuery } from "../schemas/passport.js";
import { matchesEtag } from "./etag.js";
import { type PageFiles, sendFile } from "./page.js";

export interface ProductRouteParts {
  readonly resolver: PassportResolver;
  readonly tokens: TokenContext;
  readonly page: PageFiles;
  /** For lookups by printed numbers, which could be used to count products. */
  readonly limitIndex: (request: FastifyRequest) => void;
  readonly limitRoleReads: (request: FastifyRequest) => void;
  /** For what is made anew for each request: histories, and answers as of a moment. */
  readonly limitHistory: (request: FastifyRequest) => void;
}

const JSON_TYPE = "application/json; charset=utf-8";

export function registerProductRoute(app: App, parts: ProductRouteParts): void {
  const { resolver, tokens, page } = parts;
  app.addSchema(DisclosedElement);
  const schema = {
    tags: ["passport"],
    summary: "The passport of a product",
    params: ProductParams,
    querystring: ProductQuery,
    // Documentation and tests; the bytes are made once per block, not once per read.
    response: { 200: PassportAnswer, 304: NotModified } as Record<number, TSchema>,
    security: [{}, { role: [] }],
  };
  app.get("/01/:gtin/21/:serial", { schema }, async (request, reply) => {
    reply.header("vary", "Accept, Authorization");
    const product = { ...request.params, p: request.query.p, s: request.query.s };
    const locate = () => {
      if (product.p === undefined && product.s === undefined) parts.limitIndex(request);
      return resolver.locate(product);
    };
    if (negotiate(request.headers.accept) === "html") return sendPage(request, reply, page, locate);
    const reader = bearerOf(tokens, request);
    if (request.query.at !== undefined) return sendPast(request, reply, request.query.at, reader, locate);
    if (reader !== null) {
      parts.limitRoleReads(request);
      const answer = await resolver.roleAnswer(
        await locate(),
        reader,
        reader.attestations,
        request.query.group,
      );
      return reply.header("cache-control", "no-store").type(JSON_TYPE).send(JSON.stringify(answer));
    }
    if (request.query.group !== undefined) {
      throw new DppError("auth/token-missing", "a group is read with a role: prove it first");
    }
    const body = await resolver.publicBody(await locate());
    reply.headers({
      "access-control-allow-origin": "*",
      "cache-control": "public, no-cache",
      etag: body.etag,
    });
    if (matchesEtag(request.headers["if-none-match"], body.etag)) return reply.code(304).send();
    return reply.type(JSON_TYPE).send(body.json);
  });

  /** As of a moment: made for each request, since a past moment is seldom asked for twice. */
  async function sendPast(
    request: FastifyRequest<{ Querystring: ProductQuery }>,
    reply: FastifyReply,
    moment: string,
    reader: ReturnType<typeof bearerOf>,
    locate: () => ReturnType<PassportResolver["locate"]>,
  ): Promise<FastifyReply> {
    parts.limitHistory(request);
    const { group } = request.query;
    if (reader !== null) parts.limitRoleReads(request);
    else if (group !== undefined)
      throw new DppError("auth/token-missing", "a group is read with a role: prove it first");
    const time = parseMoment(moment, tokens.clock.now());
    const who = reader === null ? null : { prover: reader, attestations: reader.attestations, only: group };
    const answer = await resolver.answerAsOf(await locate(), time, who);
    if (who !== null)
      return reply.header("cache-control", "no-store").type(JSON_TYPE).send(JSON.stringify(answer));
    const { json, etag } = bodyOf(answer);
    reply.headers({ "access-control-allow-origin": "*", "cache-control": "public, no-cache", etag });
    if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
    return reply.type(JSON_TYPE).send(json);
  }

  /** The page asks for the JSON itself and says in words what is wrong; only the status differs for a product that is unknown or forged. */
  async function sendPage(
    request: FastifyRequest,
    reply: FastifyReply,
    files: PageFiles,
    locate: () => ReturnType<PassportResolver["locate"]>,
  ): Promise<FastifyReply> {
    try {
      await resolver.publicBody(await locate());
    } catch (error) {
      const problem = problemOf(error, `urn:request:${request.id}`);
      const { status, title } = problem;
      if (status >= 500) request.log.error({ err: error, code: title }, "request failed");
      return reply.code(status).headers(problemHeaders(problem)).type(files.html.type).send(files.html.body);
    }
    return sendFile(request, reply, files.html);
  }
}
