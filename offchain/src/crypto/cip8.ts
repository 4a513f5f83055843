/**
 * CIP-8 message signatures as CIP-30 `signData` makes them, verified strictly. Spec: docs/spec/role-proof.md.
 * Leaves out key addresses of DReps (CIP-95) and scripts: a script has no key that could sign.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { type Address, parseAddress } from "../codec/address.js";
import {
  ALG_EDDSA,
  CRV_ED25519,
  decodeCoseKey,
  decodeCoseSign1,
  encodeCoseKey,
  encodeCoseSign1,
  encodeProtectedHeader,
  encodeSigStructure,
  KTY_OKP,
} from "../codec/cose.js";
import { equalBytes, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

export interface SignDataAnswer {
  /** COSE_Sign1, hex. */
  readonly signature: string;
  /** COSE_Key, hex. */
  readonly key: string;
}

/** Who signed: the credential whose key hash the signature proves. */
export interface ProvenCredential {
  readonly credential: "payment" | "stake";
  /** blake2b-224 of the public key, 28 bytes hex. */
  readonly keyHash: string;
  readonly address: Address;
}

const KEY_HASH = 28;

export const keyHashOf = (publicKey: Uint8Array): string => toHex(blake2b(publicKey, { dkLen: KEY_HASH }));

const refuse = (code: string, message: string): DppError => new DppError(`cip8/${code}`, message);

/**
 * Verifies that the key behind `claim.address` (bech32 or hex) signed `message`.
 * @throws DppError `cip8/script-address`, `cip8/network`, `cip8/algorithm`, `cip8/address-mismatch`, `cip8/key-mismatch`, `cip8/payload-mismatch`,
 *   `cip8/bad-signature`; `cose/malformed`, `address/*`, `bytes/hex` for what cannot be read.
 */
export function verifySignData(
  claim: {
    readonly address: string;
    readonly message: Uint8Array;
    readonly networkId: 0 | 1;
  } & SignDataAnswer,
): ProvenCredential {
  const { address, bytes } = parseAddress(claim.address);
  const proven = credentialOf(address, claim.networkId);
  const sign1 = decodeCoseSign1(claim.signature);
  const key = decodeCoseKey(claim.key);
  if (sign1.alg !== ALG_EDDSA || (key.alg !== null && key.alg !== ALG_EDDSA)) {
    throw refuse("algorithm", "the signature's algorithm is not EdDSA");
  }
  if (key.kty !== KTY_OKP || key.crv !== CRV_ED25519 || key.x.length !== 32) {
    throw refuse("algorithm", "the key is not an Ed25519 key");
  }
  if (!equalBytes(sign1.address, bytes)) {
    throw refuse("address-mismatch", "the signed address is not the claimed address");
  }
  if (sign1.kid !== null && key.kid !== null && !equalBytes(sign1.kid, key.kid)) {
    throw refuse("key-mismatch", "the signature names another key");
  }
  if (keyHashOf(key.x) !== proven.keyHash) {
    throw refuse("key-mismatch", "the key does not belong to the address");
  }
  const expected = sign1.hashed ? blake2b(claim.message, { dkLen: KEY_HASH }) : claim.message;
  if (!equalBytes(sign1.payload, expected)) {
    throw refuse("payload-mismatch", "the signed message is not the challenge");
  }
  if (!verifyEd25519(sign1.signature, encodeSigStructure(sign1.protectedBytes, sign1.payload), key.x)) {
    throw refuse("bad-signature", "the signature does not verify");
  }
  return proven;
}

const NETWORKS = ["a test network", "mainnet"] as const;

/**
 * The credential that a signature for this address proves: payment for base and enterprise, stake for reward addresses. The other part of a base
 * address proves nothing, whoever's it is: an address is put together without its keys' consent.
 * @throws DppError `cip8/network`, `cip8/script-address`.
 */
export function credentialOf(address: Address, networkId: 0 | 1): ProvenCredential {
  if (address.networkId !== networkId) {
    throw refuse(
      "network",
      `the address belongs to ${NETWORKS[address.networkId]}, and ${NETWORKS[networkId]} is asked for: switch the wallet's network`,
    );
  }
  const credential = address.kind === "reward" ? address.stake : address.payment;
  if (credential === null || credential.kind === "script") {
    throw refuse(
      "script-address",
      "a script cannot sign, so its address proves nobody's role: use an address whose " +
        `${address.kind === "reward" ? "stake" : "payment"} part is a key`,
    );
  }
  return { credential: address.kind === "reward" ? "stake" : "payment", keyHash: credential.hash, address };
}

/**
 * Ed25519 as RFC 8032 and FIPS 186-5 read it. The ledger's libsodium and ZIP-215 accept more: keys of small order and non-canonical points, for
 * which one signature can verify for many messages; such a key must not prove a role.
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * What a wallet answers to `signData(address, payload)`. `sign` is the key's raw Ed25519 signature, so that adapters keep their secret.
 * `address`: bytes of a Shelley address.
 */
export async function createSignData(
  key: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Promise<Uint8Array> | Uint8Array },
  address: Uint8Array,
  payload: Uint8Array,
  options: { readonly hashed?: boolean } = {},
): Promise<SignDataAnswer> {
  const hashed = options.hashed ?? false;
  const signed = hashed ? blake2b(payload, { dkLen: KEY_HASH }) : payload;
  const headers = encodeProtectedHeader(address);
  const signature = await key.sign(encodeSigStructure(headers, signed));
  return {
    signature: toHex(encodeCoseSign1(headers, hashed, signed, signature)),
    key: toHex(encodeCoseKey(key.publicKey)),
  };
}
