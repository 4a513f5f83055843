/** Action records: what an owner or an actor did with a product. Spec: docs/spec/action.md. `action-elements.ts` says what each type holds. */
import type { Element } from "./element.js";

export const ACTION_TYPES = [
  "transfer",
  "repair",
  "service",
  "inspection",
  "return",
  "soh",
  "theft",
  "loss",
  "found",
  "recall",
  "note",
] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

export const isActionType = (text: unknown): text is ActionType =>
  (ACTION_TYPES as readonly unknown[]).includes(text);

/** Where a record belongs and what it claims: all that seals are bound to. */
export interface ActionPlace {
  /** Config policy, hex. */
  readonly config: string;
  /** Passport id, hex. */
  readonly passport: string;
  /** `action_head` before this action: "" or 64 hex digits. */
  readonly previous: string;
  readonly type: ActionType;
  /** POSIX ms, claimed; the ledger's time is the proof. */
  readonly at: number;
  /** Attestation name, hex; `null`: the owner. */
  readonly actor: string | null;
}

/** Who a sealed section is for. */
export type SectionLabel =
  /** A group of a policy (hash, hex). */
  | { readonly kind: "group"; readonly group: string; readonly policy: string }
  /** Whoever owns the product, now and by hand-over later. */
  | { readonly kind: "owner"; readonly group: null; readonly policy: null };

export const OWNER_SECTION: SectionLabel = { kind: "owner", group: null, policy: null };

/** The content key, sealed to one reader. */
export interface KeyWrap {
  /** First 8 bytes (hex) of a hash of the reader's public key and the place. */
  readonly keyId: string;
  /** HPKE message: enc(32) ‖ ciphertext(32) ‖ tag(16). */
  readonly wrapped: Uint8Array;
}

export type ActionSection = SectionLabel & {
  /** Hash of the content key (32 bytes): every reader has the same one. */
  readonly commitment: Uint8Array;
  /** By key id, ascending. */
  readonly wraps: readonly KeyWrap[];
  /** Nonce(24) ‖ ciphertext ‖ tag(16). */
  readonly sealed: Uint8Array;
};

/** The seller's owner keys, sealed to the buyer. */
export interface HandOver {
  readonly keyId: string;
  /** HPKE message. */
  readonly sealed: Uint8Array;
}

export interface ActionRecord extends ActionPlace {
  /** Public, by id, ascending. */
  readonly elements: readonly Element[];
  /** Groups by name, ascending, then the owner's. */
  readonly sealed: readonly ActionSection[];
  /** Only in a transfer. */
  readonly handOver: HandOver | null;
}

export const MAX_RECORD_BYTES = 64 * 1024;
/** Elements in public, and in each sealed section. */
export const MAX_ACTION_ELEMENTS = 64;
/** Encoded: a public text is for good, so it is short. */
export const MAX_PUBLIC_ELEMENT_BYTES = 1024;
export const MAX_ACTION_SECTIONS = 16;
export const MAX_READERS = 256;
/** In one hand-over. */
export const MAX_OWNER_KEYS = 256;
/** That a reader takes from all hand-overs to him, besides his own: sixteen full ones. */
export const MAX_HELD_OWNER_KEYS = 4096;
/** Of the record of a sale with a wallet, which passes through a server (docs/spec/ownership.md "Sale with a wallet"). */
export const MAX_SALE_RECORD_BYTES = 4096;
/** As many as such a record has room for. */
export const MAX_SALE_OWNER_KEYS = 96;
export const KEY_ID_BYTES = 8;

/** What a person calls the section: the group's name, or `owner`. */
export const sectionName = ({ kind, group }: SectionLabel): string => (kind === "group" ? group : kind) ?? "";
