/** Where a proposal stands: who signed, what is missing, whether everything that it needs is still on the ledger, whether it is done. */

import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { DppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { Proposal } from "../../domain/proposal.js";
import { LABEL_REFERENCE, LABEL_USER } from "../../domain/tokens.js";
import { type Contract, configUnit } from "../../tx/contracts.js";
import { sameOutRef } from "../../tx/plan.js";
import type { Reading } from "../context.js";
import { readVariants } from "./bytes.js";
import { refText } from "./expected.js";
import { requireDeployment } from "./inspect.js";
import { pastOutput, viewOf } from "./ledger-view.js";
import { bodyHashes, type Standing, standingOf, verifySignatures } from "./signatures.js";

export interface Gone {
  readonly ref: string;
  /** In words: which of the things that the proposal needs it was. */
  readonly what: string;
}

export interface Done {
  readonly txHash: string;
  readonly height: number;
  /** POSIX ms. */
  readonly time: number;
}

/** `early`: the window has not begun; `gone`: something that it needs is spent; `open`: signatures are missing; `ready`: it can be submitted. */
export type ProposalState = "done" | "expired" | "gone" | "open" | "early" | "ready";

export interface ProposalStatus extends Standing {
  readonly state: ProposalState;
  readonly done: Done | null;
  readonly gone: readonly Gone[];
}

/** @throws DppError `proposal/other-deployment`, `proposal/tampered`, `proposal/malformed`, `ledger/unavailable`. */
export async function proposalStatus(reading: Reading, proposal: Proposal): Promise<ProposalStatus> {
  requireDeployment(reading.contracts, proposal);
  verifySignatures(proposal);
  const standing = standingOf(proposal);
  const done = await doneOf(reading, proposal);
  if (done !== null) return { ...standing, state: "done", done, gone: [] };
  const gone = await goneOf(reading, proposal, (await viewOf(reading, proposal)).gone);
  return { ...standing, state: await stateOf(reading, proposal, standing, gone), done, gone };
}

async function stateOf(
  { ledger, clock }: Reading,
  { expires, window }: Proposal,
  { complete }: Standing,
  gone: readonly Gone[],
): Promise<ProposalState> {
  if (gone.length > 0) return "gone";
  const { time } = await ledger.tip();
  if (Math.max(clock.now(), time) >= expires) return "expired";
  if (complete === null) return "open";
  return window.from !== null && time < window.from ? "early" : "ready";
}

/** The transaction of the proposal that stands on the ledger; `null`: none does. */
export async function doneOf({ ledger }: Reading, proposal: Proposal): Promise<Done | null> {
  for (const hash of bodyHashes(proposal)) {
    const found = await ledger.transaction(hash);
    if (found !== null) return { txHash: hash, height: found.height, time: found.time };
  }
  return null;
}

/** What a proposal that lost something comes to. */
export const goneError = (gone: readonly Gone[], cause?: unknown): DppError =>
  new DppError(
    "proposal/inputs-gone",
    `this proposal can stand no more: ${gone.map(({ what }) => what).join("; ")}. Make it again (dpp quorum again)`,
    { cause, details: { gone: gone.map(({ ref, what }) => `${ref} ${what}`) } },
  );

/** Names what has gone by what it was. */
export async function goneOf(
  reading: Reading,
  proposal: Proposal,
  gone: readonly OutRef[],
): Promise<readonly Gone[]> {
  return Promise.all(
    gone.map(async (ref) => ({
      ref: refText(ref),
      what: whatWas(reading, proposal, ref, await pastOutput(reading, ref)),
    })),
  );
}

function whatWas({ contracts }: Reading, proposal: Proposal, ref: OutRef, past: OutputFacts | null): string {
  const [transaction] = readVariants(proposal);
  const is = (refs: readonly OutRef[] = []): boolean => refs.some((other) => sameOutRef(ref, other));
  const nameAt = ({ hash }: Contract): string | undefined =>
    Object.keys(past?.assets ?? {})
      .find((unit) => unit.startsWith(hash + LABEL_REFERENCE))
      ?.slice(hash.length + LABEL_REFERENCE.length);
  const { act } = proposal.action;
  if (act === "found" && refText(ref) === proposal.action.seed) return "the seed of the deployment is spent";
  if (past?.assets[configUnit(contracts)] !== undefined) return "the consortium was changed since";
  const [attestation, passport] = [nameAt(contracts.roles), nameAt(contracts.passport)];
  if (attestation !== undefined) return `the attestation ${attestation} was changed since`;
  if (passport !== undefined) return `the passport ${passport} was changed since`;
  const isOwnership = Object.keys(past?.assets ?? {}).some((unit) =>
    unit.startsWith(contracts.passport.hash + LABEL_USER),
  );
  if (isOwnership) return "the ownership token was moved since";
  if (past?.scriptRef) return "a reference script was taken back";
  if (is(transaction?.referenceInputs)) return "an output that it refers to is spent";
  if (is(transaction?.spent) || is(transaction?.collateral))
    return "the proposer's output for the fee is spent";
  return "an output that it needs is spent";
}
