/** Vectors of docs/spec/signature-forms.md and of joint packs (docs/spec/anchor.md): keys, signatures, entries, and the redeemer of the script `p256`. The secret keys protect nothing. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { encodeLeaf } from "../../src/codec/event.js";
import type { KeyFields } from "../../src/codec/event-key.js";
import { jointDigest, packDigest } from "../../src/codec/pack.js";
import { encodeParties } from "../../src/codec/parties.js";
import { encodeP256Proofs, statementOf } from "../../src/codec/redeemer.js";
import { encodeSignedEvent, toBeSigned } from "../../src/codec/signed-event.js";
import { encodeEntry } from "../../src/codec/thread-entry.js";
import { type Assertion, encodeAssertion } from "../../src/codec/webauthn.js";
import { requireWellFormed } from "../../src/crypto/event-key-form.js";
import { flawOf } from "../../src/crypto/event-signature.js";
import { p256Hints } from "../../src/crypto/p256.js";
import { concat, fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { JOINT_PREFIX } from "../../src/domain/joint.js";
import type { PackHeader, ThreadEntry } from "../../src/domain/pack.js";
import { PUBLISHED_SECRET_KEY } from "../../src/testing/ed25519-cases.js";
import { authenticator, p256Signer, RELYING_PARTY } from "../../src/testing/key-signers.js";
import { EVENT_CONFIG, SAMPLE_LEAF } from "./event.js";
import { refusalOf } from "./refusal.js";

const edKey: KeyFields = { alg: 1, pk: toHex(ed25519.getPublicKey(PUBLISHED_SECRET_KEY)) };
const element = p256Signer("vector element");
const tablet = authenticator("vector tablet");
const another = p256Signer("vector another");

const HEADER: PackHeader = {
  config: EVENT_CONFIG,
  source: SAMPLE_LEAF.source,
  tier: "INDIVIDUAL_SIGNED",
  lo: 41,
  hi: 341,
  root: "44".repeat(32),
  cmin: 1_790_000_000_000,
  cmax: 1_790_000_600_000,
};
const DIGEST = packDigest(HEADER);
const SAMPLE_LEAF_BYTES = encodeLeaf(SAMPLE_LEAF);

const bytesOf = ({ pk }: KeyFields): Uint8Array => fromHex(pk);
const withTable = (key: KeyFields, other: KeyFields): KeyFields => ({
  ...key,
  pk: key.pk.slice(0, 66) + other.pk.slice(66, 122) + key.pk.slice(122),
});

const keys = () => [
  { ...edKey, form: "Ed25519" },
  { ...element.key, form: "P-256", publicKey: toHex(element.point) },
  { ...tablet.key, form: "WebAuthn", publicKey: toHex(tablet.point), ...RELYING_PARTY },
];

function refusedKeys() {
  const cases: readonly (readonly [string, KeyFields])[] = [
    ["no key", { alg: 0, pk: "" }],
    ["a reserved form", { alg: 4, pk: element.key.pk }],
    ["P-256 without its table", { alg: 2, pk: element.key.pk.slice(0, 66) }],
    ["WebAuthn without an origin", { alg: 3, pk: tablet.key.pk.slice(0, 2 * 93) }],
    ["an origin of 68 bytes", { alg: 3, pk: tablet.key.pk.slice(0, 2 * 93) + "61".repeat(68) }],
    ["an origin with a quote", { alg: 3, pk: `${tablet.key.pk}22` }],
    ["an origin beyond ASCII", { alg: 3, pk: tablet.key.pk + toHex(utf8("ü")) }],
    ["x that is on no point", { alg: 2, pk: `02${"00".repeat(31)}01${element.key.pk.slice(66)}` }],
    ["the table of another point", withTable(element.key, another.key)],
    ["the table of another point", withTable(tablet.key, another.key)],
    ["Ed25519, of small order", { alg: 1, pk: "00".repeat(32) }],
  ];
  return cases.map(([reason, key]) => ({
    reason,
    ...key,
    ...refusalOf(reason, () => requireWellFormed(key)),
  }));
}

const signatures = () => [
  { ...edKey, signature: toHex(ed25519.sign(DIGEST, PUBLISHED_SECRET_KEY)) },
  { ...element.key, signature: toHex(element.sign(DIGEST)) },
  { ...tablet.key, signature: toHex(tablet.sign(DIGEST)) },
  { ...tablet.key, signature: toHex(encodeAssertion(tablet.assert(DIGEST, { afterOrigin: '"}' }))) },
  {
    ...tablet.key,
    signature: toHex(encodeAssertion(tablet.assert(DIGEST, { extensions: "a0", flags: 0x9d }))),
  },
];

function refusedSignatures() {
  const asserted = (changes: Parameters<typeof tablet.assert>[1]): Uint8Array =>
    encodeAssertion(tablet.assert(DIGEST, changes));
  const { authenticatorData, clientDataJSON, signature } = tablet.assert(DIGEST);
  const cases: readonly (readonly [string, KeyFields, Uint8Array])[] = [
    ["another digest", element.key, element.sign(DIGEST.with(0, 0))],
    ["another key", element.key, another.sign(DIGEST)],
    ["r and s are 0", element.key, new Uint8Array(64)],
    ["a signature of 63 bytes", element.key, element.sign(DIGEST).subarray(1)],
    ["the table of another key", withTable(element.key, another.key), element.sign(DIGEST)],
    ["a signature without its assertion", tablet.key, signature],
    ["an assertion with a byte behind it", tablet.key, concat(tablet.sign(DIGEST), Uint8Array.of(0))],
    ["the assertion of another digest", tablet.key, tablet.sign(DIGEST.with(0, 0))],
    ["a registration", tablet.key, asserted({ type: "webauthn.create" })],
    ["another origin", tablet.key, asserted({ origin: "https://capture.example.com" })],
    ["an origin that goes on", tablet.key, asserted({ origin: `${RELYING_PARTY.origin}.example.com` })],
    ["another relying party", tablet.key, asserted({ rpId: "example.org" })],
    ["nobody present", tablet.key, asserted({ flags: 0x04 })],
    ["nobody verified", tablet.key, asserted({ flags: 0x01 })],
    [
      "client data altered after it was signed",
      tablet.key,
      encodeAssertion({
        authenticatorData,
        clientDataJSON: concat(clientDataJSON.subarray(0, -1), utf8(" }")),
        signature,
      }),
    ],
    ["another authenticator of the relying party", tablet.key, authenticator("vector other").sign(DIGEST)],
  ];
  return cases.map(([reason, key, bytes]) => ({
    reason,
    ...key,
    signature: toHex(bytes),
    code: refusalOf(reason, () => throwFlaw(key, bytes)).code,
  }));
}

function throwFlaw(key: KeyFields, signature: Uint8Array): void {
  const flaw = flawOf(bytesOf(key), DIGEST, signature);
  if (flaw !== null) throw flaw;
}

/** By the secure element, under both names of the algorithm. */
const events = () =>
  ([-7, -9] as const).map((alg) => {
    const message = toBeSigned(EVENT_CONFIG, SAMPLE_LEAF_BYTES, alg);
    const signed = encodeSignedEvent(SAMPLE_LEAF_BYTES, element.sign(message), alg);
    return { coseAlg: alg, ...element.key, sigStructure: toHex(message), signed: toHex(signed) };
  });

const nameOf = (role: string): string => toHex(utf8(`DPP_${role}`)) + "12".repeat(12);
const PARTIES = [
  { name: nameOf("AUTHORITY"), ...edKey, sign: (m: Uint8Array) => ed25519.sign(m, PUBLISHED_SECRET_KEY) },
  { name: nameOf("LAB"), ...element.key, sign: element.sign },
  { name: nameOf("SUPERVISOR"), ...tablet.key, sign: tablet.sign },
];
const JOINT: PackHeader = { ...HEADER, source: JOINT_PREFIX + "ab".repeat(12), tier: "MULTI_PARTY_SIGNED" };

const joint = () =>
  [PARTIES, PARTIES.slice(1)].map((parties) => {
    const digest = jointDigest(
      JOINT,
      parties.map(({ name }) => name),
    );
    const signed = parties.map(({ name, sign }) => ({ name, signature: toHex(sign(digest)) }));
    const { tier: _, ...header } = JOINT;
    return {
      ...header,
      digest: toHex(digest),
      parties: parties.map(({ name, alg, pk }, at) => ({ name, alg, pk, signature: signed[at]?.signature })),
      signature: toHex(encodeParties(signed)),
      unsigned: toHex(encodeParties(signed.map((party) => ({ ...party, signature: "" })))),
    };
  });

const entries = () => {
  const { config: _config, source: _source, ...pack } = HEADER;
  const written = { ...pack, late: false, until: 1_790_003_600_000 };
  const all: readonly ThreadEntry[] = [
    ...[edKey, element.key, tablet.key].map(({ pk }) => ({ kind: "append" as const, ...written, pk })),
    {
      ...written,
      kind: "co-append",
      tier: "MULTI_PARTY_SIGNED",
      parties: PARTIES.map(({ name, pk }) => ({ name, pk })),
    },
  ];
  return all.map((entry) => ({ kind: entry.kind, entry: toHex(encodeEntry(entry)) }));
};

/** Tables of the keys at 0 and 2, G's at 1. */
const redeemer = () => {
  const assertion: Assertion = tablet.assert(DIGEST);
  const statements = [element.key, tablet.key].map(({ alg, pk }) => statementOf(alg, DIGEST, pk));
  const proofs = [
    { table: 0, ...p256Hints(element.sign(DIGEST)), assertion: null },
    {
      table: 2,
      ...p256Hints(assertion.signature),
      assertion: {
        authenticatorData: toHex(assertion.authenticatorData),
        clientDataJSON: toHex(assertion.clientDataJSON),
      },
    },
  ];
  return {
    statements,
    base: 1,
    proofs: proofs.map((proof) => ({ ...proof, r: proof.r.toString(16), w: proof.w.toString(16) })),
    cbor: encodeP256Proofs({ statements, base: 1, proofs }),
  };
};

export const signatureFormVectors = () => ({
  spec: "docs/spec/signature-forms.md",
  note:
    "Byte strings are hex, and so are r and w. 'header' is a pack's, 'digest' what 'signatures' are over, each in the form of its key, as a pack carries it. " +
    "'joint' holds packs with their parties: 'signature' is the pack's, 'unsigned' the same before anybody signed.",
  header: HEADER,
  digest: toHex(DIGEST),
  keys: keys(),
  refusedKeys: refusedKeys(),
  signatures: signatures(),
  refusedSignatures: refusedSignatures(),
  events: events(),
  joint: joint(),
  entries: entries(),
  redeemer: redeemer(),
});
