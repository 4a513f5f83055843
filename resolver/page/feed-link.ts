/** Offers the passport's feed: to the browser as an alternate of this page, to people as a link. Spec: docs/spec/feed.md. */
import { byId, el } from "./dom.js";
import { REPORT_TEXTS } from "./report-texts.js";

export function showFeedLink({ pathname, search }: Pick<Location, "pathname" | "search">): void {
  const href = `${pathname}/feed${search}`;
  document.head.append(
    el("link", { rel: "alternate", type: "application/atom+xml", href, title: REPORT_TEXTS.feedTitle }),
  );
  byId("footer").append(el("p", {}, el("a", { id: "feed", href }, REPORT_TEXTS.feed)));
}
