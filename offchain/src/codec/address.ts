/**
 * Shelley addresses (CIP-19): network, payment credential, stake credential. Leaves out Byron and pointer addresses, which nobody needs here.
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { decodeBech32, encodeBech32 } from "./bech32.js";

export interface Credential {
  readonly kind: "key" | "script";
  /** 28 bytes hex. */
  readonly hash: string;
}

export interface Address {
  readonly kind: "base" | "enterprise" | "reward";
  readonly networkId: 0 | 1;
  /** Null for a reward address. */
  readonly payment: Credential | null;
  /** Null for an enterprise address. */
  readonly stake: Credential | null;
}

const HASH = 28;
const REWARD = 14;
const ENTERPRISE = 6;

const malformed = (why: string): DppError =>
  new DppError("address/malformed", `not a Shelley address: ${why}`);
const unsupported = (): DppError =>
  new DppError(
    "address/unsupported",
    "Byron and pointer addresses are not supported: give a base, enterprise or stake address (addr…, stake…)",
  );

/** @throws DppError `address/malformed`, `address/unsupported` for Byron and pointer addresses. */
export function decodeAddressBytes(bytes: Uint8Array): Address {
  const header = bytes[0];
  if (header === undefined) throw malformed("empty");
  const type = header >> 4;
  const network = header & 15;
  if (type === 8 || type === 4 || type === 5) throw unsupported();
  if (network > 1) throw malformed("unknown network");
  const networkId = network === 1 ? 1 : 0;
  const first = (): string => toHex(bytes.slice(1, 1 + HASH));
  const part = (script: boolean, hash: string): Credential => ({ kind: script ? "script" : "key", hash });
  if (type < 4) {
    if (bytes.length !== 1 + 2 * HASH) throw malformed("wrong length");
    const stake = part((type & 2) !== 0, toHex(bytes.slice(1 + HASH)));
    return { kind: "base", networkId, payment: part((type & 1) !== 0, first()), stake };
  }
  if (bytes.length !== 1 + HASH) throw malformed("wrong length");
  const credential = part((type & 1) !== 0, first());
  if (type >> 1 === ENTERPRISE >> 1)
    return { kind: "enterprise", networkId, payment: credential, stake: null };
  if (type >> 1 === REWARD >> 1) return { kind: "reward", networkId, payment: null, stake: credential };
  throw malformed("unknown type");
}

export function encodeAddressBytes(address: Address): Uint8Array {
  const bit = (credential: Credential | null): number => (credential?.kind === "script" ? 1 : 0);
  const { payment, stake } = address;
  const type =
    address.kind === "base"
      ? bit(payment) | (bit(stake) << 1)
      : address.kind === "enterprise"
        ? ENTERPRISE | bit(payment)
        : REWARD | bit(stake);
  const hashes = [payment, stake].flatMap((credential) =>
    credential === null ? [] : [fromHex(credential.hash)],
  );
  return concat(Uint8Array.of((type << 4) | address.networkId), ...hashes);
}

/** Base58 of a Byron address, mainnet and test networks, Daedalus' and Icarus' kinds: a CRC-32 of CBOR, which begins like nothing else. */
const BYRON_TEXT = /^(Ae2|DdzFF|2cWKMJemoBa|37btjrVyb4K)[1-9A-HJ-NP-Za-km-z]{10,}$/;
/** The same in CBOR: an array of two, tag 24, bytes. */
const BYRON_HEX = /^82d818/i;

/**
 * An address as people and wallets write it: bech32, or the hex of its bytes as CIP-30 hands it over.
 * @throws DppError `address/malformed`, `address/unsupported`, `bech32/malformed`.
 */
export function parseAddress(text: string): { readonly address: Address; readonly bytes: Uint8Array } {
  if (BYRON_TEXT.test(text)) throw unsupported();
  const bytes = /^[0-9a-f]{2,}$/i.test(text) ? fromHexText(text) : fromBech32(text);
  return { address: decodeAddressBytes(bytes), bytes };
}

function fromHexText(text: string): Uint8Array {
  // Before the length: a Byron address is as long as its attributes.
  if (BYRON_HEX.test(text)) throw unsupported();
  if (text.length % 2 !== 0 || text.length > 2 * (1 + 2 * HASH)) throw malformed("wrong length");
  return fromHex(text);
}

function fromBech32(text: string): Uint8Array {
  const { prefix, bytes } = decodeBech32(text);
  if (prefix !== prefixOf(decodeAddressBytes(bytes))) throw malformed("the prefix contradicts the bytes");
  return bytes;
}

const prefixOf = (address: Address): string =>
  (address.kind === "reward" ? "stake" : "addr") + (address.networkId === 1 ? "" : "_test");

export const toBech32Address = (bytes: Uint8Array): string =>
  encodeBech32(prefixOf(decodeAddressBytes(bytes)), bytes);
