/** The fraud model names tests: each link leads to a file, each quoted title stands in it, and an attack without a test says so. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";

const model = new URL("../../docs/fraud-model.md", import.meta.url);
const text = readFileSync(model, "utf8");

interface Link {
  readonly title: string;
  readonly target: string;
}
const linksIn = (part: string): readonly Link[] =>
  [...part.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, title = "", target = ""]) => ({ title, target }));

/** What is wrong with a link; `null`: nothing. */
function fault({ title, target }: Link): string | null {
  const url = new URL(target, model);
  if (url.protocol !== "file:" || !statSync(url, { throwIfNoEntry: false })?.isFile()) return "no such file";
  const [, quoted] = /^`(.+)`$/.exec(title) ?? [];
  if (quoted === undefined) return null;
  const source = readFileSync(url, "utf8");
  // In Aiken the title is the test's name, and the beginning of another name is not it.
  const found = target.endsWith(".ak")
    ? new RegExp(`^test ${quoted}\\(`, "m").test(source)
    : [`"${quoted}"`, `\`${quoted}\``].some((literal) => source.includes(literal));
  return found ? null : "no such test in it";
}

const attacks = text
  .split(/^### /m)
  .slice(1)
  .map((part) => part.split(/^## /m)[0] ?? "")
  .map((part) => [part.split("\n", 1)[0] ?? "", part] as const);

describe("the fraud model", () => {
  it("links to tests that exist, under their titles", () => {
    const links = linksIn(text);
    expect(links.length).toBeGreaterThan(30);
    expect(links.map((link) => [link, fault(link)]).filter(([, wrong]) => wrong !== null)).toEqual([]);
  });

  it.each(attacks)(
    "says of %s what prevents it, what detects it, what does not, and what tests that",
    (_, part) => {
      const lines = ["Ledger", "Detected", "Out of reach", "Test"].map(
        (name) => part.split("\n").find((line) => line.startsWith(`- **${name}:** `)) ?? "",
      );
      for (const line of lines) expect(line.length).toBeGreaterThan(15);
      const [, , , tests = ""] = lines;
      expect(linksIn(tests).length > 0 || tests.includes("**open**")).toBe(true);
    },
  );

  it("covers every attack that has a name", () => {
    const names = attacks.map(([name]) => name.toLowerCase()).join("\n");
    for (const name of [
      "synthetic suppliers",
      "batch over-attribution",
      "timestamp manipulation",
      "gateway replay",
      "trust-tier laundering",
      "collusive supervisor",
      "physical tampering",
      "secure element",
      "lent key",
      "stolen device",
      "dropped or reordered",
      "forged relayer",
      "double anchoring",
      "amending with oneself",
      "two roles",
      "key table",
      "attested as hardware",
      "borrowed finger",
      "synced passkey",
      "phishing page",
    ])
      expect(names).toContain(name);
  });

  it("names verbs that the command has", () => {
    const commands = new URL("../cli/commands/", import.meta.url);
    const sources = readdirSync(commands).map((file) => readFileSync(new URL(file, commands), "utf8"));
    const verbs = [...text.matchAll(/`dpp (\w+) ([\w-]+)/g)].map(([, group, verb]) => [group, verb] as const);
    expect(verbs.length).toBeGreaterThan(5);
    const has = (name: string | undefined): boolean =>
      sources.some((source) => new RegExp(`\\.command\\("${name}[ "]`).test(source));
    expect(verbs.filter(([group, verb]) => !has(group) || !has(verb))).toEqual([]);
  });

  it("would notice a wrong link", () => {
    const target = "../lib/dpp/rules/anchor_append.test.ak";
    expect(fault({ title: "`cannot_overlap`", target })).toBeNull();
    expect(fault({ title: "`cannot_over`", target })).toBe("no such test in it");
    expect(fault({ title: "`cannot_overlap`", target: `${target}x` })).toBe("no such file");
    expect(fault({ title: "elsewhere", target: "https://example.com/" })).toBe("no such file");
  });
});
