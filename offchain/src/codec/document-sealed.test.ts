import { beforeAll, describe, expect, it } from "vitest";
import type { SaltedElement, SealedDocument } from "../domain/document.js";
import type { Element } from "../domain/element.js";
import { policyFor } from "../testing/arbitraries.js";
import { sealedWorld, sealIn } from "../testing/sealed-world.js";
import { decodeCbor, encodeCbor } from "./cbor.js";
import {
  decodeGroupElements,
  decodeSealedDocument,
  encodeGroupElements,
  encodeSealedDocument,
} from "./document-sealed.js";

const sample: readonly Element[] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((id) => ({
  id,
  type: "string",
  value: id,
  unit: null,
}));

let document: SealedDocument;
beforeAll(async () => {
  const policy = policyFor(sample);
  document = (await sealIn(await sealedWorld("codec", [policy]), policy, sample)).document;
});

/** The clear elements a, e and i stand at leaves 1, 5 and 9. */
const withElements = (change: (elements: readonly SaltedElement[]) => readonly SaltedElement[]) => () =>
  decodeSealedDocument(encodeSealedDocument({ ...document, elements: change(document.elements) }));

const refused = (code: string) => expect.objectContaining({ code });

describe("a sealed document", () => {
  it("reads as it was written", () => {
    expect(decodeSealedDocument(encodeSealedDocument(document))).toEqual(document);
  });

  it("keeps its elements in the order of ids and of leaves, each once", () => {
    expect(withElements((list) => [...list].reverse())).toThrow(refused("document/order"));
    expect(withElements((list) => [list[0] as SaltedElement, ...list])).toThrow(refused("document/order"));
    expect(withElements((list) => list.map((entry, at) => ({ ...entry, index: 9 - at })))).toThrow(
      refused("document/order"),
    );
    expect(
      withElements((list) =>
        list.map((entry, at) => ({ ...entry, element: { ...entry.element, id: ["c", "b", "a"][at] ?? "" } })),
      ),
    ).toThrow(refused("document/order"));
    expect(withElements((list) => list.map((entry) => ({ ...entry, index: 0 })))).toThrow(
      refused("document/order"),
    );
  });

  it.each<[string, (members: Map<string, unknown>) => unknown]>([
    ["a leaf cut short", (it) => it.set("leaves", new Uint8Array(33))],
    ["no leaf", (it) => it.set("leaves", new Uint8Array())],
    ["more leaves than a passport may have", (it) => it.set("leaves", new Uint8Array(32 * 1002))],
    ["a group less than its header says", (it) => it.set("groups", [])],
    ["a config of another length", (it) => it.set("config", new Uint8Array(27))],
    ["a salt of another length", (it) => it.set("salt", new Uint8Array(31))],
    ["an unknown member", (it) => it.set("note", "x")],
    ["a member missing", (it) => it.delete("salt")],
  ])("is refused with %s", (_, change) => {
    const members = new Map(decodeCbor(encodeSealedDocument(document), 1e6) as never as Map<string, unknown>);
    change(members);
    expect(() => decodeSealedDocument(encodeCbor(members as never))).toThrow(refused("document/malformed"));
  });

  it("of another kind is refused as such", () => {
    const members = new Map(decodeCbor(encodeSealedDocument(document), 1e6) as never as Map<string, unknown>);
    members.set("kind", "dpp/sealed/2");
    expect(() => decodeSealedDocument(encodeCbor(members as never))).toThrow(refused("document/version"));
  });

  it("holds groups that read as they were written", () => {
    expect(decodeGroupElements(encodeGroupElements(document.elements))).toEqual(document.elements);
  });
});
