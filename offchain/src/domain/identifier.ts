/** The unique product identifier of an item: GTIN and serial number. Spec: docs/spec/identifier.md. */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, toHex, utf8 } from "./bytes.js";
import { DppError } from "./errors.js";
import { type Gtin, parseGtin } from "./gtin.js";

declare const brand: unique symbol;
/** GS1 application identifier 21: 1–20 characters of GS1's character set 82. */
export type Serial = string & { readonly [brand]: "Serial" };

export interface Identifier {
  readonly gtin: Gtin;
  readonly serial: Serial;
}

export const ID_SALT_BYTES = 16;

/** GS1 General Specifications, figure 7.11-1. */
const CHARSET_82 = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/;

/** @throws DppError `identifier/serial-length`, `identifier/serial-charset`, `identifier/serial-dots`. */
export function parseSerial(text: string): Serial {
  if (text.length < 1 || text.length > 20)
    throw new DppError("identifier/serial-length", "a serial number has 1 to 20 characters");
  if (!CHARSET_82.test(text))
    throw new DppError("identifier/serial-charset", "the serial number has a character outside GS1's set 82");
  // URL parsers drop "." and ".." as path segments, even percent-encoded: such a serial could not be scanned.
  if (text === "." || text === "..")
    throw new DppError("identifier/serial-dots", "a serial number of dots alone cannot stand in a URL");
  return text as Serial;
}

export const parseIdentifier = (gtin: string, serial: string): Identifier => ({
  gtin: parseGtin(gtin),
  serial: parseSerial(serial),
});

/** `/01/{gtin14}/21/{serial}`, serial in its decoded form: what is committed to and what the document's header says. */
export const identifierPath = ({ gtin, serial }: Identifier): string => `/01/${gtin}/21/${serial}`;

/** Inverse of `identifierPath`; a GTIN of fewer than 14 digits is not canonical here. @throws DppError `identifier/path` and those of the parts. */
export function parseIdentifierPath(path: string): Identifier {
  const [, gtin, serial] = /^\/01\/([0-9]{14})\/21\/(.*)$/s.exec(path) ?? [];
  if (gtin === undefined || serial === undefined)
    throw new DppError("identifier/path", "expected /01/{gtin14}/21/{serial}");
  return parseIdentifier(gtin, serial);
}

/** `id_commit` of docs/spec/datum.md: `blake2b_256("dpp/id/1" ‖ salt(16) ‖ path)`, hex. */
export function idCommit(salt: Uint8Array, identifier: Identifier): string {
  if (salt.length !== ID_SALT_BYTES) throw new DppError("identifier/salt", "the salt has 16 bytes");
  return toHex(blake2b(concat(utf8("dpp/id/1"), salt, utf8(identifierPath(identifier))), { dkLen: 32 }));
}
