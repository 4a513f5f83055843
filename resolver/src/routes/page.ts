/** The page's files, read once at start. They are this server's own: no other party's script, font or image is ever loaded. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import { matchesEtag } from "./etag.js";

export interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly gzip: Buffer;
}

export interface PageFiles {
  readonly html: PageFile;
  readonly script: PageFile;
  readonly style: PageFile;
  /** The ownership pages: one document and one script for all of them. */
  readonly own: { readonly html: PageFile; readonly script: PageFile };
  /** The page of one event; its script also shows a product's events on the passport's page. */
  readonly event: { readonly html: PageFile; readonly script: PageFile };
  readonly weakest: { readonly html: PageFile; readonly script: PageFile };
}

const FILES = {
  html: ["page.html", "text/html; charset=utf-8"],
  script: ["page.js", "text/javascript; charset=utf-8"],
  style: ["page.css", "text/css; charset=utf-8"],
  ownHtml: ["own.html", "text/html; charset=utf-8"],
  ownScript: ["own.js", "text/javascript; charset=utf-8"],
  eventHtml: ["event.html", "text/html; charset=utf-8"],
  eventScript: ["events.js", "text/javascript; charset=utf-8"],
  weakestHtml: ["weakest.html", "text/html; charset=utf-8"],
  weakestScript: ["weakest.js", "text/javascript; charset=utf-8"],
} as const;

/**
 * `folder`: `resolver/public/dist`, as `build-page.mjs` writes it; `scripts`: further scripts of this server that run before the page's own.
 * @throws DppError `page/not-built`.
 */
export async function loadPage(folder: URL, scripts: readonly string[] = []): Promise<PageFiles> {
  const load = async ([name, type]: readonly [string, string]): Promise<PageFile> => {
    const body = await readFile(new URL(name, folder)).catch((cause: unknown) => {
      throw new DppError("page/not-built", "the page is not built: run npm run build", { cause });
    });
    return fileOf(body, type);
  };
  const withScripts = (page: Buffer): Buffer =>
    Buffer.from(
      page
        .toString()
        .replace(
          "<script ",
          `${scripts.map((path) => `<script src="${path}"></script>\n    `).join("")}<script `,
        ),
    );
  const [html, script, style] = await Promise.all([load(FILES.html), load(FILES.script), load(FILES.style)]);
  const [ownHtml, ownScript] = await Promise.all([load(FILES.ownHtml), load(FILES.ownScript)]);
  const [eventHtml, eventScript] = await Promise.all([load(FILES.eventHtml), load(FILES.eventScript)]);
  const [weakestHtml, weakestScript] = await Promise.all([
    load(FILES.weakestHtml),
    load(FILES.weakestScript),
  ]);
  return {
    html: fileOf(withScripts(html.body), html.type),
    script,
    style,
    own: { html: fileOf(withScripts(ownHtml.body), ownHtml.type), script: ownScript },
    event: { html: eventHtml, script: eventScript },
    weakest: { html: weakestHtml, script: weakestScript },
  };
}

const fileOf = (body: Buffer, type: string): PageFile => ({
  body,
  type,
  etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
  gzip: gzipSync(body, { level: 9 }),
});

export function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  reply.headers({ "cache-control": "no-cache", etag: file.etag });
  const { vary } = reply.getHeaders();
  reply.header("vary", vary === undefined ? "Accept-Encoding" : `${vary}, Accept-Encoding`);
  if (matchesEtag(request.headers["if-none-match"], file.etag)) return reply.code(304).send();
  reply.type(file.type);
  // These files hold no secret, so compressing them tells nobody anything (BREACH).
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return reply.send(file.body);
  return reply.header("content-encoding", "gzip").send(file.gzip);
}

const CAMERA = "camera=(self), geolocation=(), microphone=(), payment=()";

export function registerPageRoutes(app: App, page: PageFiles): void {
  const schema = { hide: true };
  app.get("/page/page.js", { schema }, (request, reply) => sendFile(request, reply, page.script));
  app.get("/page/own.js", { schema }, (request, reply) => sendFile(request, reply, page.own.script));
  app.get("/page/events.js", { schema }, (request, reply) => sendFile(request, reply, page.event.script));
  for (const path of ["/owner", "/receive", "/give"]) {
    app.get(path, { schema }, (request, reply) => {
      // A seller scans the buyer's code; no other page of ours has a use for a camera.
      if (path === "/give") reply.header("permissions-policy", CAMERA);
      return sendFile(request, reply, page.own.html);
    });
  }
  app.get("/page/page.css", { schema }, (request, reply) => sendFile(request, reply, page.style));
  // Browsers ask for it by themselves; an empty answer keeps their consoles and our log quiet.
  app.get("/favicon.ico", { schema }, (_request, reply) => reply.code(204).send());
}
