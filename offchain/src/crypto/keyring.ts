/** Making and opening a manufacturer's keyring. Spec: docs/spec/keyring.md. `keyring-refresh.ts` keeps it up to date. */
import { policyReference } from "../codec/policy.js";
import { concat, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { KeyLink, Keyring, KeyringGroup, Section, Stanza } from "../domain/keyring.js";
import type { Policy } from "../domain/policy.js";
import { roleOfName } from "../domain/tokens.js";
import { KEY_BYTES, openBox } from "./aead.js";
import type { Entropy } from "./entropy.js";
import { type GroupKeyring, groupKeyring } from "./group-keys.js";
import { type HpkeSealer, hpkeOpen, hpkeSealer } from "./hpke.js";
import { linkAad, stanzaContext } from "./keyring-context.js";
import {
  type Issuer,
  type PlannedSection,
  planSections,
  type Recipient,
  withPolicies,
} from "./keyring-recipients.js";
import { publicKeyOf } from "./x25519.js";

export interface KeyringInput {
  /** Config policy, hex. */
  readonly config: string;
  readonly issuer: Issuer;
  /** Whose sealed groups get keys. */
  readonly policies: readonly Policy[];
  readonly recipients: readonly Recipient[];
  readonly random: Entropy;
}

/** A keyring of epoch 0, without `unusableRecipients`. @throws DppError `keyring/bad-public-key` (the issuer's own), `keyring/unknown-group`, `keyring/duplicate-recipient`. */
export async function createKeyring(input: KeyringInput): Promise<Keyring> {
  const { config, issuer, recipients, random } = input;
  const groups = withPolicies(
    [],
    input.policies.map((policy) => ({ policy, reference: policyReference(policy) })),
    0,
  );
  const plan = planSections(groups, issuer, recipients);
  const keys = groups.map(() => random.bytes(KEY_BYTES));
  const names = { config, issuer: issuer.name, epoch: 0, groups };
  return { ...names, sections: await sealSections(names, plan, keys, [], random), links: [] };
}

type Names = Pick<Keyring, "config" | "issuer" | "epoch" | "groups">;

/** Seals the newest keys to every planned member; a stanza in `kept` (same section, same member) is taken as it stands. */
export async function sealSections(
  names: Names,
  plan: readonly PlannedSection[],
  keys: readonly Uint8Array[],
  kept: readonly Section[],
  random: Entropy,
): Promise<readonly Section[]> {
  const seal = hpkeSealer(random);
  const sections: Section[] = [];
  for (const planned of plan) {
    const old = kept.find((section) => sameReaders(section, planned));
    const stanzas = new Map(old?.stanzas.map((stanza) => [stanza.id, stanza]));
    sections.push(await sealSection(names, planned, keys, stanzas, seal));
  }
  return sections;
}

async function sealSection(
  names: Names,
  { members, ...section }: PlannedSection,
  keys: readonly Uint8Array[],
  kept: ReadonlyMap<string, Stanza>,
  seal: HpkeSealer,
): Promise<Section> {
  const plaintext = concat(...section.groups.map((index) => keys[index] as Uint8Array));
  const stanzas: Stanza[] = [];
  for (const { id, keyEpoch, publicKey } of members) {
    const context = stanzaContext(names, section, { id, keyEpoch });
    stanzas.push(kept.get(id) ?? { id, keyEpoch, sealed: await seal(publicKey, plaintext, context) });
  }
  return { ...section, stanzas };
}

/** Two sections hold the same keys for the same kind of reader. */
export const sameReaders = (
  a: Pick<Section, "kind" | "role" | "groups">,
  b: Pick<Section, "kind" | "role" | "groups">,
): boolean => a.kind === b.kind && a.role === b.role && `${a.groups}` === `${b.groups}`;

/** Who opens: an attestation by its name, or a party or the resolver by its key alone. */
export interface Reader {
  /** Attestation name, hex. */
  readonly name?: string;
  readonly secretKey: Uint8Array;
}

/**
 * All group keys that the reader is entitled to, of every epoch.
 * @throws DppError `keyring/not-a-recipient`, `keyring/cannot-open` (altered, or for a key that the reader no longer has), `keyring/tampered`.
 */
export async function openKeyring(keyring: Keyring, reader: Reader): Promise<GroupKeyring> {
  const found = findStanzas(keyring, reader);
  if (found.length === 0)
    throw new DppError("keyring/not-a-recipient", "the manufacturer's keyring has nothing for this reader");
  const newest = new Map<number, Uint8Array>();
  for (const { section, stanza } of found) {
    const plaintext = await hpkeOpen(
      reader.secretKey,
      stanza.sealed,
      stanzaContext(keyring, section, stanza),
    );
    section.groups.forEach((index, position) => {
      newest.set(index, plaintext.slice(position * KEY_BYTES, (position + 1) * KEY_BYTES));
    });
  }
  const links = new Map(keyring.links.map((link) => [`${link.group} ${link.epoch}`, link]));
  const entries = [...newest].map(([index, key]) => {
    const group = keyring.groups[index] as KeyringGroup;
    return {
      id: { policy: group.policy.hash, group: group.name },
      keys: walkBack(keyring, index, key, links),
    };
  });
  const { config, issuer, epoch } = keyring;
  return groupKeyring({ config, issuer, epoch }, entries);
}

interface Found {
  readonly section: Section;
  readonly stanza: Stanza;
}

/** The reader's stanzas: one, but for a key that is both resolver and party. */
export function findStanzas(
  keyring: Keyring,
  reader: { name?: string; secretKey?: Uint8Array; publicKey?: Uint8Array },
): readonly Found[] {
  const pick = (matches: (section: Section) => boolean, id: string): Found[] =>
    keyring.sections.flatMap((section) =>
      matches(section)
        ? section.stanzas.filter((stanza) => stanza.id === id).map((stanza) => ({ section, stanza }))
        : [],
    );
  const { name, secretKey } = reader;
  if (name !== undefined && name === keyring.issuer) return pick(({ kind }) => kind === "issuer", "");
  if (name !== undefined) {
    const role = roleOfName(name);
    return pick((section) => section.kind === "role" && section.role === role, name.slice(-24));
  }
  const publicKey = reader.publicKey ?? (secretKey === undefined ? null : publicKeyOf(secretKey));
  return publicKey === null
    ? []
    : pick(({ kind }) => kind === "resolver" || kind === "party", toHex(publicKey));
}

/** Every epoch's key of a group, from the newest through the links. */
function walkBack(
  keyring: Keyring,
  index: number,
  newest: Uint8Array,
  links: ReadonlyMap<string, KeyLink>,
): ReadonlyMap<number, Uint8Array> {
  const group = keyring.groups[index] as KeyringGroup;
  const keys = new Map([[keyring.epoch, newest]]);
  let key = newest;
  for (let epoch = keyring.epoch - 1; epoch >= group.since; epoch--) {
    const link = links.get(`${index} ${epoch}`);
    if (link === undefined) throw new DppError("keyring/tampered", "a link to an older epoch is missing");
    key = openBox(key, link.sealed, linkAad(keyring, group, epoch), "keyring/tampered");
    keys.set(epoch, key);
  }
  return keys;
}
