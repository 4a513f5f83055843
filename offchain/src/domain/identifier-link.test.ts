import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, hexOf, identifier } from "../testing/arbitraries.js";
import { toBase64url } from "./bytes.js";
import { parseIdentifier } from "./identifier.js";
import {
  formatPassportLink,
  parseLinkBase,
  parseLinkParameters,
  parsePassportLink,
} from "./identifier-link.js";

const link = {
  base: "https://id.example",
  identifier: parseIdentifier("9506000134352", "A/1"),
  passportId: "ab".repeat(28),
  salt: new Uint8Array(16).fill(7),
};
const text = formatPassportLink(link);

const refuses = (url: string, code: string) =>
  expect(() => parsePassportLink(url)).toThrow(expect.objectContaining({ code }));

describe("passport link", () => {
  it("is a GS1 Digital Link with passport and salt in the query", () => {
    expect(text).toBe(
      "https://id.example/01/09506000134352/21/A%2F1?p=q6urq6urq6urq6urq6urq6urq6urq6urq6urqw&s=BwcHBwcHBwcHBwcHBwcHBw",
    );
  });

  it("reads what it writes, for every serial number that GS1 allows, also after a URL parser had it", () => {
    fc.assert(
      fc.property(identifier, hexOf(28), bytesOf(16), (id, passportId, salt) => {
        const made = { base: "https://id.example/dpp", identifier: id, passportId, salt };
        const url = formatPassportLink(made);
        expect(parsePassportLink(url)).toEqual(made);
        expect(parsePassportLink(new URL(url).href)).toEqual(made);
      }),
    );
  });

  it("normalises a shorter GTIN and ignores parameters of others", () => {
    const url = text.replace("09506000134352", "9506000134352").replace("?", "?linkType=gs1:dpp&");
    expect(parsePassportLink(url)).toEqual(link);
  });

  it("refuses parts that are missing, doubled or of another length", () => {
    refuses(text.replace("&s=", "&x="), "identifier/link-query");
    refuses(`${text}&s=BwcHBwcHBwcHBwcHBwcHBw`, "identifier/link-query");
    refuses(text.replace(/s=.*/, "s=Bwc"), "identifier/link-query");
    refuses(text.replace(/p=[^&]*/, "p=%20"), "identifier/link-query");
    refuses(text.replace("/21/", "/10/"), "identifier/link-path");
    refuses(text.replace("A%2F1", "A%2"), "identifier/link-path");
    refuses(text.replace("A%2F1", "%C3%A9"), "identifier/serial-charset");
    refuses(text.replace("134352", "134353"), "identifier/gtin-check-digit");
    refuses(`${text}&${"x".repeat(2000)}`, "identifier/link-length");
    refuses(`${text}#top`, "identifier/link-path");
  });

  it("refuses base64url with stray bits, which would name the same bytes twice", () => {
    const s = toBase64url(link.salt);
    expect(() => parseLinkParameters("", `${s.slice(0, -1)}x`)).toThrow(
      expect.objectContaining({ code: "identifier/link-query" }),
    );
  });

  it.each(["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:80/x/", "https://a.example/p"])(
    "starts at %s",
    (base) => {
      expect(parseLinkBase(base)).toBe(new URL(base).href.replace(/\/$/, ""));
    },
  );

  it.each([
    "http://id.example",
    "http://127.0.0.1.evil.example",
    "https://user@id.example",
    "https://id.example?x",
    "https://id.example#x",
    "ftp://id.example",
    "javascript:alert(1)",
    "id.example",
    "",
  ])("does not start at %j", (base) => {
    expect(() => parseLinkBase(base)).toThrow(expect.objectContaining({ code: "identifier/link-base" }));
  });

  it("throws nothing but named errors on any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (url) => {
        expect(() => parsePassportLink(url)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^identifier\//) }),
        );
      }),
    );
  });
});
