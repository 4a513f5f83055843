/** Sealing a passport: elements to leaves, groups to ciphertexts, all into one document. Pure. Spec: docs/spec/document.md. */
import { checkHeader } from "../codec/document.js";
import { encodeSealedDocument } from "../codec/document-sealed.js";
import { policyReference } from "../codec/policy.js";
import { sealGroup } from "../crypto/envelope.js";
import { type GroupKeyring, newestKey } from "../crypto/group-keys.js";
import { toHex } from "../domain/bytes.js";
import {
  type GroupLabel,
  type Header,
  SALT_BYTES,
  type SaltedElement,
  type SealedDocument,
} from "../domain/document.js";
import { checkElement, compareIds, type Element, MAX_ELEMENTS } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import { findGroup, type Policy, type PolicyGroup } from "../domain/policy.js";
import { elementLeaf, headerLeaf } from "../merkle/document.js";
import { merkleRoot } from "../merkle/tree.js";
import type { Random } from "../ports/clock.js";

export interface SealInput {
  /** Config policy of the deployment, hex. */
  readonly config: string;
  readonly policy: Policy;
  readonly header: Omit<Header, "policy" | "granularity" | "sealedGroups">;
  /** In any order; already held against the policy (`checkElements`). */
  readonly elements: readonly Element[];
  /** The manufacturer's own, of its newest keyring. */
  readonly keys: GroupKeyring;
  readonly random: Random;
}

export interface SealedPassport {
  readonly bytes: Uint8Array;
  readonly document: SealedDocument;
  /** `data_root` for the datum, hex. */
  readonly root: string;
}

/**
 * @throws DppError `document/unknown-element`, `document/duplicate-element`, `document/too-many-elements`, `document/header`,
 *   `document/category`, `seal/foreign-keys`, `keyring/no-key`.
 */
export function sealPassport(input: SealInput): SealedPassport {
  const { config, policy, keys, random } = input;
  const { category, issuer } = input.header;
  if (!Object.hasOwn(policy.categories, category))
    throw new DppError("document/category", `the policy ${policy.name} has no category ${category}`);
  if (keys.config !== config || keys.issuer !== issuer.attestation)
    throw new DppError("seal/foreign-keys", "the group keys belong to another deployment or manufacturer");

  const salted = saltElements(input.elements, random);
  const { clear, sealed } = elementsByGroup(policy, salted, keys.epoch);
  const header = checkHeader({
    ...input.header,
    granularity: "item",
    policy: policyReference(policy),
    sealedGroups: sealed.map(({ label }) => label),
  });
  const headerSalt = random.bytes(SALT_BYTES);
  const leaves = [
    headerLeaf(header, headerSalt),
    ...salted.map(({ element, salt }) => elementLeaf(element, salt)),
  ];
  const root = toHex(merkleRoot(leaves));
  const context = { config, issuer: issuer.attestation, policy: header.policy.hash, root };
  const groups = sealed.map(({ label, elements }) => {
    const key = newestKey(keys, { policy: context.policy, group: label.name });
    return sealGroup(label, elements, key, context, random);
  });
  const document: SealedDocument = { config, header, headerSalt, elements: clear, leaves, groups };
  return { bytes: encodeSealedDocument(document), document, root };
}

function saltElements(elements: readonly Element[], random: Random): readonly SaltedElement[] {
  if (elements.length > MAX_ELEMENTS)
    throw new DppError("document/too-many-elements", `a passport has at most ${MAX_ELEMENTS} elements`);
  const sorted = [...elements].sort(compareIds);
  sorted.forEach(({ id }, position) => {
    if (sorted[position + 1]?.id === id)
      throw new DppError("document/duplicate-element", `${id} stands twice`, { details: { id } });
  });
  return sorted.map((element, position) => ({
    index: position + 1,
    element: checkElement(element),
    salt: random.bytes(SALT_BYTES),
  }));
}

function groupOf(policy: Policy, { id }: Element): PolicyGroup {
  const entry = policy.elements.find((element) => element.id === id);
  const group = entry === undefined ? null : findGroup(policy, entry.group);
  if (group === null)
    throw new DppError("document/unknown-element", `the policy ${policy.name} has no element ${id}`, {
      details: { id },
    });
  return group;
}

interface LabelledElements {
  readonly label: GroupLabel;
  readonly elements: readonly SaltedElement[];
}

function elementsByGroup(
  policy: Policy,
  elements: readonly SaltedElement[],
  epoch: number,
): { readonly clear: readonly SaltedElement[]; readonly sealed: readonly LabelledElements[] } {
  const byGroup = new Map<PolicyGroup, SaltedElement[]>();
  for (const entry of elements) {
    const group = groupOf(policy, entry.element);
    const list = byGroup.get(group);
    if (list === undefined) byGroup.set(group, [entry]);
    else list.push(entry);
  }
  const sealed = [...byGroup].flatMap(([{ name, access }, list]): LabelledElements[] =>
    access === "public" ? [] : [{ label: { name, access, epoch }, elements: list }],
  );
  return {
    clear: elements.filter(({ element }) => groupOf(policy, element).access === "public"),
    sealed: sealed.sort((a, b) => (a.label.name < b.label.name ? -1 : 1)),
  };
}
