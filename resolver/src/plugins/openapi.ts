/** OpenAPI 3.1 from the schemas that validate, at `/openapi.json`. */
import swagger from "@fastify/swagger";
import type { App } from "../app-types.js";

export async function registerOpenApi(app: App, publicUrl: URL): Promise<void> {
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
