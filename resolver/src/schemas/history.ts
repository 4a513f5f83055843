/** The history as JSON, and what an answer as of a moment has besides. Spec: docs/spec/http.md "History". */
import { type TSchema, Type } from "@sinclair/typebox";
import { AttestationName, CidText, Hash, PassportId, Policy, Time, Unit } from "./text.js";

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Anchor = { txHash: Hash, slot: Type.Integer(), height: Type.Integer(), time: Time };
const OutRef = Type.String({ description: "hash#index" });

const Standing = Type.Object({
  attestation: AttestationName,
  status: Type.String(),
  since: Type.Object(Anchor, { description: "The transaction that gave it this status" }),
  reason: Nullable(Type.Integer({ description: "Of a suspension or revocation (docs/spec/datum.md)" })),
});

export const AsOf = Type.Object({
  at: Time,
  act: Type.String({ description: "What made the state" }),
  until: Nullable(Type.Object({ ...Anchor, act: Type.String() })),
  erased: Type.Boolean({ description: "The passport had left the ledger by then; this is its last state" }),
  sealedBy: AttestationName,
  issuer: Nullable(Standing),
  state: Nullable(OutRef),
});

const Action = Type.Object({
  cid: Nullable(CidText),
  type: Nullable(Type.String()),
  at: Nullable(Type.Integer({ description: "POSIX ms, as its writer claims" })),
  actor: Nullable(AttestationName),
  elements: Type.Array(Type.Unknown()),
  sealed: Type.Array(Type.String(), { description: "Sections that are sealed" }),
  mark: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
});

const Entry = Type.Object({
  act: Type.String(),
  ...Anchor,
  fields: Type.Record(Type.String(), Type.Unknown(), { description: "Of the redeemer (docs/spec/datum.md)" }),
  status: Nullable(Type.String()),
  revision: Nullable(Type.Integer()),
  issuer: Nullable(AttestationName),
  dataRoot: Nullable(Hash),
  owner: Nullable(
    Type.String({
      description: "Address that holds the ownership token after it; null also where it is withheld",
    }),
  ),
  ownerBefore: Nullable(Type.String()),
  action: Nullable(Action),
});

/** docs/spec/history.md "Notices". */
export const Notice = Type.Object({
  kind: Type.Union(
    (["recall", "theft", "loss", "unreadable"] as const).map((kind) => Type.Literal(kind)),
    { description: "unreadable: what was logged is lost or not of its place, and may be any of the others" },
  ),
  txHash: Hash,
  time: Time,
  actor: Type.Union([AttestationName, Type.Null()], { description: "null: the owner of then" }),
});

export const HistoryAnswer = Type.Object({
  schema: Type.Literal("dpp/history-answer/1"),
  passport: Type.Object({
    id: PassportId,
    unit: Unit,
    status: Nullable(Type.String()),
    revision: Nullable(Type.Integer()),
    state: Nullable(OutRef),
    owner: Nullable(OutRef),
  }),
  issuer: Nullable(Standing),
  entries: Type.Array(Entry, { description: "Oldest first" }),
  notices: Type.Array(Notice),
  deployment: Type.Object({
    network: Type.String(),
    configPolicy: Policy,
    rolesPolicy: Policy,
    passportPolicy: Policy,
  }),
  withheld: Type.Array(Type.Union([Type.Literal("owners"), Type.Literal("evidence")]), {
    description:
      "What is told only to who has the code from the label: owners' addresses, the signed transactions",
  }),
  evidence: Nullable(
    Type.Unknown({
      description:
        "A history file (docs/spec/history.md) that proves the entries; null for a long one, or withheld",
    }),
  ),
});

export const HistoryQuery = Type.Object({
  p: Type.Optional(Type.String({ maxLength: 38, description: "Passport id from the QR, base64url" })),
  s: Type.Optional(Type.String({ maxLength: 22, description: "Salt from the QR, base64url" })),
});

/** A day or a time with its zone. */
export const MomentText = Type.String({
  maxLength: 32,
  description: "As of a day (its end in UTC) or a time with its zone: 2027-03-01, 2027-03-01T12:00:00Z",
});
