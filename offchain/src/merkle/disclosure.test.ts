import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkElements, parsePassportFile } from "../domain/document-input.js";
import { isDppError } from "../domain/errors.js";
import { EU_BATTERY } from "../policies/eu-battery.js";
import { sealedWorld, sealIn } from "../testing/sealed-world.js";
import type { SealedPassport } from "../usecases/seal.js";
import { discloseElement, discloseHeader, verifyDisclosure, verifyHeaderDisclosure } from "./disclosure.js";

// biome-ignore lint/suspicious/noExplicitAny: the tests damage the JSON in every way
type Loose = any;

let sealed: SealedPassport;
beforeAll(async () => {
  const file = parsePassportFile(readFileSync(new URL("../../../examples/ev-battery.json", import.meta.url)));
  const { elements } = checkElements(EU_BATTERY, file);
  sealed = await sealIn(await sealedWorld("disclosure", [EU_BATTERY]), EU_BATTERY, elements);
});

const copy = <T>(value: T): Loose => JSON.parse(JSON.stringify(value));
const mismatch = expect.objectContaining({ code: "proof/mismatch" });
const malformed = expect.objectContaining({ code: "proof/malformed" });

describe("a disclosure", () => {
  it("proves each element and the header from the root alone, through JSON", () => {
    const { document, root } = sealed;
    expect(document.elements).toHaveLength(44);
    for (const entry of document.elements)
      expect(verifyDisclosure(root, copy(discloseElement(document, entry)))).toEqual(entry.element);
    expect(verifyHeaderDisclosure(root, copy(discloseHeader(document)))).toEqual(document.header);
  });

  const first = () => copy(discloseElement(sealed.document, sealed.document.elements[9] as never));

  it.each<[string, (it: Loose) => void]>([
    ["value", (it) => Object.assign(it.element, { value: "513.0", type: "decimal" })],
    ["id", (it) => Object.assign(it.element, { id: "battery.design.height" })],
    ["unit", (it) => Object.assign(it.element, { unit: "g" })],
    ["salt", (it) => Object.assign(it, { salt: "00".repeat(32) })],
    ["index", (it) => Object.assign(it.proof, { index: it.proof.index + 1 })],
    ["count", (it) => Object.assign(it.proof, { count: it.proof.count + 1 })],
    ["path", (it) => it.proof.path.reverse()],
    ["length of the path", (it) => it.proof.path.pop()],
    ["root", (it) => Object.assign(it, { root: "ab".repeat(32) })],
  ])("with another %s is refused", (_, change) => {
    const json = first();
    change(json);
    expect(() => verifyDisclosure(json.root ?? sealed.root, json)).toThrow(mismatch);
  });

  it.each<[string, (it: Loose) => void]>([
    ["no element", (it) => delete it.element],
    ["no proof", (it) => delete it.proof],
    ["no salt", (it) => delete it.salt],
    ["upper-case hex", (it) => Object.assign(it, { salt: "AB".repeat(32) })],
    ["a path without end", (it) => Object.assign(it.proof, { path: Array(25).fill("00".repeat(32)) })],
    ["a text as index", (it) => Object.assign(it.proof, { index: "1" })],
  ])("with %s is refused", (_, change) => {
    const json = first();
    change(json);
    expect(() => verifyDisclosure(sealed.root, json)).toThrow(malformed);
  });

  it("gives back nothing that the leaf does not cover", () => {
    const header = copy(discloseHeader(sealed.document));
    Object.assign(header.header, { recalled: true });
    Object.assign(header.header.issuer, { trusted: true });
    expect(verifyHeaderDisclosure(sealed.root, header)).toEqual(sealed.document.header);
    const element = first();
    const { element: sound } = copy(element);
    Object.assign(element.element, { verified: true });
    expect(verifyDisclosure(sealed.root, element)).toEqual(sound);
  });

  it("of the header does not pass for one of an element, nor the reverse", () => {
    const header = copy(discloseHeader(sealed.document));
    const element = first();
    expect(() => verifyDisclosure(sealed.root, { ...header, element: element.element })).toThrow(mismatch);
    expect(() => verifyHeaderDisclosure(sealed.root, { ...element, header: header.header })).toThrow(
      mismatch,
    );
  });

  it.each<[string, (it: Loose) => void]>([
    ["issuer", (it) => Object.assign(it.header.issuer, { operator: "gln:0000000000000" })],
    ["identifier", (it) => Object.assign(it.header.identifier, { serial: "OTHER" })],
    ["revision", (it) => Object.assign(it.header, { revision: 7 })],
    ["time", (it) => Object.assign(it.header, { issuedAt: 0 })],
  ])("of a header with another %s is refused", (_, change) => {
    const json = copy(discloseHeader(sealed.document));
    change(json);
    expect(() => verifyHeaderDisclosure(sealed.root, json)).toThrow(mismatch);
  });

  it("throws nothing but named errors on any JSON, whole or in part", () => {
    const named = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        if (!isDppError(error)) throw error;
      }
    };
    const keys = ["element", "salt", "proof", "header"];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...keys), (json, key) => {
        named(() => verifyDisclosure(sealed.root, json));
        named(() => verifyDisclosure(sealed.root, { ...first(), [key]: json }));
        named(() =>
          verifyHeaderDisclosure(sealed.root, { ...copy(discloseHeader(sealed.document)), [key]: json }),
        );
        for (const field of ["identifier", "policy", "issuer", "previous", "name", "revision"])
          named(() => {
            const disclosure = copy(discloseHeader(sealed.document));
            disclosure.header[field] = json;
            verifyHeaderDisclosure(sealed.root, disclosure);
          });
      }),
    );
  });
});
