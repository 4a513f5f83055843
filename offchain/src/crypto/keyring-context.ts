/** What stanzas and links of a keyring are bound to, as bytes. Spec: docs/spec/keyring.md "Stanza", "Links". */
import { type CborInput, encodeCbor } from "../codec/cbor.js";
import { fromHex } from "../domain/bytes.js";
import type { Keyring, KeyringGroup, Section, Stanza } from "../domain/keyring.js";
import type { HpkeContext } from "./hpke.js";

type Names = Pick<Keyring, "config" | "issuer">;

const groupName = ({ policy, name, access }: KeyringGroup): CborInput => [fromHex(policy.hash), name, access];

export function stanzaContext(
  keyring: Pick<Keyring, "config" | "issuer" | "epoch" | "groups">,
  section: Pick<Section, "kind" | "role" | "groups">,
  { id, keyEpoch }: Pick<Stanza, "id" | "keyEpoch">,
): HpkeContext {
  const groups = section.groups.map((index) => groupName(keyring.groups[index] as KeyringGroup));
  return {
    info: encodeCbor(["dpp/keyring/1", "stanza", fromHex(keyring.config), fromHex(keyring.issuer)]),
    aad: encodeCbor([keyring.epoch, section.kind, section.role, fromHex(id), keyEpoch, groups]),
  };
}

/** @param epoch of the key that the link holds. */
export const linkAad = ({ config, issuer }: Names, group: KeyringGroup, epoch: number): Uint8Array =>
  encodeCbor(["dpp/keyring/1", "link", fromHex(config), fromHex(issuer), groupName(group), epoch]);
