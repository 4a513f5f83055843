/**
 * The whole state in one file, so that a long chain opens fast. Spec: docs/spec/journal.md "Snapshots". A snapshot is a cache: one that
 * is torn, altered or of another format is ignored and the blocks are read instead.
 */
import { decode, encode } from "cborg";
import { fromHex, toHex } from "../../domain/bytes.js";
import { readOutput } from "../ledger-cbor/output.js";
import { seal, unseal } from "./block.js";
import { LedgerState } from "./state.js";

/** 1 had no registered accounts. */
const FORMAT = 2;

export function encodeSnapshot(state: LedgerState, genesis: Uint8Array): Uint8Array {
  const { height, slot, head, outputs, transactions, histories, registered } = state.contents();
  return seal(
    encode([
      FORMAT,
      genesis,
      height,
      slot,
      head,
      outputs.map(({ ref, bytes }) => [fromHex(ref.txHash), ref.outputIndex, bytes]),
      transactions.map(([hash, at]) => [fromHex(hash), at]),
      histories.map(([unit, heights]) => [fromHex(unit), heights]),
      registered.map(fromHex),
    ]),
  ).bytes;
}

/** @returns null for anything but a whole snapshot of this ledger. */
export function decodeSnapshot(bytes: Uint8Array, genesis: Uint8Array): LedgerState | null {
  const sealed = unseal(bytes);
  if (sealed === null) return null;
  try {
    const parts = decode(sealed.payload) as Snapshot;
    const [format, of, height, slot, head, outputs, transactions, histories, registered] = parts;
    if (format !== FORMAT || toHex(of) !== toHex(genesis)) return null;
    return LedgerState.restore({
      height,
      slot,
      head,
      outputs: outputs.map(([hash, outputIndex, output]) =>
        readOutput({ txHash: toHex(hash), outputIndex }, output),
      ),
      transactions: transactions.map(([hash, at]) => [toHex(hash), at]),
      histories: histories.map(([unit, heights]) => [toHex(unit), heights]),
      registered: registered.map(toHex),
    });
  } catch {
    return null;
  }
}

type Snapshot = [
  format: number,
  genesis: Uint8Array,
  height: number,
  slot: number,
  head: Uint8Array,
  outputs: [Uint8Array, number, Uint8Array][],
  transactions: [Uint8Array, number][],
  histories: [Uint8Array, number[]][],
  registered: Uint8Array[],
];
