/** What the key in an attestation is, and whether the ledger of this deployment checks its signatures. Spec: docs/spec/signature-forms.md. */
import type { KeyFields } from "../../codec/event-key.js";
import { requireWellFormed } from "../../crypto/event-key-form.js";
import type { Config } from "../../domain/config.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { formOf, type SignatureForm } from "../../domain/event-key.js";
import { formWords, UNCHECKED_WORDS } from "../../domain/event-key-words.js";
import { lacking } from "../../tx/contracts.js";
import { needsTable } from "../../tx/tables.js";

export interface KeyStanding {
  /** `null`: of none. */
  readonly form: SignatureForm | null;
  readonly words: string;
  /** Whether a pack under this key can get on the ledger. Without a key there is nothing to check. */
  readonly checkedByLedger: boolean;
  /** What is wrong with the key: nothing it signs counts. */
  readonly flaw: { readonly code: string; readonly message: string } | null;
}

export function keyStanding(key: KeyFields, config: Pick<Config, "scripts">): KeyStanding {
  const form = formOf(key.alg, key.pk);
  const flaw = form === "none" ? null : flawIn(key);
  const checkedByLedger = flaw === null && form !== "none" && !isUnchecked(key, config);
  const notes = [
    ...(flaw === null ? [] : [flaw.code]),
    ...(form !== "none" && isUnchecked(key, config) ? [UNCHECKED_WORDS] : []),
  ];
  return { form, words: [formWords(form), ...notes].join(", "), checkedByLedger, flaw };
}

/** Of forms 2 and 3, in a deployment whose config names no script `p256`. */
export const isUnchecked = (key: KeyFields, config: Pick<Config, "scripts">): boolean =>
  needsTable(key) && lacking(config).includes("p256");

function flawIn(key: KeyFields): KeyStanding["flaw"] {
  try {
    requireWellFormed(key);
    return null;
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** Before anybody pays for what this deployment can never use. @throws DppError `role/form-unchecked`. */
export function requireChecked(key: KeyFields, config: Pick<Config, "scripts">): void {
  if (!isUnchecked(key, config)) return;
  throw new DppError(
    "role/form-unchecked",
    `this deployment was founded without the script p256: its ledger does not check ${formWords(formOf(key.alg, key.pk))} keys, and nobody can append what they sign. Take an Ed25519 key, or accredit it all the same with --unchecked`,
  );
}
