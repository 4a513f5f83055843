/**
 * The URL in the QR: a GS1 Digital Link that carries the passport's id and the salt of its `id_commit`. Spec: docs/spec/identifier.md "Link".
 * Leaves out other GS1 keys (batch, GLN) and compressed links.
 */
import { fromBase64url, fromHex, toBase64url, toHex } from "./bytes.js";
import { DppError } from "./errors.js";
import { ID_SALT_BYTES, type Identifier, parseIdentifier } from "./identifier.js";
import { isPassportId } from "./tokens.js";

export interface PassportLink {
  /** Scheme, host and optional path, without a trailing slash. */
  readonly base: string;
  readonly identifier: Identifier;
  /** Token name without label, 28 bytes hex. */
  readonly passportId: string;
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

/** Implementing Regulation (EU) 2026/1778: an HTTPS URL of at most 2,000 characters. */
export const MAX_LINK_LENGTH = 2000;

/** @throws DppError `identifier/link-*` or `identifier/*` for what is out of bounds. */
export function formatPassportLink(link: PassportLink): string {
  if (!isPassportId(link.passportId))
    throw new DppError("identifier/link-passport", "the passport id has 28 bytes");
  if (link.salt.length !== ID_SALT_BYTES) throw new DppError("identifier/salt", "the salt has 16 bytes");
  const p = toBase64url(fromHex(link.passportId));
  const text = `${parseLinkBase(link.base)}${encodeIdentifierPath(link.identifier)}?p=${p}&s=${toBase64url(link.salt)}`;
  if (text.length > MAX_LINK_LENGTH)
    throw new DppError("identifier/link-length", `the URL exceeds ${MAX_LINK_LENGTH} characters`);
  return text;
}

/** Inverse of `formatPassportLink`; shorter GTINs are normalised. @throws DppError `identifier/*`. */
export function parsePassportLink(text: string): PassportLink {
  if (text.length > MAX_LINK_LENGTH)
    throw new DppError("identifier/link-length", `the URL exceeds ${MAX_LINK_LENGTH} characters`);
  const [, stem, gtin, serial, query] = /^([^?#]*?)\/01\/([^/?#]*)\/21\/([^/?#]*)\?([^#]*)$/.exec(text) ?? [];
  if (stem === undefined || gtin === undefined || serial === undefined || query === undefined)
    throw new DppError("identifier/link-path", "expected {base}/01/{gtin}/21/{serial}?p=…&s=…");
  return {
    base: parseLinkBase(stem),
    identifier: parseIdentifier(gtin, decodeSegment(serial)),
    ...parseLinkQuery(query),
  };
}

/** The `p` and `s` of a link's query, each exactly once; other parameters are for others and ignored. @throws DppError `identifier/link-query`. */
export function parseLinkQuery(query: string): { passportId: string; salt: Uint8Array } {
  const parameters = new URLSearchParams(query);
  return parseLinkParameters(only(parameters, "p"), only(parameters, "s"));
}

/** `p` and `s` as base64url. @throws DppError `identifier/link-query`. */
export function parseLinkParameters(p: string, s: string): { passportId: string; salt: Uint8Array } {
  const passportId = toHex(parameterBytes("p", p));
  const salt = parameterBytes("s", s);
  if (!isPassportId(passportId)) throw badQuery("p", "28 bytes");
  if (salt.length !== ID_SALT_BYTES) throw badQuery("s", "16 bytes");
  return { passportId, salt };
}

const badQuery = (name: string, expected: string): DppError =>
  new DppError("identifier/link-query", `the link's parameter ${name} should be ${expected}`, {
    details: { parameter: name },
  });

function only(parameters: URLSearchParams, name: string): string {
  const [value, second] = parameters.getAll(name);
  if (value === undefined || second !== undefined) throw badQuery(name, "present once");
  return value;
}

function parameterBytes(name: string, text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (cause) {
    throw new DppError("identifier/link-query", `the link's parameter ${name} should be base64url`, {
      cause,
      details: { parameter: name },
    });
  }
}

/** Path for a URL: everything but RFC 3986's unreserved characters is percent-encoded. */
export const encodeIdentifierPath = ({ gtin, serial }: Identifier): string =>
  `/01/${gtin}/21/${serial.replace(/[^A-Za-z0-9\-._~]/g, percent)}`;

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new DppError("identifier/link-path", "the serial number is not validly percent-encoded", { cause });
  }
}

/**
 * Where links start: an HTTPS origin with an optional path; plain HTTP on the loopback only.
 * @returns the base without a trailing slash. @throws DppError `identifier/link-base`.
 */
export function parseLinkBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username || url.password || /[?#]/.test(text))
    throw new DppError(
      "identifier/link-base",
      "the base should be a URL without credentials, query or fragment",
    );
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw new DppError("identifier/link-base", "the base should be https (http on the loopback only)");
  return url.href.replace(/\/+$/, "");
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
