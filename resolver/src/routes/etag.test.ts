import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesEtag } from "./etag.js";

const tag = fc
  .string({ unit: fc.constantFrom(..."aZ09-_,/* W"), maxLength: 8 })
  .map((text) => `"${text.replaceAll(" ", "")}"`);
const sent = fc.tuple(tag, fc.boolean()).map(([text, weak]) => (weak ? `W/${text}` : text));

describe("If-None-Match", () => {
  it("matches a tag in a list, weak or strong, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.array(sent, { maxLength: 5 }),
        fc.array(sent, { maxLength: 5 }),
        tag,
        fc.boolean(),
        fc.constantFrom(",", ", ", " ,\t"),
        (before, after, own, weak, comma) => {
          const list = [...before, weak ? `W/${own}` : own, ...after].join(comma);
          expect(matchesEtag(list, own)).toBe(true);
        },
      ),
    );
  });

  it("matches no other tag", () => {
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 5 }), tag, (list, own) => {
        fc.pre(list.every((other) => other.replace(/^W\//, "") !== own));
        expect(matchesEtag(list.join(", "), own)).toBe(false);
      }),
    );
  });

  it("takes * for whatever exists, and only where it stands alone and bare", () => {
    expect([" * ", "*"].map((header) => matchesEtag(header, '"a"'))).toEqual([true, true]);
    expect([undefined, "", "a", '"*"', '*, "b"'].map((header) => matchesEtag(header, '"a"'))).toEqual(
      Array(5).fill(false),
    );
  });
});
