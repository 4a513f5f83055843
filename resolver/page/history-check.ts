/**
 * Holds a server's history against the ledger source's word: a chain of hashes from the output that the source names back to the mint, in the reader's browser.
 * What is shown comes from the signed transactions themselves, not from what the server says about them.
 */

import { blockCid } from "@cardano-dpp/offchain/codec/content-id";
import type { HistoryFile } from "@cardano-dpp/offchain/codec/history-file";
import { historyFileFromJson } from "@cardano-dpp/offchain/codec/history-file-json";
import type { ActionRecord } from "@cardano-dpp/offchain/domain/action";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { HistoryEntry } from "@cardano-dpp/offchain/usecases/history/fold";
import { type Notice, noticesOf } from "@cardano-dpp/offchain/usecases/history/notices";
import { readRecord, recordPlaces } from "@cardano-dpp/offchain/usecases/history/records";
import {
  type HistoryCheckName,
  type HistoryVerification,
  type Trusted,
  verifyHistory,
} from "@cardano-dpp/offchain/usecases/history/verify";
import type { HistoryAnswer } from "../src/passport/history-answer.js";
import type { LedgerFacts } from "./ledger-facts.js";
import { TEXTS } from "./texts.js";

export interface CheckedHistory {
  /**
   * `passed`: leads to the state that the ledger source names; `warning`: does so, and the server keeps something back; `unknown`: nobody was asked, or it is too
   * long; `failed`: it does not.
   */
  readonly state: "passed" | "warning" | "failed" | "unknown";
  readonly detail: string;
  readonly entries: readonly HistoryEntry[];
  /** By transaction hash. */
  readonly records: ReadonlyMap<string, ActionRecord>;
  readonly notices: readonly Notice[];
  /** What the server tells without anything that proves it; empty wherever it sent evidence. */
  readonly told: HistoryAnswer["entries"];
}

const T = TEXTS.history;

/** `id`: passport id, hex, from the code where there is one. `ledger`: null for a passport that the source does not know. */
export async function checkHistory(
  answer: HistoryAnswer,
  id: string,
  ledger: LedgerFacts | null | Error,
): Promise<CheckedHistory> {
  const nothing = { entries: [], records: new Map(), notices: [], told: [] };
  if (answer.evidence === null) {
    const unproven = { ...nothing, state: "unknown" as const, notices: answer.notices as readonly Notice[] };
    return answer.withheld.includes("evidence")
      ? { ...unproven, told: answer.entries, detail: T.withheld }
      : { ...unproven, detail: T.long(answer.entries.length) };
  }
  let file: HistoryFile;
  try {
    file = historyFileFromJson(answer.evidence);
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { ...nothing, state: "failed", detail: T.failed(error.message) };
  }
  const facts = ledger instanceof Error || ledger === null ? null : ledger;
  const trusted = facts === null ? {} : trustedOf(facts, answer);
  const verified = await verifyHistory(file, trusted, blockCid);
  const records = recordsOf(file, verified.entries);
  const told = {
    entries: verified.entries,
    records,
    notices: noticesOf(verified.entries, records),
    told: [],
  };
  const foreign = file.passport !== id || (facts !== null && file.policy !== facts.passportPolicy);
  if (foreign) return { ...nothing, state: "failed", detail: T.failed(T.foreign) };
  const [fault] = verified.faults;
  if (fault !== undefined) return { ...told, state: "failed", detail: T.failed(fault.message) };
  const lacks = [...lackingOf(verified), ...(facts !== null && facts.time === null ? [T.lacks.time] : [])];
  if (facts === null) return { ...told, state: "unknown", detail: [T.unasked, ...lacks].join(" ") };
  return lacks.length > 0
    ? { ...told, state: "warning", detail: [T.passed, ...lacks].join(" ") }
    : { ...told, state: "passed", detail: T.passed };
}

/** The time of the newest state is the source's to say: in the file it is the server's word. */
const trustedOf = ({ output, time }: LedgerFacts, { deployment }: HistoryAnswer): Trusted => ({
  state: output,
  config: deployment.configPolicy,
  ...(time === null ? {} : { time }),
});

/** What the server kept back of what the page shows. Documents are not asked for here. */
function lackingOf({ checks }: HistoryVerification): readonly string[] {
  const lacking = (name: HistoryCheckName, words: (missing: number, of: number) => string): string[] =>
    checks.flatMap((check) =>
      check.name === name && check.ok === null ? [words(check.of - check.done, check.of)] : [],
    );
  return [
    ...lacking("actions", T.lacks.records),
    ...lacking("redeemers", T.lacks.redeemers),
    ...lacking("authority", T.lacks.authority),
  ];
}

function recordsOf(file: HistoryFile, entries: readonly HistoryEntry[]): ReadonlyMap<string, ActionRecord> {
  const bytes = new Map(file.records.map((record) => [record.cid, record.bytes]));
  const found = new Map<string, ActionRecord>();
  for (const place of recordPlaces(entries)) {
    const own = place.cid === null ? undefined : bytes.get(place.cid);
    if (place.cid === null || own === undefined || blockCid(own) !== place.cid) continue;
    const read = readRecord(own, place, file);
    if ("record" in read) found.set(place.txHash, read.record);
  }
  return found;
}
