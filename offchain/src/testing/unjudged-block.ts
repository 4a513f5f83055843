/**
 * Puts a transaction that is too large for any ledger into a journal: contracts compiled with traces are twice as long as what is deployed, and one
 * that outgrew a transaction can still be judged by what it refuses. Only for scripts carried to a reference output.
 */
import { decodeBlock, encodeBlock, hashBytes } from "../adapters/embedded-ledger/block.js";
import type { Journal } from "../adapters/embedded-ledger/journal.js";
import { fromHex } from "../domain/bytes.js";
import type { Ledger } from "../ports/ledger.js";

const ROOM = 65_536;

/** The same ledger with room for larger transactions, in the eyes of whoever builds them. */
export const roomy = (ledger: Ledger): Ledger =>
  Object.create(ledger, {
    protocolParameters: { value: async () => ({ ...(await ledger.protocolParameters()), maxTxSize: ROOM }) },
  }) as Ledger;

/** Appends a block that no rule judged. @param cbor the signed transaction, hex. */
export async function appendUnjudged(journal: Journal, ledger: Ledger, cbor: string): Promise<void> {
  const { slot, height } = await ledger.tip();
  const last = journal.read(height);
  const parent = last === null ? hashBytes(journal.genesis) : decodeBlock(last)?.hash;
  if (parent === undefined) throw new Error("the last block is damaged");
  const { bytes } = encodeBlock({ height: height + 1, slot, parent, transaction: fromHex(cbor) });
  if (!journal.append(height + 1, bytes)) throw new Error("another block came between");
}
