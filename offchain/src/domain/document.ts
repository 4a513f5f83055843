/** The passport document: a header and typed data elements. Spec: docs/spec/document.md. */

import type { Element } from "./element.js";
import { DppError } from "./errors.js";
import type { Identifier } from "./identifier.js";
import type { PolicyReference } from "./policy.js";

export const DOCUMENT_SCHEMA = "dpp/document";
export const DOCUMENT_VERSION = 1;

export interface Header {
  readonly identifier: Identifier;
  /** The unit that the passport describes; EN 18219 makes a change of granularity a new identifier. */
  readonly granularity: "item";
  /** One of the policy's categories. */
  readonly category: string;
  readonly policy: PolicyReference;
  readonly issuer: {
    /** Attestation name, hex. */
    readonly attestation: string;
    /** Public identifier of the legal entity, e.g. `gln:9506000134352`. */
    readonly operator: string;
  };
  readonly name: string;
  /** URI. */
  readonly image: string;
  /** BCP 47 tag of the texts' language. */
  readonly language: string;
  readonly revision: number;
  /** CID of the version before; `null` at issue. */
  readonly previous: string | null;
  /** POSIX ms. */
  readonly issuedAt: number;
  /** The sealed groups of this version, by name, ascending: under the root, so that nobody can rename or drop one unnoticed. */
  readonly sealedGroups: readonly GroupLabel[];
}

export interface GroupLabel {
  readonly name: string;
  readonly access: "escrow" | "direct";
  /** Epoch of the group key that wraps the content key. */
  readonly epoch: number;
}

/** An element with the salt of its leaf: what a reader needs, with a proof, to hold it against the root. */
export interface SaltedElement {
  /** Position of the leaf; the header is leaf 0. */
  readonly index: number;
  readonly element: Element;
  /** 32 bytes. */
  readonly salt: Uint8Array;
}

/** A group of sealed elements, as it stands in the document. */
export interface SealedGroup extends GroupLabel {
  /** Nonce (24) ‖ wrapped content key (48). */
  readonly wrappedKey: Uint8Array;
  /** Nonce (24) ‖ ciphertext. */
  readonly sealed: Uint8Array;
}

/** A sealed passport: what lies on the content store. */
export interface SealedDocument {
  /** Config policy of the deployment, hex. */
  readonly config: string;
  readonly header: Header;
  readonly headerSalt: Uint8Array;
  /** Elements in clear, by ascending index. */
  readonly elements: readonly SaltedElement[];
  /** Leaf hashes, 32 bytes each, the header's first. */
  readonly leaves: readonly Uint8Array[];
  /** In the order of the header's `sealedGroups`, with its labels. */
  readonly groups: readonly SealedGroup[];
}

export const SALT_BYTES = 32;
export const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;
export const MAX_GROUPS = 32;

const GROUP_NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
export const isGroupName = (text: unknown): text is string =>
  typeof text === "string" && GROUP_NAME.test(text);

/** ASCII names of categories and policies. */
const TOKEN = /^[a-z][A-Za-z0-9-]{0,31}$/;
export const isToken = (text: unknown): text is string => typeof text === "string" && TOKEN.test(text);

/** BCP 47, the common subset: language, script, region. */
export const isLanguage = (text: unknown): text is string =>
  typeof text === "string" && /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/.test(text);

/** CIP-68's metadata holds as much; one bound for both homes. */
export const MAX_NAME_BYTES = 64;
export const MAX_IMAGE_BYTES = 96;

export const badHeader = (field: string, expected: string): DppError =>
  new DppError("document/header", `header ${field}: expected ${expected}`, { details: { field } });
