/** One page of a feed as Atom (RFC 4287, paging RFC 5005 §3). Pure. Spec: docs/spec/feed.md. */
import type { Words } from "./words.js";
import { type Xml, xml, xmlDocument } from "./xml.js";

export interface AtomEntry extends Words {
  readonly key: string;
  /** POSIX ms. */
  readonly time: number;
  /** Address of a notice; a scheme that a page may show as a link. */
  readonly notice: string | null;
}

export interface AtomPage {
  /** Config policy and passport id, hex. */
  readonly config: string;
  readonly passport: string;
  /** The token's name. */
  readonly title: string;
  /** POSIX ms of the newest entry of the whole feed. */
  readonly updated: number;
  /** Who serves it. */
  readonly author: string;
  /** Address of the passport's page. */
  readonly page: string;
  /** Address of page `n` of the feed, from 1. */
  readonly address: (n: number) => string;
  readonly number: number;
  readonly pages: number;
  readonly entries: readonly AtomEntry[];
}

const ATOM = "http://www.w3.org/2005/Atom";
const TYPE = "application/atom+xml";

const time = (ms: number): string => new Date(ms).toISOString();
const link = (rel: string, href: string, type: string): Xml => xml("link", { rel, href, type });

export function atomPage(page: AtomPage): string {
  const { address, number, pages } = page;
  const paging: readonly (readonly [string, number])[] = [
    ["first", 1],
    ["previous", number - 1],
    ["next", number + 1],
    ["last", pages],
  ];
  return xmlDocument(
    xml("feed", { xmlns: ATOM, "xml:lang": "en" }, [
      xml("id", {}, `urn:cardano-dpp:passport:${page.config}:${page.passport}`),
      xml("title", {}, page.title),
      xml("updated", {}, time(page.updated)),
      xml("author", {}, [xml("name", {}, page.author)]),
      link("self", address(number), TYPE),
      link("alternate", page.page, "text/html"),
      ...(pages === 1 ? [] : paging.filter(([, n]) => n >= 1 && n <= pages)).map(([rel, n]) =>
        link(rel, address(n), TYPE),
      ),
      ...page.entries.map((entry) => atomEntry(entry, page.page)),
    ]),
  );
}

const atomEntry = ({ key, time: at, term, title, text, notice }: AtomEntry, page: string): Xml =>
  xml("entry", {}, [
    xml("id", {}, `urn:cardano-dpp:tx:${key}`),
    xml("title", {}, title),
    xml("updated", {}, time(at)),
    xml("category", { term }),
    xml("link", { rel: "alternate", href: page, type: "text/html" }),
    ...(notice === null ? [] : [xml("link", { rel: "related", href: notice })]),
    xml("summary", {}, text),
  ]);
