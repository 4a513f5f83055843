/** Who may read what an action seals: reading keys of today's live attestations. Spec: docs/spec/action.md "Sealed section". */
import { decodeSealedDocument } from "../../codec/document-sealed.js";
import { policyHash } from "../../codec/policy.js";
import { isPublicKey } from "../../crypto/x25519.js";
import { type SectionLabel, sectionName } from "../../domain/action.js";
import { fromHex } from "../../domain/bytes.js";
import { MAX_DOCUMENT_BYTES } from "../../domain/document.js";
import { DppError } from "../../domain/errors.js";
import { findGroup, type Policy, type PolicyReference } from "../../domain/policy.js";
import { verifyDocument } from "../../merkle/document.js";
import type { Context } from "../context.js";
import type { AttestationView, PassportState } from "../resolve.js";

/**
 * The policy that the passport's present document names, held against the ledger's root.
 * @throws DppError `content/missing`, `sealed/wrong-deployment`, and those of `decodeSealedDocument` and `verifyDocument`.
 */
export async function policyOfPassport(
  { content, contracts }: Pick<Context, "content" | "contracts">,
  state: PassportState,
): Promise<PolicyReference> {
  const bytes = await content.get(state.content, { maxBytes: MAX_DOCUMENT_BYTES });
  if (bytes === null)
    throw new DppError(
      "content/missing",
      `${state.content} is not on the content store: nobody can tell which groups the passport has`,
    );
  const document = decodeSealedDocument(bytes);
  if (document.config !== contracts.config.hash)
    throw new DppError("sealed/wrong-deployment", "the document belongs to another deployment");
  // Whose document it is, the root says: after a Reassign it still names the issuer of old.
  verifyDocument(document, state.dataRoot);
  return document.header.policy;
}

/** The policy with that hash among those at hand. @throws DppError `action/unknown-policy`. */
export function knownPolicy({ name, hash }: PolicyReference, policies: readonly Policy[]): Policy {
  const policy = policies.find((candidate) => policyHash(candidate) === hash);
  if (policy === undefined)
    throw new DppError(
      "action/unknown-policy",
      `the passport is under the policy ${name} (${hash}), which is not known here: add it with \`dpp policy add\``,
      { details: { policy: name, hash } },
    );
  return policy;
}

/** @throws DppError `action/unknown-group`; for a public group too, since there is nothing to seal. */
export function groupLabel(policy: Policy, group: string): SectionLabel & { readonly kind: "group" } {
  const found = findGroup(policy, group);
  const sealable = policy.groups.filter(({ access }) => access !== "public").map(({ name }) => name);
  if (found === null || found.access === "public")
    throw new DppError(
      "action/unknown-group",
      `the policy ${policy.name} has no sealed group ${group}: it has ${sealable.join(", ") || "none"}; owner is the owner's section`,
      { details: { group, groups: sealable } },
    );
  return { kind: "group", group, policy: policyHash(policy) };
}

export interface GroupReaders {
  /** X25519 public keys. */
  readonly keys: readonly Uint8Array[];
  /** Live attestations (names, hex) that can read nothing: their reading key is a point of small order. */
  readonly unusable: readonly string[];
}

/** `attestations`: all of the deployment; who is not live gets nothing. `issuer`, `actor`: attestation names. `owner`: his owner key, when it is known. */
export function readersOfGroup(
  policy: Policy,
  label: SectionLabel,
  attestations: readonly AttestationView[],
  also: { readonly issuer: string; readonly actor: string | null; readonly owner: Uint8Array | null },
): GroupReaders {
  const roles = findGroup(policy, sectionName(label))?.roles ?? [];
  const entitled = attestations.filter(
    ({ live, role, name }) => live && (roles.includes(role) || name === also.issuer || name === also.actor),
  );
  const usable = entitled.filter(({ encPk }) => isPublicKey(fromHex(encPk)));
  return {
    keys: [...usable.map(({ encPk }) => fromHex(encPk)), ...(also.owner === null ? [] : [also.owner])],
    unusable: entitled.filter((view) => !usable.includes(view)).map(({ name }) => name),
  };
}
