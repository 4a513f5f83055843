/** The weakest link as JSON. Spec: docs/spec/http.md "Weakest link". */
import { TIERS } from "@cardano-dpp/offchain/domain/event";
import { MAX_PLACES, MAX_RANGES } from "@cardano-dpp/offchain/domain/weakest-link";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Amendment, Deployment, EventId } from "./events.js";
import { AttestationName } from "./text.js";

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });
const Tier = Nullable(Type.Union(TIERS.map((name) => Type.Literal(name))));
const closed = { additionalProperties: false };

const Range = {
  thread: AttestationName,
  lo: Count,
  hi: Type.Integer({ minimum: 0, description: "One after the last" }),
};
const Weakest = Type.Object({
  tier: Tier,
  places: Type.Array(Type.Object(Range), { maxItems: MAX_PLACES }),
  more: Type.Integer({ minimum: 0, description: "Places that are not named" }),
});
const Counts = { events: Count, late: Count, lost: Count };

export const WeakestLinkAnswer = Type.Object({
  schema: Type.Literal("dpp/weakest-link-answer/1"),
  ledger: Weakest,
  counts: Weakest,
  ...Counts,
  ranges: Type.Array(Type.Object({ ...Range, ...Counts, ledger: Tier, counts: Tier })),
  amended: Type.Array(
    Type.Object({
      id: EventId,
      thread: AttestationName,
      counter: Count,
      tier: Tier,
      counts: Tier,
      amendments: Type.Array(Amendment),
    }),
    { description: "Events of the ranges that joint threads amend, as far as this server knows" },
  ),
  deployment: Deployment,
});
export type WeakestLinkAnswer = Static<typeof WeakestLinkAnswer>;

const RangeText = Type.String({
  maxLength: 100,
  description: "thread:lo-hi, the thread by its name in hex, hi one after the last event",
});
export const WeakestLinkQuery = Type.Object(
  { range: Type.Union([RangeText, Type.Array(RangeText, { maxItems: MAX_RANGES })]) },
  closed,
);
export const WeakestLinkBody = Type.Array(Type.Object(Range, closed), { maxItems: MAX_RANGES });

/** For the description; no serialiser touches the bytes. */
export const WeakestLinkFile = {
  description: "The proof of a weakest link (docs/spec/weakest-link.md)",
  content: {
    "application/octet-stream": { schema: Type.Unsafe<unknown>({ type: "string", format: "binary" }) },
  },
};
