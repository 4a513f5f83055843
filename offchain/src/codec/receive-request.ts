/**
 * A receive request as text: bech32 over its bytes, alone or behind the `#` of a link. Spec: docs/spec/ownership.md "Receive request". Leaves out what
 * needs the passport, and whether the reading key is a usable point (`usecases/ownership/receiver.ts`).
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { type DppError, isDppError } from "../domain/errors.js";
import { parseLinkBase } from "../domain/identifier-link.js";
import {
  RECEIVE_NETWORKS,
  type ReceiveNetwork,
  type ReceiveRequest,
  transferRefusal,
} from "../domain/receive-request.js";
import { type Address, decodeAddressBytes, parseAddress, toBech32Address } from "./address.js";
import { decodeBech32, encodeBech32 } from "./bech32.js";

export const RECEIVE_PREFIX = "dpp_receive";
const VERSION = 1;
const READING_KEY = { flag: 1, bytes: 32 } as const;
const PASSPORT = { flag: 2, bytes: 28 } as const;
const HEAD = 3;
/** As long as the links in product codes. */
const MAX_TEXT = 2000;

/** @throws DppError as `decodeReceiveRequest`, for what no reader would take. */
export function encodeReceiveRequest(request: ReceiveRequest): string {
  const { network, readingKey, passport } = request;
  const bytes = concat(
    Uint8Array.of(
      VERSION,
      RECEIVE_NETWORKS.indexOf(network),
      (readingKey === null ? 0 : READING_KEY.flag) | (passport === null ? 0 : PASSPORT.flag),
    ),
    fromHex(readingKey ?? ""),
    fromHex(passport ?? ""),
    receivingAddress(request.address, network).bytes,
  );
  const text = encodeBech32(RECEIVE_PREFIX, bytes);
  decodeReceiveRequest(text);
  return text;
}

/** `base`: origin, with an optional path, of the resolver that shows the request. @throws DppError `identifier/link-base`; as above. */
export const formatReceiveLink = (base: string, request: ReceiveRequest): string =>
  `${parseLinkBase(base)}/receive#${encodeReceiveRequest(request)}`;

/** Null: neither a request nor a link to one. @throws DppError `transfer/*` for a request that is broken. */
export function findReceiveRequest(text: string): ReceiveRequest | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TEXT) throw malformed(`it is longer than ${MAX_TEXT} characters`);
  const [, behind] = /^https?:\/\/[^\s#]*\/receive#(.*)$/s.exec(trimmed) ?? [];
  const bare = behind ?? trimmed;
  return behind !== undefined || bare.startsWith(RECEIVE_PREFIX) ? decodeReceiveRequest(bare) : null;
}

/** A request as text or link. @throws DppError `transfer/request`, `transfer/address`, `transfer/network`, `transfer/script`. */
export function parseReceiveRequest(text: string): ReceiveRequest {
  const request = findReceiveRequest(text);
  if (request === null) throw malformed(`it does not begin with ${RECEIVE_PREFIX}1`);
  return request;
}

/** The text alone, without a link around it. */
function decodeReceiveRequest(text: string): ReceiveRequest {
  const bytes = bytesOf(text);
  const [version, number = -1, flags = 0] = bytes;
  if (version !== VERSION) throw malformed(`version ${version ?? "none"} is not known here`);
  const network = RECEIVE_NETWORKS[number];
  if (network === undefined) throw malformed("it names an unknown network");
  if ((flags & ~(READING_KEY.flag | PASSPORT.flag)) !== 0) throw malformed("it has unknown parts");
  let at = HEAD;
  const take = ({ flag, bytes: length }: { readonly flag: number; readonly bytes: number }) => {
    if ((flags & flag) === 0) return null;
    const part = bytes.slice(at, at + length);
    at += length;
    if (part.length !== length) throw malformed("it is cut off");
    return toHex(part);
  };
  const readingKey = take(READING_KEY);
  const passport = take(PASSPORT);
  const { text: address } = receivingAddress(toHex(bytes.slice(at)), network);
  return { network, address, readingKey, passport };
}

function bytesOf(text: string): Uint8Array {
  try {
    const { prefix, bytes } = decodeBech32(text);
    if (prefix === RECEIVE_PREFIX && bytes.length >= HEAD) return bytes;
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw malformed("a character is wrong, or some are missing", cause);
  }
  throw malformed(`it does not begin with ${RECEIVE_PREFIX}1`);
}

const malformed = (why: string, cause?: unknown): DppError =>
  transferRefusal("request", `this is no receive request: ${why}. Ask the buyer to show it again`, cause);

export interface ReceivingAddress {
  /** Bech32. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** The key that will own what lies there. */
  readonly keyHash: string;
}

const isMainnet = (network: ReceiveNetwork): boolean => network === "mainnet";

/**
 * An address that can own a passport. `network` null: not known, and not asked.
 * @throws DppError `transfer/address`, `transfer/network`, `transfer/script`.
 */
export function receivingAddress(address: string, network: ReceiveNetwork | null): ReceivingAddress {
  const parsed = shelley(address);
  const { payment, networkId } = parsed.address;
  if (payment === null) {
    throw transferRefusal(
      "address",
      "this is a stake address, which holds no tokens: ask for a payment address (addr…)",
    );
  }
  if (network !== null && (networkId === 1) !== isMainnet(network)) {
    throw transferRefusal(
      "network",
      `the address belongs to ${networkId === 1 ? "mainnet" : "a test network"}, and the passport is on ${network}: ask for an address on ${network}`,
    );
  }
  if (payment.kind === "script") {
    throw transferRefusal(
      "script",
      "this is a script's address: no key signs for it, so it cannot own a passport. Ask for an address of a wallet with a key",
    );
  }
  return { text: toBech32Address(parsed.bytes), bytes: parsed.bytes, keyHash: payment.hash };
}

function shelley(text: string): { readonly address: Address; readonly bytes: Uint8Array } {
  try {
    const { bytes } = parseAddress(text);
    return { address: decodeAddressBytes(bytes), bytes };
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw transferRefusal(
      "address",
      `this is no address that can own a passport (${cause.message}): ask for one that begins with addr`,
      cause,
    );
  }
}
