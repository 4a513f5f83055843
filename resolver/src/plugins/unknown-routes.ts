/**
 * What no route answers. A known path with another method is 405 with `Allow` (RFC 9110 §15.5.6); everything else 404, to a browser as a small page.
 * Decided before the body is read: whether an address exists does not depend on what was sent to it.
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { negotiate } from "../passport/negotiate.js";

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Before the routes: it learns them as they are registered. */
export function registerUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, KnownPath>();
  app.addHook("onRoute", ({ url, method }) => {
    const path = known.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    known.set(url, path);
    for (const name of [method].flat()) path.methods.add(name);
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) return done();
    const [path = ""] = request.url.split("?", 1);
    const allowed = [...known.values()].find(({ pattern }) => pattern.test(path));
    if (allowed === undefined) {
      return done(new DppError("resolver/unknown-route", "there is nothing at this address"));
    }
    const methods = [...allowed.methods].sort().join(", ");
    reply.header("allow", methods);
    done(new DppError("request/method-not-allowed", `this address answers ${methods} only`));
  });
}

/** `/content/:cid` → `^/content/[^/]+$`. */
function patternOf(url: string): RegExp {
  const segments = url
    .split("/")
    .map((segment) =>
      segment.startsWith(":") ? "[^/]+" : segment.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    );
  return new RegExp(`^${segments.join("/")}$`);
}

export function prefersPage({ headers }: FastifyRequest): boolean {
  try {
    return negotiate(headers.accept) === "html";
  } catch {
    // Neither page nor JSON is wanted; an error may be sent all the same (§15.5.7).
    return false;
  }
}

/** `requestId`: letters, digits, dots, dashes and underscores (`logging.ts`), so that nothing of the request comes back as markup. */
export const unknownRoutePage = (requestId: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>Nothing at this address</title>
    <link rel="stylesheet" href="/page/page.css" />
  </head>
  <body>
    <header class="bar"><p>Product passport</p></header>
    <main>
      <h1>There is nothing at this address</h1>
      <p>A passport is opened by scanning the code on its product. If you typed the address, compare it with the one under the code.</p>
      <p>Request <span class="mono">${requestId}</span></p>
    </main>
  </body>
</html>
`;
