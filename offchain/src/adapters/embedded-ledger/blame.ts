/**
 * Finds which script refuses a transaction: Scalus names none. It runs scripts in the order of their redeemers and looks each redeemer up just before,
 * so with one redeemer taken out it complains of that one exactly if it got that far: the last such redeemer belongs to the script that refuses.
 * Scripts look for redeemers of withdrawals, and refuse without them: so a withdrawal is first tried without the others, and is to blame when it fails alone as
 * it fails in company. This only explains a refusal and never decides one.
 */
import scalus from "scalus";
import { parseAddress } from "../../codec/address.js";
import { concat, toHex } from "../../domain/bytes.js";
import type { SlotConfig } from "../../ports/ledger.js";
import type { StoredOutput } from "../ledger-cbor/output.js";
import { asBytes, asInt } from "../ledger-cbor/output.js";
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
  readonly others: Uint8Array;
  /** Witness set with this redeemer and no other. */
  readonly only: Uint8Array;
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
  const redeemers = redeemersOf(witnesses);
  const evaluate = (inBody: Uint8Array, ofWitnesses: Uint8Array): Failure | null =>
    failureOf(() =>
      scalus.Scalus.evalPlutusScripts(
        concat(Uint8Array.of(0x84), inBody, ofWitnesses, isValid, auxiliary),
        utxos,
        slots,
        models,
      ),
    );
  const together = evaluate(body, witnesses);
  const alone = redeemers.find(({ purpose, only }) => {
    if (purpose !== "withdraw" || redeemers.length === 1) return false;
    const failure = evaluate(withoutOtherScripts(body, resolved), only);
    // Another withdrawal of the body may come first, which is without its redeemer here.
    if (failure === null || MISSING.test(failure.message)) return false;
    return failure.logs.join("\n") === together?.logs.join("\n");
  });
  const isReached = ({ others }: Redeemer): boolean => MISSING.test(evaluate(body, others)?.message ?? "");
  const refuser = alone ?? (redeemers.length === 1 ? redeemers[0] : redeemers.filter(isReached).at(-1));
  if (refuser === undefined) return null;
  const { purpose, index } = refuser;
  return { purpose, scriptHash: hashOf(purpose, index, transaction, resolved) };
}

const MISSING = /^Redeemer not found/;

interface Failure {
  readonly message: string;
  readonly logs: readonly string[];
}

/** `null` when nothing fails. */
function failureOf(evaluate: () => unknown): Failure | null {
  try {
    evaluate();
    return null;
  } catch (error) {
    const { message, logs } = error as { readonly message?: unknown; readonly logs?: readonly string[] };
    return { message: String(message ?? ""), logs: [...(logs ?? [])] };
  }
}

const INPUTS = 0;
const MINT = 9;

/** The body without what other purposes run scripts for: it spends from keys alone, and mints nothing. */
function withoutOtherScripts(body: Uint8Array, resolved: readonly StoredOutput[]): Uint8Array {
  const entries = mapEntries(body).filter(([key]) => Number(asInt(key)) !== MINT);
  const isOfKey = (input: Uint8Array): boolean => {
    const [txHash, index] = arrayItems(input);
    if (txHash === undefined || index === undefined) return false;
    const ref = { txHash: toHex(asBytes(txHash)), outputIndex: Number(asInt(index)) };
    const output = resolved.find((other) => keyOf(other.ref) === keyOf(ref));
    return output !== undefined && parseAddress(output.utxo.address).address.payment?.kind === "key";
  };
  const parts = entries.flatMap(([key, value]) => {
    if (Number(asInt(key)) !== INPUTS) return [key, value];
    const kept = arrayItems(value).filter(isOfKey);
    return [key, Uint8Array.of(0x99, kept.length >> 8, kept.length & 0xff), ...kept];
  });
  return concat(Uint8Array.of(0xb8, entries.length), ...parts);
}

/** In the order in which their scripts run: by purpose, then by index. */
function redeemersOf(witnesses: Uint8Array): Redeemer[] {
  const entries = mapEntries(witnesses).map(([key, value]) => ({ key, value, field: Number(asInt(key)) }));
  const redeemers = entries.find(({ field }) => field === REDEEMERS)?.value;
  if (redeemers === undefined) return [];
  const further = entries
    .filter(({ field }) => field !== REDEEMERS)
    .flatMap(({ key, value }) => [key, value]);
  const head = Uint8Array.of(0xa0 | (further.length / 2 + 1));
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
      const one = Uint8Array.of((headAt(redeemers, 0).major << 5) | 25, 0, 1);
      const mine = all.filter((_, other) => other === at).map(({ bytes }) => bytes);
      const set = (parts: readonly Uint8Array[]) =>
        concat(head, ...further, Uint8Array.of(REDEEMERS), ...parts);
      return { tag, index, others: set([count, ...rest]), only: set([one, ...mine]) };
    })
    .sort((a, b) => a.tag - b.tag || a.index - b.index)
    .map(({ tag, index, others, only }) => ({ purpose: PURPOSES[tag] ?? "spend", index, others, only }));
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
