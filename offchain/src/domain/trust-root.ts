/** What a reader of receipts got once from a ledger that he trusts, and names. Spec: docs/spec/receipt.md "Trust root". */
import type { Config, Deployment } from "./config.js";
import type { OutRef } from "./out-ref.js";

/** A config that the ledger had or has, and the output that held it. */
export interface KnownConfig extends Pick<Config, "members" | "threshold" | "freezeKeys"> {
  readonly output: OutRef;
}

export interface TrustRoot {
  readonly network: Deployment["network"];
  /** Policies, hex. */
  readonly config: string;
  readonly roles: string;
  readonly anchor: string;
  /** Policy of joint threads, hex; null: the deployment has none. */
  readonly joint: string | null;
  /** Script that checks P-256 signatures, hex; null: the deployment's ledger checks none. */
  readonly p256: string | null;
  /** POSIX ms of the zero slot, the zero slot, ms per slot. */
  readonly slots: { readonly zeroTime: number; readonly zeroSlot: number; readonly slotLength: number };
  /** Oldest first; the last is the one of when the root was made. */
  readonly configs: readonly KnownConfig[];
}

/** More rotations than a consortium has in a century. */
export const MAX_KNOWN_CONFIGS = 64;
export const TRUST_NETWORKS = ["mainnet", "preprod", "preview", "devnet", "embedded"] as const;
