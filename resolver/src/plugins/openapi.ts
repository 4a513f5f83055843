/**
 * OpenAPI 3.1 from the schemas that validate, at `/openapi.json`. Problems stand in the description alone, not in the routes' own schemas: the error
 * handler writes them itself, and no serialiser is to touch them.
 */
import swagger from "@fastify/swagger";
import { Type } from "@sinclair/typebox";
import type { App } from "../app-types.js";
import { Problem } from "../schemas/problem.js";

const problemResponse = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Type.Ref("Problem#") } },
});
const PROBLEMS = {
  "4xx": problemResponse("The request is refused; title is the code"),
  "5xx": problemResponse("This server, or a source behind it, is at fault"),
};

/** Without a schema of its own an answer is JSON of no promised shape. */
const withProblems = <S extends { readonly response?: unknown }>(schema: S) => ({
  ...schema,
  response: { ...(schema.response ?? { 200: Type.Unknown() }), ...PROBLEMS } as Record<string, unknown>,
});

export async function registerOpenApi(app: App, publicUrl: URL): Promise<void> {
  app.addSchema(Problem);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "cardano-dpp resolver",
        version: "1",
        description: "Product passports from their QR: JSON with proofs, and what a role may read beyond it.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: publicUrl.origin }],
      components: {
        securitySchemes: {
          role: { type: "http", scheme: "bearer", description: "Token of POST /auth/verify" },
        },
      },
    },
    transform: ({ schema, url }) => ({ schema: withProblems(schema ?? {}), url }),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`) },
  });
}

export function serveOpenApi(app: App): void {
  let text: string | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply
      .header("access-control-allow-origin", "*")
      .type("application/json; charset=utf-8")
      .send(text);
  });
}
