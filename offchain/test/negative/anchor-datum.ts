/** Forgeries of a thread's datum: every field that an act may not touch, each changed alone. */
import { decodePlutusData, encodePlutusData, type PlutusData } from "../../src/codec/plutus-data.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { forged, withDatumField, withOutput } from "../../src/testing/forge.js";
import { bool } from "./anchor-claim.js";
import type { Attack } from "./attack.js";
import { bytes } from "./attestation-datum.js";

/** Position of each field in the thread. */
export const FIELD = {
  schema: 0,
  source: 1,
  seq: 2,
  next: 3,
  history: 4,
  lastCmax: 5,
  total: 6,
  closed: 7,
} as const;
export type Field = keyof typeof FIELD;

/** @param change the field's new value, from what the honest act writes and from what was there before. */
export const forgeField = (
  field: Field,
  name: string,
  change: (after: PlutusData, before: PlutusData) => PlutusData,
  { at = 0, rule = "is_delta_allowed" }: { readonly at?: number; readonly rule?: string } = {},
): Attack => ({
  name,
  rule,
  change: (plan) => {
    const value = (datum = ""): PlutusData => fieldsOf(datum)[FIELD[field]] ?? 0n;
    const after = value(plan.outputs[at]?.datum);
    return withDatumField(
      plan,
      at,
      [FIELD[field]],
      change(after, plan.inputs[0]?.utxo.datum == null ? after : value(plan.inputs[0].utxo.datum)),
    );
  },
});

function fieldsOf(datum: string): readonly PlutusData[] {
  const data = decodePlutusData(fromHex(datum));
  if (typeof data !== "object" || !("fields" in data)) throw new Error("no datum of a thread");
  return data.fields;
}

const plus =
  (more: bigint) =>
  (value: PlutusData): PlutusData =>
    (value as bigint) + more;

const negated = (value: PlutusData): PlutusData => bool((value as { index: number }).index === 0);

/** Whatever the act: no field may be other than what follows from it, and none may come or go. */
export const fieldForgeries = (at = 0, rule = "is_delta_allowed"): readonly Attack[] => [
  forgeField("schema", "change the schema", plus(1n), { at, rule }),
  forgeField("source", "hand the thread to another source", () => utf8("DPP_SUPERVISOR7777777"), {
    at,
    rule,
  }),
  forgeField("seq", "count an entry too many", plus(1n), { at, rule }),
  forgeField("seq", "count an entry too few", plus(-1n), { at, rule }),
  forgeField("next", "skip a counter", plus(1n), { at, rule }),
  forgeField("next", "leave a counter free", plus(-1n), { at, rule }),
  forgeField("history", "invent a history", () => bytes(32), { at, rule }),
  forgeField("lastCmax", "raise the latest capture time", plus(1n), { at, rule }),
  forgeField("lastCmax", "lower the latest capture time", plus(-1n), { at, rule }),
  forgeField("total", "count an event too many", plus(1n), { at, rule }),
  forgeField("total", "count an event too few", plus(-1n), { at, rule }),
  forgeField("closed", "close, or open, the thread on the way", negated, { at, rule }),
  {
    name: "leave the last field out",
    rule,
    change: (plan) =>
      withOutput(plan, at, (output) => ({
        ...output,
        datum: withFields(output.datum, (all) => all.slice(0, -1)),
      })),
  },
  {
    name: "add a field",
    rule,
    change: (plan) =>
      withOutput(plan, at, (output) => ({
        ...output,
        datum: withFields(output.datum, (all) => [...all, 0n]),
      })),
  },
  {
    name: "use another constructor",
    rule,
    change: (plan) =>
      withOutput(plan, at, (output) => ({
        ...output,
        datum: forged(output.datum ?? "", [], { index: 1, fields: fieldsOf(output.datum ?? "") }),
      })),
  },
];

const withFields = (datum = "", change: (fields: readonly PlutusData[]) => readonly PlutusData[]): string =>
  toHex(encodePlutusData({ index: 0, fields: change(fieldsOf(datum)) }));
