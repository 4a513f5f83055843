/**
 * Who signed a pack, by the attestations in a receipt: the event's source, or the parties of a joint thread. Spec: docs/spec/receipt.md "Checking", `authority`,
 * `attestation`, `tier`. Their keys: `receipt-keys.ts`. Pure.
 */
import type { Attestation } from "../../domain/attestation.js";
import { type EventLeaf, tierOf } from "../../domain/event.js";
import { formOf, type SignatureForm } from "../../domain/event-key.js";
import { arePartyNames, isJointThread, MAX_PARTIES, MIN_PARTIES } from "../../domain/joint.js";
import type { OutRef } from "../../domain/out-ref.js";
import { roleOfName } from "../../domain/tokens.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { requireDistinct } from "./check-joint.js";
import { isInForce, type TimeRange } from "./receipt-authority.js";
import {
  type AttestedLife,
  type Configs,
  followAttestation,
  type ReadTransaction,
  refText,
} from "./receipt-chain.js";
import { failed, faultOf, judged, type Outcome } from "./receipt-checks.js";
import type { ReadReceipt } from "./receipt-read.js";

export interface Signer {
  /** Attestation name, hex. */
  readonly name: string;
  /** The attestation as the append refers to it. */
  readonly output: OutRef;
  readonly attestation: Attestation;
}

export interface Signers {
  /** Of a joint thread: `all` are its parties. */
  readonly isJoint: boolean;
  /** By name, ascending; of a source one. */
  readonly all: readonly Signer[];
}

/** What a reader is told of a signer. */
export interface SignerFacts extends Pick<Signer, "name">, Pick<Attestation, "role" | "operator" | "place"> {
  readonly form: SignatureForm | null;
}

export const factsOf = ({ name, attestation }: Signer): SignerFacts => {
  const { role, operator, place, alg, pk } = attestation;
  return { name, role, operator, place, form: formOf(alg, pk) };
};

const iso = (time: number): string =>
  Number.isFinite(new Date(time).getTime()) ? new Date(time).toISOString() : `${time} ms`;

/** Before what is said of one of several. */
export const ofSigner = ({ isJoint }: Signers, { attestation }: Signer): string =>
  isJoint ? `${attestation.role}: ` : "";

/** `thread`: source of the leaf. `signers` null: nobody can be told to have signed. */
export function followSigners(
  attestations: ReadReceipt["attestations"],
  thread: string,
  root: TrustRoot,
  configs: Configs,
): { readonly signers: Signers | null; readonly outcome: Outcome } {
  const isJoint = isJointThread(thread);
  const names = attestations.map(({ name }) => name);
  if (isJoint && !arePartyNames(names))
    return refused(`a joint pack has ${MIN_PARTIES} to ${MAX_PARTIES} parties, and here is 1 attestation`);
  if (!isJoint && (names.length !== 1 || names[0] !== thread))
    return refused("the attestations are not that of the event's source, and no other");
  const lives = attestations.map(({ name, transactions }) => ({
    name,
    life: followAttestation(transactions, name, root, configs),
  }));
  const all = lives.flatMap(({ name, life: { last } }): Signer[] =>
    last === null ? [] : [{ name, output: last.output, attestation: last.state.extra }],
  );
  const faults = lives.flatMap(({ name, life }) =>
    life.faults.map((fault) => (isJoint ? `${roleOfName(name) ?? name}: ${fault}` : fault)),
  );
  const outcome = judged(faults, authorityWords(lives, isJoint));
  return { signers: all.length === lives.length ? { isJoint, all } : null, outcome };
}

const refused = (says: string): { readonly signers: null; readonly outcome: Outcome } => ({
  signers: null,
  outcome: failed(says),
});

function authorityWords(lives: readonly { readonly life: AttestedLife }[], isJoint: boolean): string {
  const changes = lives.reduce((sum, { life }) => sum + life.authorities.length - 1, 0);
  const its = isJoint ? "their" : "its";
  const more = changes === 0 ? "" : ` and ${changes === 1 ? `${its} change` : `${its} ${changes} changes`}`;
  const byHolder = lives.some(({ life }) => life.authorities.includes("holder"));
  const whose = isJoint ? `the attestations of ${lives.length} parties` : "the source's attestation";
  return `${whose}${more}: signed by the trusted consortium${byHolder ? ` and by the holder${isJoint ? "s" : ""}` : ""}`;
}

export function attestationCheck({ signed }: ReadTransaction, range: TimeRange, signers: Signers): Outcome {
  const faults = signers.all.flatMap((signer) => {
    const { output, attestation } = signer;
    const found: string[] = [];
    if (!signed.referenceInputs.some((ref) => refText(ref) === refText(output)))
      found.push("the append does not refer to the attestation as the receipt has it last");
    if (attestation.status !== "Active") found.push(`the attestation was ${attestation.status}`);
    else if (!isInForce(attestation, range))
      found.push(
        "the append was not within the attestation's dates, or its times are not bounded to an hour",
      );
    return found.map((fault) => ofSigner(signers, signer) + fault);
  });
  const dates = signers.all.map(
    ({ attestation: { role, validFrom, validTo } }) =>
      `${role}, active from ${iso(validFrom)} to ${iso(validTo)}`,
  );
  return judged(faults, `${dates.join("; ")}, as the append refers to ${dates.length === 1 ? "it" : "them"}`);
}

export function tierCheck(leaf: EventLeaf, { isJoint, all }: Signers): Outcome {
  if (isJoint) return jointTierCheck(leaf, all);
  const faults: string[] = [];
  for (const { attestation } of all) {
    const { role, kind } = attestation;
    if (leaf.role !== role) faults.push(`it says ${leaf.role}, and its source is accredited as ${role}`);
    if (leaf.tier !== tierOf(kind))
      faults.push(`it claims ${leaf.tier}, and its source's attestation gives ${tierOf(kind)}`);
  }
  return judged(faults, `${leaf.tier}, as its source's attestation gives it`);
}

function jointTierCheck({ tier, role }: EventLeaf, parties: readonly Signer[]): Outcome {
  const faults: string[] = [];
  if (tier !== "MULTI_PARTY_SIGNED")
    faults.push(`it claims ${tier}, and what parties sign together is MULTI_PARTY_SIGNED`);
  if (!parties.some(({ attestation }) => attestation.role === role))
    faults.push(`it says that its writer was ${role}, and no party is`);
  const facts = parties.map(({ name, attestation }) => ({ name, ...attestation }));
  const alike = faultOf(() => requireDistinct(facts));
  if (alike !== null) faults.push(alike);
  const notes = sameOperators(facts).map((sentence) => `; not independent: ${sentence}`);
  return judged(
    faults,
    `${tier}: ${facts.map((party) => party.role).join(", ")}, each with another role, holder and key${notes.join("")}`,
  );
}

/** A sentence for each operator for whom several of them act: their word counts as one operator's. */
export function sameOperators(
  parties: readonly { readonly role: string; readonly operator: string }[],
): readonly string[] {
  const operators = [...new Set(parties.map(({ operator }) => operator))].filter((name) => name !== "");
  return operators.flatMap((operator) => {
    const roles = parties.filter((party) => party.operator === operator).map(({ role }) => role);
    if (roles.length < 2) return [];
    return [`${roles.slice(0, -1).join(", ")} and ${roles.at(-1)} act for the same operator, ${operator}`];
  });
}

/** What is on time is so for each of them. ms. */
export const leastDelay = ({ all }: Signers): number =>
  Math.min(...all.map(({ attestation }) => attestation.maxDelay));
