import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf } from "../testing/arbitraries.js";
import { isPlotCell, lastInPerson, MAX_AUDIT, parsePhone, type Supplier } from "./supplier.js";
import {
  assertGrows,
  ended,
  newSupplier,
  reEnrolled,
  withBlockedCard,
  withCard,
  withDeclaration,
} from "./supplier-acts.js";
import { cardText, parseCard } from "./supplier-card.js";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const BY = "ab".repeat(28);
const seen = { at: NOW, by: BY, confirmed: "in-person", reference: "" } as const;
const who = { at: NOW, by: BY };
const one = (): Supplier => newSupplier(1, { name: "supplier 1", phones: ["+15550100199"] }, seen);
const card = (n: number) => ({ id: n.toString(16).padStart(32, "0"), from: NOW, to: NOW + 100 * DAY });
const code = (name: string) => expect.objectContaining({ code: name });

describe("a card's text", () => {
  it("is read back in any case, with dashes, without its prefix, and as it is misread", () => {
    fc.assert(
      fc.property(hexOf(16), (id) => {
        const text = cardText(id);
        expect(text).toMatch(/^dpp-card:[0-9a-hjkmnp-tv-z]{27}$/);
        const dashed = text.slice(9).replace(/(.{5})/g, "$1-");
        const misread = text.slice(9).replace(/0/g, "O").replace(/1/g, "l");
        for (const form of [text, text.toUpperCase(), dashed, misread, ` ${text} `])
          expect(parseCard(form)).toBe(id);
      }),
    );
  });

  it("with one character wrong, or any two exchanged, is refused", () => {
    const letters = "0123456789abcdefghjkmnpqrstvwxyz";
    const at = fc.nat(26);
    fc.assert(
      fc.property(hexOf(16), at, at, fc.constantFrom(...letters), (id, i, j, letter) => {
        const right = [...cardText(id).slice(9)];
        const wrong = right.with(i, letter);
        const swapped = right.with(i, right[j] ?? "").with(j, right[i] ?? "");
        for (const text of [wrong, swapped])
          if (text.join("") !== right.join(""))
            expect(() => parseCard(text.join(""))).toThrowError(code("supplier/card-text"));
      }),
    );
  });

  it.each(["", "dpp-card:", "0".repeat(26), "u".repeat(27), "0".repeat(28), "x".repeat(100_000)])(
    "is refused: %.40s",
    (text) => expect(() => parseCard(text)).toThrowError(code("supplier/card-text")),
  );

  it("has one form only: bits beyond 128 are zero", () => {
    // 25 zeros, then a character whose low bits would be lost, with the check character that fits it.
    const forged = ["1", "2", "3"].flatMap((last) =>
      [..."0123456789abcdefghjkmnpqrstvwxyz"].map((check) => `${"0".repeat(25)}${last}${check}`),
    );
    for (const text of forged) expect(() => parseCard(text)).toThrowError(code("supplier/card-text"));
  });
});

describe("a phone number", () => {
  it("is E.164, however it is written", () => {
    expect(parsePhone("+1 (555) 010-0199")).toBe("+15550100199");
    for (const text of [
      "5550100199",
      "+0555010019",
      "+123456",
      `+1${"5".repeat(15)}`,
      "+1555x100199",
      "0".repeat(1000),
    ])
      expect(() => parsePhone(text), text).toThrowError(code("supplier/phone"));
  });
});

describe("a plot", () => {
  it("lies in a cell of 0.1° or nowhere", () => {
    for (const cell of ["", "cell:+09.3-000.8"]) expect(isPlotCell(cell)).toBe(true);
    for (const cell of ["cell:+09.31-000.8", "9.3,-0.8", "cell:+91.0+000.0", "cell:+00.0+181.0"])
      expect(isPlotCell(cell), cell).toBe(false);
  });
});

describe("a supplier's record", () => {
  it("says who enrolled him when and how, and is only added to", () => {
    const first = one();
    const later = reEnrolled(first, {
      ...seen,
      at: NOW + DAY,
      confirmed: "document",
      reference: "cd".repeat(32),
    });
    expect(later.enrolments.map(({ confirmed }) => confirmed)).toEqual(["in-person", "document"]);
    expect(lastInPerson(later)).toBe(NOW);
    expect(later.audit.map(({ act }) => act)).toEqual(["enrol", "re-enrol"]);
    assertGrows(first, later);
    const rewritten: Supplier[] = [
      first,
      { ...later, number: 2 },
      { ...later, enrolments: later.enrolments.slice(1) },
      { ...later, audit: [...later.audit.slice(1), ...later.audit.slice(0, 1)] },
    ];
    for (const after of rewritten)
      expect(() => assertGrows(first, after)).toThrowError(code("supplier/rewritten"));
  });

  it("never opens a blocked card again, and never changes what a card is", () => {
    const withOne = withCard(one(), card(1), who);
    const blocked = withBlockedCard(withOne, card(1).id, "lost", who);
    assertGrows(withOne, blocked);
    expect(() => withBlockedCard(blocked, card(1).id, "lost", who)).toThrowError(
      code("supplier/card-blocked"),
    );
    expect(() => withBlockedCard(blocked, card(2).id, "lost", who)).toThrowError(
      code("supplier/card-unknown"),
    );
    const audit = [...blocked.audit, { ...who, act: "issue-card", about: "" } as const];
    const [now] = blocked.cards;
    if (now === undefined) throw new Error("no card");
    for (const changed of [
      { ...now, blocked: null },
      { ...now, to: now.to + 1 },
    ])
      expect(() => assertGrows(blocked, { ...blocked, cards: [changed], audit })).toThrowError(
        code("supplier/rewritten"),
      );
  });

  it("has cards for a season only", () => {
    for (const [from, to] of [
      [NOW, NOW],
      [NOW, NOW + 401 * DAY],
      [NOW - 2 * DAY, NOW - DAY],
    ] as const)
      expect(() => withCard(one(), { ...card(1), from, to }, who)).toThrowError(code("supplier/season"));
  });

  it("that has ended takes nothing but a new enrolment", () => {
    const gone = ended(withCard(one(), card(1), who), who);
    expect(gone.cards[0]?.blocked?.reason).toBe("ended");
    expect(() => withCard(gone, card(2), who)).toThrowError(code("supplier/ended"));
    const back = reEnrolled(gone, { ...seen, at: NOW + DAY });
    expect(withCard(back, card(2), { ...who, at: NOW + DAY }).cards).toHaveLength(2);
  });

  it("declares within bounds", () => {
    const declared = {
      at: NOW,
      season: "2027",
      product: "shea",
      plots: [{ cell: "", areaM2: 9000 }],
      capacityKg: 450,
    };
    expect(withDeclaration(one(), declared, BY).declarations).toHaveLength(1);
    for (const wrong of [
      { capacityKg: -1 },
      { capacityKg: 1e9 },
      { capacityKg: 0.5 },
      { season: "" },
      { season: "a b" },
      { product: "x".repeat(33) },
      { plots: Array(33).fill({ cell: "", areaM2: 1 }) },
      { plots: [{ cell: "cell:+09.312-000.8", areaM2: 1 }] },
    ])
      expect(() => withDeclaration(one(), { ...declared, ...wrong }, BY), JSON.stringify(wrong)).toThrowError(
        code("supplier/capacity"),
      );
  });

  it("is full at some point, and not written with a clock that went back", () => {
    let full = one();
    for (let n = 1; n < 128; n++) full = reEnrolled(full, seen);
    expect(() => reEnrolled(full, seen)).toThrowError(code("supplier/full"));
    const noted = { ...full, enrolments: full.enrolments.slice(0, 1) };
    const audit = Array.from({ length: MAX_AUDIT }, () => noted.audit[0] ?? expect.fail("no audit"));
    expect(() => withCard({ ...noted, audit }, card(1), who)).toThrowError(code("supplier/full"));
    expect(() => reEnrolled(one(), { ...seen, at: NOW - 1 })).toThrowError(code("supplier/clock"));
    expect(() => newSupplier(1, { name: "x".repeat(121), phones: [] }, seen)).toThrowError(
      code("supplier/name"),
    );
  });
});
