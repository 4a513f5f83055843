/**
 * A supplier (harvester, smallholder) as a cooperative has enrolled him. Off the ledger, sealed at rest; an event's payload has the card's id at most.
 * Spec: docs/spec/supplier-registry.md. What is done to a record: supplier-acts.ts.
 */
import { DppError } from "./errors.js";
import { isCell } from "./place.js";

export const CONFIRMATIONS = ["in-person", "document", "biometric", "phone"] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

export const BLOCK_REASONS = ["lost", "stolen", "replaced", "damaged", "ended"] as const;
export type BlockReason = (typeof BLOCK_REASONS)[number];

export const SUPPLIER_ACTS = [
  "enrol",
  "re-enrol",
  "issue-card",
  "block-card",
  "set-phones",
  "declare",
  "end",
] as const;
export type SupplierAct = (typeof SUPPLIER_ACTS)[number];

export const MAX_PHONES = 4;
export const MAX_CARDS = 64;
export const MAX_DECLARATIONS = 64;
export const MAX_PLOTS = 32;
export const MAX_ENROLMENTS = 128;
export const MAX_AUDIT = 512;
export const MAX_NAME = 120;
export const MAX_LABEL = 32;
/** A card is for a season: what is lost unseen ends by itself. */
export const MAX_SEASON_MS = 400 * 86_400_000;
export const MAX_AREA_M2 = 1_000_000_000;
export const MAX_CAPACITY_KG = 100_000_000;

/** Times are POSIX ms. `by`: who did it, an attestation name or a key hash, 13–28 bytes hex. */
export interface Enrolment {
  readonly at: number;
  readonly by: string;
  readonly confirmed: Confirmation;
  /** Hash of the paper or the biometric template, 32 bytes hex, or empty: never the thing itself. */
  readonly reference: string;
}

export interface Card {
  /** 16 random bytes, hex. */
  readonly id: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly issued: number;
  readonly blocked: { readonly at: number; readonly reason: BlockReason } | null;
}

export interface Plot {
  /** Cell of 0.1° (event.md "Places"); empty when it is not told. */
  readonly cell: string;
  readonly areaM2: number;
}

/** What a supplier says, for one season, that he can deliver; the newest of a season and product counts. */
export interface Declaration {
  readonly at: number;
  readonly season: string;
  readonly product: string;
  readonly plots: readonly Plot[];
  readonly capacityKg: number;
}

export interface AuditEntry {
  readonly at: number;
  readonly by: string;
  readonly act: SupplierAct;
  /** Which card, season or reason; never a name, phone or id. */
  readonly about: string;
}

export interface Supplier {
  /** 1, 2, 3 … within one registry, never given twice. */
  readonly number: number;
  /** As the user writes it; empty when it is not kept. */
  readonly name: string;
  /** E.164, distinct. */
  readonly phones: readonly string[];
  readonly cards: readonly Card[];
  readonly declarations: readonly Declaration[];
  readonly enrolments: readonly Enrolment[];
  readonly audit: readonly AuditEntry[];
  readonly ended: number | null;
}

export const isPhone = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text);

/** E.164 of what people write: blanks, dashes, dots and brackets are dropped. @throws DppError `supplier/phone`. */
export function parsePhone(text: string): string {
  const plain = text.length > 64 ? "" : text.replace(/[\s().-]/g, "");
  if (!isPhone(plain))
    throw new DppError(
      "supplier/phone",
      "write a phone number with its country: + and 7 to 15 digits (E.164), e.g. +1 555 010 0199",
    );
  return plain;
}

/** Whether it is empty or a cell of 0.1°: a finer place is kept nowhere. */
export const isPlotCell = (text: string): boolean => text === "" || isCell(text);

export const isUsable = (card: Card, now: number): boolean =>
  card.blocked === null && card.from <= now && now < card.to;

/** The newest declaration of each season and product. */
export function standingDeclarations({ declarations }: Supplier): readonly Declaration[] {
  return [...new Map(declarations.map((one) => [`${one.season}\n${one.product}`, one])).values()];
}

/** When somebody last saw the supplier in person; `null`: nobody says so. */
export const lastInPerson = ({ enrolments }: Supplier): number | null =>
  enrolments.reduce<number | null>(
    (last, { at, confirmed }) =>
      (confirmed === "in-person" || confirmed === "biometric") && (last === null || at > last) ? at : last,
    null,
  );
