/** Who gets which group keys: recipients sorted into a keyring's sections. Spec: docs/spec/keyring.md "Recipients". Pure; seals nothing. */
import { toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { KeyringGroup, Section, SectionKind } from "../domain/keyring.js";
import type { Policy, PolicyReference } from "../domain/policy.js";
import type { Role } from "../domain/role.js";
import { type GroupId, groupKeyName } from "./group-keys.js";
import { isPublicKey } from "./x25519.js";

/** A reader that is entitled now. */
export type Recipient =
  /** A live attestation: `name` hex, `publicKey` its `enc_pk`. */
  | {
      readonly kind: "role";
      readonly role: Role;
      readonly name: string;
      readonly keyEpoch: number;
      readonly publicKey: Uint8Array;
    }
  /** The resolver that serves escrow groups. */
  | { readonly kind: "resolver"; readonly publicKey: Uint8Array }
  /** Somebody whom the manufacturer names. */
  | { readonly kind: "party"; readonly publicKey: Uint8Array; readonly groups: readonly GroupId[] };

/** The manufacturer itself: reads every group, so that it can extend the keyring with no other state. */
export interface Issuer {
  /** Attestation name, hex. */
  readonly name: string;
  readonly keyEpoch: number;
  readonly publicKey: Uint8Array;
}

export interface Member {
  readonly id: string;
  readonly keyEpoch: number;
  readonly publicKey: Uint8Array;
}

export interface PlannedSection extends Pick<Section, "kind" | "role" | "groups"> {
  readonly members: readonly Member[];
}

const SERIAL_DIGITS = 24;

const all = (groups: readonly KeyringGroup[], holds: (group: KeyringGroup) => boolean): number[] =>
  groups.flatMap((group, index) => (holds(group) ? [index] : []));

function entitlement(groups: readonly KeyringGroup[], recipient: Recipient): number[] {
  if (recipient.kind === "role") return all(groups, ({ roles }) => roles.includes(recipient.role));
  if (recipient.kind === "resolver") return all(groups, ({ access }) => access === "escrow");
  const wanted = new Set(recipient.groups.map(groupKeyName));
  const found = all(groups, ({ policy, name }) =>
    wanted.has(groupKeyName({ policy: policy.hash, group: name })),
  );
  if (found.length !== wanted.size)
    throw new DppError(
      "keyring/unknown-group",
      "a party is named for a group that no policy of the keyring has",
    );
  return found;
}

const memberOf = (recipient: Recipient): Member =>
  recipient.kind === "role"
    ? {
        id: recipient.name.slice(-SERIAL_DIGITS),
        keyEpoch: recipient.keyEpoch,
        publicKey: recipient.publicKey,
      }
    : { id: toHex(recipient.publicKey), keyEpoch: 0, publicKey: recipient.publicKey };

/**
 * Recipients that nothing can be sealed to, because their public key is a point of small order. They are left out instead of refused: the ledger
 * lets a holder put any 32 bytes into his attestation, and nobody may stop a keyring's refresh, and so the cut-off of others, that way.
 */
export const unusableRecipients = (recipients: readonly Recipient[]): readonly Recipient[] =>
  recipients.filter(({ publicKey }) => !isPublicKey(publicKey));

/**
 * Sections with their members, in the order in which the keyring lists them. Recipients that read nothing or have an unusable key are left out.
 * @throws DppError `keyring/unknown-group`, `keyring/duplicate-recipient`.
 */
export function planSections(
  groups: readonly KeyringGroup[],
  issuer: Issuer,
  recipients: readonly Recipient[],
): readonly PlannedSection[] {
  const sections = new Map<
    string,
    { kind: SectionKind; role: Role | null; groups: number[]; members: Member[] }
  >();
  const seen = new Set<string>();
  for (const recipient of recipients) {
    const member = memberOf(recipient);
    const role = recipient.kind === "role" ? recipient.role : null;
    const identity = `${recipient.kind} ${role} ${member.id}`;
    if (seen.has(identity))
      throw new DppError("keyring/duplicate-recipient", "a recipient is named twice", {
        details: { id: member.id },
      });
    seen.add(identity);
    const held = entitlement(groups, recipient);
    if (held.length === 0 || !isPublicKey(recipient.publicKey)) continue;
    const key = `${recipient.kind} ${role} ${held}`;
    const section = sections.get(key) ?? { kind: recipient.kind, role, groups: held, members: [] };
    section.members.push(member);
    sections.set(key, section);
  }
  const own: PlannedSection = {
    kind: "issuer",
    role: null,
    groups: all(groups, () => true),
    members: [{ id: "", keyEpoch: issuer.keyEpoch, publicKey: issuer.publicKey }],
  };
  const rest = [...sections.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, section]) => section);
  return [own, ...rest].map((section) => ({
    ...section,
    members: [...section.members].sort((a, b) => (a.id < b.id ? -1 : 1)),
  }));
}

/** The sealed groups of policies that are not yet in `known`, after the known ones: positions never change. */
export function withPolicies(
  known: readonly KeyringGroup[],
  policies: readonly { readonly policy: Policy; readonly reference: PolicyReference }[],
  since: number,
): readonly KeyringGroup[] {
  const hashes = new Set(known.map(({ policy }) => policy.hash));
  const added = policies
    .filter(({ reference }) => !hashes.has(reference.hash))
    .flatMap(({ policy, reference }) =>
      policy.groups.flatMap(({ name, access, roles }): KeyringGroup[] =>
        access === "public" ? [] : [{ policy: reference, name, access, roles, since }],
      ),
    );
  return [...known, ...added];
}
