/**
 * The tree under an event's payload hash: whether a record is a leaf's, and single elements shown with their proofs. Spec: docs/spec/event.md "Payload". Leaf 0 is
 * an element, for there is no header.
 */
import { equalBytes, fromHex, toHex } from "../domain/bytes.js";
import type { SaltedElement } from "../domain/document.js";
import { checkElement, type Element, isRecord } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import type { EventType } from "../domain/event.js";
import { type PayloadLeaf, type PayloadRecord, requireField } from "../domain/event-payload.js";
import type { Disclosure } from "./disclosure.js";
import { elementLeaf } from "./document.js";
import { merkleRoot, merkleTree, verifyProof } from "./tree.js";

/** What stands in the leaf as `payload`, hex. */
export const payloadHash = (leaves: readonly Uint8Array[]): string => toHex(merkleRoot(leaves));

/** @throws DppError `payload/leaf-mismatch` when an element is not what its leaf commits to. */
export function verifyPayloadElements(
  leaves: readonly Uint8Array[],
  elements: readonly SaltedElement[],
): void {
  for (const { index, element, salt } of elements) {
    const leaf = leaves[index];
    if (leaf === undefined || !equalBytes(leaf, elementLeaf(element, salt)))
      throw new DppError(
        "payload/leaf-mismatch",
        `${element.id} is not the element that the payload commits to`,
        { details: { id: element.id } },
      );
  }
}

const another = (field: string): DppError =>
  new DppError("event/payload", `the payload is not that of this event: another ${field}`, {
    details: { field },
  });

/**
 * Holds a record against the leaf of its event, and its public elements against the tree. `config`: policy of the deployment, hex.
 * @throws DppError `payload/wrong-deployment`, `event/payload` (details `field`), `payload/leaf-mismatch`.
 */
export function checkPayload(record: PayloadRecord, leaf: PayloadLeaf, config: string): void {
  if (record.config !== config)
    throw new DppError("payload/wrong-deployment", "the payload belongs to another deployment");
  for (const field of ["source", "counter", "type"] as const)
    if (record[field] !== leaf[field]) throw another(field);
  if (payloadHash(record.leaves) !== leaf.payload) throw another("root");
  verifyPayloadElements(record.leaves, record.elements);
}

/** What everybody sees of it, each element with its proof (docs/spec/tree.md "Disclosure"). `elements`: those of the record that are to be shown. */
export function discloseFields(
  leaves: readonly Uint8Array[],
  elements: readonly SaltedElement[],
): readonly Disclosure[] {
  const tree = merkleTree(leaves);
  return elements.map(({ index, element, salt }) => {
    const { count, path } = tree.proof(index);
    return { element, salt: toHex(salt), proof: { index, count, path: path.map(toHex) } };
  });
}

const malformed = (expected: string): DppError =>
  new DppError("proof/malformed", `disclosure: expected ${expected}`);

function hashOf(value: unknown, name: string): Uint8Array {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value))
    throw malformed(`${name} as 32 bytes of lower-case hex`);
  return fromHex(value);
}

/** Siblings of a leaf among at most 64. */
const MAX_PATH = 6;

/**
 * `leaf`: of the event, from a pack that the ledger has. Members that are not listed are ignored and not covered.
 * @returns the element that the event commits to.
 * @throws DppError `proof/malformed`, `proof/mismatch`, `document/element-*`, and those of `requireField`.
 */
export function verifyFieldDisclosure(
  leaf: { readonly type: EventType; readonly payload: string },
  json: unknown,
): Element {
  if (!isRecord(json) || !isRecord(json.element) || !isRecord(json.proof))
    throw malformed("an element, its salt and its proof");
  const { id, type, value, unit } = json.element;
  const element = checkElement({ id, type, value, unit: unit ?? null } as Element);
  requireField(leaf.type, element);
  const { index, count, path } = json.proof;
  if (typeof index !== "number" || typeof count !== "number") throw malformed("index and count");
  if (!Array.isArray(path) || path.length > MAX_PATH) throw malformed("a path");
  const proof = { index, count, path: path.map((sibling) => hashOf(sibling, "path")) };
  const salted = elementLeaf(element, hashOf(json.salt, "salt"));
  if (!verifyProof(hashOf(leaf.payload, "payload"), salted, proof))
    throw new DppError(
      "proof/mismatch",
      `${element.id}: the proof does not lead to the event's payload hash`,
    );
  return element;
}
