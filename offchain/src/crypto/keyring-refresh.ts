/**
 * Keeping a keyring up to date with who is entitled now. Somebody lost the entitlement or changed a key: a new epoch, with new keys for all
 * groups. Somebody joined: new stanzas in the same epoch. Spec: docs/spec/keyring.md "Refresh".
 */
import { policyReference } from "../codec/policy.js";
import { DppError } from "../domain/errors.js";
import { type KeyLink, type Keyring, type KeyringGroup, MAX_EPOCH, type Section } from "../domain/keyring.js";
import { KEY_BYTES, sealBox } from "./aead.js";
import { newestKey } from "./group-keys.js";
import { type KeyringInput, openKeyring, sealSections } from "./keyring.js";
import { linkAad } from "./keyring-context.js";
import {
  type PlannedSection,
  planSections,
  type Recipient,
  unusableRecipients,
  withPolicies,
} from "./keyring-recipients.js";

export interface RefreshInput extends Omit<KeyringInput, "config"> {
  readonly keyring: Keyring;
  /** The issuer's reading key that the old keyring is sealed to; after a rotation, the one before it. */
  readonly secretKey: Uint8Array;
}

export interface Refresh {
  readonly keyring: Keyring;
  readonly change: RefreshPlan["change"];
  /** Readers that joined or got more, and readers that left, lost groups or changed keys: `kind:role:id`. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Recipients that were left out because nothing can be sealed to their public key. */
  readonly unusable: readonly Recipient[];
}

export interface RefreshPlan {
  readonly change: "none" | "extended" | "epoch";
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

interface Reading {
  readonly keyEpoch: number;
  readonly groups: ReadonlySet<number>;
}

/** Who reads which groups, by `kind:role:id`. */
const readings = (
  sections: readonly {
    readonly section: Pick<Section, "kind" | "role" | "groups">;
    readonly members: readonly { readonly id: string; readonly keyEpoch: number }[];
  }[],
): ReadonlyMap<string, Reading> =>
  new Map(
    sections.flatMap(({ section, members }) =>
      members.map(({ id, keyEpoch }): [string, Reading] => [
        [section.kind, section.role, id].filter(Boolean).join(":"),
        { keyEpoch, groups: new Set(section.groups) },
      ]),
    ),
  );

/** Compares who reads what; group positions mean the same on both sides. */
export function planRefresh(old: Pick<Keyring, "sections">, plan: readonly PlannedSection[]): RefreshPlan {
  const before = readings(old.sections.map((section) => ({ section, members: section.stanzas })));
  const after = readings(plan.map((section) => ({ section, members: section.members })));
  const removed = [...before].filter(([reader, { keyEpoch, groups }]) => {
    const now = after.get(reader);
    return (
      now === undefined || now.keyEpoch !== keyEpoch || [...groups].some((group) => !now.groups.has(group))
    );
  });
  const added = [...after].filter(([reader, { groups }]) => {
    const then = before.get(reader);
    return then === undefined || [...groups].some((group) => !then.groups.has(group));
  });
  return {
    change: removed.length > 0 ? "epoch" : added.length > 0 ? "extended" : "none",
    added: added.map(([reader]) => reader),
    removed: removed.map(([reader]) => reader),
  };
}

/**
 * @returns the keyring for the current recipients; the same object when nothing changed.
 * @throws DppError `keyring/wrong-issuer`, `keyring/epochs-exhausted`, those of `openKeyring` and of `createKeyring`.
 */
export async function refreshKeyring(input: RefreshInput): Promise<Refresh> {
  const { keyring, secretKey, issuer, recipients, random } = input;
  if (issuer.name !== keyring.issuer)
    throw new DppError("keyring/wrong-issuer", "the keyring belongs to another manufacturer");
  const references = input.policies.map((policy) => ({ policy, reference: policyReference(policy) }));
  const groups = withPolicies(keyring.groups, references, keyring.epoch);
  const plan = planSections(groups, issuer, recipients);
  const { change, ...readers } = planRefresh(keyring, plan);
  const report = { change, ...readers, unusable: unusableRecipients(recipients) };
  if (change === "none") return { keyring, ...report };

  const held = await openKeyring(keyring, { name: keyring.issuer, secretKey });
  const current = keyring.groups.map(({ policy, name }) =>
    newestKey(held, { policy: policy.hash, group: name }),
  );
  if (change === "extended") {
    const keys = groups.map((_, index) => current[index] ?? random.bytes(KEY_BYTES));
    const names = { ...keyring, groups };
    const sections = await sealSections(names, plan, keys, keyring.sections, random);
    return { keyring: { ...names, sections }, ...report };
  }

  const epoch = keyring.epoch + 1;
  if (epoch > MAX_EPOCH) throw new DppError("keyring/epochs-exhausted", "the keyring has no epoch left");
  const later = groups.map((group, index) =>
    index < keyring.groups.length ? group : { ...group, since: epoch },
  );
  const keys = later.map(() => random.bytes(KEY_BYTES));
  const names = { config: keyring.config, issuer: keyring.issuer, epoch, groups: later };
  const links = current.map((old, index): KeyLink => {
    const aad = linkAad(keyring, later[index] as KeyringGroup, keyring.epoch);
    return {
      group: index,
      epoch: keyring.epoch,
      sealed: sealBox(keys[index] as Uint8Array, old, aad, random),
    };
  });
  const sections = await sealSections(names, plan, keys, [], random);
  return { keyring: { ...names, sections, links: inOrder([...keyring.links, ...links]) }, ...report };
}

const inOrder = (links: readonly KeyLink[]): readonly KeyLink[] =>
  [...links].sort((a, b) => a.group - b.group || a.epoch - b.epoch);
