/** `GET /01/{gtin}/21/{serial}/feed`: what happens to a passport, for feed readers. Spec: docs/spec/feed.md. */
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import type { PassportFeed } from "../feed/feed.js";
import type { PassportResolver } from "../passport/resolver.js";
import { AtomBody, FeedQuery } from "../schemas/feed.js";
import { NotModified } from "../schemas/not-modified.js";
import { ProductParams } from "../schemas/passport.js";
import { matchesEtag } from "./etag.js";

export interface FeedRouteParts {
  readonly resolver: PassportResolver;
  readonly feed: PassportFeed;
  readonly limit: (request: FastifyRequest) => void;
}

const PRODUCT = "/01/:gtin/21/:serial";
const TYPE = "application/atom+xml; charset=utf-8";

export function registerFeedRoute(app: App, { resolver, feed, limit }: FeedRouteParts): void {
  // Browsers and feed readers find the feed without running the page's script.
  app.addHook("onSend", async (request, reply) => {
    if (request.routeOptions.url !== PRODUCT || reply.statusCode >= 400) return;
    const [path = "", query] = request.url.split("?", 2);
    const href = `${path}/feed${query === undefined ? "" : `?${query}`}`;
    // A parameter of others may hold anything that a URL may, and a header ends at `>`.
    if (/^[!#-;=?-~]*$/.test(href))
      reply.header("link", `<${href}>; rel="alternate"; type="application/atom+xml"`);
  });

  const schema = {
    tags: ["passport"],
    summary: "What happened to a passport, as an Atom feed",
    params: ProductParams,
    querystring: FeedQuery,
    response: { 200: AtomBody, 304: NotModified } as Record<number, unknown>,
  };
  app.get(`${PRODUCT}/feed`, { schema }, async (request, reply) => {
    limit(request);
    const { p, s, page = "1" } = request.query;
    const located = await resolver.locate({ ...request.params, p, s });
    const { xml, etag } = await feed.page(located, Number(page));
    reply.headers({ "access-control-allow-origin": "*", "cache-control": "public, no-cache", etag });
    if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
    return reply.type(TYPE).send(xml);
  });
}
