/** Events and threads as JSON. Spec: docs/spec/http.md "Events". */

import { MAX_PARTIES_BYTES } from "@cardano-dpp/offchain/codec/parties";
import { EVENT_TYPES, TIERS } from "@cardano-dpp/offchain/domain/event";
import { MAX_KEY_BYTES, SIGNATURE_FORMS } from "@cardano-dpp/offchain/domain/event-key";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { AttestationName, Base64url, Hash, Hex, Policy, Time } from "./text.js";

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Counter = Type.Integer({ minimum: 0 });
const oneOf = <const T extends string>(names: readonly T[], description?: string) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    description === undefined ? {} : { description },
  );

export const EventId = Type.String({
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
  description: "Event id (UUIDv8, lower case)",
});
const Subject = Type.String({
  pattern: "^([0-9a-f]{32}|[0-9a-f]{56}|[0-9a-f]{64})$",
  description: "Event id without dashes, passport or batch (28 bytes), or a commitment (32 bytes), hex",
});

export const EVENT_STATES = [
  "recorded",
  "sealed",
  "sent",
  "refused",
  "anchored",
  "given-up",
  "displaced",
  "unreadable",
] as const;

const Proof = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  count: Type.Integer({ minimum: 1 }),
  path: Type.Array(Hash, { maxItems: 24 }),
});

const Disclosed = Type.Object(
  { element: Type.Unknown(), salt: Hash, proof: Proof },
  { description: "A public element with its proof under the leaf's payload hash (docs/spec/tree.md)" },
);

/** Of nine parties with the longest names and keys (docs/spec/anchor.md "History"). */
const MAX_ENTRY_BYTES = 75 + 9 * (2 + 28 + MAX_KEY_BYTES);

const SignedWith = Type.Array(Type.String(), {
  description:
    "Forms of the keys whose signatures the ledger checked, in words; empty: it has written nothing of it",
});

const Entry = Type.Object({
  seq: Counter,
  bytes: Hex(MAX_ENTRY_BYTES),
  kind: oneOf(["append", "co-append", "gap"]),
  lo: Counter,
  hi: Counter,
  tier: Nullable(oneOf(TIERS)),
  late: Nullable(Type.Boolean()),
  signedWith: SignedWith,
  until: Nullable(Time),
  reason: Nullable(Type.Integer()),
  says: Nullable(Type.String({ description: "A gap in words" })),
  txHash: Hash,
  slot: Type.Integer(),
  height: Type.Integer(),
  time: Time,
});

const Evidence = {
  leaf: Hex(256),
  signed: Hex(331),
  pack: Nullable(
    Type.Object({
      tier: oneOf(TIERS),
      lo: Counter,
      hi: Counter,
      root: Hash,
      cmin: Time,
      cmax: Time,
      signature: Hex(MAX_PARTIES_BYTES),
      sealedAt: Time,
    }),
  ),
  path: Nullable(Proof),
  entry: Nullable(
    Type.Object({
      seq: Counter,
      bytes: Hex(MAX_ENTRY_BYTES),
      proof: Type.Object({
        index: Counter,
        seq: Counter,
        path: Type.Array(Hash, { maxItems: 53 }),
        peaks: Type.Array(Hash, { maxItems: 53 }),
      }),
      signature: Hex(MAX_PARTIES_BYTES),
      state: Type.String({ description: "The thread's present output, hash#index" }),
    }),
  ),
};

export const Amendment = Type.Object({
  id: EventId,
  thread: AttestationName,
  counter: Counter,
  from: Nullable(oneOf(TIERS)),
  to: Nullable(oneOf(TIERS)),
  reason: Nullable(Type.String()),
  parties: Type.Array(
    Type.Object({
      name: AttestationName,
      role: Nullable(Type.String()),
      operator: Nullable(Type.String({ description: "As its attestation says today" })),
      form: Nullable(oneOf(SIGNATURE_FORMS)),
    }),
  ),
  txHash: Nullable(Hash),
  time: Nullable(Time),
  applied: Type.Boolean(),
  fault: Nullable(Type.Object({ code: Type.String(), words: Type.String() })),
  says: Type.String(),
});

const Summary = {
  id: EventId,
  source: AttestationName,
  counter: Counter,
  type: oneOf(EVENT_TYPES),
  subject: Hex(32),
  role: Type.String(),
  tier: oneOf(TIERS),
  tierWords: Type.Object({ short: Type.String(), long: Type.String() }),
  counts: Nullable(
    oneOf(
      TIERS,
      "What it counts for, amendments applied; null: it is not on the ledger, or its amendments cannot be read",
    ),
  ),
  countsWords: Type.String({ description: "Both tiers in a sentence, where they differ" }),
  amendments: Type.Array(Amendment, { description: "In the order of the ledger" }),
  captured: Time,
  clock: Type.String(),
  clockWords: Type.String(),
  receivedAt: Time,
  state: oneOf(EVENT_STATES),
  threadFault: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  refusal: Nullable(Type.Object({ code: Type.String(), reason: Type.String() })),
  signedWith: SignedWith,
  late: Nullable(Type.Boolean()),
  lateWords: Nullable(Type.String()),
  anchor: Nullable(
    Type.Object({
      txHash: Hash,
      slot: Type.Integer(),
      height: Type.Integer(),
      time: Time,
      until: Time,
      seq: Counter,
    }),
  ),
  elements: Type.Array(Disclosed),
  hidden: Nullable(Type.Integer({ description: "Sealed elements; null: the payload is not here" })),
  payloadFault: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
};

const ThreadGaps = Type.Object({
  source: AttestationName,
  lost: Counter,
  gaps: Type.Array(Type.Object({ ...Entry.properties, proof: Evidence.entry.anyOf[0].properties.proof }), {
    description: "The newest ones, oldest first",
  }),
});

export const Deployment = Type.Object({
  network: Type.String(),
  configPolicy: Policy,
  rolesPolicy: Policy,
  anchorPolicy: Policy,
});

export const EventList = Type.Object({
  schema: Type.Literal("dpp/event-list/1"),
  events: Type.Array(Type.Object({ ...Summary, evidence: Type.Optional(Type.Object(Evidence)) })),
  threads: Type.Optional(Type.Array(ThreadGaps)),
  next: Nullable(Type.String({ description: "For ?after=" })),
  deployment: Deployment,
});
export type EventList = Static<typeof EventList>;
export type EventSummary = EventList["events"][number];
export type EventEvidence = NonNullable<EventSummary["evidence"]>;
export type ThreadGaps = Static<typeof ThreadGaps>;

export const EventAnswer = Type.Object({
  schema: Type.Literal("dpp/event-answer/1"),
  event: Type.Object({ ...Summary, evidence: Type.Object(Evidence) }),
  threads: Type.Array(ThreadGaps),
  payload: Nullable(Base64url(90_000)),
  about: Type.Array(EventId, { description: "Events whose subject this one is, newest first" }),
  deployment: Deployment,
});
export type EventAnswer = Static<typeof EventAnswer>;

const ThreadState = {
  source: AttestationName,
  seq: Counter,
  next: Counter,
  total: Counter,
  lost: Counter,
  history: Hash,
  lastCmax: Time,
  closed: Type.Boolean(),
  key: Nullable(
    Type.Object(
      {
        form: Nullable(oneOf(SIGNATURE_FORMS)),
        words: Type.String(),
        checkedByLedger: Type.Boolean({ description: "false: no pack of it can be appended" }),
        fault: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
      },
      { description: "The source's key as its attestation has it today; null: a joint thread" },
    ),
  ),
  state: Type.String({ description: "hash#index" }),
};

export const ThreadList = Type.Object({
  schema: Type.Literal("dpp/thread-list/1"),
  threads: Type.Array(Type.Object(ThreadState)),
  next: Nullable(AttestationName),
  deployment: Deployment,
});
export type ThreadList = Static<typeof ThreadList>;

export const ThreadAnswer = Type.Object({
  schema: Type.Literal("dpp/thread-answer/1"),
  thread: Type.Object(ThreadState),
  entries: Type.Array(Entry, { description: "Oldest first" }),
  next: Nullable(Counter),
  deployment: Deployment,
});
export type ThreadAnswer = Static<typeof ThreadAnswer>;
export type ThreadEntryJson = ThreadAnswer["entries"][number];

const closed = { additionalProperties: false };
const Count = (description: string) => Type.String({ pattern: "^[1-9][0-9]{0,3}$", description });

export const EventsQuery = Type.Object(
  {
    minTier: Type.Optional(
      Type.String({
        maxLength: 24,
        description: `Events that count for this trust tier or a stronger one, amendments applied: ${TIERS.join(", ")}; \`device\` is DEVICE_SIGNED`,
      }),
    ),
    type: Type.Optional(oneOf(EVENT_TYPES)),
    source: Type.Optional(AttestationName),
    subject: Type.Optional(Subject),
    anchored: Type.Optional(oneOf(["1"], "Only what the store knows to be on the ledger")),
    proofs: Type.Optional(oneOf(["1"], "With what proves each event; at most 50")),
    limit: Type.Optional(Count("1–200, default 50")),
    after: Type.Optional(Type.String({ maxLength: 52, description: "`next` of the page before" })),
  },
  closed,
);
export type EventsQuery = Static<typeof EventsQuery>;

/** For the description; no serialiser touches the bytes. */
export const ReceiptBody = {
  description: "A receipt (docs/spec/receipt.md)",
  content: {
    "application/octet-stream": { schema: Type.Unsafe<unknown>({ type: "string", format: "binary" }) },
  },
};

export const EventParams = Type.Object({ id: EventId }, closed);
export const EventQuery = Type.Object(
  { payload: Type.Optional(oneOf(["1"], "With the payload record, sealed as it is")) },
  closed,
);

export const ThreadsQuery = Type.Object(
  { limit: Type.Optional(Count("1–200, default 50")), after: Type.Optional(AttestationName) },
  closed,
);
export const ThreadParams = Type.Object({ source: AttestationName }, closed);
export const ThreadQuery = Type.Object(
  {
    limit: Type.Optional(Count("1–1000, default 100")),
    after: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$", description: "`next` of the page before" })),
  },
  closed,
);
