/** The hash that stands for a policy in a document's header. Spec: docs/spec/policy.md "Hash". */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, toHex, utf8 } from "../domain/bytes.js";
import type { FieldShape, Policy, PolicyReference, Shape } from "../domain/policy.js";
import { type CborInput, encodeCbor } from "./cbor.js";

const DOMAIN = utf8("dpp/policy/1");

/** Absent members are left out, so that a later version of this format can add some without changing old hashes. */
const present = (members: Readonly<Record<string, CborInput | undefined>>): CborInput =>
  Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, CborInput] => entry[1] !== undefined),
  );

function shapeToCbor(shape: FieldShape | Shape): CborInput {
  const { label, optional } = shape as FieldShape;
  const common = { type: shape.type, label, optional };
  if (shape.type === "list") return present({ ...common, items: shapeToCbor(shape.items) });
  if (shape.type === "object") {
    const fields = Object.entries(shape.fields).map(([name, field]) => [name, shapeToCbor(field)] as const);
    return present({ ...common, fields: Object.fromEntries(fields) });
  }
  const { unit, oneOf, min, max } = shape;
  return present({ ...common, unit, oneOf, min, max });
}

/** The policy as deterministic CBOR. */
export const encodePolicy = (policy: Policy): Uint8Array =>
  encodeCbor({
    name: policy.name,
    version: policy.version,
    title: policy.title,
    categories: policy.categories,
    missingMandatory: policy.missingMandatory,
    groups: policy.groups.map(({ name, access, roles }) => ({ name, access, roles })),
    elements: policy.elements.map((element) => ({
      id: element.id,
      group: element.group,
      shape: shapeToCbor(element.shape),
      label: element.label,
      source: element.source,
      number: element.number,
      lifecycle: element.lifecycle,
      applicability: element.applicability,
    })),
  });

/** Policies never change once they are made, and hashing one costs more than sealing a passport. */
const known = new WeakMap<Policy, string>();

/** `blake2b_256("dpp/policy/1" ‖ CBOR)`, hex. */
export function policyHash(policy: Policy): string {
  const hash = known.get(policy) ?? toHex(blake2b(concat(DOMAIN, encodePolicy(policy)), { dkLen: 32 }));
  known.set(policy, hash);
  return hash;
}

export const policyReference = (policy: Policy): PolicyReference => ({
  name: policy.name,
  version: policy.version,
  hash: policyHash(policy),
});
