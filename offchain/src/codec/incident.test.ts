import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, utf8 } from "../domain/bytes.js";
import type { IncidentEntry } from "../domain/incident-events.js";
import { entryAfter } from "../testing/incident-store-contract.js";
import { openContact } from "../usecases/incidents/contact.js";
import {
  decodeIncidentBody,
  decodeIncidentEntry,
  encodeIncidentBody,
  encodeIncidentEntry,
  incidentBodyHash,
  incidentEntryHash,
  MAX_BODY_BYTES,
  MAX_ENTRY_BYTES,
} from "./incident.js";

const vectors = JSON.parse(readFileSync(new URL("../../../vectors/incident.json", import.meta.url), "utf8"));

describe("the vectors of a log of incidents", () => {
  it("are one chain whose entries decode and hash as they say", () => {
    let previous = "0".repeat(64);
    const acts = vectors.entries.map(({ bytes, hash }: { bytes: string; hash: string }, seq: number) => {
      const entry = decodeIncidentEntry(utf8(bytes));
      expect([entry.seq, entry.previous, incidentEntryHash(entry)]).toEqual([seq, previous, hash]);
      previous = hash;
      return entry.event.act;
    });
    expect(acts).toEqual(["report", "link", "measure", "close", "erase"]);
  });

  it("hold the report that the chain commits to, and a contact that its key opens", async () => {
    const { body, contact, entries } = vectors;
    expect(incidentBodyHash(utf8(body.bytes))).toBe(body.hash);
    expect(decodeIncidentEntry(utf8(entries[0].bytes)).event).toMatchObject({ body: body.hash });
    const sealed = decodeIncidentBody(utf8(body.bytes)).contact ?? expect.fail("no contact");
    expect(await openContact(fromHex(contact.secretKey), sealed, contact)).toBe(contact.contact);
  });
});

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }).filter((one) => /\S/u.test(one));
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((one) => Buffer.from(one).toString("hex"));

describe("bytes of the log", () => {
  it("decode to what was encoded", () => {
    fc.assert(
      fc.property(text, hex(16), fc.nat(), fc.boolean(), (note, incident, seq, short) => {
        const event = { act: "close", outcome: "referred", note: short ? "" : note } as const;
        const entry: IncidentEntry = { ...entryAfter(null), seq, incident, event };
        expect(decodeIncidentEntry(encodeIncidentEntry(entry))).toEqual(entry);
        const body = {
          salt: incident,
          text: note,
          evidence: [],
          contact: { key: "ab".repeat(32), sealed: "A-_" },
        };
        expect(decodeIncidentBody(encodeIncidentBody(body))).toEqual(body);
      }),
    );
  });

  it("are refused by our own code when anything in them changes to another value of the kind", () => {
    const whole = Buffer.from(encodeIncidentEntry(entryAfter(null)));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        fc.pre(whole[at] !== byte);
        const changed = Buffer.from(whole);
        changed[at] = byte;
        try {
          // What still decodes is another entry, and says so by its hash.
          expect(incidentEntryHash(decodeIncidentEntry(changed))).not.toBe(
            incidentEntryHash(entryAfter(null)),
          );
        } catch (error) {
          expect(error).toMatchObject({ code: "incident/malformed" });
        }
      }),
    );
  });

  it("are bounded, and nothing but an object", () => {
    const inputs = ["", "null", "[]", '"a"', "{}", "{", `{"seq":1${" ".repeat(MAX_BODY_BYTES)}}`];
    for (const input of [...inputs.map(utf8), new Uint8Array([0xff]), new Uint8Array(MAX_ENTRY_BYTES + 1)]) {
      expect(() => decodeIncidentEntry(input)).toThrow(
        expect.objectContaining({ code: "incident/malformed" }),
      );
      expect(() => decodeIncidentBody(input)).toThrow(
        expect.objectContaining({ code: "incident/malformed" }),
      );
    }
  });
});
