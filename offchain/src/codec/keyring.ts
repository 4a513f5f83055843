/** The keyring as deterministic CBOR. Spec: docs/spec/keyring.md "Encoding". Checks form, order and references; opens nothing. */
import { fromHex, toHex } from "../domain/bytes.js";
import { isGroupName, isToken } from "../domain/document.js";
import { DppError } from "../domain/errors.js";
import {
  type KeyLink,
  type Keyring,
  type KeyringGroup,
  MAX_EPOCH,
  MAX_KEYRING_BYTES,
  MAX_KEYRING_GROUPS,
  MAX_LINKS,
  MAX_SECTIONS,
  MAX_STANZAS,
  type Section,
  type SectionKind,
  type Stanza,
} from "../domain/keyring.js";
import { ROLES } from "../domain/role.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

const KIND = "dpp/keyring/1";
const KINDS: readonly SectionKind[] = ["issuer", "role", "resolver", "party"];
const ID_BYTES: Readonly<Record<SectionKind, number>> = { issuer: 0, role: 12, resolver: 32, party: 32 };
export const LINK_BYTES = 24 + 32 + 16;

const shape = cborShape("keyring/malformed");

const groupToCbor = ({ policy, name, access, roles, since }: KeyringGroup): CborInput => [
  [policy.name, policy.version, fromHex(policy.hash)],
  name,
  access,
  roles,
  since,
];

function groupFromCbor(value: CborValue, path: string): KeyringGroup {
  const [policy, name, access, roles, since] = shape.tuple(value, 5, path);
  const [policyName, version, hash] = shape.tuple(policy, 3, `${path}/0`);
  if (!isToken(policyName)) throw shape.refuse(`${path}/0/0`, "a policy's name");
  if (!isGroupName(name)) throw shape.refuse(`${path}/1`, "a group's name");
  return {
    policy: {
      name: policyName,
      version: shape.int(version, `${path}/0/1`),
      hash: toHex(shape.bytes(hash, 32, 32, `${path}/0/2`)),
    },
    name,
    access: shape.oneOf(access, ["escrow", "direct"], `${path}/2`),
    roles: shape.list(roles, ROLES.length, `${path}/3`, (role, at) => shape.oneOf(role, ROLES, at)),
    since: shape.int(since, `${path}/4`, MAX_EPOCH),
  };
}

/** `[kind, role | null, groups, [id, keyEpoch, sealed, …]]`: stanzas lie flat, which saves a byte each and much decoding. */
const sectionToCbor = ({ kind, role, groups, stanzas }: Section): CborInput => [
  kind,
  role,
  groups,
  stanzas.flatMap(({ id, keyEpoch, sealed }): CborInput[] => [fromHex(id), keyEpoch, sealed]),
];

function sectionFromCbor(value: CborValue, path: string): Section {
  const [kindValue, roleValue, groupsValue, flat] = shape.tuple(value, 4, path);
  const kind = shape.oneOf(kindValue, KINDS, `${path}/0`);
  if ((kind === "role") !== (roleValue !== null))
    throw shape.refuse(`${path}/1`, "a role for kind role alone");
  const groups = shape.list(groupsValue, MAX_KEYRING_GROUPS, `${path}/2`, (index, at) =>
    shape.int(index, at, MAX_KEYRING_GROUPS),
  );
  const items = shape.list(flat, 3 * MAX_STANZAS, `${path}/3`, (item) => item);
  if (items.length % 3 !== 0) throw shape.refuse(`${path}/3`, "id, key epoch and sealed keys in turn");
  const sealedBytes = 32 + 32 * groups.length + 16;
  const stanzas = Array.from({ length: items.length / 3 }, (_, position): Stanza => {
    const at = `${path}/3/${3 * position}`;
    return {
      id: toHex(shape.bytes(items[3 * position], ID_BYTES[kind], ID_BYTES[kind], at)),
      keyEpoch: shape.int(items[3 * position + 1], at),
      sealed: shape.bytes(items[3 * position + 2], sealedBytes, sealedBytes, at),
    };
  });
  ascending(
    stanzas.map(({ id }) => id),
    `${path}/3`,
  );
  if (groups.length === 0) throw shape.refuse(`${path}/2`, "at least one group");
  ascending(groups, `${path}/2`);
  return {
    kind,
    role: roleValue === null ? null : shape.oneOf(roleValue, ROLES, `${path}/1`),
    groups,
    stanzas,
  };
}

const linkToCbor = ({ group, epoch, sealed }: KeyLink): CborInput => [group, epoch, sealed];

function linkFromCbor(value: CborValue, path: string): KeyLink {
  const [group, epoch, sealed] = shape.tuple(value, 3, path);
  return {
    group: shape.int(group, `${path}/0`, MAX_KEYRING_GROUPS),
    epoch: shape.int(epoch, `${path}/1`, MAX_EPOCH),
    sealed: shape.bytes(sealed, LINK_BYTES, LINK_BYTES, `${path}/2`),
  };
}

function ascending(values: readonly (string | number)[], path: string): void {
  values.forEach((value, position) => {
    const before = values[position - 1];
    if (before !== undefined && before >= value)
      throw shape.refuse(path, "ascending order without repetition");
  });
}

/** @throws DppError `keyring/too-large`. */
export function encodeKeyring(keyring: Keyring): Uint8Array {
  const bytes = encodeCbor({
    kind: KIND,
    config: fromHex(keyring.config),
    issuer: fromHex(keyring.issuer),
    epoch: keyring.epoch,
    groups: keyring.groups.map(groupToCbor),
    sections: keyring.sections.map(sectionToCbor),
    links: keyring.links.map(linkToCbor),
  });
  if (bytes.length > MAX_KEYRING_BYTES)
    throw new DppError("keyring/too-large", `the keyring exceeds ${MAX_KEYRING_BYTES} bytes`);
  return bytes;
}

/** @throws DppError `cbor/*`, `keyring/malformed`, `keyring/version`. */
export function decodeKeyring(bytes: Uint8Array): Keyring {
  const map = shape.map(
    decodeCbor(bytes, MAX_KEYRING_BYTES),
    ["kind", "config", "issuer", "epoch", "groups", "sections", "links"],
    "",
  );
  if (map.kind !== KIND) throw new DppError("keyring/version", `this reader knows ${KIND}`);
  const keyring: Keyring = {
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    issuer: toHex(shape.bytes(map.issuer, 13, 28, "/issuer")),
    epoch: shape.int(map.epoch, "/epoch", MAX_EPOCH),
    groups: shape.list(map.groups, MAX_KEYRING_GROUPS, "/groups", groupFromCbor),
    sections: shape.list(map.sections, MAX_SECTIONS, "/sections", sectionFromCbor),
    links: shape.list(map.links, MAX_LINKS, "/links", linkFromCbor),
  };
  assertReferences(keyring);
  return keyring;
}

function assertReferences({ epoch, groups, sections, links }: Keyring): void {
  const names = groups.map(({ policy, name }) => `${policy.hash}/${name}`);
  if (new Set(names).size !== names.length) throw shape.refuse("/groups", "each group once");
  if (groups.some(({ since }) => since > epoch))
    throw shape.refuse("/groups", "groups of epochs up to the newest");
  if (sections.some((section) => section.groups.some((index) => index >= groups.length)))
    throw shape.refuse("/sections", "groups that the keyring has");
  const expected = groups.flatMap(({ since }, group) =>
    Array.from({ length: epoch - since }, (_, offset) => ({ group, epoch: since + offset })),
  );
  const complete =
    links.length === expected.length &&
    links.every((link, position) => {
      const { group, epoch: at } = expected[position] ?? {};
      return link.group === group && link.epoch === at;
    });
  if (!complete) throw shape.refuse("/links", "one link for each group and epoch before the newest");
}
