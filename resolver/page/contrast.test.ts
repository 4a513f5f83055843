/** WCAG 2.2 criterion 1.4.3: text contrasts at least 4.5 : 1 with its ground, in light and in dark. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./page.css", import.meta.url), "utf8");
const [light = "", dark = ""] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => block ?? "");
const coloursOf = (block: string): Record<string, string> =>
  Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (a: string, b: string): number => {
  const [dim = 0, bright = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
};

const PAIRS = [
  ...["text", "soft", "link", "good", "bad", "warn"].flatMap((text) => [
    [text, "ground"],
    [text, "card"],
  ]),
  ["good", "good-ground"],
  ["bad", "bad-ground"],
  ["warn", "warn-ground"],
  // The main button: card on link.
  ["card", "link"],
];

describe.each([
  ["light", coloursOf(light)],
  ["dark", coloursOf(dark)],
])("the page's colours in %s", (_, colours) => {
  it.each(PAIRS)("%s can be read on %s", (text = "", ground = "") => {
    expect(contrast(colours[text] ?? "", colours[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});
