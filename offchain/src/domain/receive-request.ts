/** What a buyer shows to a seller: where the (222) shall go, and to which reading key owner keys are sealed. Spec: docs/spec/ownership.md "Receive request". */
import { DppError } from "./errors.js";

/** In the order of their numbers in the format. */
export const RECEIVE_NETWORKS = ["mainnet", "preprod", "preview", "devnet", "embedded"] as const;
export type ReceiveNetwork = (typeof RECEIVE_NETWORKS)[number];

export interface ReceiveRequest {
  readonly network: ReceiveNetwork;
  /** Bech32; base or enterprise, its payment credential a key. */
  readonly address: string;
  /** X25519 public key, 32 bytes hex. Null: no keys can change hands. */
  readonly readingKey: string | null;
  /** Passport id, 28 bytes hex, that the buyer expects. Null: any. */
  readonly passport: string | null;
}

/** What a seller was given: a request, or an address alone, of which the bits say no more than mainnet or not. */
export type Receiver = Omit<ReceiveRequest, "network"> & { readonly network: ReceiveNetwork | null };

export const TRANSFER_REFUSALS = [
  "request",
  "address",
  "network",
  "script",
  "reading-key",
  "passport",
  "to-self",
] as const;
export type TransferRefusal = (typeof TRANSFER_REFUSALS)[number];

export const transferRefusal = (name: TransferRefusal, message: string, cause?: unknown): DppError =>
  new DppError(`transfer/${name}`, message, cause === undefined ? {} : { cause });
