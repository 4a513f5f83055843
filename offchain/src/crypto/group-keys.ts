/** Group keys in the hands of a reader, by policy, group and epoch. Spec: docs/spec/keyring.md "Group keys". */
import { DppError } from "../domain/errors.js";

/** A group is one policy's group: two policies may both have an `authority`, read by different roles. */
export interface GroupId {
  /** Policy hash, hex. */
  readonly policy: string;
  readonly group: string;
}

export const groupKeyName = ({ policy, group }: GroupId): string => `${policy}/${group}`;

export interface GroupKeyring {
  /** Config policy, hex. */
  readonly config: string;
  /** Attestation name of the manufacturer, hex. */
  readonly issuer: string;
  /** Newest epoch: what is sealed now is sealed under it. */
  readonly epoch: number;
  /** The group's key in that epoch, or `null`: not entitled, or the group is younger. */
  key(id: GroupId, epoch: number): Uint8Array | null;
  /** Groups of which the newest key is held. */
  readonly groups: readonly GroupId[];
  /** Keeps keys out of logs and JSON. */
  toJSON(): string;
}

/** @param keys by `groupKeyName`, then by epoch. */
export function groupKeyring(
  names: { readonly config: string; readonly issuer: string; readonly epoch: number },
  entries: readonly { readonly id: GroupId; readonly keys: ReadonlyMap<number, Uint8Array> }[],
): GroupKeyring {
  const byName = new Map(entries.map(({ id, keys }) => [groupKeyName(id), keys]));
  return {
    ...names,
    groups: entries.map(({ id }) => id),
    key: (id, epoch) => byName.get(groupKeyName(id))?.get(epoch) ?? null,
    toJSON: () => "[group keys]",
  };
}

/** The newest key, for sealing. @throws DppError `keyring/no-key`. */
export function newestKey(keyring: GroupKeyring, id: GroupId): Uint8Array {
  const key = keyring.key(id, keyring.epoch);
  if (key === null)
    throw new DppError("keyring/no-key", `the keyring has no key for the group ${id.group} of this policy`, {
      details: { group: id.group, policy: id.policy },
    });
  return key;
}
