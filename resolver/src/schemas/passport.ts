/** The passport as JSON: what `GET /01/{gtin}/21/{serial}` answers. Spec: docs/spec/http.md "Passport". */
import { type Static, Type } from "@sinclair/typebox";
import { RefusedRole } from "./auth.js";
import { AsOf, MomentText, Notice } from "./history.js";
import { DoubtedActor, EndedStanding } from "./standing.js";
import { AttestationName, CidText, Hash, PassportId, Policy, Salt16, Time, Unit } from "./text.js";

export const ProductParams = Type.Object(
  {
    gtin: Type.String({ minLength: 8, maxLength: 14, description: "GTIN of 8, 12, 13 or 14 digits" }),
    serial: Type.String({ minLength: 1, maxLength: 20, description: "Serial number, GS1 character set 82" }),
  },
  { additionalProperties: false },
);

/** Other parameters of GS1 links are for others and ignored. */
export const ProductQuery = Type.Object({
  at: Type.Optional(MomentText),
  p: Type.Optional(Type.String({ maxLength: 38, description: "Passport id from the QR, base64url" })),
  s: Type.Optional(Type.String({ maxLength: 22, description: "Salt from the QR, base64url" })),
  group: Type.Optional(
    Type.String({
      pattern: "^[a-z][A-Za-z0-9]{0,31}$",
      description: "Only this group; refused when no role grants it",
    }),
  ),
});
export type ProductQuery = Static<typeof ProductQuery>;

export const Proof = Type.Object({
  index: Type.Integer({ description: "Position of the leaf; the header is 0" }),
  count: Type.Integer({ description: "Leaves of the tree" }),
  path: Type.Array(Hash, { description: "Sibling hashes from the leaf up" }),
});

export const DisclosedElement = Type.Object(
  {
    element: Type.Object({
      id: Type.String(),
      type: Type.String(),
      value: Type.Unknown(),
      unit: Type.Union([Type.String(), Type.Null()]),
    }),
    salt: Hash,
    proof: Proof,
  },
  { $id: "DisclosedElement" },
);

export const DisclosedHeader = Type.Object({
  header: Type.Object({
    identifier: Type.Object({ gtin: Type.String(), serial: Type.String() }),
    granularity: Type.Literal("item"),
    category: Type.String(),
    policy: Type.Object({ name: Type.String(), version: Type.Integer(), hash: Hash }),
    issuer: Type.Object({ attestation: AttestationName, operator: Type.String() }),
    name: Type.String(),
    image: Type.String(),
    language: Type.String(),
    revision: Type.Integer(),
    previous: Type.Union([CidText, Type.Null()]),
    issuedAt: Time,
  }),
  salt: Hash,
  proof: Proof,
});

const Anchor = { txHash: Hash, slot: Type.Integer(), height: Type.Integer(), time: Time };

const Issuer = Type.Object({
  attestation: AttestationName,
  title: Type.String(),
  operator: Type.String(),
  status: Type.Union([Type.Literal("Active"), Type.Literal("Suspended"), Type.Literal("Revoked")]),
  live: Type.Boolean({ description: "Active and inside its dates" }),
  validFrom: Time,
  validTo: Time,
  ended: Type.Union([EndedStanding, Type.Null()], {
    description: "Why and since when it is suspended or revoked; null: Active",
  }),
});

export const GroupSummary = Type.Object({
  name: Type.String(),
  access: Type.Union([Type.Literal("escrow"), Type.Literal("direct")]),
  epoch: Type.Integer(),
  roles: Type.Array(Type.String(), { description: "Roles that read it, by the policy" }),
});

const EscrowReading = Type.Object({
  name: Type.String(),
  access: Type.Literal("escrow"),
  elements: Type.Array(Type.Ref("DisclosedElement")),
});
const DirectReading = Type.Object({
  name: Type.String(),
  access: Type.Literal("direct"),
  epoch: Type.Integer(),
  wrappedKey: Type.String({ description: "Content key under the group key, base64url" }),
  sealed: Type.String({ description: "The group's ciphertext, base64url" }),
});

export const Reading = Type.Object({
  roles: Type.Array(
    Type.Object({ attestation: AttestationName, role: Type.String(), operator: Type.String() }),
  ),
  refusedRoles: Type.Array(RefusedRole),
  groups: Type.Array(Type.Union([EscrowReading, DirectReading])),
  refused: Type.Array(Type.Object({ name: Type.String(), code: Type.String(), message: Type.String() })),
  keyrings: Type.Array(Type.Object({ attestation: AttestationName, keyring: Type.String() }), {
    description:
      "For direct groups: the issuer's keyring with this reader's stanzas alone, base64url (docs/spec/keyring.md)",
  }),
});

export const PassportAnswer = Type.Object({
  schema: Type.Literal("dpp/passport-answer/1"),
  identifier: Type.Object({
    gtin: Type.String(),
    serial: Type.String(),
    salt: Salt16,
    source: Type.Union([Type.Literal("qr"), Type.Literal("index")], {
      description: "Where id and salt came from: the QR, or this server's index of printed numbers",
    }),
  }),
  passport: Type.Object({
    id: PassportId,
    unit: Unit,
    name: Type.String(),
    image: Type.String(),
    status: Type.String(),
    revision: Type.Integer(),
    dataRoot: Hash,
    content: CidText,
    idCommit: Hash,
    idMethod: Type.Integer(),
    actionHead: Type.String({
      pattern: "^([0-9a-f]{64})?$",
      description: "Head of the chain of actions, hex; empty before the first",
    }),
    predecessor: Type.Union([Type.String({ pattern: "^[0-9a-f]{56}$" }), Type.Null()], {
      description: "Id of the passport that this one succeeds",
    }),
    datum: Type.String({ description: "Inline datum, CBOR hex" }),
    utxo: Type.Object({ txHash: Hash, outputIndex: Type.Integer() }),
  }),
  header: DisclosedHeader,
  elements: Type.Array(Type.Ref("DisclosedElement")),
  leaves: Type.Integer(),
  groups: Type.Array(GroupSummary),
  issuer: Type.Union([Issuer, Type.Null()]),
  actors: Type.Array(DoubtedActor, {
    description: "Suspended or revoked today, of those in whose name an action is logged on this passport",
  }),
  notices: Type.Array(Notice, {
    description: "Recalls, thefts and losses that stand, and actions that cannot be read; oldest first",
  }),
  anchor: Type.Object({
    ...Anchor,
    confirmations: Type.Integer({
      minimum: 1,
      description: "Blocks from the transaction's own to the tip, both counted",
    }),
    settled: Type.Boolean({
      description: "Deep enough to count on it: confirmations have reached settledAfter",
    }),
    settledAfter: Type.Integer({ minimum: 1, description: "Confirmations that this server asks for" }),
  }),
  issued: Type.Object(Anchor),
  deployment: Type.Object({
    network: Type.String(),
    configPolicy: Policy,
    rolesPolicy: Policy,
    passportPolicy: Policy,
  }),
  reading: Type.Union([Reading, Type.Null()], {
    description: "What a proven role adds; null for the public",
  }),
  asOf: Type.Optional(AsOf),
});
