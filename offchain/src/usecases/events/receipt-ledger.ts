/** What a ledger adds to a receipt: whether it has the entry, and what became of the source since. Spec: docs/spec/receipt.md "Checking", `ledger`. */
import { encodeEntry } from "../../codec/thread-entry.js";
import { toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { ReceiptCheck } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import type { Reading } from "../context.js";
import { type AttestationStanding, readStanding } from "../history/roles.js";
import type { ReceiptFacts, ReceiptVerification } from "./receipt-verify.js";
import { readThreadHistory } from "./threads.js";

export interface SignerStanding {
  /** Attestation name, hex. */
  readonly name: string;
  /** Null: the ledger has no such attestation. */
  readonly standing: AttestationStanding | null;
}

export interface ReceiptOnline extends ReceiptVerification {
  /** Of each signer's attestation today, in the order of `facts.signers`; null: the receipt was refused before. */
  readonly standings: readonly SignerStanding[] | null;
}

/** `verified`: what was found offline. @throws DppError `ledger/unavailable` when the ledger cannot be asked. */
export async function askLedger(
  reading: Reading,
  root: TrustRoot,
  verified: ReceiptVerification,
): Promise<ReceiptOnline> {
  const { facts } = verified;
  if (facts === null) return { ...verified, standings: null };
  const { ledger, contracts } = reading;
  if (ledger.network !== root.network || contracts.config.hash !== root.config)
    return answered(verified, false, "the configured ledger and deployment are not those of the trust root");
  const fault = await faultOnLedger(reading, facts);
  if (fault !== null) return answered(verified, false, fault);
  const standings: SignerStanding[] = [];
  for (const { name } of facts.signers) standings.push({ name, standing: await readStanding(reading, name) });
  const says = `the ledger has this event's pack, in this transaction, as entry ${facts.index + 1} of its thread`;
  return { ...answered(verified, true, says), standings };
}

async function faultOnLedger(reading: Reading, facts: ReceiptFacts): Promise<string | null> {
  try {
    const { entries } = await readThreadHistory(reading, facts.leaf.source);
    const written = entries[facts.index];
    if (written === undefined) return "the thread on the ledger has no such entry";
    if (toHex(encodeEntry(written.entry)) !== facts.entry)
      return "the thread on the ledger has another entry there";
    return written.tx.hash === facts.txHash ? null : "the ledger has this entry from another transaction";
  } catch (error) {
    if (isDppError(error, "thread/none")) return "the ledger has no such thread";
    throw error;
  }
}

function answered(verified: ReceiptVerification, ok: boolean, says: string): ReceiptOnline {
  const checks = verified.checks.map(
    (check): ReceiptCheck =>
      // What the reader gave stays refused if it was.
      check.name !== "ledger" || check.ok === false ? check : { ...check, ok, says },
  );
  return { ok: verified.ok && ok, checks, facts: ok ? verified.facts : null, standings: null };
}
