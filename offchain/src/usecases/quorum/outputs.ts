/** What a transaction makes, held against what the action needs: its states, its badges, and change for the proposer. */
import { parseAddress } from "../../codec/address.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import type { UnsignedTransaction } from "../../codec/unsigned-transaction.js";
import { isDppError } from "../../domain/errors.js";
import type { Expected, ExpectedState } from "./expected.js";
import { type StateFields, stateFields } from "./fields.js";

/** The payment key of an address, hex; `null`: a script, or no Shelley address. */
export function paymentKeyOf(address: string): string | null {
  try {
    const { payment } = parseAddress(address).address;
    return payment?.kind === "key" ? payment.hash : null;
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

/** `proposer`: key hash that the change goes to. */
export function outputMismatches(
  { states, pays, mayStore, returned }: Expected,
  { outputs, collateralReturn }: UnsignedTransaction,
  proposer: string,
): readonly string[] {
  const left = [...outputs];
  const take = (fits: (output: OutputFacts) => boolean): OutputFacts | undefined => {
    const at = left.findIndex(fits);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const found: string[] = [];
  for (const state of states) {
    const output = take(({ assets }) => assets[state.unit] !== undefined);
    found.push(
      ...(output === undefined ? [`it makes no state of ${state.unit}`] : stateMismatches(state, output)),
    );
  }
  for (const { address, units } of pays) {
    const output = take((each) => each.address === address && holdsExactly(each, units));
    if (output === undefined) found.push(`it does not send the badge to ${address}`);
  }
  for (const { address, datum } of mayStore)
    take(
      (each) =>
        each.address === address && each.datum === datum && each.scriptRef === null && holdsExactly(each, []),
    );
  if (returned !== null) {
    const output = take(({ assets }) => assets[returned.unit] !== undefined);
    if (output === undefined || paymentKeyOf(output.address) !== returned.key)
      found.push("it does not give the ownership token back to its owner");
    else if (output.scriptRef !== null || output.datum !== null)
      found.push("what goes back to the owner carries a datum or a script");
  }
  const change = [...left, ...(collateralReturn === null ? [] : [collateralReturn])];
  for (const output of change) {
    const { address, assets, scriptRef } = output;
    if (paymentKeyOf(address) !== proposer) {
      found.push(`it pays ${assets.lovelace ?? 0n} lovelace to ${address}, of which the action says nothing`);
    } else if (scriptRef !== null || output.datum !== null) {
      found.push("the change carries a datum or a script");
    }
  }
  return found;
}

const holdsExactly = ({ assets }: OutputFacts, units: readonly string[]): boolean => {
  const tokens = Object.entries(assets).filter(([unit]) => unit !== "lovelace");
  return (
    tokens.length === units.length && tokens.every(([unit, held]) => held === 1n && units.includes(unit))
  );
};

function stateMismatches(
  { kind, contract, unit, says }: ExpectedState,
  output: OutputFacts,
): readonly string[] {
  if (output.address !== contract.address) return [`it takes ${unit} away from its contract`];
  if (!holdsExactly(output, [unit]) || output.scriptRef !== null)
    return [`the output of ${unit} holds something else, too`];
  const fields = fieldsIn(kind, output);
  if (fields === null) return [`the datum of ${unit} is none of this kind`];
  return Object.entries(says).flatMap(([field, value]) =>
    fields[field] === value
      ? []
      : [`${field} becomes ${fields[field] ?? "nothing"}, the action says ${value}`],
  );
}

/** `null`: no datum of this kind. */
export function fieldsIn(
  kind: ExpectedState["kind"],
  { datum }: Pick<OutputFacts, "datum">,
): StateFields | null {
  if (datum === null) return null;
  try {
    return stateFields(kind, datum);
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}
