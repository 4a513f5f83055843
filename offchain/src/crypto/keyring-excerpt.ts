/**
 * The part of a keyring that one reader needs, in the same format: what a resolver hands to a wallet with a direct group. It has another
 * content id than the keyring; a false excerpt opens nothing, because documents are held against the ledger's root.
 * Spec: docs/spec/keyring.md "Excerpt".
 */
import type { Keyring } from "../domain/keyring.js";
import { findStanzas } from "./keyring.js";

/** @param reader an attestation by name (hex), or a party or resolver by public key. Sections of others are left out. */
export function excerptKeyring(keyring: Keyring, reader: { name?: string; publicKey?: Uint8Array }): Keyring {
  const found = findStanzas(keyring, reader);
  return { ...keyring, sections: found.map(({ section, stanza }) => ({ ...section, stanzas: [stanza] })) };
}
