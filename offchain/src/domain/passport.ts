/** The passport's state on the ledger. Spec: docs/spec/datum.md "Passport". */
export const PASSPORT_STATUS = ["Active", "Revoked", "Retired", "Repurposed"] as const;
export type PassportStatus = (typeof PASSPORT_STATUS)[number];

export interface Passport {
  readonly schema: number;
  readonly revision: number;
  readonly status: PassportStatus;
  /** Attestation name (hex) of the issuing MANUFACTURER. */
  readonly issuer: string;
  readonly dataRoot: string;
  /** Binary CID of the sealed passport, hex. */
  readonly content: string;
  readonly actionHead: string;
  readonly idCommit: string;
  readonly idMethod: number;
  readonly batch: string | null;
  readonly predecessor: string | null;
}

/** CIP-68 metadata: what wallets show. */
export interface TokenMetadata {
  readonly name: string;
  readonly image: string;
}

/** CIP-68 datum: metadata, version 1, and our state. */
export interface Cip68<T> {
  readonly metadata: TokenMetadata;
  readonly extra: T;
}

export const PASSPORT_SCHEMA = 1;
/** `id_method`: the item is identified by a data carrier (QR). */
export const ID_METHOD_DATA_CARRIER = 1;
