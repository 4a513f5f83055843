/** Event keys that a proposal would put into attestations: whoever signs it answers for them, and the ledger looks at none. Spec: docs/spec/signature-forms.md. */
import type { KeyFields } from "../../codec/event-key.js";
import { isDppError } from "../../domain/errors.js";
import type { QuorumAction } from "../../domain/proposal.js";
import { requireEventKey } from "../roles.js";

/** In words: keys that are none, or that the ledger would check under another key's table. */
export const eventKeyFaults = (action: QuorumAction): readonly string[] =>
  keysOf(action).flatMap((key) => {
    try {
      requireEventKey(key);
      return [];
    } catch (error) {
      if (isDppError(error)) return [`event key ${key.pk.slice(0, 16)}…: ${error.message}`];
      throw error;
    }
  });

function keysOf(action: QuorumAction): readonly KeyFields[] {
  if (action.act === "issue") return action.roles;
  return action.act === "recover" ? [action] : [];
}
