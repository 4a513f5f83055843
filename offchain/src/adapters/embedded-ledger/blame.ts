/**
 * Finds which script refuses a transaction: Scalus names none. It runs scripts in the order of their redeemers and looks each redeemer up just before,
 * so with one redeemer taken out it complains of that one exactly if it got that far: the last such redeemer belongs to the script that refuses.
 * This only explains a refusal and never decides one.
 */
import scalus from "scalus";
import { concat } from "../../domain/bytes.js";
import type { SlotConfig } from "../../ports/ledger.js";
import type { StoredOutput } from "../ledger-cbor/output.js";
import { asInt } from "../ledger-cbor/output.js";
import { arrayItems, headAt, mapEntries } from "../ledger-cbor/span.js";
import type { LedgerTransaction } from "../ledger-cbor/transaction.js";
import { PLUTUS_V1, PLUTUS_V2, PLUTUS_V3 } from "./cost-models.js";
import type { Refuser } from "./refusal.js";
import { keyOf } from "./state.js";

const REDEEMERS = 5;
const PURPOSES = ["spend", "mint", "publish", "withdraw", "vote", "propose"] as const;

interface Redeemer {
  readonly purpose: (typeof PURPOSES)[number];
  readonly index: number;
  /** Witness set without this redeemer. */
  readonly witnesses: Uint8Array;
}

/** @returns null when no script can be made out. */
export function findRefuser(
  transaction: LedgerTransaction,
  resolved: readonly StoredOutput[],
  utxos: Uint8Array,
  { zeroTime, zeroSlot, slotLength }: SlotConfig,
): Refuser | null {
  const [body, witnesses, isValid, auxiliary] = arrayItems(transaction.bytes);
  if (body === undefined || witnesses === undefined || isValid === undefined || auxiliary === undefined) {
    return null;
  }
  const slots = new scalus.SlotConfig(zeroTime, zeroSlot, slotLength);
  const models = [PLUTUS_V1, PLUTUS_V2, PLUTUS_V3].map((model) => [...model]);
  const isReached = ({ witnesses: others }: Redeemer): boolean => {
    const tx = concat(Uint8Array.of(0x84), body, others, isValid, auxiliary);
    return MISSING.test(failureOf(() => scalus.Scalus.evalPlutusScripts(tx, utxos, slots, models)));
  };
  const redeemers = redeemersOf(witnesses);
  const refuser = redeemers.length === 1 ? redeemers[0] : redeemers.filter(isReached).at(-1);
  if (refuser === undefined) return null;
  const { purpose, index } = refuser;
  return { purpose, scriptHash: hashOf(purpose, index, transaction, resolved) };
}

const MISSING = /^Redeemer not found/;

/** Empty when nothing fails. */
function failureOf(evaluate: () => unknown): string {
  try {
    evaluate();
    return "";
  } catch (error) {
    return String((error as { message?: unknown }).message ?? "");
  }
}

/** In the order in which their scripts run: by purpose, then by index. */
function redeemersOf(witnesses: Uint8Array): Redeemer[] {
  const entries = mapEntries(witnesses).map(([key, value]) => ({ key, value, field: Number(asInt(key)) }));
  const redeemers = entries.find(({ field }) => field === REDEEMERS)?.value;
  if (redeemers === undefined) return [];
  const others = entries.filter(({ field }) => field !== REDEEMERS).flatMap(({ key, value }) => [key, value]);
  const head = Uint8Array.of(0xa0 | (others.length / 2 + 1));
  const all = itemsOf(redeemers);
  return all
    .map(({ tag, index }, at) => {
      const rest = all.filter((_, other) => other !== at).map(({ bytes }) => bytes);
      // Both of CBOR's forms of redeemers start with their count; a map's head differs in its major type.
      const count = Uint8Array.of(
        (headAt(redeemers, 0).major << 5) | 25,
        rest.length >> 8,
        rest.length & 0xff,
      );
      return { tag, index, witnesses: concat(head, ...others, Uint8Array.of(REDEEMERS), count, ...rest) };
    })
    .sort((a, b) => a.tag - b.tag || a.index - b.index)
    .map(({ tag, index, witnesses: without }) => ({
      purpose: PURPOSES[tag] ?? "spend",
      index,
      witnesses: without,
    }));
}

function itemsOf(redeemers: Uint8Array): { tag: number; index: number; bytes: Uint8Array }[] {
  const identified = (parts: Uint8Array, bytes: Uint8Array) => {
    const [tag = -1, index = -1] = arrayItems(parts)
      .slice(0, 2)
      .map((item) => Number(asInt(item)));
    return { tag, index, bytes };
  };
  return headAt(redeemers, 0).major === 4
    ? arrayItems(redeemers).map((redeemer) => identified(redeemer, redeemer))
    : mapEntries(redeemers).map(([key, value]) => identified(key, concat(key, value)));
}

/** Redeemers point at inputs, policies and withdrawals in the ledger's order: sorted by bytes. */
function hashOf(
  purpose: Redeemer["purpose"],
  index: number,
  transaction: LedgerTransaction,
  resolved: readonly StoredOutput[],
): string | null {
  if (purpose === "mint")
    return [...new Set(transaction.minted.map((unit) => unit.slice(0, 56)))].sort()[index] ?? null;
  if (purpose === "withdraw") return transaction.withdrawals[index]?.hash ?? null;
  if (purpose !== "spend") return null;
  const order = (ref: { txHash: string; outputIndex: number }): string =>
    ref.txHash + String(ref.outputIndex).padStart(5, "0");
  const spent = [...transaction.inputs].sort((a, b) => (order(a) < order(b) ? -1 : 1))[index];
  return resolved.find(({ ref }) => spent !== undefined && keyOf(ref) === keyOf(spent))?.credential ?? null;
}
