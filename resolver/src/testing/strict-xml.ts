/**
 * Reads the XML that a feed may be: a declaration, elements, attributes in double quotes, text, the five named entities and numeric ones. Everything else of XML (comments,
 * CDATA, doctypes, processing instructions) is refused, as is what is not well-formed (XML 1.0, fifth edition). For tests.
 */
export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  /** Text directly inside, its references resolved. */
  readonly text: string;
}

const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#([0-9]+));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const isChar = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

export function parseStrictXml(source: string): Node {
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`not well-formed at ${at}: ${what} in ${JSON.stringify(source.slice(at, at + 40))}`);
  };
  const take = (expected: string): void => {
    if (!source.startsWith(expected, at)) fail(`expected ${expected}`);
    at += expected.length;
  };
  const name = (): string => {
    NAME.lastIndex = at;
    const found = NAME.exec(source)?.[0] ?? fail("a name");
    at += found.length;
    return found;
  };
  const resolved = (text: string): string => {
    if (text.replace(REFERENCE, "").includes("&")) fail("a bare ampersand");
    return text.replace(REFERENCE, (_, named?: string, number?: string) => {
      if (named !== undefined) return NAMED[named] ?? "";
      const code = Number(number);
      return isChar(code) ? String.fromCodePoint(code) : fail("a reference to no character");
    });
  };
  const element = (): Node => {
    take("<");
    const own = name();
    const attributes: Record<string, string> = {};
    while (source[at] === " ") {
      at++;
      const key = name();
      if (Object.hasOwn(attributes, key)) fail("an attribute twice");
      take('="');
      const end = source.indexOf('"', at);
      const value = source.slice(at, end < 0 ? source.length : end);
      if (end < 0 || /[<\t\n\r]/.test(value)) fail("an attribute's value");
      attributes[key] = resolved(value);
      at = end + 1;
    }
    if (source.startsWith("/>", at)) {
      at += 2;
      return { name: own, attributes, children: [], text: "" };
    }
    take(">");
    const children: Node[] = [];
    let text = "";
    for (;;) {
      const end = source.indexOf("<", at);
      if (end < 0) fail("an end tag is missing");
      const raw = source.slice(at, end);
      if (raw.includes("]]>")) fail("]]> in text");
      text += resolved(raw);
      at = end;
      if (source.startsWith("</", at)) break;
      children.push(element());
    }
    take(`</${own}>`);
    return { name: own, attributes, children, text };
  };

  for (const character of source)
    if (!isChar(character.codePointAt(0) ?? 0)) fail("a character that XML lacks");
  take('<?xml version="1.0" encoding="utf-8"?>\n');
  const root = element();
  take("\n");
  if (at !== source.length) fail("something after the root");
  return root;
}

export const childrenOf = (node: Node, name: string): readonly Node[] =>
  node.children.filter((child) => child.name === name);

export const textOf = (node: Node, name: string): string => childrenOf(node, name)[0]?.text ?? "";
