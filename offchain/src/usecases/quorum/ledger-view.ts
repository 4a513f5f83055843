/** Holds a proposal against the ledger as this member sees it: whose coins it spends, what changes, whether the consortium is the one that signs. */
import { decodeConfigDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { readTransaction } from "../../codec/ledger-cbor/transaction.js";
import { scriptDataHash } from "../../codec/script-data-hash.js";
import type { UnsignedTransaction } from "../../codec/unsigned-transaction.js";
import type { Config } from "../../domain/config.js";
import { isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { needsQuorum, type Proposal } from "../../domain/proposal.js";
import type { Quorum } from "../../domain/signing-sets.js";
import type { Utxo } from "../../ports/ledger.js";
import { configUnit } from "../../tx/contracts.js";
import { sameOutRef } from "../../tx/plan.js";
import type { Reading } from "../context.js";
import { readVariants } from "./bytes.js";
import { expectedOf } from "./expect.js";
import { type ExpectedState, refText } from "./expected.js";
import type { StateFields } from "./fields.js";
import { fieldsIn, paymentKeyOf } from "./outputs.js";
import { isOwners, partyMismatches, returnMismatches } from "./parties.js";

/** The outputs that all variants name, and the consortium. */
export interface LedgerView {
  readonly inputs: readonly Utxo[];
  readonly collateral: readonly Utxo[];
  /** What is not on the ledger any more. */
  readonly gone: readonly OutRef[];
  /** `null`: not founded yet. */
  readonly config: Config | null;
}

/** @throws DppError `ledger/unavailable`. */
export async function viewOf(reading: Reading, proposal: Proposal): Promise<LedgerView> {
  const { ledger, contracts } = reading;
  const transactions = readVariants(proposal);
  const named = (pick: (transaction: UnsignedTransaction) => readonly OutRef[]) =>
    distinct(transactions.flatMap(pick));
  const [inputs, collateral, all] = [
    named(({ spent }) => spent),
    named((transaction) => transaction.collateral),
    named((transaction) => [...transaction.spent, ...transaction.referenceInputs, ...transaction.collateral]),
  ];
  const found = await ledger.utxosByOutRef(all);
  const pick = (refs: readonly OutRef[]): readonly Utxo[] =>
    found.filter((utxo) => refs.some((ref) => sameOutRef(ref, utxo)));
  const config = await ledger.utxoByUnit(configUnit(contracts));
  return {
    inputs: pick(inputs),
    collateral: pick(collateral),
    gone: all.filter((ref) => !found.some((utxo) => sameOutRef(utxo, ref))),
    config: config?.datum ? decodeConfigDatum(config.datum) : null,
  };
}

const distinct = (refs: readonly OutRef[]): readonly OutRef[] =>
  refs.filter((ref, at) => refs.findIndex((other) => sameOutRef(other, ref)) === at);

/** The state that an expected one continues; `null`: it is new, or gone. */
export function before({ inputs }: LedgerView, { kind, unit, isNew }: ExpectedState): StateFields | null {
  const utxo = isNew ? undefined : inputs.find(({ assets }) => assets[unit] !== undefined);
  return utxo === undefined ? null : fieldsIn(kind, { datum: utxo.datum ?? null });
}

/** What the ledger says against the proposal, in words; `signer`: key hash of who is to sign, whose coins it must not touch. */
export async function mismatchesOnLedger(
  reading: Reading,
  proposal: Proposal,
  view: LedgerView,
  signer: string | null,
): Promise<readonly string[]> {
  const { contracts, ledger } = reading;
  const expected = expectedOf(contracts, proposal.action);
  const { costModels } = await ledger.protocolParameters();
  const transactions = readVariants(proposal);
  const isCovered = transactions.every(
    ({ witnesses, scriptDataHash: stated }) => stated === scriptDataHash(witnesses, costModels.PlutusV3),
  );
  return [
    ...inputMismatches(proposal, view, signer, (utxo) => {
      const isState = expected.states.some(
        ({ unit, contract }) => utxo.assets[unit] === 1n && utxo.address === contract.address,
      );
      return (
        isState ||
        isOwners(expected, utxo) ||
        (utxo.address === contracts.config.address && expected.inputs.some((ref) => sameOutRef(ref, utxo)))
      );
    }),
    ...expected.states.flatMap((state) => keptMismatches(state, view, transactions)),
    ...quorumMismatches(proposal, view),
    ...returnMismatches(expected, view.inputs, transactions),
    ...(await partyMismatches(reading, proposal.action, issuerIn(expected.states, view))),
    // Somebody could show one order to the contract and have another one signed; or the costs of scripts changed since.
    ...(isCovered ? [] : ["the orders to the contracts are not those that the signatures cover"]),
  ];
}

function inputMismatches(
  { proposer }: Proposal,
  { inputs, collateral }: LedgerView,
  signer: string | null,
  isOfTheAct: (utxo: Utxo) => boolean,
): readonly string[] {
  const strange = (utxo: Utxo): readonly string[] => {
    const owner = paymentKeyOf(utxo.address);
    if (owner === proposer) return [];
    if (owner !== null && owner === signer) return [`it spends your own output ${refText(utxo)}`];
    return [`it spends ${refText(utxo)} of ${utxo.address}, of which the action says nothing`];
  };
  return [...inputs.filter((utxo) => !isOfTheAct(utxo)), ...collateral].flatMap(strange);
}

/** Fields that the action does not name stay as they are. */
function keptMismatches(
  state: ExpectedState,
  view: LedgerView,
  transactions: readonly UnsignedTransaction[],
): readonly string[] {
  const old = before(view, state);
  if (old === null) return [];
  return [...new Set(transactions.flatMap(({ outputs }) => changed(state, old, outputs)))];
}

function changed(
  { kind, unit, says }: ExpectedState,
  old: StateFields,
  outputs: readonly OutputFacts[],
): string[] {
  const output = outputs.find(({ assets }) => assets[unit] !== undefined);
  const next = output === undefined ? null : fieldsIn(kind, output);
  if (next === null) return [];
  const fields = new Set([...Object.keys(old), ...Object.keys(next)]);
  return [...fields]
    .filter((field) => says[field] === undefined && old[field] !== next[field])
    .map(
      (field) =>
        `${field} changes from ${old[field] ?? "nothing"} to ${next[field] ?? "nothing"}, of which the action says nothing`,
    );
}

/** Which quorums sign an action; `config`: the consortium of today. */
export function quorumsOf(action: Proposal["action"], config: Quorum | null): readonly Quorum[] {
  if (action.act === "found") return [action];
  if (!needsQuorum(action)) return [];
  const today = config === null ? [] : [config];
  return action.act === "rotate" ? [...today, action] : today;
}

function quorumMismatches({ action, variants }: Proposal, { config }: LedgerView): readonly string[] {
  if (action.act === "found") {
    if (config !== null) return ["this deployment is founded already"];
  } else if (config === null) return ["this ledger has no such deployment"];
  const quorums = quorumsOf(action, config);
  const isEnough = variants.every(({ members }) =>
    quorums.every(
      (quorum) => members.filter((member) => quorum.members.includes(member)).length >= quorum.threshold,
    ),
  );
  const strangers = variants
    .flatMap(({ members }) => members)
    .filter((member) => !quorums.some((quorum) => quorum.members.includes(member)));
  return [
    ...(isEnough ? [] : ["its signers are no quorum of the consortium"]),
    ...[...new Set(strangers)].map((key) => `${key} is no member of the consortium`),
  ];
}

/** Who answers for the passport that is acted on; `null`: no passport, or its state is gone. */
function issuerIn([state]: readonly ExpectedState[], view: LedgerView): string | null {
  const old = state?.kind === "passport" ? before(view, state) : null;
  return old?.issuer ?? null;
}

/** An output as it was made, spent since or not; `null`: the ledger does not tell its transaction. */
export async function pastOutput({ ledger }: Reading, ref: OutRef): Promise<OutputFacts | null> {
  const made = await ledger.transaction(ref.txHash);
  if (made === null) return null;
  try {
    const { outputs } = readTransaction(made.cbor);
    return outputs.find((output) => sameOutRef(output.ref, ref))?.utxo ?? null;
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}
