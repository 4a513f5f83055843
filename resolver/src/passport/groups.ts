/** Which roles read a group: by the policy named in the document's header, or, where we do not have that policy, by the issuer's keyring. */
import type { Keyring } from "@cardano-dpp/offchain/domain/keyring";
import { findGroup } from "@cardano-dpp/offchain/domain/policy";
import type { Role } from "@cardano-dpp/offchain/domain/role";
import type { LoadedDocument } from "./document.js";

export function rolesOfGroup(
  { document, policy }: LoadedDocument,
  keyring: Keyring | null,
  name: string,
): readonly Role[] {
  if (policy !== null) return findGroup(policy, name)?.roles ?? [];
  const { hash } = document.header.policy;
  return keyring?.groups.find((group) => group.policy.hash === hash && group.name === name)?.roles ?? [];
}
