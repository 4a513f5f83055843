/** The proof of one event for who has no ledger at hand. Spec: docs/spec/receipt.md. */
import type { Deployment } from "./config.js";
import type { SaltedElement } from "./document.js";
import type { PackHeader } from "./pack.js";

export const MAX_RECEIPT_BYTES = 256 * 1024;

/** A key's signature over a body's hash, both hex. */
export interface BodySignature {
  readonly publicKey: string;
  readonly signature: string;
}

export interface ReceiptTransaction {
  readonly body: Uint8Array;
  /** By public key, ascending. */
  readonly signatures: readonly BodySignature[];
}

/** What the redeemer of the Append or the CoAppend said; tier and source follow from elsewhere. */
export interface ReceiptPack extends Pick<PackHeader, "lo" | "hi" | "root" | "cmin" | "cmax"> {
  readonly late: boolean;
  /** As `SealedPack` has it, hex. */
  readonly signature: string;
  /** Of the history before, from the smallest, hex. */
  readonly peaks: readonly string[];
}

/** The life of one signer's attestation. */
export interface ReceiptAttestation {
  /** Attestation name, hex. */
  readonly name: string;
  /** From the issue to the output that the append refers to. */
  readonly transactions: readonly ReceiptTransaction[];
}

/** A later transaction of the thread, and the proof that the entry stands in the history which it left. */
export interface ReceiptState {
  readonly transaction: ReceiptTransaction;
  readonly path: readonly Uint8Array[];
  readonly peaks: readonly Uint8Array[];
}

/** What of the payload everybody may see. */
export interface ReceiptPayload {
  readonly leaves: readonly Uint8Array[];
  readonly elements: readonly SaltedElement[];
}

export interface Receipt {
  readonly network: Deployment["network"];
  /** Config policy, hex. */
  readonly config: string;
  readonly leaf: Uint8Array;
  /** Siblings from the event hash up to the pack's root. */
  readonly path: readonly Uint8Array[];
  readonly pack: ReceiptPack;
  readonly append: ReceiptTransaction;
  /** Of the source, or of the parties of a joint pack; by name, ascending. */
  readonly attestations: readonly ReceiptAttestation[];
  /** Of the consortium, oldest first. */
  readonly rotations: readonly ReceiptTransaction[];
  readonly state: ReceiptState | null;
  readonly payload: ReceiptPayload | null;
}

export const RECEIPT_CHECKS = [
  "form",
  "deployment",
  "leaf",
  "consortium",
  "authority",
  "attestation",
  "key",
  "tier",
  "pack",
  "signature",
  "append",
  "state",
  "payload",
  "ledger",
] as const;
export type ReceiptCheckName = (typeof RECEIPT_CHECKS)[number];

export interface ReceiptCheck {
  readonly name: ReceiptCheckName;
  /** Null: nothing is wrong, and it could not be looked at. */
  readonly ok: boolean | null;
  /** A sentence for people. */
  readonly says: string;
}
