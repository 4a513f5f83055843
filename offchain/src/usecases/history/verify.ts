/**
 * Checks a history file without a network: a chain of hashes from the mint to the state that the reader got elsewhere, every signature, every rule that bytes can
 * show, every record and document. Names each thing that is wrong, and what it cannot say. Spec: docs/spec/history.md "Checking a file". Pure.
 */
import type { HistoryFile } from "../../codec/history-file.js";
import { authorityFaults, type Surroundings, signatureFaults, signersOf } from "./authority.js";
import { type ContentIdOf, contentFaults, type Presence } from "./content.js";
import { foldPassport, type HistoryEntry, type Standing } from "./fold.js";
import type { PastTransaction } from "./order.js";
import { brokenRules } from "./rules.js";
import { chainFaults, redeemerFaults } from "./verify-chain.js";
import { deploymentOf, networkFaults } from "./verify-deployment.js";
import { pastOf, referencesOf } from "./verify-file.js";
import { type HistoryCheck, type HistoryCheckName, type HistoryFault, Tally } from "./verify-summary.js";
import { blockTimeFaults, isBounded, slotFaults, slotsOf, timeFaults, timeIn } from "./verify-times.js";
import { beyond, stateFaults, type Trusted } from "./verify-trusted.js";

export {
  CHECKS,
  type HistoryCheck,
  type HistoryCheckName,
  type HistoryFault,
} from "./verify-summary.js";
export type { Trusted } from "./verify-trusted.js";

export interface HistoryVerification {
  /** No check failed. What was not checked is in `checks`, `warnings` and `notChecked`. */
  readonly ok: boolean;
  readonly checks: readonly HistoryCheck[];
  readonly faults: readonly HistoryFault[];
  /** What a reader has to know even if he reads nothing else: the file may keep something back. */
  readonly warnings: readonly string[];
  readonly notChecked: readonly string[];
  readonly entries: readonly HistoryEntry[];
  readonly now: Standing | null;
}

/** `contentIdOf`: names a blob; large documents are split into blocks, which adapters know how. */
export async function verifyHistory(
  file: HistoryFile,
  trusted: Trusted,
  contentIdOf: ContentIdOf,
): Promise<HistoryVerification> {
  const faults: HistoryFault[] = [];
  const notChecked: string[] = [];
  const tally = new Tally();
  const timeOf = timeIn(slotsOf(file));
  const past = file.transactions.map((entry) => pastOf(entry, timeOf));
  const steps = foldPassport({ policy: file.policy, id: file.passport }, past);
  const around: Surroundings = {
    config: file.config,
    roles: file.roles,
    timeOf,
    ...referencesOf(file, past),
  };
  const position = new Map(past.map((entry, at) => [entry, at]));
  const at = (entry: PastTransaction): number => (position.get(entry) ?? 0) + 1;
  const found = (check: HistoryCheckName, transaction: number | null, messages: readonly string[]): void => {
    for (const message of messages) faults.push({ check, transaction, message });
  };

  if (trusted.config !== undefined && trusted.config !== file.config)
    found("deployment", null, [`the file is of the deployment ${file.config}, not of ${trusted.config}`]);
  found("deployment", null, networkFaults(file, past));
  found("times", null, slotFaults(file));
  const own = new Set(steps.map((step) => step.past));
  for (const entry of past)
    if (!own.has(entry)) found("chain", at(entry), ["it has nothing to do with this passport"]);
  tally.add("chain", past.length, past.length);
  for (const step of steps) {
    const { signed } = step.past;
    const nth = at(step.past);
    found("chain", nth, chainFaults(step));
    if (signed === null) continue;
    const deployment = deploymentOf(step, file, around);
    found("deployment", nth, deployment.faults);
    if (deployment.needed) tally.add("deployment", deployment.proven);
    const signers = signersOf(signed);
    found("signatures", nth, signatureFaults(step, signers));
    tally.add("signatures", true);
    if (signed.scriptDataHash !== null) {
      const bound = redeemerFaults(file, signed, nth - 1);
      found("redeemers", nth, bound ?? []);
      tally.add("redeemers", bound !== null);
    }
    found("rules", nth, brokenRules({ policy: file.policy, id: file.passport }, step));
    tally.add("rules", step.entry.act !== "Unreadable");
    const authority = authorityFaults(step, signers, around);
    found("authority", nth, authority.faults);
    if (authority.needed) tally.add("authority", !authority.unknown);
    found("times", nth, timeFaults(step, file.transactions[nth - 1], file.transactions[nth - 2]));
    tally.add("times", isBounded(step));
  }
  const mean = trusted.config !== undefined;
  const needing = tally.of("deployment");
  const unproven = tally.left("deployment");
  if ((unproven > 0 || needing === 0) && !faults.some(({ check }) => check === "deployment")) {
    const lack = `the file lacks the config that ${unproven} of ${needing} transactions refer to`;
    if (mean) found("deployment", null, [`nothing shows that the contracts are the deployment's: ${lack}`]);
    else notChecked.push(`that the contracts are the deployment's: ${lack}`);
  }
  if (!mean) tally.leaveOpen("deployment", "nobody said which deployment it should be");
  if (tally.left("redeemers") > 0)
    notChecked.push(
      `reasons and names in the redeemers of ${tally.left("redeemers")} transactions: the file lacks the cost model that they were signed under`,
    );
  if (tally.left("authority") > 0)
    notChecked.push(
      `that the actors of ${tally.left("authority")} transactions were accredited then: the file lacks what they refer to`,
    );
  const entries = steps.map(({ entry }) => entry);
  const content = await contentFaults(file, entries, contentIdOf);
  for (const { check, txHash, message } of content.faults) {
    const nth =
      txHash === null ? null : at(past.find(({ tx }) => tx.hash === txHash) ?? (past[0] as PastTransaction));
    found(check, nth, [message]);
  }
  notChecked.push(...content.notChecked);
  tally.add("actions", content.records.present, content.records.of);
  tally.add("documents", content.documents.present, content.documents.of);
  const now = entries.at(-1)?.after ?? null;
  found("state", null, stateFaults(entries, now, trusted));
  tally.add("state", trusted.state !== undefined);
  tally.add("state", trusted.owner !== undefined);
  found("times", null, blockTimeFaults(entries, trusted.state, trusted.time));
  notChecked.push(...beyond(file, trusted));
  return {
    ok: faults.length === 0,
    checks: tally.checks(faults),
    faults,
    warnings: missingRecords(content.records),
    notChecked,
    entries,
    now,
  };
}

function missingRecords({ present, of }: Presence): readonly string[] {
  const missing = of - present;
  if (missing === 0) return [];
  return [
    missing === 1
      ? `1 of ${of} action records is missing: it may be a recall`
      : `${missing} of ${of} action records are missing: a recall may be among them`,
  ];
}
