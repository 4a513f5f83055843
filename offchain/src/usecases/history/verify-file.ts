/** The transactions of a history file and those that they refer to, read from their bytes. Pure. */
import type { HistoryFile } from "../../codec/history-file.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { readSigned, type SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { Surroundings } from "./authority.js";
import { type PastTransaction, readPast } from "./order.js";

/** An unreadable one is kept, with what is wrong with it. */
export function pastOf(
  { cbor, slot, height }: HistoryFile["transactions"][number],
  timeOf: (slot: number) => number,
): PastTransaction {
  const tx = { slot, height, time: timeOf(slot), cbor: toHex(cbor) };
  try {
    const signed = readSigned(cbor);
    return { tx: { ...tx, hash: signed.hash }, signed, unreadable: null };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return readPast({ ...tx, hash: "" });
  }
}

export function referencesOf(
  { references }: HistoryFile,
  past: readonly PastTransaction[],
): Pick<Surroundings, "referenced" | "known"> {
  const referenced = new Map<string, OutputFacts>();
  const known = new Set<string>();
  const add = ({ hash, outputs }: SignedTransaction): void => {
    known.add(hash);
    for (const output of outputs) referenced.set(`${hash}#${output.outputIndex}`, output);
  };
  for (const { signed } of past) if (signed !== null) add(signed);
  for (const bytes of references) {
    try {
      add(readSigned(bytes));
    } catch (error) {
      // What cannot be read proves nothing, and is missed where it is needed.
      if (!isDppError(error)) throw error;
    }
  }
  return { referenced, known };
}
