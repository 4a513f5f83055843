/**
 * One element (or the header) shown alone, with the proof that it belongs to the passport: JSON that a page or a third party verifies with
 * nothing but the root from the ledger. Spec: docs/spec/tree.md "Disclosure".
 */
import { decodeHeader, encodeHeader } from "../codec/document.js";
import { fromHex, toHex } from "../domain/bytes.js";
import type { Header, SaltedElement, SealedDocument } from "../domain/document.js";
import { checkElement, type Element, isRecord } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { parseIdentifier } from "../domain/identifier.js";
import { elementLeaf, headerLeaf } from "./document.js";
import { merkleProof, type Proof, verifyProof } from "./tree.js";

export interface ProofJson {
  readonly index: number;
  readonly count: number;
  /** Sibling hashes from the leaf up, hex. */
  readonly path: readonly string[];
}

export interface Disclosure {
  readonly element: Element;
  /** Hex. */
  readonly salt: string;
  readonly proof: ProofJson;
}

export interface HeaderDisclosure {
  readonly header: Header;
  readonly salt: string;
  readonly proof: ProofJson;
}

const proofJson = ({ leaves }: SealedDocument, index: number): ProofJson => {
  const { count, path } = merkleProof(leaves, index);
  return { index, count, path: path.map(toHex) };
};

export const discloseElement = (document: SealedDocument, entry: SaltedElement): Disclosure => ({
  element: entry.element,
  salt: toHex(entry.salt),
  proof: proofJson(document, entry.index),
});

export const discloseHeader = (document: SealedDocument): HeaderDisclosure => ({
  header: document.header,
  salt: toHex(document.headerSalt),
  proof: proofJson(document, 0),
});

const malformed = (expected: string, cause?: unknown): DppError =>
  new DppError("proof/malformed", `disclosure: expected ${expected}`, { cause });

const mismatch = (what: string): DppError =>
  new DppError("proof/mismatch", `${what}: the proof does not lead to the root on the ledger`);

function hexField(value: unknown, bytes: number, name: string): Uint8Array {
  if (typeof value !== "string" || value.length !== 2 * bytes || !/^[0-9a-f]*$/.test(value))
    throw malformed(`${name} as ${bytes} bytes of lower-case hex`);
  return fromHex(value);
}

function parseProof(json: unknown): Proof {
  if (!isRecord(json) || !Array.isArray(json.path) || json.path.length > 24) throw malformed("a proof");
  if (typeof json.index !== "number" || typeof json.count !== "number") throw malformed("index and count");
  return {
    index: json.index,
    count: json.count,
    path: json.path.map((sibling) => hexField(sibling, 32, "path")),
  };
}

/**
 * @param root data_root from the ledger, hex.
 * @returns the element that the passport commits to.
 * @throws DppError `proof/malformed`, `proof/mismatch`, `document/element-*`.
 */
export function verifyDisclosure(root: string, json: unknown): Element {
  if (!isRecord(json) || !isRecord(json.element)) throw malformed("an element, its salt and its proof");
  const { id, type, value, unit } = json.element;
  const element = checkElement({ id, type, value, unit: unit ?? null } as Element);
  const proof = parseProof(json.proof);
  const leaf = elementLeaf(element, hexField(json.salt, 32, "salt"));
  if (proof.index === 0 || !verifyProof(hexField(root, 32, "root"), leaf, proof)) throw mismatch(element.id);
  return element;
}

/** As `verifyDisclosure`, for the header. @throws DppError `proof/malformed`, `proof/mismatch`, `document/header`, `identifier/*`. */
export function verifyHeaderDisclosure(root: string, json: unknown): Header {
  if (!isRecord(json) || !isRecord(json.header)) throw malformed("a header, its salt and its proof");
  const header = parseHeader(json.header);
  const proof = parseProof(json.proof);
  const leaf = headerLeaf(header, hexField(json.salt, 32, "salt"));
  if (proof.index !== 0 || !verifyProof(hexField(root, 32, "root"), leaf, proof)) throw mismatch("header");
  return header;
}

function parseHeader(json: Readonly<Record<string, unknown>>): Header {
  const { identifier, policy, issuer } = json;
  if (!isRecord(identifier) || !isRecord(policy) || !isRecord(issuer)) throw malformed("a header");
  const texts = [identifier.gtin, identifier.serial, policy.name, policy.hash, issuer.attestation];
  const more = [issuer.operator, json.category, json.name, json.image, json.language];
  if (![...texts, ...more].every((text) => typeof text === "string")) throw malformed("a header's texts");
  if (json.granularity !== "item") throw malformed("granularity item");
  if (json.previous !== null && typeof json.previous !== "string") throw malformed("previous");
  const header = json as unknown as Header;
  const parsed = { ...header, identifier: parseIdentifier(header.identifier.gtin, header.identifier.serial) };
  // Through the encoding and back: members that the leaf does not cover fall away.
  return decodeHeader(encodeHeader(parsed));
}
