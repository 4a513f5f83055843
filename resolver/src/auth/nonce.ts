/** Nonces that authenticate themselves, so that nothing is stored before they are answered: expiry ‖ id ‖ mac. Spec: docs/spec/role-proof.md "Challenge". */
import { concat, fromBase64url, toBase64url, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock, Random } from "@cardano-dpp/offchain/ports/clock";
import { sameMac } from "./mac.js";

const EXPIRY_BYTES = 6;
const ID_BYTES = 16;
const MAC_BYTES = 32;

/** The MAC over what the challenge is for, its expiry (POSIX ms) and its id (hex). */
export type NonceMac = (expires: number, id: string) => Uint8Array;

export interface OpenedNonce {
  /** POSIX ms. */
  readonly expires: number;
  /** 32 hex digits: what the NonceStore knows it by. */
  readonly id: string;
}

export function makeNonce(random: Random, expires: number, mac: NonceMac): string {
  const expiry = new Uint8Array(EXPIRY_BYTES);
  new DataView(expiry.buffer).setUint16(0, Math.floor(expires / 2 ** 32));
  new DataView(expiry.buffer).setUint32(2, expires % 2 ** 32);
  const id = random.bytes(ID_BYTES);
  return toBase64url(concat(expiry, id, mac(expires, toHex(id))));
}

/** @throws DppError `auth/nonce-foreign`, `bytes/base64url`. An expired one opens all the same. */
export function openNonce(nonce: string, mac: NonceMac): OpenedNonce {
  const bytes = fromBase64url(nonce);
  const foreign = new DppError(
    "auth/nonce-foreign",
    "this challenge was not made here for this address, purpose and network: ask for a new one",
  );
  if (bytes.length !== EXPIRY_BYTES + ID_BYTES + MAC_BYTES) throw foreign;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const expires = view.getUint16(0) * 2 ** 32 + view.getUint32(2);
  const id = toHex(bytes.slice(EXPIRY_BYTES, EXPIRY_BYTES + ID_BYTES));
  if (!sameMac(bytes.slice(EXPIRY_BYTES + ID_BYTES), mac(expires, id))) throw foreign;
  return { expires, id };
}

/** @throws DppError `auth/nonce-expired`. */
export function assertInTime(clock: Clock, { expires }: Pick<OpenedNonce, "expires">): void {
  if (clock.now() >= expires)
    throw new DppError("auth/nonce-expired", "this challenge has expired: ask for a new one");
}
