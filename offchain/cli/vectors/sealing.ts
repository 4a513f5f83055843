/**
 * Vectors of docs/spec/document.md and keyring.md. The secret keys in them are made from a published seed: they protect nothing.
 * Random bytes are drawn from `seededRandom` (blake2b_256 of "{seed}/{counter}") in the order in which the code draws them.
 */
import { encodeElement, encodeHeader } from "../../src/codec/document.js";
import { encodeKeyring } from "../../src/codec/keyring.js";
import { policyHash } from "../../src/codec/policy.js";
import { openKeyring } from "../../src/crypto/keyring.js";
import { refreshKeyring } from "../../src/crypto/keyring-refresh.js";
import { toHex } from "../../src/domain/bytes.js";
import type { Element } from "../../src/domain/element.js";
import type { Keyring } from "../../src/domain/keyring.js";
import { parsePolicy } from "../../src/domain/policy-file.js";
import { documentRoot, elementLeaf, headerLeaf } from "../../src/merkle/document.js";
import {
  type Actor,
  asIssuer,
  type SealedWorld,
  sealedWorld,
  sealIn,
} from "../../src/testing/sealed-world.js";

const ELEMENTS: readonly Element[] = [
  { id: "lamp.colour", type: "string", value: "grün", unit: null },
  { id: "lamp.mass", type: "decimal", value: "0.250", unit: "kg" },
  { id: "lamp.made", type: "yearMonth", value: "2026-08", unit: null },
  { id: "lamp.parts", type: "list", value: [{ count: 2, name: "Screw" }, "Shade", true, []], unit: null },
  {
    id: "lamp.service",
    type: "object",
    value: { manual: "https://lamps.example/m", open: false },
    unit: null,
  },
  { id: "lamp.spectrum", type: "absent", value: "notAvailable", unit: null },
];

const groupOf = (id: string): string =>
  id === "lamp.parts" ? "service" : id === "lamp.service" ? "near" : "public";

const policy = parsePolicy({
  name: "lamp",
  version: 1,
  title: "Lamp",
  categories: { lamp: "Lamp" },
  missingMandatory: "warn",
  groups: [
    { name: "public", access: "public", roles: [] },
    { name: "service", access: "escrow", roles: ["REPAIRER", "AUTHORITY"] },
    { name: "near", access: "direct", roles: ["REPAIRER"] },
  ],
  elements: ELEMENTS.map(({ id }) => ({ id, group: groupOf(id), shape: { type: "string" }, label: id })),
});

const world = (): Promise<SealedWorld> => sealedWorld("vectors", [policy]);

export async function documentVectors() {
  const { document } = await sealIn(await world(), policy, ELEMENTS);
  const salt = new Uint8Array(32).fill(7);
  return {
    spec: "docs/spec/document.md",
    header: {
      header: document.header,
      cbor: toHex(encodeHeader(document.header)),
      salt: toHex(salt),
      leaf: toHex(headerLeaf(document.header, salt)),
    },
    elements: ELEMENTS.map((element) => ({
      element,
      cbor: toHex(encodeElement(element)),
      salt: toHex(salt),
      leaf: toHex(elementLeaf(element, salt)),
    })),
  };
}

export async function sealedVectors() {
  const there = await world();
  const { bytes, document, expected } = await sealIn(there, policy, ELEMENTS);
  const keys = await openKeyring(there.keyring, there.manufacturer);
  return {
    spec: "docs/spec/document.md",
    policyHash: policyHash(policy),
    expected,
    root: documentRoot(document),
    groupKeys: document.groups.map(({ name, epoch }) => ({
      group: name,
      epoch,
      key: toHex(keys.key({ policy: policyHash(policy), group: name }, epoch) ?? new Uint8Array()),
    })),
    elementsByGroup: Object.fromEntries(
      policy.groups.map(({ name }) => [
        name,
        ELEMENTS.map(({ id }) => id)
          .filter((id) => groupOf(id) === name)
          .sort(),
      ]),
    ),
    document: toHex(bytes),
  };
}

export async function keyringVectors() {
  const there = await world();
  const { manufacturer, repairer, authority, resolver, recipients, random } = there;
  const { keyring } = await refreshKeyring({
    keyring: there.keyring,
    secretKey: manufacturer.secretKey,
    issuer: asIssuer(manufacturer),
    policies: [],
    recipients: recipients.filter((it) => it.kind !== "role" || it.name !== authority.name),
    random,
  });
  const readers = { manufacturer, repairer, resolver };
  return {
    spec: "docs/spec/keyring.md",
    note: "second epoch: the authority of the first is gone",
    keyring: toHex(encodeKeyring(keyring)),
    readers: Object.fromEntries(
      await Promise.all(
        Object.entries(readers).map(
          async ([name, reader]) => [name, await readerVector(keyring, reader)] as const,
        ),
      ),
    ),
    refused: { name: authority.name, secretKey: toHex(authority.secretKey), code: "keyring/not-a-recipient" },
  };
}

async function readerVector(
  keyring: Keyring,
  reader: Pick<Actor, "secretKey" | "publicKey"> & { name?: string },
) {
  const held = await openKeyring(keyring, reader);
  return {
    name: reader.name ?? null,
    secretKey: toHex(reader.secretKey),
    publicKey: toHex(reader.publicKey),
    keys: held.groups.flatMap((id) =>
      [0, 1].map((epoch) => ({ ...id, epoch, key: toHex(held.key(id, epoch) ?? new Uint8Array()) })),
    ),
  };
}
