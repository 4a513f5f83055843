/** Attacks on the chain of actions: gaps, wrong records, records of a wrong size. Spec: docs/spec/datum.md "The chain of actions". */
import { decodePassportDatum } from "../../src/codec/datum.js";
import { chainAction } from "../../src/domain/action-chain.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { extra, forged, withDatumField } from "../../src/testing/forge.js";
import type { World } from "../../src/testing/world.js";
import type { TxPlan } from "../../src/tx/plan.js";
import type { Attack } from "./attack.js";
import { done, ownerLog } from "./attempts.js";
import { FIELD } from "./passport-datum.js";
import { RECORD, withRedeemer } from "./redeemers.js";

const OTHER_RECORD = `01551220${"5b".repeat(32)}`;

const headBefore = ({ inputs: [state] }: TxPlan): string =>
  decodePassportDatum(state?.utxo.datum ?? "").extra.actionHead;

/** @param head the forged head, by the one before. */
const forgeHead = (name: string, head: (before: string) => string): Attack => ({
  name,
  rule: "is_delta_allowed",
  change: (plan) => withDatumField(plan, 0, extra(FIELD.actionHead), fromHex(head(headBefore(plan)))),
});

/** On the state output at the first position, of an act that tells `RECORD`. */
export const headForgeries: readonly Attack[] = [
  forgeHead("keep the head", (before) => before),
  forgeHead("chain another record than named", (before) => chainAction(before, OTHER_RECORD)),
  forgeHead("chain the record twice", (before) => chainAction(chainAction(before, RECORD), RECORD)),
  forgeHead("chain an unnamed record before it", (before) =>
    chainAction(chainAction(before, OTHER_RECORD), RECORD),
  ),
  forgeHead("chain the record to an invented head", () => chainAction("ab".repeat(32), RECORD)),
  forgeHead("set a head of 31 bytes", (before) => chainAction(before, RECORD).slice(2)),
  forgeHead("set a head of 33 bytes", (before) => `${chainAction(before, RECORD)}00`),
];

/** The same on a passport that has a head: what happened before must not be dropped. */
export const gapForgeries: readonly Attack[] = [
  ...headForgeries,
  forgeHead("drop all actions before", () => chainAction("", RECORD)),
  forgeHead("clear the head", () => ""),
];

/** Redeemers whose second field is a record of this many bytes; the head fits. */
const forgeRecord = (length: number): Attack => ({
  name: `name a record of ${length} bytes`,
  rule: "is_record(record)",
  change: (plan) => {
    const record = new Uint8Array(length).fill(7);
    const head = chainAction(headBefore(plan), toHex(record));
    const told = withDatumField(plan, 0, extra(FIELD.actionHead), fromHex(head));
    return withRedeemer(told, forged(plan.inputs[0]?.redeemer ?? "", [1], record));
  },
});

export const recordForgeries: readonly Attack[] = [0, 3, 65].map(forgeRecord);

/** The owner logs an action, unless one is logged already: on a node, attempts share one world. */
export async function headed(world: World, at = 0): Promise<void> {
  const { extra } = decodePassportDatum((await world.passport(at)).datum ?? "");
  if (extra.actionHead === "") await done(world, await ownerLog(world, { at }));
}
