// What is done to the rules: every way in which `npm run mutate` breaks an Aiken source, as spans of text to replace.
// It reads formatted text, not syntax trees: `aiken fmt` puts one conjunct, statement or arm on a line of its own.

/** The text with comments, strings and byte strings blanked out, so that what stands in them is not taken for code. */
function masked(text) {
  return text.replace(/\/\/[^\n]*|"(?:[^"\\]|\\.)*"/g, (match) => " ".repeat(match.length));
}

/** Position after the bracket that closes the one at `open`. */
function closing(code, open) {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if ("([{".includes(code[at])) depth++;
    if (")]}".includes(code[at]) && --depth === 0) return at + 1;
  }
  throw new Error("unbalanced brackets");
}

/** Spans of the items between top-level commas, without the white space around them. */
function items(code, from, to) {
  const spans = [];
  let depth = 0;
  let start = from;
  const close = (end) => {
    const item = code.slice(start, end);
    if (item.trim() !== "")
      spans.push({ start: start + item.search(/\S/), end: start + item.trimEnd().length });
    start = end + 1;
  };
  for (let at = from; at < to; at++) {
    if ("([{".includes(code[at])) depth++;
    if (")]}".includes(code[at])) depth--;
    if (code[at] === "," && depth === 0) close(at);
  }
  close(to);
  return spans;
}

function* matches(code, pattern) {
  for (const match of code.matchAll(pattern))
    yield { match, start: match.index, end: match.index + match[0].length };
}

function* conjuncts(text, code) {
  for (const { end } of matches(code, /\band \{/g)) {
    const close = closing(code, end - 1);
    for (const span of items(code, end, close - 1)) {
      const rule = text.slice(span.start, span.end).replace(/\?$/, "");
      yield { ...span, operator: "delete conjunct", replacement: "True" };
      yield { ...span, operator: "negate conjunct", replacement: `!( ${rule} )` };
    }
  }
}

function* expectations(text, code) {
  for (const { match, start, end } of matches(code, /^( *)expect ([^\n=]*)\?\n/gm)) {
    const rule = text.slice(start + match[1].length + "expect ".length, end - 2);
    yield { start, end, operator: "delete expect", replacement: "" };
    yield { start, end, operator: "negate expect", replacement: `${match[1]}expect !( ${rule} )\n` };
  }
  for (const { match, start } of matches(code, /^( *)expect (?![^\n=]*\?\n)/gm))
    yield { start, end: start, operator: "negate expect", replacement: `${match[1]}expect False\n` };
  // A closed list pattern says how many items there are.
  for (const { start, end } of matches(code, /expect \[/g)) {
    const close = closing(code, end - 1);
    if (
      /\.\./.test(
        text
          .slice(start, close)
          .split("\n")
          .join(" ")
          .replace(/\{[^}]*\}/g, ""),
      )
    )
      continue;
    const inner = text
      .slice(end, close - 1)
      .trimEnd()
      .replace(/,$/, "");
    yield { start: end, end: close - 1, operator: "open list", replacement: `${inner}, ..` };
  }
}

const COMPARISONS = {
  "==": ["!="],
  "!=": ["=="],
  "<=": ["<", ">"],
  ">=": [">", "<"],
  "<": ["<=", ">="],
  ">": [">=", "<="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
};

function* symbols(_text, code) {
  for (const { match, start, end } of matches(code, /(?<=\s)(==|!=|<=|>=|<|>|&&|\|\||\+|-)(?=\s)/g))
    for (const replacement of COMPARISONS[match[1]])
      yield { start, end, operator: `${match[1]} to ${replacement}`, replacement };
  for (const { start, end } of matches(code, /!(?=[a-z(])/g))
    yield { start, end, operator: "drop !", replacement: "" };
}

function* constants(text, code) {
  for (const { match, start, end } of matches(code, /(?<=->\s+)(True|False)\b/g)) {
    const replacement = match[1] === "True" ? "False" : "True";
    yield { start, end, operator: `${match[1]} to ${replacement}`, replacement };
  }
  for (const { match, start, end } of matches(code, /(?<![\w.#])\d+\b(?!(?:st|nd|rd|th)\b)/g))
    yield { start, end, operator: "number + 1", replacement: String(BigInt(match[0]) + 1n) };
  // Prefixes that keep hashes apart, and heads of CBOR.
  for (const { match, start, end } of matches(code, /(?<![\w.#])0x[0-9a-f]+\b/g))
    yield { start, end, operator: "number + 1", replacement: String(BigInt(match[0]) + 1n) };
  for (const { match, start, end } of matches(text, /(#?)"((?:[^"\\\n]|\\.)*)"/g)) {
    if (code.slice(start, end).trim() !== "" && match[1] === "") continue;
    if (text.slice(text.lastIndexOf("\n", start) + 1, start).includes("//")) continue;
    const replacement = match[1] === "#" ? `#"${match[2]}00"` : `"${match[2]}~"`;
    yield { start, end, operator: "other text", replacement };
  }
}

/** Lets one field more change: `Record { ..old, <field>: next.<field> }`. */
function* deltas(text, code, fieldsOf) {
  if (!/expect next: /.test(code)) return;
  for (const { match, start, end } of matches(code, /\b(Cip68|Attest|Passport|Config) \{\s*\.\.[\w.]+,?/g)) {
    const close = closing(code, start + match[0].indexOf("{"));
    const listed = new Set(
      items(code, end, close - 1).map((span) => /^\w+/.exec(text.slice(span.start, span.end))?.[0]),
    );
    const from = ["Cip68", "Config"].includes(match[1]) ? "next" : "next.extra";
    for (const field of fieldsOf(match[1]))
      if (!listed.has(field))
        yield { start: end, end, operator: `free ${field}`, replacement: ` ${field}: ${from}.${field},` };
    for (const span of items(code, end, close - 1))
      if (!text.slice(span.start, span.end).startsWith("extra:"))
        yield { start: span.start, end: span.end + 1, operator: "freeze field", replacement: "" };
  }
}

/** Where the rule itself says what the state becomes: `let expected: Data = Record { ..old, <field>: … }`. */
function* expectedStates(_text, code) {
  for (const { match, start, end } of matches(code, /(?<=expected: Data = )\w+ \{\s*\.\.\w+,/g)) {
    const close = closing(code, start + match[0].indexOf("{"));
    for (const span of items(code, end, close - 1))
      yield { start: span.start, end: span.end + 1, operator: "freeze field", replacement: "" };
  }
}

/** In a validator: what an arm does, and what every other purpose does. */
function* arms(_text, code) {
  for (const { start, end } of matches(code, /(?<=else\(_\) \{\s*)fail\b/g))
    yield { start, end, operator: "accept other purposes", replacement: "True" };
  for (const { match, start } of matches(code, /(?:->|redeemer\n)\s+(\w+\.is_(?:valid|only_burning))\(/g)) {
    const call = start + match[0].indexOf(match[1]);
    const close = closing(code, start + match[0].length - 1);
    yield { start: call, end: close, operator: "accept in arm", replacement: "True" };
    yield { start: call, end: close, operator: "refuse in arm", replacement: "False" };
  }
}

/**
 * All mutants of one source.
 * @param fieldsOf names of a record's fields, by the record's name
 */
export function mutantsOf(file, text, fieldsOf) {
  const code = masked(text);
  // Imports and types hold no rule.
  const ends = [...matches(code, /^(?:pub )?(?:opaque )?type \w[^\n]*(?:\{[^}]*\}|=\n[^\n]*)/gm)].map(
    ({ start, end }) => ({ start, end }),
  );
  const isRule = ({ start }) => !ends.some((span) => span.start <= start && start < span.end);
  const isValidator = file.startsWith("validators/");
  const found = [
    ...conjuncts(text, code),
    ...expectations(text, code),
    ...symbols(text, code),
    ...constants(text, code),
    ...deltas(text, code, fieldsOf),
    ...expectedStates(text, code),
    ...(isValidator ? arms(text, code) : []),
  ];
  return found.filter(isRule).map((mutant) => {
    const line = text.slice(0, mutant.start).split("\n").length;
    const lineStart = text.lastIndexOf("\n", mutant.start - 1) + 1;
    const source = text.slice(lineStart, text.indexOf("\n", Math.max(mutant.start, lineStart))).trim();
    const mutated = text.slice(0, mutant.start) + mutant.replacement + text.slice(mutant.end);
    const occurrence = mutant.start - lineStart;
    return { file, line, operator: mutant.operator, source, column: occurrence + 1, original: text, mutated };
  });
}
