/** What the consortium says of an actor, as it stands on the ledger. Spec: docs/spec/datum.md "Attestation". */
import type { Role } from "./role.js";

export const ATTESTATION_STATUS = ["Active", "Suspended", "Revoked"] as const;
export type AttestationStatus = (typeof ATTESTATION_STATUS)[number];

/** Fixes the trust tier of what the source signs; never changes in the life of an attestation. */
export const SOURCE_KINDS = ["Individual", "Device", "Gateway"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export interface Attestation {
  readonly role: Role;
  readonly kind: SourceKind;
  /** Key hash (28 bytes hex) that signs transactions and proves the role. */
  readonly holder: string;
  /** Signature form of `pk`: 0 none, 1 Ed25519, 2 P-256, 3 WebAuthn (`domain/event-key.ts`). */
  readonly alg: number;
  readonly pk: string;
  /** X25519 public key (32 bytes hex) that sealed data is wrapped to. */
  readonly encPk: string;
  /** Public identifier of a legal entity, ASCII, e.g. `gln:9506000134352`. */
  readonly operator: string;
  readonly place: string;
  readonly status: AttestationStatus;
  /** POSIX ms. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly maxDelay: number;
  /** Binary CID of the sealing keyring, hex; empty when there is none. */
  readonly keyring: string;
  readonly keyEpoch: number;
}

/** Off-chain reading of "live" at one moment; the ledger judges with the transaction's validity range. */
export const isLive = (attestation: Attestation, now: number): boolean =>
  attestation.status === "Active" && attestation.validFrom <= now && now <= attestation.validTo;
