/** Who captures events in the demo, and what they say about one of its products: plainly fictional legal entities under GS1's example prefix. */
import type { DerivedForm } from "@cardano-dpp/offchain/adapters/keystore";
import type { SourceKind } from "@cardano-dpp/offchain/domain/attestation";
import type { DemoActor } from "./actors.js";

export interface DemoSource extends DemoActor {
  readonly kind: SourceKind;
  /** Form of the key that signs its events (docs/spec/signature-forms.md). Both are derived from the demo's keys: they lie in software. */
  readonly form: DerivedForm;
  /** Oldest first, but where one is late. The events of one list are one pack. */
  readonly packs: readonly (readonly DemoEvent[])[];
}

export interface DemoEvent {
  readonly type: string;
  /** Hours before the demo is set up. */
  readonly hoursAgo: number;
  readonly elements: readonly { readonly id: string; readonly value: string; readonly unit?: string }[];
}

/** The product that they are about. */
export const EVENTS_ABOUT = "cotton-shirt.json";

const COTTON = { id: "event.product.commodity", value: "cotton-seed" };
const LINT = { id: "event.product.commodity", value: "cotton-lint" };
const COOPERATIVE = "gln:9506000140506";
const GIN = "gln:9506000140605";

export const SOURCES: readonly DemoSource[] = [
  {
    key: "supervisor",
    role: "SUPERVISOR",
    kind: "Individual",
    form: "Ed25519",
    operator: COOPERATIVE,
    title: "Example Cooperative",
    does: "records harvests and purchases in the village (dpp event record)",
    packs: [
      [
        {
          type: "harvest",
          hoursAgo: 90,
          elements: [
            COTTON,
            { id: "event.quantity.mass", value: "240.5", unit: "kg" },
            { id: "event.quantity.method", value: "read-scale" },
            { id: "event.supplier.card", value: "0f1e2d3c4b5a69788796a5b4c3d2e1f0" },
            { id: "event.supplier.confirmation", value: "nfc-tap" },
          ],
        },
        {
          type: "handoff",
          hoursAgo: 66,
          elements: [
            { id: "event.party.from", value: COOPERATIVE },
            { id: "event.party.to", value: GIN },
            COTTON,
            { id: "event.quantity.mass", value: "240.5", unit: "kg" },
          ],
        },
      ],
      // It happened before the hand-over and is written after it: marked late by the ledger.
      [
        {
          type: "transport",
          hoursAgo: 70,
          elements: [{ id: "event.transport.mode", value: "motorcycle" }, COTTON],
        },
      ],
    ],
  },
  {
    key: "station",
    role: "STATION",
    kind: "Device",
    // As a secure element signs; the ledger checks it with a script of its own.
    form: "P-256",
    operator: GIN,
    title: "Example Gin, weighing station",
    does: "weighs and grades with no hand in between; signs in the form of secure elements (P-256), here with a key in software",
    packs: [
      [
        {
          type: "processing",
          hoursAgo: 48,
          elements: [
            { id: "event.processing.step", value: "ginning" },
            COTTON,
            { id: "event.product.output", value: "cotton-lint" },
            { id: "event.quantity.mass", value: "240.1", unit: "kg" },
            { id: "event.quantity.output", value: "84.0", unit: "kg" },
            { id: "event.quantity.method", value: "station-scale" },
          ],
        },
        {
          type: "grade",
          hoursAgo: 47,
          elements: [
            { id: "event.grade.to", value: "A" },
            { id: "event.grade.scheme", value: "national" },
            LINT,
            { id: "event.quality.moisture", value: "7.5", unit: "%" },
          ],
        },
      ],
    ],
  },
];
