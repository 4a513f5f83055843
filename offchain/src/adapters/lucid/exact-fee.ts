/**
 * Lowers a transaction's fee to what the ledger asks. Lucid 0.4 counts reference scripts twice when one of them is spent from (once in CML, once on
 * top), about a fifth of such a fee; what is saved goes to the change. The fee's formula: Conway ledger specification, `minfee`.
 */
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import type { ProtocolParameters, Utxo } from "../../ports/ledger.js";
import { sameOutRef } from "../../tx/plan.js";
import { asInt } from "../ledger-cbor/output.js";
import { arrayItems, mapEntries } from "../ledger-cbor/span.js";
import { readTransaction } from "../ledger-cbor/transaction.js";
import type { ScriptCost } from "./evaluation.js";
import { sizeWhenSigned } from "./signed-size.js";

/** Reference scripts cost a fifth more in each further tier of this many bytes. */
const TIER = 25_600;
const PRICE_SCALE = 10_000_000_000;
/** A change that needs a longer integer makes the transaction longer, once. */
const MAX_ROUNDS = 4;

const OUTPUTS = 1;
const FEE = 2;

function referenceScriptFee(bytes: number, perByte: number): bigint {
  let fee = 0;
  for (let left = bytes, price = perByte; left > 0; left -= TIER, price *= 1.2)
    fee += Math.min(left, TIER) * price;
  return BigInt(Math.floor(fee));
}

function executionFee(costs: readonly ScriptCost[], { priceMem, priceStep }: ProtocolParameters): bigint {
  const scaled = (price: number): bigint => BigInt(Math.round(price * PRICE_SCALE));
  const total = costs.reduce(
    (sum, { mem, steps }) => sum + BigInt(mem) * scaled(priceMem) + BigInt(steps) * scaled(priceStep),
    0n,
  );
  const scale = BigInt(PRICE_SCALE);
  return (total + scale - 1n) / scale;
}

export interface FeeContext {
  readonly parameters: ProtocolParameters;
  readonly costs: readonly ScriptCost[];
  /** All outputs that the transaction spends or refers to. */
  readonly known: readonly Utxo[];
  readonly signers: readonly string[];
  /** Position of the change output; the last one, after the plan's. */
  readonly change: number;
}

/** Lovelace. */
export function leastFee(cbor: string, { parameters, costs, known, signers }: FeeContext): bigint {
  const { inputs, referenceInputs } = readTransaction(cbor);
  const scripts = [...inputs, ...referenceInputs].map(
    (ref) => known.find((utxo) => sameOutRef(utxo, ref))?.scriptRef,
  );
  const scriptBytes = scripts.reduce((sum, script) => sum + (script?.script.length ?? 0) / 2, 0);
  return (
    BigInt(parameters.minFeeB) +
    BigInt(parameters.minFeeA) * BigInt(sizeWhenSigned(cbor, known, signers)) +
    referenceScriptFee(scriptBytes, parameters.minFeeRefScriptCostPerByte) +
    executionFee(costs, parameters)
  );
}

/** The same transaction with the least fee; unchanged when it has no change output to take the difference. */
export function withExactFee(cbor: string, context: FeeContext): string {
  let exact = cbor;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const least = leastFee(exact, context);
    const moved = withFee(cbor, context.change, least);
    if (moved === null) return cbor;
    if (leastFee(moved, context) <= least) return moved;
    exact = moved;
  }
  return cbor;
}

/** The same transaction with a lower fee, the rest in the change. Null when the fee is not above `fee` or there is no change. */
export function withFee(cbor: string, change: number, fee: bigint): string | null {
  const [body, ...rest] = arrayItems(fromHex(cbor));
  if (body === undefined) return null;
  const fields = mapEntries(body).map(([key, value]) => ({ key, value, field: Number(asInt(key)) }));
  const paid = fields.find(({ field }) => field === FEE);
  const outputs = fields.find(({ field }) => field === OUTPUTS);
  const items = outputs === undefined ? [] : arrayItems(outputs.value);
  const target = items[change];
  if (paid === undefined || target === undefined || change !== items.length - 1) return null;
  const saved = asInt(paid.value) - fee;
  if (saved <= 0n) return null;
  const replaced = new Map<number, Uint8Array>([
    [FEE, uint(fee)],
    [OUTPUTS, concat(count(4, items.length), ...items.slice(0, change), richer(target, saved))],
  ]);
  const entries = fields.flatMap(({ key, value, field }) => [key, replaced.get(field) ?? value]);
  return toHex(concat(Uint8Array.of(0x84), count(5, fields.length), ...entries, ...rest));
}

/** The output with more lovelace, in either of the ledger's two forms. */
function richer(output: Uint8Array, more: bigint): Uint8Array {
  if ((output[0] ?? 0) >> 5 === 4) {
    const [address, value, ...rest] = arrayItems(output);
    if (address === undefined || value === undefined) return output;
    return concat(count(4, 2 + rest.length), address, richerValue(value, more), ...rest);
  }
  const entries = mapEntries(output);
  const parts = entries.flatMap(([key, value]) => [
    key,
    asInt(key) === 1n ? richerValue(value, more) : value,
  ]);
  return concat(count(5, entries.length), ...parts);
}

function richerValue(value: Uint8Array, more: bigint): Uint8Array {
  if ((value[0] ?? 0) >> 5 !== 4) return uint(asInt(value) + more);
  const [coin, assets] = arrayItems(value);
  return coin === undefined || assets === undefined
    ? value
    : concat(count(4, 2), uint(asInt(coin) + more), assets);
}

/** Header of an array (major type 4) or map (5) in its shortest form: some nodes find outputs by counting on it. */
const count = (major: number, length: number): Uint8Array => head(major, BigInt(length));

/** Unsigned integer in its shortest form. */
const uint = (value: bigint): Uint8Array => head(0, value);

function head(major: number, value: bigint): Uint8Array {
  const type = major << 5;
  if (value < 24n) return Uint8Array.of(type | Number(value));
  const width = value < 0x100n ? 1 : value < 0x10000n ? 2 : value < 0x100000000n ? 4 : 8;
  const bytes = Array.from({ length: width }, (_, at) =>
    Number((value >> BigInt(8 * (width - 1 - at))) & 0xffn),
  );
  return Uint8Array.of(type | ({ 1: 24, 2: 25, 4: 26, 8: 27 }[width] ?? 27), ...bytes);
}
