import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childrenOf, parseStrictXml, textOf } from "../testing/strict-xml.js";
import { type AtomPage, atomPage } from "./atom.js";
import { escapeXml, xml, xmlDocument } from "./xml.js";

const page = (more: Partial<AtomPage> = {}): AtomPage => ({
  config: "aa".repeat(28),
  passport: "bb".repeat(28),
  title: "Example battery",
  updated: Date.UTC(2027, 1, 18, 8),
  author: "passports.example",
  page: "https://passports.example/01/09506000134352/21/A1?p=x&s=y",
  address: (n) => `https://passports.example/feed?p=x&s=y${n === 1 ? "" : `&page=${n}`}`,
  number: 1,
  pages: 1,
  entries: [
    {
      key: `${"cc".repeat(32)}:${"bb".repeat(28)}`,
      time: Date.UTC(2027, 1, 18, 8),
      term: "recall",
      title: "RECALL",
      text: "A recall was logged by the manufacturer. Reason: unsafe product.",
      notice: "https://example.com/recall?a=1&b=2",
    },
  ],
  ...more,
});

describe("a feed as Atom", () => {
  it("is, byte for byte, what the specification says", () => {
    expect(atomPage(page())).toBe(
      [
        '<?xml version="1.0" encoding="utf-8"?>',
        [
          '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
          `<id>urn:cardano-dpp:passport:${"aa".repeat(28)}:${"bb".repeat(28)}</id>`,
          "<title>Example battery</title>",
          "<updated>2027-02-18T08:00:00.000Z</updated>",
          "<author><name>passports.example</name></author>",
          '<link rel="self" href="https://passports.example/feed?p=x&amp;s=y" type="application/atom+xml"/>',
          '<link rel="alternate" href="https://passports.example/01/09506000134352/21/A1?p=x&amp;s=y" type="text/html"/>',
          `<entry><id>urn:cardano-dpp:tx:${"cc".repeat(32)}:${"bb".repeat(28)}</id>`,
          "<title>RECALL</title>",
          "<updated>2027-02-18T08:00:00.000Z</updated>",
          '<category term="recall"/>',
          '<link rel="alternate" href="https://passports.example/01/09506000134352/21/A1?p=x&amp;s=y" type="text/html"/>',
          '<link rel="related" href="https://example.com/recall?a=1&amp;b=2"/>',
          "<summary>A recall was logged by the manufacturer. Reason: unsafe product.</summary></entry>",
          "</feed>",
        ].join(""),
        "",
      ].join("\n"),
    );
  });

  it("names the pages before and after, and none that there is not", () => {
    const relations = (number: number): string[] =>
      childrenOf(parseStrictXml(atomPage(page({ number, pages: 3 }))), "link").map(
        ({ attributes }) => attributes.rel ?? "",
      );
    expect(relations(1)).toEqual(["self", "alternate", "first", "next", "last"]);
    expect(relations(2)).toEqual(["self", "alternate", "first", "previous", "next", "last"]);
    expect(relations(3)).toEqual(["self", "alternate", "first", "previous", "last"]);
  });

  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(..."<>&\"'/]!-?[CDATA x\t\n\r\u0000\u001b\ud800\udfff\ufffe\u202e") }),
    fc.constantFrom(
      "</title><script>alert(1)</script>",
      "]]>",
      "<!--",
      "&xxe;",
      "&#0;",
      '" onload="x',
      "<![CDATA[",
      "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ),
  );
  /** What XML cannot hold, as the writer replaces it. */
  const held = (text: string): string =>
    [...Buffer.from(text).toString()]
      .map((character) => {
        const code = character.codePointAt(0) ?? 0;
        const absent = (code < 0x20 && ![9, 10, 13].includes(code)) || code === 0xfffe || code === 0xffff;
        return absent ? "\ufffd" : character;
      })
      .join("");

  it("stays well-formed and says exactly what was put in, whatever that is", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, text, notice) => {
        const [entry] = page().entries;
        if (entry === undefined) throw new Error("no entry");
        const root = parseStrictXml(
          atomPage(page({ title, entries: [{ ...entry, title: text, text, notice }] })),
        );
        expect(textOf(root, "title")).toBe(held(title));
        const [read] = childrenOf(root, "entry");
        if (read === undefined) throw new Error("no entry");
        expect(read.children.map(({ name }) => name)).toEqual([
          "id",
          "title",
          "updated",
          "category",
          "link",
          "link",
          "summary",
        ]);
        expect([textOf(read, "title"), textOf(read, "summary")]).toEqual([held(text), held(text)]);
        expect(childrenOf(read, "link")[1]?.attributes.href).toBe(held(notice));
      }),
      { numRuns: 500 },
    );
  });
});

describe("the parser of these tests", () => {
  const document = (body: string): string => `<?xml version="1.0" encoding="utf-8"?>\n${body}\n`;

  it("reads what the writer writes", () => {
    const tree = xml("a", { b: 'c"<\n' }, [xml("d", {}, "e&f"), xml("g", {})]);
    const { attributes, children } = parseStrictXml(xmlDocument(tree));
    expect([attributes, children.map(({ name, text }) => [name, text])]).toEqual([
      { b: 'c"<\n' },
      [
        ["d", "e&f"],
        ["g", ""],
      ],
    ]);
    expect(escapeXml("\ud83d\ude00 \ud83d")).toBe("\ud83d\ude00 \ufffd");
  });

  it.each([
    "<a>",
    "<a></b>",
    "<a></a><b/>",
    "<a>&</a>",
    "<a>&x;</a>",
    "<a>&#0;</a>",
    "<a b=c/>",
    '<a b="<"/>',
    '<a b="1" b="2"/>',
    "<a>]]></a>",
    "<a><!-- --></a>",
    "<a>\u0001</a>",
    "<a>\ud800</a>",
    "text",
  ])("refuses %j", (body) => {
    expect(() => parseStrictXml(document(body))).toThrow("not well-formed");
  });
});
