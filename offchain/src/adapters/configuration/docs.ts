/** The table of keys in docs/configuration.md, from the table that reads them. A test holds the page against it. */
import { type Field, isField, isVariants, type Section, variableOf } from "./shape.js";
import { TABLE } from "./table.js";

const code = (value: string): string => `\`${value}\``;

export function keyTable(): string {
  const rows = sectionRows(TABLE, "");
  return ["| key | allowed | default | environment |  |", "| --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function sectionRows(section: Section, path: string): string[] {
  return Object.entries(section).flatMap(([key, node]) => {
    const under = path === "" ? key : `${path}.${key}`;
    if (isField(node)) return [row(under, node)];
    if (!isVariants(node)) return sectionRows(node, under);
    const kinds = Object.keys(node.variants);
    const [first = ""] = kinds;
    const tag = `| ${code(`${under}.kind`)} | ${kinds.map((kind) => code(`"${kind}"`)).join(", ")} | ${code(`"${first}"`)} | ${code(variableOf(`${under}.kind`))} | ${node.about} |`;
    const keys = [...new Set(Object.values(node.variants).flatMap((fields) => Object.keys(fields)))];
    return [
      tag,
      ...keys.flatMap((name) => {
        const holders = kinds.filter((kind) => node.variants[kind]?.[name] !== undefined);
        // The same key may say different things in different kinds.
        const texts = holders.map((kind) =>
          row(`${under}.${name}`, node.variants[kind]?.[name] as Field<unknown>),
        );
        return texts.length > 1 && new Set(texts).size === 1
          ? [withKinds(texts[0] ?? "", holders)]
          : texts.map((text, at) => withKinds(text, [holders[at] ?? ""]));
      }),
    ];
  });
}

const withKinds = (text: string, kinds: readonly string[]): string =>
  text.replace(/ \|$/, ` (${kinds.join(", ")}) |`);

function row(path: string, field: Field<unknown>): string {
  const { kind, otherwise, required, defaultText, about, variables } = field;
  const fallback = required
    ? "required"
    : (defaultText ?? (otherwise === undefined ? "none" : code(JSON.stringify(otherwise))));
  const names = [variableOf(path), ...variables].map(code).join(", ");
  return `| ${code(path)} | ${kind.allowed} | ${fallback} | ${names} | ${about} |`;
}
