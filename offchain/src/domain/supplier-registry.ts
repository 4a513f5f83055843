/** The registry of one operator's suppliers as it lies on a disk: who opens it, and what is where. Spec: docs/spec/supplier-registry.md. */

export const MAX_READERS = 64;
export const MAX_SUPPLIERS = 50_000;
/** Tombstones of erased cards. */
export const MAX_ERASED = 200_000;
/** Cards of one supplier. */
export const MAX_TAGS = 64;
export const MAX_DEVICE_CARDS = 50_000;

/** Who opens the registry. */
export interface RegistryReader {
  /** Attestation name, or the key hash of the operator's own key; 13–28 bytes hex. */
  readonly name: string;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface RegistryFile {
  /** Config policy of the deployment, 28 bytes hex. */
  readonly config: string;
  /** Public identifier of the operator, as in his attestation. */
  readonly operator: string;
  /** + 1 with each change. */
  readonly revision: number;
  /** X25519 public key (32 bytes) of the reader who made the registry key. */
  readonly sealer: Uint8Array;
  readonly readers: readonly (RegistryReader & {
    /** The registry key, HPKE to this reader, and the sealer's proof. */
    readonly wrapped: Uint8Array;
  })[];
  /** Sealed `RegistryIndex`. */
  readonly index: Uint8Array;
}

/** Tags are HMACs of ids under the lookup key, hex. */
export interface IndexEntry {
  readonly number: number;
  /** Hash of the sealed record, hex: its name in the store. */
  readonly record: string;
  readonly cards: readonly string[];
  readonly phones: readonly string[];
}

export interface RegistryIndex {
  /** Lookup key, 32 bytes. */
  readonly lookup: Uint8Array;
  /** Number of the next supplier. */
  readonly next: number;
  /** By number, ascending. */
  readonly entries: readonly IndexEntry[];
  /** Tags of cards whose supplier was erased: never given again. */
  readonly erased: readonly string[];
}

/** What a capture device is told: no name, no phone, no history. */
export interface DeviceCard {
  /** 16 bytes hex. */
  readonly card: string;
  /** Number of the supplier in the registry. */
  readonly supplier: number;
  readonly from: number;
  readonly to: number;
  readonly capacities: readonly { readonly season: string; readonly product: string; readonly kg: number }[];
}
