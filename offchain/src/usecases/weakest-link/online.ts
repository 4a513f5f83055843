/** What a ledger adds to the proof of a weakest link: whether it has these entries. Spec: docs/spec/weakest-link.md "Checking", `state`, `amendments`. */
import { encodeEntry } from "../../codec/thread-entry.js";
import { equalBytes, toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import type { WeakestLinkCheck, WeakestLinkCheckName } from "../../domain/weakest-link-proof.js";
import type { Reading } from "../context.js";
import { readThreadHistory } from "../events/threads.js";
import type { WeakestLinkFacts, WeakestLinkVerification } from "./verify.js";

/** `verified`: what was found offline. @throws DppError `ledger/unavailable` when the ledger cannot be asked. */
export async function askLedgerForLink(
  reading: Reading,
  root: TrustRoot,
  verified: WeakestLinkVerification,
): Promise<WeakestLinkVerification> {
  const { facts } = verified;
  if (facts === null) return verified;
  const { ledger, contracts } = reading;
  if (ledger.network !== root.network || contracts.config.hash !== root.config)
    return answered(verified, "state", {
      ok: false,
      says: "the configured ledger and deployment are not those of the trust root",
    });
  const histories = new Map<string, readonly Uint8Array[]>();
  const entriesOf = async (name: string): Promise<readonly Uint8Array[]> => {
    const known = histories.get(name) ?? (await readEntries(reading, name));
    histories.set(name, known);
    return known;
  };
  const faults: string[] = [];
  for (const { thread, first, entries, lo, hi } of facts.runs) {
    const own = await entriesOf(thread);
    const same = entries.every((entry, at) => isSame(own[first + at], entry));
    if (!same) faults.push(`the ledger has other entries for ${lo} to ${hi} of ${thread}`);
  }
  const state = answered(
    verified,
    "state",
    faults.length > 0
      ? { ok: false, says: faults.join("; ") }
      : { ok: true, says: "the ledger has these entries at these positions of their threads" },
  );
  return facts.amended.length === 0 ? state : amendmentsOnLedger(state, facts, entriesOf);
}

const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && equalBytes(one, other);

async function amendmentsOnLedger(
  verified: WeakestLinkVerification,
  facts: WeakestLinkFacts,
  entriesOf: (name: string) => Promise<readonly Uint8Array[]>,
): Promise<WeakestLinkVerification> {
  const all = facts.amended.flatMap(({ amendments }) => amendments);
  for (const { leaf, index, entry, id } of all) {
    const own = (await entriesOf(leaf.source))[index];
    if (own === undefined || toHex(own) !== entry)
      return answered(verified, "amendments", {
        ok: false,
        says: `the ledger does not hold the amendment ${id}`,
      });
  }
  const offline = verified.checks.find(({ name }) => name === "amendments");
  const mixed = facts.amended.some(
    ({ amendments }) => new Set(amendments.map(({ leaf }) => leaf.source)).size > 1,
  );
  if (mixed || offline?.ok === false) return verified;
  const says = `${all.length} amendments, signed by parties whose receipts verify, and on the ledger`;
  return answered(verified, "amendments", { ok: true, says });
}

async function readEntries(reading: Reading, name: string): Promise<readonly Uint8Array[]> {
  try {
    const { entries } = await readThreadHistory(reading, name);
    return entries.map(({ entry }) => encodeEntry(entry));
  } catch (error) {
    if (isDppError(error, "thread/none")) return [];
    throw error;
  }
}

function answered(
  verified: WeakestLinkVerification,
  which: WeakestLinkCheckName,
  found: { readonly ok: boolean; readonly says: string },
): WeakestLinkVerification {
  const checks = verified.checks.map(
    (check): WeakestLinkCheck =>
      // What the reader gave stays refused if it was.
      check.name !== which || check.ok === false ? check : { ...check, ...found },
  );
  const ok = verified.ok && checks.every((check) => check.ok !== false);
  return { ok, checks, facts: ok ? verified.facts : null };
}
