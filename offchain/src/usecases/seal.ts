/** Sealing a passport: elements to leaves, groups to ciphertexts, all into one document. Pure. Spec: docs/spec/document.md. */
import { checkHeader } from "../codec/document.js";
import { encodeSealedDocument } from "../codec/document-sealed.js";
import { policyReference } from "../codec/policy.js";
import { type EnvelopeContext, sealGroup } from "../crypto/envelope.js";
import { type GroupKeyring, newestKey } from "../crypto/group-keys.js";
import { toHex } from "../domain/bytes.js";
import { type Header, SALT_BYTES, type SaltedElement, type SealedDocument } from "../domain/document.js";
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
  readonly header: Omit<Header, "policy" | "granularity">;
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
  const header = checkHeader({ ...input.header, granularity: "item", policy: policyReference(policy) });
  if (policy.categories[header.category] === undefined)
    throw new DppError("document/category", `the policy ${policy.name} has no category ${header.category}`);
  if (keys.config !== config || keys.issuer !== header.issuer.attestation)
    throw new DppError("seal/foreign-keys", "the group keys belong to another deployment or manufacturer");

  const headerSalt = random.bytes(SALT_BYTES);
  const salted = saltElements(input.elements, random);
  const leaves = [
    headerLeaf(header, headerSalt),
    ...salted.map(({ element, salt }) => elementLeaf(element, salt)),
  ];
  const root = toHex(merkleRoot(leaves));
  const context = { config, issuer: header.issuer.attestation, policy: header.policy.hash, root };
  const byGroup = elementsByGroup(policy, salted);
  const document: SealedDocument = {
    config,
    header,
    headerSalt,
    elements: salted.filter(({ element }) => groupOf(policy, element).access === "public"),
    leaves,
    groups: sealGroups(byGroup, context, keys, random),
  };
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

function elementsByGroup(
  policy: Policy,
  elements: readonly SaltedElement[],
): ReadonlyMap<PolicyGroup, readonly SaltedElement[]> {
  const groups = new Map<PolicyGroup, SaltedElement[]>();
  for (const entry of elements) {
    const group = groupOf(policy, entry.element);
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  return groups;
}

function sealGroups(
  byGroup: ReadonlyMap<PolicyGroup, readonly SaltedElement[]>,
  context: EnvelopeContext,
  keys: GroupKeyring,
  random: Random,
): SealedDocument["groups"] {
  const sealed = [...byGroup].flatMap(([{ name, access }, elements]) => {
    if (access === "public") return [];
    const key = newestKey(keys, { policy: context.policy, group: name });
    return [sealGroup({ name, access, epoch: keys.epoch }, elements, key, context, random)];
  });
  return sealed.sort((a, b) => (a.name < b.name ? -1 : 1));
}
