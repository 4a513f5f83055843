/** Who signs the packs of synthetic receipts: a source, or the parties of a joint thread, with keys of any form. The same on every run. */
import { ed25519 } from "@noble/curves/ed25519.js";
import type { KeyFields } from "../codec/event-key.js";
import { jointDigest, packDigest } from "../codec/pack.js";
import { encodeParties } from "../codec/parties.js";
import type { Attestation, SourceKind } from "../domain/attestation.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { JOINT_PREFIX } from "../domain/joint.js";
import type { PackHeader } from "../domain/pack.js";
import type { Role } from "../domain/role.js";
import { roleName } from "../domain/tokens.js";
import type { Signer } from "../ports/signer.js";
import { actor } from "./actors.js";
import { eventSecret, eventSigner } from "./event-world.js";
import { authenticator, p256Signer } from "./key-signers.js";
import { ZERO_TIME } from "./synthetic-life.js";

export type SyntheticForm = "Ed25519" | "P-256" | "WebAuthn";
/** One form: a source signs. Several, 2 to 9: parties sign together, in the order of their names. */
export type SyntheticSigning = SyntheticForm | readonly SyntheticForm[];

export interface SyntheticSigner {
  /** Attestation name, hex. */
  readonly name: string;
  readonly attestation: Attestation;
  /** 32 bytes; answers the signature in the form of the key. */
  sign(digest: Uint8Array): Uint8Array;
}

export interface SyntheticSigners {
  readonly isJoint: boolean;
  /** Name of the thread, hex. */
  readonly thread: string;
  readonly all: readonly SyntheticSigner[];
}

const HOUR = 3_600_000;
const SERIAL = "5a".repeat(12);
const KEY = "source of synthetic receipts";
/** The least of several is that of the second. */
const DELAYS = [300, 200, 400] as const;
const ROLES: readonly Role[] = [
  ...(["AUTHORITY", "LAB", "SUPERVISOR", "STATION", "GATEWAY"] as const),
  ...(["INTERMEDIARY", "MANUFACTURER", "RECYCLER", "REPAIRER"] as const),
];
const KINDS: Readonly<Partial<Record<Role, SourceKind>>> = { STATION: "Device", GATEWAY: "Gateway" };

interface Key extends Pick<SyntheticSigner, "sign"> {
  readonly fields: KeyFields;
}

function keyOf(form: SyntheticForm, seed: string): Key {
  if (form === "Ed25519") {
    const secret = eventSecret(seed);
    return {
      fields: { alg: 1, pk: eventSigner(seed).publicKey },
      sign: (digest) => ed25519.sign(digest, secret),
    };
  }
  const { key, sign } = form === "P-256" ? p256Signer(seed) : authenticator(seed);
  return { fields: key, sign };
}

/** Two of three parties act for one operator. */
const operatorOf = (role: Role): string => (role === "AUTHORITY" ? "gln:9506000140407" : "gln:9506000134352");

function signerOf(role: Role, form: SyntheticForm, holder: Signer, seed: string, delay: number) {
  const { fields, sign } = keyOf(form, seed);
  const attestation: Attestation = {
    role,
    kind: KINDS[role] ?? "Individual",
    holder: holder.keyHash,
    ...fields,
    encPk: "42".repeat(32),
    operator: operatorOf(role),
    place: "",
    status: "Active",
    validFrom: ZERO_TIME,
    validTo: ZERO_TIME + 1000 * HOUR,
    maxDelay: delay * HOUR,
    keyring: "",
    keyEpoch: 0,
  };
  return { name: toHex(utf8(roleName(role))) + SERIAL, attestation, sign };
}

export function syntheticSigners(signing: SyntheticSigning): SyntheticSigners {
  if (typeof signing === "string") {
    const source = signerOf("SUPERVISOR", signing, actor("receipts: chen"), KEY, 200);
    return { isJoint: false, thread: source.name, all: [source] };
  }
  const roles = ROLES.slice(0, signing.length).toSorted((a, b) => (roleName(a) < roleName(b) ? -1 : 1));
  const all = signing.map((form, at) => {
    const role = roles[at] as Role;
    const holder = actor(`receipts: holder of ${role}`);
    return signerOf(role, form, holder, `${KEY}: ${role}`, DELAYS[at] ?? 500);
  });
  return { isJoint: true, thread: JOINT_PREFIX + SERIAL, all };
}

/** Of all of them, as a pack holds it, hex. */
export function sealOf({ isJoint, all }: SyntheticSigners, header: PackHeader): string {
  const [source] = all;
  if (!isJoint && source !== undefined) return toHex(source.sign(packDigest(header)));
  const digest = jointDigest(
    header,
    all.map(({ name }) => name),
  );
  return toHex(encodeParties(all.map(({ name, sign }) => ({ name, signature: toHex(sign(digest)) }))));
}
