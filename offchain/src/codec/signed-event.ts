/**
 * An event with its source's signature: COSE_Sign1 (RFC 9052 §4.2) with tag 18, of which one form is allowed. Spec: docs/spec/event.md "Signed event".
 * All but leaf and signature are fixed bytes, so they are compared, not parsed. The signature itself is checked with `crypto/event-signature.ts`.
 */
import { concat, fromHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { MAX_LEAF_BYTES } from "../domain/event.js";
import type { SignatureForm } from "../domain/event-key.js";
import { encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";
import { LEAF_FIRST_BYTE } from "./event.js";

/** COSE algorithms: EdDSA and ES256 (RFC 9053), Ed25519 and ESP256 (RFC 9864). The first two are one signature, and the last two. */
export const EVENT_ALGS = [-8, -19, -7, -9] as const;
export type EventAlg = (typeof EVENT_ALGS)[number];
/** What we write with an Ed25519 key. */
export const WRITTEN_ALG: EventAlg = -8;

const FORM_OF_ALG = { [-8]: "Ed25519", [-19]: "Ed25519", [-7]: "P-256", [-9]: "P-256" } as const;

/** Whether the algorithm that an event names is that of its key: a verifier looks before it checks the signature. */
export const algFits = (alg: EventAlg, form: SignatureForm | null): boolean => FORM_OF_ALG[alg] === form;

/** What we write with a key of this form; `null`: it signs no single events. */
export const algOf = (form: SignatureForm | null): EventAlg | null =>
  form === "Ed25519" ? WRITTEN_ALG : form === "P-256" ? -7 : null;

export interface SignedEvent {
  readonly alg: EventAlg;
  /** As it was signed. */
  readonly leaf: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** First byte of a signed event: tag 18. */
export const SIGNED_FIRST_BYTE = 0xd2;
const SIGNATURE_BYTES = 64;
/** Tag 18, list of four, protected header as a byte string of three, empty map; then a byte string with one length byte. */
const LEAF_AT = 9;
/** A leaf has 77 to 187 bytes by its fields' bounds; its head is two bytes long from 24 to 255. */
const MIN_LEAF = 24;
const MAX_LEAF = 255;
const SIGNATURE_HEAD = Uint8Array.of(0x58, SIGNATURE_BYTES);
const FRAME_BYTES = LEAF_AT + SIGNATURE_HEAD.length + SIGNATURE_BYTES;
export const MAX_SIGNED_EVENT_BYTES = FRAME_BYTES + MAX_LEAF_BYTES;

const shape = cborShape("event/malformed");

const protectedHeader = (alg: EventAlg): Uint8Array => Uint8Array.of(0xa1, 0x01, 0x1f - alg);

const frameStart = (alg: EventAlg): Uint8Array =>
  Uint8Array.of(SIGNED_FIRST_BYTE, 0x84, 0x43, ...protectedHeader(alg), 0xa0, 0x58);
const STARTS = EVENT_ALGS.map((alg) => ({ alg, start: frameStart(alg) }));

const holds = (bytes: Uint8Array, at: number, part: Uint8Array): boolean =>
  part.every((byte, index) => bytes[at + index] === byte);

const AAD_DOMAIN = utf8("dpp/event/1");

/** What the source signs: Sig_structure (RFC 9052 §4.4). `config`: hex. @throws DppError `event/malformed`, `bytes/hex`. */
export function toBeSigned(config: string, leafBytes: Uint8Array, alg: EventAlg = WRITTEN_ALG): Uint8Array {
  const aad = concat(AAD_DOMAIN, shape.bytes(fromHex(config), 28, 28, "/config"));
  return encodeCbor(["Signature1", protectedHeader(alg), aad, leafBytes]);
}

/** @throws DppError `event/malformed` for a leaf or signature of impossible length; does not decode the leaf. */
export function encodeSignedEvent(
  leafBytes: Uint8Array,
  signature: Uint8Array,
  alg: EventAlg = WRITTEN_ALG,
): Uint8Array {
  shape.bytes(leafBytes, MIN_LEAF, MAX_LEAF, "/leaf");
  if (leafBytes[0] !== LEAF_FIRST_BYTE) throw shape.refuse("/leaf", "a leaf, a list of 14");
  shape.bytes(signature, SIGNATURE_BYTES, SIGNATURE_BYTES, "/signature");
  return concat(frameStart(alg), Uint8Array.of(leafBytes.length), leafBytes, SIGNATURE_HEAD, signature);
}

/**
 * Checks the frame; the leaf is for `decodeLeaf`. Leaf and signature are views of `bytes`.
 * @throws DppError `event/too-large`, `event/malformed`.
 */
export function decodeSignedEvent(bytes: Uint8Array): SignedEvent {
  if (bytes.length > MAX_SIGNED_EVENT_BYTES)
    throw new DppError(
      "event/too-large",
      `${bytes.length} bytes of a signed event, at most ${MAX_SIGNED_EVENT_BYTES} are read`,
    );
  const alg = STARTS.find(({ start }) => holds(bytes, 0, start))?.alg;
  if (alg === undefined)
    throw shape.refuse("", "a COSE_Sign1 with tag 18, algorithm -8, -19, -7 or -9, and no other header");
  const length = bytes.length - FRAME_BYTES;
  if (length < MIN_LEAF || length > MAX_LEAF || bytes[LEAF_AT - 1] !== length)
    throw shape.refuse("/leaf", "a leaf that fills the place before the signature");
  const leafEnd = LEAF_AT + length;
  if (bytes[LEAF_AT] !== LEAF_FIRST_BYTE) throw shape.refuse("/leaf", "a leaf, a list of 14");
  if (!holds(bytes, leafEnd, SIGNATURE_HEAD)) throw shape.refuse("/signature", `${SIGNATURE_BYTES} bytes`);
  return {
    alg,
    leaf: bytes.subarray(LEAF_AT, leafEnd),
    signature: bytes.subarray(leafEnd + SIGNATURE_HEAD.length),
  };
}

/** The leaf of a signed event, or the bare leaf that it is given, not decoded. @throws DppError `event/too-large`, `event/malformed`. */
export function leafOf(signedOrBare: Uint8Array): Uint8Array {
  if (signedOrBare[0] === SIGNED_FIRST_BYTE) return decodeSignedEvent(signedOrBare).leaf;
  if (signedOrBare[0] !== LEAF_FIRST_BYTE) throw shape.refuse("", "a leaf (8e…) or a signed event (d2…)");
  if (signedOrBare.length > MAX_LEAF_BYTES)
    throw new DppError(
      "event/too-large",
      `${signedOrBare.length} bytes of a leaf, at most ${MAX_LEAF_BYTES} are read`,
    );
  return signedOrBare;
}
