/** Blobs of the content store by CID: sealed passports and keyrings. They are made to be public; what is secret in them is encrypted. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import { Type } from "@sinclair/typebox";
import type { App } from "../app-types.js";
import { NotModified } from "../schemas/not-modified.js";
import { CidText } from "../schemas/text.js";
import { matchesEtag } from "./etag.js";

export const MAX_CONTENT = 16 * 1024 * 1024;

export function registerContentRoutes(app: App, content: ContentStore): void {
  const params = Type.Object({ cid: CidText }, { additionalProperties: false });
  const Bytes = {
    description: "The sealed bytes",
    content: {
      "application/octet-stream": { schema: Type.String({ contentMediaType: "application/octet-stream" }) },
    },
  };
  const response = { 200: Bytes, 304: NotModified } as Record<number, unknown>;
  const schema = { tags: ["content"], params, response };
  app.get("/content/:cid", { schema }, async (request, reply) => {
    const { cid } = request.params;
    const etag = `"${cid}"`;
    reply.headers({
      "access-control-allow-origin": "*",
      // The name is the hash of the bytes: they never change.
      "cache-control": "public, max-age=31536000, immutable",
      etag,
    });
    if (matchesEtag(request.headers["if-none-match"], etag) && (await content.has(cid)))
      return reply.code(304).send();
    const bytes = await content.get(cid, { maxBytes: MAX_CONTENT });
    if (bytes === null) throw new DppError("content/not-found", "the content store does not hold this block");
    return reply
      .type("application/octet-stream")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}
