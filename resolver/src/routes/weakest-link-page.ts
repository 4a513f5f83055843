/** The page that shows and checks weakest links: the answers themselves are in `weakest-link.ts`. */
import type { App } from "../app-types.js";
import { type PageFiles, sendFile } from "./page.js";

export function registerWeakestLinkPage(app: App, page: Pick<PageFiles, "weakest">): void {
  const schema = { hide: true };
  // Its query is the page's own: the server is asked by the page.
  app.get("/weakest-link/page", { schema }, (request, reply) => sendFile(request, reply, page.weakest.html));
  app.get("/page/weakest.js", { schema }, (request, reply) => sendFile(request, reply, page.weakest.script));
}
