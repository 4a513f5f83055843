/**
 * Headers for every answer. The content policy lets the page run its own files only. `connect-src` is wider than 'self' because the reader
 * must be able to ask a ledger source that this server did not choose (docs/spec/http.md "Ledger source"): any https origin, or a node on the reader's own
 * machine. Nothing on the page sends keys or decrypted data there; it reads, with no body.
 */
import type { FastifyInstance } from "fastify";

const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https: http://127.0.0.1:* http://localhost:*",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function registerSecurityHeaders(app: FastifyInstance, publicUrl: URL): void {
  const headers: Record<string, string> = {
    "content-security-policy": PAGE_POLICY,
    // The address carries the salt of the product's commitment: it must not travel to others.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  };
  if (publicUrl.protocol === "https:") headers["strict-transport-security"] = "max-age=31536000";
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
