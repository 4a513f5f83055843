/**
 * The judge: Scalus' Conway ledger rules and its script machine. Each transaction is judged against exactly the outputs that it names, so
 * the cost does not grow with the ledger, and Scalus keeps no state that could drift from ours. Why: docs/decisions/0001-embedded-ledger.md.
 */
import scalus from "scalus";
import { concat, fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { SlotConfig } from "../../ports/ledger.js";
import type { StoredOutput } from "../ledger-cbor/output.js";
import type { LedgerTransaction } from "../ledger-cbor/transaction.js";
import { findRefuser } from "./blame.js";
import { refusal } from "./refusal.js";

/** CBOR `{ [tx hash, index] => output }`, which Scalus takes as the UTxO set. */
export function encodeUtxoMap(outputs: readonly Pick<StoredOutput, "ref" | "bytes">[]): Uint8Array {
  const entries = outputs.map(({ ref, bytes }) =>
    concat(Uint8Array.of(0x82, 0x58, 0x20), fromHex(ref.txHash), u16(0x19, ref.outputIndex), bytes),
  );
  return concat(u16(0xb9, outputs.length), ...entries);
}

const u16 = (head: number, value: number): Uint8Array => Uint8Array.of(head, value >> 8, value & 0xff);

/**
 * @param resolved every input, collateral and reference input of the transaction.
 * @param registered those of the scripts it names whose stake accounts are registered, hashes in hex.
 * @throws DppError `ledger/refused` with details `{ rule, message, logs?, ... }` (see `refusal.ts`); `ledger/bad-transaction` for bytes that
 *   the rules cannot read.
 */
export function judge(
  transaction: LedgerTransaction,
  resolved: readonly StoredOutput[],
  registered: readonly string[],
  slot: number,
  slots: SlotConfig,
): void {
  const [unsupported] = transaction.unsupported;
  if (unsupported !== undefined) {
    throw new DppError("ledger/refused", `the embedded ledger has no ${unsupported}`, {
      details: { rule: "unsupported" },
    });
  }
  const utxos = encodeUtxoMap(resolved);
  const result = submit(transaction, utxos, registered, slot, slots);
  if (!result.isSuccess) {
    const message = result.error ?? "no reason given";
    throw refusal(message, result.logs ?? [], () => findRefuser(transaction, resolved, utxos, slots));
  }
  if (result.txHash !== transaction.hash) {
    throw new DppError("ledger/bad-transaction", "the rules read another transaction from these bytes");
  }
}

function submit(
  { bytes }: LedgerTransaction,
  utxos: Uint8Array,
  registered: readonly string[],
  slot: number,
  { zeroTime, zeroSlot, slotLength }: SlotConfig,
) {
  try {
    // Nothing earns rewards here, so every account is empty.
    const stakeRegistrations = registered.map((credentialHash) => ({
      credentialType: "script" as const,
      credentialHash,
      rewards: 0n,
    }));
    const rules = scalus.Emulator.withState(
      { utxos, stakeRegistrations },
      new scalus.SlotConfig(zeroTime, zeroSlot, slotLength),
    );
    rules.setSlot(slot);
    return rules.submitTx(bytes);
  } catch (error) {
    // Scalus throws its CBOR reader's own errors, with internal state attached that nobody should see.
    const message = error instanceof Error ? error.message.slice(0, 200) : "unreadable";
    throw new DppError("ledger/bad-transaction", `the ledger rules cannot read the transaction: ${message}`);
  }
}
