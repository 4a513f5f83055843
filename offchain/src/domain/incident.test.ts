import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DppError } from "./errors.js";
import { parseIdentifier } from "./identifier.js";
import { formatPassportLink } from "./identifier-link.js";
import { INCIDENT_CATEGORIES, parseIncidentReport, parseIncidentSubject } from "./incident.js";
import { evolveIncident, type Incident, type IncidentEvent, MAX_LINKS } from "./incident-events.js";
import { REASONS } from "./reason.js";
import { attestationName, unique } from "./tokens.js";

const seed = { txHash: "11".repeat(32), outputIndex: 3 };
const passport = unique(seed, 0);
const maker = attestationName("MANUFACTURER", seed, 0);
const input = { subject: passport, category: "counterfeit", text: "The label comes off." };
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "none";
  } catch (error) {
    return error instanceof DppError ? error.code : "not ours";
  }
};

describe("what a report may say", () => {
  it("names a passport by id or link, or an attestation, which is as long as an id", () => {
    const link = formatPassportLink({
      base: "https://passports.example",
      identifier: parseIdentifier("09506000134352", "A1"),
      passportId: passport,
      salt: new Uint8Array(16).fill(7),
    });
    expect(maker).toHaveLength(passport.length);
    expect(parseIncidentSubject(passport)).toEqual({ passport });
    expect(parseIncidentSubject(` ${maker.toUpperCase()}\n`)).toEqual({ attestation: maker });
    // Of the link the salt is not kept.
    expect(parseIncidentSubject(link)).toEqual({ passport });
    for (const text of [
      "",
      "a product",
      "https://passports.example/01/1/21/2",
      passport.slice(2),
      "0".repeat(3000),
    ])
      expect(codeOf(() => parseIncidentSubject(text))).toBe("incident/subject");
  });

  it("has a category that is a reason to act on, or none of these", () => {
    for (const category of INCIDENT_CATEGORIES)
      expect(category === "other" || (REASONS as readonly string[]).includes(category)).toBe(true);
    for (const category of ["", "Counterfeit", "constructor", "under-investigation"])
      expect(codeOf(() => parseIncidentReport({ ...input, category }))).toBe("incident/category");
  });

  it("is plain text within its bounds, by what people see as characters", () => {
    expect(parseIncidentReport({ ...input, text: "😀".repeat(2000) }).text).toHaveLength(4000);
    for (const text of [
      "",
      " \n\t",
      "a".repeat(2001),
      "😀".repeat(2001),
      "a\u0000b",
      "a\u202eb",
      "a\ud800b",
      "\ufeffa",
    ])
      expect(codeOf(() => parseIncidentReport({ ...input, text }))).toBe("incident/text");
    for (const contact of ["a".repeat(201), "a\nb", "a\u2066b", "  "])
      expect(codeOf(() => parseIncidentReport({ ...input, contact }))).toBe("incident/contact");
    expect(parseIncidentReport({ ...input, contact: "" }).contact).toBeNull();
  });

  it("takes CIDs and links of schemes that do nothing by themselves as evidence", () => {
    const cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    const evidence = [cid, "https://example.com/photo.jpg", "ipfs://bafy"];
    expect(parseIncidentReport({ ...input, evidence }).evidence).toEqual(evidence);
    for (const one of [
      "javascript:alert(1)",
      "data:text/html,x",
      "photo.jpg",
      "",
      `https://x/${"a".repeat(500)}`,
    ])
      expect(codeOf(() => parseIncidentReport({ ...input, evidence: [one] }))).toBe("incident/evidence");
    expect(codeOf(() => parseIncidentReport({ ...input, evidence: Array(11).fill(cid) }))).toBe(
      "incident/evidence",
    );
  });

  it("is refused with one of our codes, or holds no character that could mislead, whatever comes", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 3 }), (words, contact, evidence) => {
        try {
          const report = parseIncidentReport({ ...input, text: words, contact, evidence });
          expect(JSON.stringify(report)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
        } catch (error) {
          expect((error as DppError).code).toMatch(/^incident\//);
        }
      }),
    );
  });
});

describe("the life of an incident", () => {
  const id = "00".repeat(16);
  const report: IncidentEvent = {
    act: "report",
    via: "web",
    subject: { passport },
    category: "counterfeit",
    body: "cd".repeat(32),
  };
  const close: IncidentEvent = { act: "close", outcome: "upheld", note: "" };
  const after = (...events: IncidentEvent[]): Incident => {
    let state: Incident | undefined;
    for (const [at, event] of events.entries()) state = evolveIncident(state, id, at, event);
    return state ?? expect.fail("no events");
  };

  it("begins with a report, is linked, and ends with an outcome", () => {
    const link: IncidentEvent = { act: "link", subject: { attestation: maker } };
    expect(after(report)).toMatchObject({ receivedAt: 0, closed: null, subjects: [{ passport }] });
    expect(after(report, link).subjects).toEqual([{ passport }, { attestation: maker }]);
    expect(after(report, close).closed).toEqual({ time: 1, outcome: "upheld", note: "" });
    expect(after(report, close, { act: "erase" }).erased).toBe(2);
  });

  it.each<[string, IncidentEvent[]]>([
    ["incident/unknown", [close]],
    ["incident/exists", [report, report]],
    ["incident/closed", [report, close, close]],
    ["incident/closed", [report, close, { act: "link", subject: { attestation: maker } }]],
    ["incident/linked", [report, { act: "link", subject: { passport } }]],
    ["incident/open", [report, { act: "erase" }]],
    ["incident/erased", [report, close, { act: "erase" }, { act: "erase" }]],
  ])("refuses with %s what does not follow", (code, events) => {
    expect(codeOf(() => after(...events))).toBe(code);
    // The control: without the last event it holds.
    if (events.length > 1) expect(after(...events.slice(0, -1))).toBeDefined();
  });

  it("is linked to a bounded number of subjects", () => {
    const links = Array.from(
      { length: MAX_LINKS + 1 },
      (_, n): IncidentEvent => ({
        act: "link",
        subject: { passport: unique(seed, n + 1) },
      }),
    );
    expect(after(report, ...links.slice(1)).subjects).toHaveLength(MAX_LINKS + 1);
    expect(codeOf(() => after(report, ...links))).toBe("incident/too-many");
  });
});
