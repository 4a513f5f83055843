/** Header and elements as deterministic CBOR: the bytes under the leaves. Spec: docs/spec/document.md. */
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { cidFromBytes, cidToBytes } from "../domain/cid.js";
import {
  badHeader,
  DOCUMENT_SCHEMA,
  DOCUMENT_VERSION,
  type GroupLabel,
  type Header,
  isGroupName,
  isLanguage,
  isToken,
  MAX_GROUPS,
  MAX_IMAGE_BYTES,
  MAX_NAME_BYTES,
} from "../domain/document.js";
import {
  checkElement,
  type Element,
  type ElementValue,
  isElementType,
  isRecord,
  MAX_DEPTH,
  scalarMisfit,
} from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { identifierPath, parseIdentifierPath } from "../domain/identifier.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

const shape = cborShape("document/malformed");

export const MAX_ELEMENT_BYTES = 256 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;

/** `[id, type, value, unit | null]`. */
export const elementToCbor = ({ id, type, value, unit }: Element): CborInput => [id, type, value, unit];

/** @throws DppError `document/malformed`, `document/element-*`. */
export function elementFromCbor(value: CborValue | undefined, path: string): Element {
  const [id, type, content, unit] = shape.tuple(value, 4, path);
  if (!isElementType(type)) throw shape.refuse(`${path}/1`, "a known type");
  return checkElement({
    id: shape.text(id, 256, `${path}/0`),
    type,
    value: valueFromCbor(content, `${path}/2`, 0),
    unit: unit === null ? null : shape.text(unit, 64, `${path}/3`),
  });
}

function valueFromCbor(value: CborValue | undefined, path: string, depth: number): ElementValue {
  if (depth > MAX_DEPTH) throw shape.refuse(path, `at most ${MAX_DEPTH} levels`);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value))
    return value.map((entry: CborValue, index) => valueFromCbor(entry, `${path}/${index}`, depth + 1));
  if (!(value instanceof Map)) throw shape.refuse(path, "text, a number, a truth value, a list or a map");
  const entries = [...(value as ReadonlyMap<CborValue, CborValue>)].map(([key, entry]) => {
    const name = shape.text(key, 64, `${path} key`);
    return [name, valueFromCbor(entry, `${path}/${name}`, depth + 1)] as const;
  });
  // fromEntries defines own properties, so that not even "__proto__" reaches a prototype.
  return Object.fromEntries(entries);
}

export const encodeElement = (element: Element): Uint8Array =>
  encodeCbor(elementToCbor(checkElement(element)));

export const decodeElement = (bytes: Uint8Array): Element =>
  elementFromCbor(decodeCbor(bytes, MAX_ELEMENT_BYTES), "");

export const headerToCbor = (header: Header): CborInput => ({
  schema: DOCUMENT_SCHEMA,
  version: DOCUMENT_VERSION,
  identifier: identifierPath(header.identifier),
  granularity: header.granularity,
  category: header.category,
  policy: [header.policy.name, header.policy.version, fromHex(header.policy.hash)],
  issuer: [fromHex(header.issuer.attestation), header.issuer.operator],
  name: header.name,
  image: header.image,
  language: header.language,
  revision: header.revision,
  previous: header.previous === null ? null : cidToBytes(header.previous),
  issuedAt: header.issuedAt,
  sealedGroups: header.sealedGroups.map(({ name, access, epoch }) => [name, access, epoch]),
});

const HEADER_KEYS = [
  "schema",
  "version",
  "identifier",
  "granularity",
  "category",
  "policy",
  "issuer",
  "name",
  "image",
  "language",
  "revision",
  "previous",
  "issuedAt",
  "sealedGroups",
] as const;

/** @throws DppError `document/malformed`, `document/version`, `document/header`, `identifier/*`, `content/bad-cid`. */
export function headerFromCbor(value: CborValue | undefined, path: string): Header {
  const map = shape.map(value, HEADER_KEYS, path);
  if (map.schema !== DOCUMENT_SCHEMA || map.version !== DOCUMENT_VERSION)
    throw new DppError(
      "document/version",
      `this reader knows ${DOCUMENT_SCHEMA} version ${DOCUMENT_VERSION}`,
    );
  const [policyName, policyVersion, policyHash] = shape.tuple(map.policy, 3, `${path}/policy`);
  const [attestation, operator] = shape.tuple(map.issuer, 2, `${path}/issuer`);
  return checkHeader({
    identifier: parseIdentifierPath(shape.text(map.identifier, 64, `${path}/identifier`)),
    granularity: shape.oneOf(map.granularity, ["item"], `${path}/granularity`),
    category: shape.text(map.category, 64, `${path}/category`),
    policy: {
      name: shape.text(policyName, 64, `${path}/policy/0`),
      version: shape.int(policyVersion, `${path}/policy/1`),
      hash: toHex(shape.bytes(policyHash, 32, 32, `${path}/policy/2`)),
    },
    issuer: {
      attestation: toHex(shape.bytes(attestation, 13, 28, `${path}/issuer/0`)),
      operator: shape.text(operator, 64, `${path}/issuer/1`),
    },
    name: shape.text(map.name, MAX_NAME_BYTES, `${path}/name`),
    image: shape.text(map.image, MAX_IMAGE_BYTES, `${path}/image`),
    language: shape.text(map.language, 16, `${path}/language`),
    revision: shape.int(map.revision, `${path}/revision`),
    previous:
      map.previous === null ? null : cidFromBytes(shape.bytes(map.previous, 4, 64, `${path}/previous`)),
    issuedAt: shape.int(map.issuedAt, `${path}/issuedAt`),
    sealedGroups: shape.list(map.sealedGroups, MAX_GROUPS, `${path}/sealedGroups`, labelFromCbor),
  });
}

function labelFromCbor(value: CborValue, path: string): GroupLabel {
  const [name, access, epoch] = shape.tuple(value, 3, path);
  return {
    name: shape.text(name, 32, `${path}/0`),
    access: shape.oneOf(access, SEALED_ACCESS, `${path}/1`),
    epoch: shape.int(epoch, `${path}/2`),
  };
}

const SEALED_ACCESS = ["escrow", "direct"] as const;

function areLabels(labels: unknown): labels is readonly GroupLabel[] {
  if (!Array.isArray(labels) || labels.length > MAX_GROUPS) return false;
  return labels.every(
    (label, position) =>
      isRecord(label) &&
      isGroupName(label.name) &&
      SEALED_ACCESS.some((access) => access === label.access) &&
      isCount(label.epoch as number) &&
      (position === 0 || labels[position - 1].name < label.name),
  );
}

/** @returns the header itself. @throws DppError `document/header` naming the field. */
export function checkHeader(header: Header): Header {
  const { name, image, issuer, policy } = header;
  if (!isToken(header.category)) throw badHeader("category", "a category's name");
  if (!isToken(policy.name)) throw badHeader("policy", "a policy's name");
  if (!/^[0-9a-f]{64}$/.test(policy.hash)) throw badHeader("policy", "a hash of 32 bytes");
  if (!isCount(policy.version)) throw badHeader("policy", "a version number");
  if (!/^(?:[0-9a-f]{2}){13,28}$/.test(issuer.attestation))
    throw badHeader("issuer", "an attestation's name");
  if (!/^[!-~]{1,64}$/.test(issuer.operator)) throw badHeader("issuer", "an operator id of printable ASCII");
  if (scalarMisfit("string", name) !== null || utf8(name).length > MAX_NAME_BYTES)
    throw badHeader("name", `text of 1 to ${MAX_NAME_BYTES} bytes`);
  if (scalarMisfit("uri", image) !== null || image.length > MAX_IMAGE_BYTES)
    throw badHeader("image", `a URI of at most ${MAX_IMAGE_BYTES} characters`);
  if (!isLanguage(header.language)) throw badHeader("language", "a BCP 47 tag");
  if (!isCount(header.revision)) throw badHeader("revision", "a whole number");
  if (!isCount(header.issuedAt)) throw badHeader("issuedAt", "POSIX milliseconds");
  if (!areLabels(header.sealedGroups)) throw badHeader("sealedGroups", "groups by name, ascending");
  return header;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

export const encodeHeader = (header: Header): Uint8Array => encodeCbor(headerToCbor(checkHeader(header)));

export const decodeHeader = (bytes: Uint8Array): Header =>
  headerFromCbor(decodeCbor(bytes, MAX_HEADER_BYTES), "");
