/**
 * Checks a history file without a network: a chain of hashes from the mint to the state that the reader got elsewhere, every signature, every rule that bytes can
 * show, every record and document. Names each thing that is wrong, and what it cannot say. Spec: docs/spec/history.md "Checking a file". Pure.
 */
import type { HistoryFile } from "../codec/history-file.js";
import type { OutputFacts } from "../codec/ledger-cbor/output.js";
import { bindsRedeemers } from "../codec/ledger-cbor/script-data.js";
import { readSigned, type SignedTransaction } from "../codec/ledger-cbor/signed.js";
import { toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { OutRef } from "../domain/out-ref.js";
import { authorityFaults, type Surroundings, signatureFaults, signersOf } from "./history-authority.js";
import { type ContentIdOf, contentFaults, type Presence } from "./history-content.js";
import { type FoldStep, foldPassport, type HistoryEntry, type Standing } from "./history-fold.js";
import { type PastTransaction, readPast } from "./history-order.js";
import { brokenRules } from "./history-rules.js";
import { deploymentOf, networkFaults } from "./history-verify-deployment.js";
import {
  type HistoryCheck,
  type HistoryCheckName,
  type HistoryFault,
  Tally,
} from "./history-verify-summary.js";
import {
  blockTimeFaults,
  isBounded,
  slotFaults,
  slotsOf,
  timeFaults,
  timeIn,
} from "./history-verify-times.js";

export {
  CHECKS,
  type HistoryCheck,
  type HistoryCheckName,
  type HistoryFault,
} from "./history-verify-summary.js";

/** What a reader knows from a source that he trusts; each is optional, and its absence is among `notChecked`. */
export interface Trusted {
  /** Config policy of the deployment, hex. */
  readonly config?: string;
  /** Output that holds the passport's (100), or, of a burnt one, the hash of the transaction that burnt it. */
  readonly state?: OutRef | { readonly txHash: string; readonly outputIndex: null };
  /** Output that holds the ownership token. */
  readonly owner?: OutRef;
  /** POSIX ms of the block of the transaction in `state`. */
  readonly time?: number;
}

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

function pastOf(
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

function referencesOf(
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

function chainFaults({ past, entry, tokens }: FoldStep): readonly string[] {
  if (past.signed === null) return [`the transaction cannot be read: ${past.unreadable}`];
  const faults: string[] = [];
  if (tokens?.state.broken)
    faults.push("it does not spend the passport's state as the transaction before left it");
  if (tokens?.owner.broken)
    faults.push("it does not spend the ownership token where the transaction before left it");
  if (faults.length === 0 && entry.act === "Unreadable") faults.push(entry.reason);
  return faults;
}

/** Null: nobody can say. */
function redeemerFaults(file: HistoryFile, signed: SignedTransaction, at: number): readonly string[] | null {
  const view = file.transactions[at]?.view ?? null;
  if (view === null) return null;
  const bytes = file.views[view];
  return bytes !== undefined && bindsRedeemers(signed, bytes)
    ? []
    : ["the redeemers are not the ones that the body commits to"];
}

function stateFaults(
  entries: readonly HistoryEntry[],
  now: Standing | null,
  { state, owner }: Trusted,
): readonly string[] {
  if (entries[0]?.act !== "Issue") return ["the history does not begin with the issue"];
  const faults: string[] = [];
  if (state !== undefined && !isAt(entries, now, state))
    faults.push(
      `the last state is not ${state.txHash}${state.outputIndex === null ? "" : `#${state.outputIndex}`}`,
    );
  if (owner !== undefined && !same(now?.owner ?? null, owner))
    faults.push(`the ownership token is not at ${owner.txHash}#${owner.outputIndex}`);
  return faults;
}

const same = (a: OutRef | null, b: OutRef): boolean =>
  a?.txHash === b.txHash && a.outputIndex === b.outputIndex;

function isAt(
  entries: readonly HistoryEntry[],
  now: Standing | null,
  state: NonNullable<Trusted["state"]>,
): boolean {
  if (state.outputIndex !== null) return same(now?.state ?? null, state);
  return now?.state === null && entries.some(({ act, txHash }) => act === "Erase" && txHash === state.txHash);
}

const beyond = ({ network }: HistoryFile, { config, state, owner }: Trusted): readonly string[] => [
  `that the block times are right, and that the network is ${network}: no transaction holds its block's slot or height; ask a ledger`,
  ...(state === undefined
    ? [
        "that a ledger holds these transactions, and that nothing came after: give the present state from a source that you trust",
      ]
    : ["that the state given is still the present one: ask a ledger"]),
  ...(owner === undefined ? ["that the ownership token did not move on: give the output that holds it"] : []),
  ...(config === undefined ? ["that this is the deployment that you mean: give its config policy"] : []),
  "that badges were among the inputs of revocations: the contract asks for them",
  "that statements are true: the file shows who made them, and when",
];
