/** Blobs of the content store by CID: sealed passports and keyrings. They are made to be public; what is secret in them is encrypted. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import { Type } from "@sinclair/typebox";
import type { App } from "../app-types.js";
import { CidText } from "../schemas/text.js";

export const MAX_CONTENT = 16 * 1024 * 1024;

export function registerContentRoutes(app: App, content: ContentStore): void {
  const params = Type.Object({ cid: CidText }, { additionalProperties: false });
  const schema = { tags: ["content"], params, produces: ["application/octet-stream"] };
  app.get("/content/:cid", { schema }, async (request, reply) => {
    const { cid } = request.params;
    reply.headers({
      "access-control-allow-origin": "*",
      // The name is the hash of the bytes: they never change.
      "cache-control": "public, max-age=31536000, immutable",
      etag: `"${cid}"`,
    });
    if (request.headers["if-none-match"] === `"${cid}"` && (await content.has(cid)))
      return reply.code(304).send();
    const bytes = await content.get(cid, { maxBytes: MAX_CONTENT });
    if (bytes === null) throw new DppError("content/not-found", "the content store does not hold this block");
    return reply
      .type("application/octet-stream")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}
