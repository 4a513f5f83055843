/**
 * Checks a history file without a network: a chain of hashes from the mint to the state that the reader got elsewhere, every signature, every rule that bytes can
 * show, every record and document. Names each thing that is wrong, and what it cannot say. Spec: docs/spec/history.md "Checking a file". Pure.
 */
import { decodeConfigDatum } from "../codec/datum.js";
import type { HistoryFile } from "../codec/history-file.js";
import type { OutputFacts } from "../codec/ledger-cbor/output.js";
import { bindsRedeemers } from "../codec/ledger-cbor/script-data.js";
import { readSigned, type SignedTransaction } from "../codec/ledger-cbor/signed.js";
import { toHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { OutRef } from "../domain/out-ref.js";
import { CONFIG_TOKEN } from "../domain/tokens.js";
import { authorityFaults, type Surroundings, signatureFaults, signersOf } from "./history-authority.js";
import { type ContentIdOf, contentFaults } from "./history-content.js";
import { type FoldStep, foldPassport, type HistoryEntry, type Standing } from "./history-fold.js";
import { type PastTransaction, readPast } from "./history-order.js";
import { brokenRules } from "./history-rules.js";
import type { Check } from "./verify.js";

/** What a reader knows from a source that he trusts; each is optional, and its absence is among `notChecked`. */
export interface Trusted {
  /** Config policy of the deployment, hex. */
  readonly config?: string;
  /** Output that holds the passport's (100), or, of a burnt one, the hash of the transaction that burnt it. */
  readonly state?: OutRef | { readonly txHash: string; readonly outputIndex: null };
  /** Output that holds the ownership token. */
  readonly owner?: OutRef;
}

export const CHECKS = [
  "deployment",
  "chain",
  "signatures",
  "redeemers",
  "rules",
  "authority",
  "times",
  "actions",
  "documents",
  "state",
] as const;
export type HistoryCheckName = (typeof CHECKS)[number];

export interface HistoryFault {
  readonly check: HistoryCheckName;
  /** Position of the transaction, from 1; null: the file as a whole. */
  readonly transaction: number | null;
  readonly message: string;
}

export interface HistoryVerification {
  readonly ok: boolean;
  readonly checks: readonly (Check & { readonly name: HistoryCheckName })[];
  readonly faults: readonly HistoryFault[];
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
  const timeOf = (slot: number): number =>
    file.slots.zeroTime + (slot - file.slots.zeroSlot) * file.slots.slotLength;
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

  found("deployment", null, deploymentFaults(file, trusted, around));
  if (!namesDeployment(around))
    notChecked.push("that the contracts are the deployment's: no transaction here refers to its config");
  const own = new Set(steps.map((step) => step.past));
  for (const entry of past)
    if (!own.has(entry)) found("chain", at(entry), ["it has nothing to do with this passport"]);
  let unbound = 0;
  let unknownActors = 0;
  for (const step of steps) {
    const { signed } = step.past;
    const nth = at(step.past);
    found("chain", nth, chainFaults(step));
    if (signed === null) continue;
    const signers = signersOf(signed);
    found("signatures", nth, signatureFaults(step, signers));
    const bound = redeemerFaults(file, step, nth - 1);
    if (bound === null) unbound++;
    else found("redeemers", nth, bound);
    found("rules", nth, brokenRules({ policy: file.policy, id: file.passport }, step));
    const authority = authorityFaults(step, signers, around);
    found("authority", nth, authority.faults);
    if (authority.unknown) unknownActors++;
    found("times", nth, timeFaults(step, file.transactions[nth - 1], file.transactions[nth - 2]));
  }
  if (unbound > 0)
    notChecked.push(
      `reasons and names in the redeemers of ${unbound} transactions: the file lacks the cost model that they were signed under`,
    );
  if (unknownActors > 0)
    notChecked.push(
      `that the actors of ${unknownActors} transactions were accredited then: the file lacks what they refer to`,
    );
  const entries = steps.map(({ entry }) => entry);
  const content = await contentFaults(file, entries, contentIdOf);
  for (const { check, txHash, message } of content.faults) {
    const nth =
      txHash === null ? null : at(past.find(({ tx }) => tx.hash === txHash) ?? (past[0] as PastTransaction));
    found(check, nth, [message]);
  }
  notChecked.push(...content.notChecked);
  const now = entries.at(-1)?.after ?? null;
  found("state", null, stateFaults(entries, now, trusted));
  notChecked.push(...beyond(trusted));
  return {
    ok: faults.length === 0,
    checks: CHECKS.map((name) => summary(name, faults, steps.length)),
    faults,
    notChecked,
    entries,
    now,
  };
}

const summary = (name: HistoryCheckName, faults: readonly HistoryFault[], transactions: number) => {
  const own = faults.filter(({ check }) => check === name);
  const [first] = own;
  const where = first?.transaction == null ? "" : `transaction ${first.transaction}: `;
  const more = own.length > 1 ? ` (and ${own.length - 1} more)` : "";
  return {
    name,
    ok: own.length === 0,
    detail: first === undefined ? `${transactions} transactions` : `${where}${first.message}${more}`,
  };
};

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

const configsIn = ({ referenced, config }: Surroundings): readonly OutputFacts[] =>
  [...referenced.values()].filter(({ assets }) => assets[config + CONFIG_TOKEN] === 1n);

const namesDeployment = (around: Surroundings): boolean => configsIn(around).length > 0;

function deploymentFaults(file: HistoryFile, trusted: Trusted, around: Surroundings): readonly string[] {
  const faults =
    trusted.config === undefined || trusted.config === file.config
      ? []
      : [`the file is of the deployment ${file.config}, not of ${trusted.config}`];
  for (const { datum } of configsIn(around)) {
    try {
      const { scripts } = decodeConfigDatum(datum ?? "");
      if (scripts.passport !== file.policy || scripts.roles !== file.roles)
        faults.push("the contracts are not the ones that the deployment's config names");
    } catch (error) {
      if (!isDppError(error)) throw error;
      faults.push("the deployment's config cannot be read");
    }
  }
  return [...new Set(faults)];
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
function redeemerFaults(file: HistoryFile, { past }: FoldStep, at: number): readonly string[] | null {
  const { signed } = past;
  const view = file.transactions[at]?.view ?? null;
  if (signed === null || signed.scriptDataHash === null) return [];
  if (view === null) return null;
  const bytes = file.views[view];
  return bytes !== undefined && bindsRedeemers(signed, bytes)
    ? []
    : ["the redeemers are not the ones that the body commits to"];
}

function timeFaults(
  { past }: FoldStep,
  own: HistoryFile["transactions"][number] | undefined,
  before: HistoryFile["transactions"][number] | undefined,
): readonly string[] {
  if (past.signed === null || own === undefined) return [];
  const { from, until } = past.signed.validity;
  const faults =
    (from !== null && own.slot < from) || (until !== null && own.slot >= until)
      ? ["its slot is outside of the validity that was signed"]
      : [];
  if (before !== undefined && (own.slot < before.slot || own.height < before.height))
    faults.push("it is older than the transaction before it");
  return faults;
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

const beyond = ({ config, state, owner }: Trusted): readonly string[] => [
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
