/** Writes XML 1.0: elements with attributes and text, everything escaped. There is no way to put markup in. */

/** What XML 1.0 §2.2 calls a Char is kept; the rest, unpaired surrogates included, has no form in XML at all. */
const NO_CHAR =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // Parsers would make spaces of these in attributes, and line feeds of a carriage return.
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

export const escapeXml = (text: string): string =>
  text.replace(NO_CHAR, "\ufffd").replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? "");

export interface Xml {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Xml[] | string;
}

/** `name` and the attributes' names are the program's own, never from outside. */
export const xml = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly Xml[] | string = [],
): Xml => ({ name, attributes, children });

export const xmlDocument = (root: Xml): string => `<?xml version="1.0" encoding="utf-8"?>\n${write(root)}\n`;

function write({ name, attributes, children }: Xml): string {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const body = typeof children === "string" ? escapeXml(children) : children.map(write).join("");
  return body === "" ? `<${name}${head.join("")}/>` : `<${name}${head.join("")}>${body}</${name}>`;
}
