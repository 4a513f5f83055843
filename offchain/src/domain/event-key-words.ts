/** The forms of event keys as people read them. No ledger shows where a key lies, so no word says that it lies in hardware. */
import { formOfLength, type SignatureForm } from "./event-key.js";
import type { ThreadEntry } from "./pack.js";

const WORDS: Readonly<Record<SignatureForm, string>> = {
  none: "no event key",
  Ed25519: "Ed25519",
  "P-256": "P-256 (form of secure elements)",
  WebAuthn: "WebAuthn (user verified)",
};

/** `null`: `alg` and `pk` are of no form. */
export const formWords = (form: SignatureForm | null): string =>
  form === null ? "a form that nothing here checks" : WORDS[form];

export const UNCHECKED_WORDS = "not checked by the ledger of this deployment";

/** Forms of the signatures that the ledger checked when it wrote the entry, in words: of the source, or of the parties in their order; none for a gap. */
export const writtenForms = (entry: ThreadEntry): readonly string[] =>
  (entry.kind === "append" ? [entry] : entry.kind === "co-append" ? entry.parties : []).map(({ pk }) =>
    formWords(formOfLength(pk.length / 2)),
  );
