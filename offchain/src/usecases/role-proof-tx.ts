/**
 * The role proof for wallets that cannot `signData` (hardware wallets): a transaction that carries the challenge as its metadata, is signed, and can
 * never be submitted, because its validity ended before it was made. Spec: docs/spec/role-proof.md "By transaction".
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { type DecodeOptions, decode, encode } from "cborg";
import { parseAddress } from "../codec/address.js";
import { credentialOf, keyHashOf, type ProvenCredential, verifyEd25519 } from "../crypto/cip8.js";
import { equalBytes, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

/** CIP-20: messages that wallets show before they sign. */
const MESSAGE_LABEL = 674;
/** The ledger bounds a metadata text to 64 bytes; the challenge is ASCII. */
const LINE = 64;
const BODY = {
  inputs: 0,
  outputs: 1,
  fee: 2,
  ttl: 3,
  auxiliaryHash: 7,
  requiredSigners: 14,
  networkId: 15,
} as const;
/** Slot after which the transaction is invalid: long past on every network. */
const ENDED = 1;
const MAX_BYTES = 16 * 1024;

const refuse = (code: string, message: string): DppError => new DppError(`cip8/${code}`, message);
const malformed = (what: string, cause?: unknown): DppError =>
  new DppError("cose/malformed", `malformed role proof: ${what}`, { cause });

/** Sets come tagged since Conway (258); datums inside an output come as embedded CBOR (24). */
const OPTIONS: DecodeOptions = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  tags: { 258: (content) => content(), 24: (content) => content() },
};

function decodeCbor(hex: string, what: string): unknown {
  const bytes = fromHex(hex);
  if (bytes.length > MAX_BYTES) throw malformed(`${what} is too long`);
  try {
    return decode(bytes, OPTIONS);
  } catch (cause) {
    throw malformed(`${what} is not CBOR`, cause);
  }
}

/** The auxiliary data that carries the challenge; both sides derive it, so that its bytes are never in doubt. */
export function encodeChallengeMetadata(message: string): Uint8Array {
  const lines = message.split("\n").flatMap((line) => line.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [""]);
  return encode(new Map([[MESSAGE_LABEL, new Map([["msg", lines]])]]));
}

const hash256 = (bytes: Uint8Array): Uint8Array => blake2b(bytes, { dkLen: 32 });

export interface UnsubmittedTx {
  /** Transaction body, CBOR hex: what the server verifies. */
  readonly body: string;
  /** Whole transaction with an empty witness set, CBOR hex: what `signTx(transaction, true)` takes. */
  readonly transaction: string;
}

/**
 * `utxo`: any of the wallet's, as CIP-30 `getUtxos` gives it (wallets recognise what they sign by its inputs).
 * @throws DppError `cose/malformed`, `address/*`.
 */
export function buildUnsubmittedTx(wallet: {
  readonly utxo: string;
  readonly address: string;
  readonly networkId: 0 | 1;
  readonly message: string;
}): UnsubmittedTx {
  const { keyHash } = credentialOf(parseAddress(wallet.address).address, wallet.networkId);
  const pair = decodeCbor(wallet.utxo, "the UTxO");
  if (!Array.isArray(pair) || pair.length !== 2) throw malformed("the UTxO is no pair");
  const [input, output] = pair as [unknown, unknown];
  const [address, value] =
    output instanceof Map ? [output.get(0), output.get(1)] : Array.isArray(output) ? output : [];
  const metadata = encodeChallengeMetadata(wallet.message);
  const body = encode(
    new Map<number, unknown>([
      [BODY.inputs, [input]],
      [BODY.outputs, [[address, value]]],
      [BODY.fee, 0],
      [BODY.ttl, ENDED],
      [BODY.auxiliaryHash, hash256(metadata)],
      [BODY.requiredSigners, [fromHex(keyHash)]],
      [BODY.networkId, wallet.networkId],
    ]),
  );
  // [body, witnesses, valid, auxiliary data]; spliced, so that the signed body's bytes stay as they are.
  const transaction = `84${toHex(body)}a0f5${toHex(metadata)}`;
  return { body: toHex(body), transaction };
}

/**
 * @throws DppError `cip8/submittable`, `cip8/payload-mismatch`, `cip8/key-mismatch`, `cip8/bad-signature`, `cip8/network`, `cip8/script-address`;
 *   `cose/malformed`, `address/*`.
 */
export function verifyUnsubmittedTx(claim: {
  readonly address: string;
  readonly networkId: 0 | 1;
  readonly message: string;
  /** Transaction body, CBOR hex. */
  readonly body: string;
  /** Witness set, CBOR hex, as CIP-30 `signTx` answers. */
  readonly witnesses: string;
  /** Slot of the ledger's tip. */
  readonly tipSlot: number;
}): ProvenCredential {
  const proven = credentialOf(parseAddress(claim.address).address, claim.networkId);
  const body = decodeCbor(claim.body, "the transaction body");
  if (!(body instanceof Map)) throw malformed("the transaction body is no map");
  const ttl: unknown = body.get(BODY.ttl);
  // A proof that could be submitted could cost its owner money: never ask for one, never take one.
  if (typeof ttl !== "number" || ttl > claim.tipSlot) {
    throw refuse("submittable", "the signed transaction could still be submitted");
  }
  const network: unknown = body.get(BODY.networkId);
  if (network !== undefined && network !== claim.networkId) {
    throw refuse("network", "the transaction belongs to another network");
  }
  const committed: unknown = body.get(BODY.auxiliaryHash);
  const expected = hash256(encodeChallengeMetadata(claim.message));
  if (!(committed instanceof Uint8Array) || !equalBytes(committed, expected)) {
    throw refuse("payload-mismatch", "the transaction does not carry the challenge");
  }
  const { publicKey, signature } = witnessOf(claim.witnesses, proven.keyHash);
  if (!verifyEd25519(signature, hash256(fromHex(claim.body)), publicKey)) {
    throw refuse("bad-signature", "the signature does not verify");
  }
  return proven;
}

function witnessOf(hex: string, keyHash: string): { publicKey: Uint8Array; signature: Uint8Array } {
  const set = decodeCbor(hex, "the witness set");
  const keys: unknown = set instanceof Map ? set.get(0) : undefined;
  if (!Array.isArray(keys)) throw malformed("the witness set holds no key signatures");
  for (const witness of keys.slice(0, 16)) {
    const [publicKey, signature] = Array.isArray(witness) ? witness : [];
    if (!(publicKey instanceof Uint8Array) || !(signature instanceof Uint8Array))
      throw malformed("a key witness");
    if (keyHashOf(publicKey) === keyHash) return { publicKey, signature };
  }
  throw refuse("key-mismatch", "the address's key did not sign");
}

/** Bytes of the message as `signData` takes them. */
export const challengePayload = (message: string): string => toHex(utf8(message));
