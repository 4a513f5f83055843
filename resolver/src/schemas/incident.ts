/** Reports of misbehaviour. Spec: docs/spec/incident.md "HTTP". What is text is checked by the domain: here only its size. */

import { MAX_LINK_LENGTH } from "@cardano-dpp/offchain/domain/identifier-link";
import {
  INCIDENT_CATEGORIES,
  INCIDENT_OUTCOMES,
  MAX_CONTACT,
  MAX_EVIDENCE,
  MAX_EVIDENCE_LENGTH,
  MAX_INCIDENT_TEXT,
} from "@cardano-dpp/offchain/domain/incident";
import { type Static, Type } from "@sinclair/typebox";
import { Time } from "./text.js";

const oneOf = <T extends string>(names: readonly T[]) => Type.Union(names.map((name) => Type.Literal(name)));

const Category = oneOf(INCIDENT_CATEGORIES);

export const IncidentRequest = Type.Object(
  {
    subject: Type.String({
      maxLength: MAX_LINK_LENGTH,
      description: "A passport's id or link, or an attestation's name; of a link the salt is not kept",
    }),
    category: Category,
    text: Type.String({ maxLength: MAX_INCIDENT_TEXT, description: "What happened, plain text" }),
    contact: Type.Optional(
      Type.String({ maxLength: MAX_CONTACT, description: "Kept sealed to the consortium's key" }),
    ),
    evidence: Type.Optional(
      Type.Array(Type.String({ maxLength: MAX_EVIDENCE_LENGTH }), {
        maxItems: MAX_EVIDENCE,
        description: "CIDs and links",
      }),
    ),
  },
  { additionalProperties: false },
);
export type IncidentRequest = Static<typeof IncidentRequest>;

const IncidentId = Type.String({ pattern: "^[0-9a-f]{32}$", description: "The receipt: 16 bytes, hex" });
export const IncidentParams = Type.Object({ id: IncidentId }, { additionalProperties: false });

export const IncidentReceipt = Type.Object({ id: IncidentId, receivedAt: Time });
export type IncidentReceipt = Static<typeof IncidentReceipt>;

const Nullable = <T extends ReturnType<typeof oneOf> | typeof Time>(schema: T) =>
  Type.Union([schema, Type.Null()]);
export const IncidentState = Type.Object({
  id: IncidentId,
  receivedAt: Time,
  state: oneOf(["open", "closed"]),
  outcome: Nullable(oneOf(INCIDENT_OUTCOMES)),
  closedAt: Nullable(Time),
});
export type IncidentState = Static<typeof IncidentState>;

export const IncidentForm = Type.Object({
  contact: Type.Boolean({ description: "A contact may be given: there is a key to seal it to" }),
  categories: Type.Array(Category),
  maxText: Type.Integer(),
  maxContact: Type.Integer(),
  maxEvidence: Type.Integer(),
});
export type IncidentForm = Static<typeof IncidentForm>;
