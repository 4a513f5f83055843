/** The sealing keyring of one manufacturer: who can open which group key. Spec: docs/spec/keyring.md. */
import type { PolicyReference } from "./policy.js";
import type { Role } from "./role.js";

export interface KeyringGroup {
  readonly policy: PolicyReference;
  readonly name: string;
  readonly access: "escrow" | "direct";
  /** Roles whose attestations get its key. */
  readonly roles: readonly Role[];
  /** First epoch that has a key of this group. */
  readonly since: number;
}

/** Who a section's stanzas are for. */
export type SectionKind = "issuer" | "role" | "resolver" | "party";

/** Group keys of the newest epoch, sealed to one recipient. */
export interface Stanza {
  /** `issuer`: empty; `role`: serial (12 bytes) of the attestation's name; `resolver`, `party`: the public key (32 bytes). Hex. */
  readonly id: string;
  /** The attestation's `key_epoch`; 0 where there is no attestation. */
  readonly keyEpoch: number;
  /** HPKE message: enc(32) ‖ ciphertext ‖ tag(16). */
  readonly sealed: Uint8Array;
}

/** Recipients that read the same groups, told apart by `id`. */
export interface Section {
  readonly kind: SectionKind;
  /** For `role`. */
  readonly role: Role | null;
  /** Positions in `Keyring.groups`, ascending: whose keys the stanzas hold, in this order. */
  readonly groups: readonly number[];
  /** By id, ascending. */
  readonly stanzas: readonly Stanza[];
}

/** The key of `epoch` sealed under the key of `epoch + 1` of the same group: nonce(24) ‖ key(32) ‖ tag(16). */
export interface KeyLink {
  readonly group: number;
  readonly epoch: number;
  readonly sealed: Uint8Array;
}

export interface Keyring {
  /** Config policy, hex. */
  readonly config: string;
  /** Attestation name of the manufacturer, hex. */
  readonly issuer: string;
  readonly epoch: number;
  readonly groups: readonly KeyringGroup[];
  readonly sections: readonly Section[];
  /** By group, then epoch, ascending; complete from each group's `since` to `epoch - 1`. */
  readonly links: readonly KeyLink[];
}

export const MAX_KEYRING_BYTES = 16 * 1024 * 1024;
export const MAX_KEYRING_GROUPS = 256;
export const MAX_SECTIONS = 4096;
export const MAX_STANZAS = 100_000;
export const MAX_EPOCH = 65_535;
export const MAX_LINKS = 100_000;
