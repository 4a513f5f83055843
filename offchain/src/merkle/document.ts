/** Leaves and root of a passport document. Spec: docs/spec/tree.md "Leaves". */
import { encodeElement, encodeHeader } from "../codec/document.js";
import { equalBytes, toHex } from "../domain/bytes.js";
import type { Header, SaltedElement, SealedDocument } from "../domain/document.js";
import type { Element } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { leafHash, merkleRoot } from "./tree.js";

/** A header's CBOR is a map and an element's is a list, so that neither passes for the other. */
export const headerLeaf = (header: Header, salt: Uint8Array): Uint8Array =>
  leafHash(salt, encodeHeader(header));

export const elementLeaf = (element: Element, salt: Uint8Array): Uint8Array =>
  leafHash(salt, encodeElement(element));

/** The value that stands in the datum as `data_root`, hex. */
export const documentRoot = ({ leaves }: Pick<SealedDocument, "leaves">): string => toHex(merkleRoot(leaves));

/** @throws DppError `sealed/leaf-mismatch` when an element is not what its leaf commits to. */
export function verifyElements(leaves: readonly Uint8Array[], elements: readonly SaltedElement[]): void {
  for (const { index, element, salt } of elements) {
    const leaf = leaves[index];
    if (leaf === undefined || index === 0 || !equalBytes(leaf, elementLeaf(element, salt)))
      throw new DppError(
        "sealed/leaf-mismatch",
        `${element.id} is not the element that the passport commits to`,
        {
          details: { id: element.id },
        },
      );
  }
}

/**
 * Holds header and clear elements against their leaves and the leaves against the root (hex, from the ledger).
 * @throws DppError `sealed/root-mismatch`, `sealed/leaf-mismatch`.
 */
export function verifyDocument(document: SealedDocument, root: string): void {
  if (documentRoot(document) !== root)
    throw new DppError("sealed/root-mismatch", "the document is not the one that the ledger commits to");
  const [leaf] = document.leaves;
  if (leaf === undefined || !equalBytes(leaf, headerLeaf(document.header, document.headerSalt)))
    throw new DppError("sealed/leaf-mismatch", "the header is not the one that the passport commits to");
  verifyElements(document.leaves, document.elements);
}
