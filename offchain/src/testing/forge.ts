/** Changes one thing in a plan or a datum, as an attacker would. A path walks constructor fields and list items by position, map values by entry. */
import {
  type Constr,
  decodePlutusData,
  encodePlutusData,
  type PlutusData,
  type PlutusMap,
} from "../codec/plutus-data.js";
import { fromHex, toHex } from "../domain/bytes.js";
import type { PlannedOutput, TxPlan } from "../tx/plan.js";

const isMap = (data: PlutusData): data is PlutusMap =>
  typeof data === "object" && !(data instanceof Uint8Array) && "entries" in data && !Array.isArray(data);
const isConstr = (data: PlutusData): data is Constr => typeof data === "object" && "fields" in data;

function replaceAt(data: PlutusData, [at, ...rest]: readonly number[], value: PlutusData): PlutusData {
  if (at === undefined) return value;
  const swap = <T>(items: readonly T[], change: (item: T) => T): T[] =>
    items.map((item, index) => (index === at ? change(item) : item));
  if (isMap(data)) {
    return { entries: swap(data.entries, ([key, old]) => [key, replaceAt(old, rest, value)] as const) };
  }
  if (isConstr(data))
    return { index: data.index, fields: swap(data.fields, (old) => replaceAt(old, rest, value)) };
  if (Array.isArray(data)) return swap(data as PlutusData[], (old) => replaceAt(old, rest, value));
  throw new Error("the path leads into a leaf");
}

/** @param cbor hex. */
export const forged = (cbor: string, path: readonly number[], value: PlutusData): string =>
  toHex(encodePlutusData(replaceAt(decodePlutusData(fromHex(cbor)), path, value)));

/** Field of a CIP-68 datum's `extra`. */
export const extra = (field: number): readonly number[] => [2, field];

export const withOutput = (
  plan: TxPlan,
  at: number,
  change: (output: PlannedOutput) => PlannedOutput,
): TxPlan => ({
  ...plan,
  outputs: plan.outputs.map((output, index) => (index === at ? change(output) : output)),
});

/** The plan with one field of the datum of one output replaced. */
export const withDatumField = (
  plan: TxPlan,
  at: number,
  path: readonly number[],
  value: PlutusData,
): TxPlan =>
  withOutput(plan, at, (output) => ({ ...output, datum: forged(output.datum ?? "", path, value) }));
