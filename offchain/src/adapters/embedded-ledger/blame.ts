/**
 * Finds which script of a refused transaction refuses: Scalus names none. Each redeemer is evaluated alone, with the others taken out of the
 * witnesses; the body and so everything that our contracts read stays as it was. A script that reads other redeemers may behave differently
 * here, which is why this only explains a refusal and never decides one.
 */
import scalus from "scalus";
import { concat } from "../../domain/bytes.js";
import type { SlotConfig } from "../../ports/ledger.js";
import { arrayItems, headAt, mapEntries } from "./cbor-span.js";
import { PLUTUS_V1, PLUTUS_V2, PLUTUS_V3 } from "./cost-models.js";
import type { StoredOutput } from "./output.js";
import { asInt } from "./output.js";
import type { Refuser } from "./refusal.js";
import { keyOf } from "./state.js";
import type { LedgerTransaction } from "./transaction.js";

const REDEEMERS = 5;
const PURPOSES = ["spend", "mint", "publish", "withdraw", "vote", "propose"] as const;

interface Redeemer {
  readonly purpose: (typeof PURPOSES)[number];
  readonly index: number;
  /** Witness set that holds this redeemer alone. */
  readonly witnesses: Uint8Array;
}

export function findRefusers(
  transaction: LedgerTransaction,
  resolved: readonly StoredOutput[],
  utxos: Uint8Array,
  { zeroTime, zeroSlot, slotLength }: SlotConfig,
): Refuser[] {
  const [body, witnesses, isValid, auxiliary] = arrayItems(transaction.bytes);
  if (body === undefined || witnesses === undefined || isValid === undefined || auxiliary === undefined)
    return [];
  const slots = new scalus.SlotConfig(zeroTime, zeroSlot, slotLength);
  const models = [PLUTUS_V1, PLUTUS_V2, PLUTUS_V3].map((model) => [...model]);
  return redeemersOf(witnesses).flatMap(({ purpose, index, witnesses: alone }) => {
    const tx = concat(Uint8Array.of(0x84), body, alone, isValid, auxiliary);
    const logs = logsOfFailure(() => scalus.Scalus.evalPlutusScripts(tx, utxos, slots, models));
    const scriptHash = hashOf(purpose, index, transaction, resolved);
    return logs === null ? [] : [{ purpose, scriptHash, logs }];
  });
}

/** Null when the scripts agree. */
function logsOfFailure(evaluate: () => unknown): readonly string[] | null {
  try {
    evaluate();
    return null;
  } catch (error) {
    return (error as { logs?: readonly string[] }).logs ?? [];
  }
}

function redeemersOf(witnesses: Uint8Array): Redeemer[] {
  const entries = mapEntries(witnesses).map(([key, value]) => ({ key, value, field: Number(asInt(key)) }));
  const redeemers = entries.find(({ field }) => field === REDEEMERS)?.value;
  if (redeemers === undefined) return [];
  const others = entries.filter(({ field }) => field !== REDEEMERS).flatMap(({ key, value }) => [key, value]);
  const size = others.length / 2 + 1;
  const alone = (only: Uint8Array): Uint8Array =>
    concat(Uint8Array.of(0xa0 | size), ...others, Uint8Array.of(REDEEMERS), only);
  if (headAt(redeemers, 0).major === 4) {
    return arrayItems(redeemers).map((redeemer) => {
      const [tag, index] = arrayItems(redeemer);
      return identify(tag, index, alone(concat(Uint8Array.of(0x81), redeemer)));
    });
  }
  return mapEntries(redeemers).map(([key, value]) => {
    const [tag, index] = arrayItems(key);
    return identify(tag, index, alone(concat(Uint8Array.of(0xa1), key, value)));
  });
}

function identify(
  tag: Uint8Array | undefined,
  index: Uint8Array | undefined,
  witnesses: Uint8Array,
): Redeemer {
  const number = (bytes: Uint8Array | undefined): number => (bytes === undefined ? 0 : Number(asInt(bytes)));
  return { purpose: PURPOSES[number(tag)] ?? "spend", index: number(index), witnesses };
}

/** Redeemers point at inputs and policies in the ledger's order: sorted by bytes. */
function hashOf(
  purpose: Redeemer["purpose"],
  index: number,
  transaction: LedgerTransaction,
  resolved: readonly StoredOutput[],
): string | null {
  if (purpose === "mint")
    return [...new Set(transaction.minted.map((unit) => unit.slice(0, 56)))].sort()[index] ?? null;
  if (purpose !== "spend") return null;
  const order = (ref: { txHash: string; outputIndex: number }): string =>
    ref.txHash + String(ref.outputIndex).padStart(5, "0");
  const spent = [...transaction.inputs].sort((a, b) => (order(a) < order(b) ? -1 : 1))[index];
  return resolved.find(({ ref }) => spent !== undefined && keyOf(ref) === keyOf(spent))?.credential ?? null;
}
