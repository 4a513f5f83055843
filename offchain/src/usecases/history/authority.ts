/**
 * Who had to act, held against who signed: live attestations among the reference inputs, the quorum, the keys of what was spent (docs/spec/datum.md). Pure. The
 * outputs that a transaction refers to are known by its own bytes, so whoever has the transactions that made them knows what stood there at that moment.
 */
import { parseAddress } from "../../codec/address.js";
import { decodeAttestationDatum, decodeConfigDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { keyHashOf, verifyEd25519 } from "../../crypto/cip8.js";
import type { Attestation } from "../../domain/attestation.js";
import { fromHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { Role } from "../../domain/role.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { FoldStep } from "./fold.js";
import { configAmong } from "./verify-deployment.js";

export interface Surroundings {
  /** Policies, hex. */
  readonly config: string;
  readonly roles: string;
  /** Outputs by `hash#index`. */
  readonly referenced: ReadonlyMap<string, OutputFacts>;
  /** Hashes of the transactions whose outputs are known. */
  readonly known: ReadonlySet<string>;
  /** Start of a slot, POSIX ms. */
  readonly timeOf: (slot: number) => number;
}

/** Key hashes whose signatures over the body are right; null: one of them is wrong. */
export function signersOf({ hash, witnesses }: SignedTransaction): ReadonlySet<string> | null {
  const body = fromHex(hash);
  const signers = new Set<string>();
  for (const { publicKey, signature } of witnesses.vkeys) {
    if (!verifyEd25519(fromHex(signature), body, fromHex(publicKey))) return null;
    signers.add(keyHashOf(fromHex(publicKey)));
  }
  return signers;
}

/** Sentences: which signature is wrong or missing. `signers`: of `signersOf`. */
export function signatureFaults(
  { past, before, tokens }: FoldStep,
  signers: ReadonlySet<string> | null,
): readonly string[] {
  const { signed } = past;
  if (signed === null) return [];
  if (signers === null) return ["a signature is not over this body"];
  if (signers.size === 0) return ["nobody signed"];
  const faults = signed.requiredSigners
    .filter((key) => !signers.has(key))
    .map((key) => `the required key ${key} did not sign`);
  const owner = tokens?.owner.spent === true ? keyOf(before.owner) : null;
  if (owner !== null && !signers.has(owner))
    faults.push("the ownership token moved without its holder's signature");
  return faults;
}

function keyOf(output: OutputFacts | null): string | null {
  try {
    const payment = output === null ? null : parseAddress(output.address).address.payment;
    return payment?.kind === "key" ? payment.hash : null;
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

interface Needed {
  /** Attestation name, hex. */
  readonly name: string;
  readonly roles: readonly Role[] | null;
}

/** Whose attestations the act needs, by what the redeemer and the datums name. */
function needed({ before, entry, tokens }: FoldStep): readonly Needed[] {
  const old = before.datum?.extra;
  const now = entry.after.datum?.extra;
  const one = (name: string | undefined | null, ...roles: readonly Role[]): readonly Needed[] =>
    name === undefined || name === null ? [] : [{ name, roles: roles.length === 0 ? null : roles }];
  switch (entry.act) {
    case "Issue":
      return one(now?.issuer, "MANUFACTURER");
    case "Update":
      return one(old?.issuer, "MANUFACTURER");
    case "Revoke":
    case "Erase":
      return one(entry.authority, "AUTHORITY");
    case "Log":
      // Without the ownership token only the issuer or an authority may speak.
      return tokens?.owner.spent === true || entry.actor === old?.issuer
        ? one(entry.actor)
        : one(entry.actor, "AUTHORITY");
    case "Amend":
      return [...one(old?.issuer, "MANUFACTURER"), ...one(entry.authority, "AUTHORITY")];
    case "Retire":
      return [...one(entry.recycler, "RECYCLER"), ...one(entry.authority, "AUTHORITY")];
    case "Succeed":
      return one(entry.actor, "RECYCLER", "MANUFACTURER");
    case "Reassign":
      return [...one(now?.issuer, "MANUFACTURER"), ...one(entry.authority, "AUTHORITY")];
    default:
      return [];
  }
}

export interface AuthorityFindings {
  /** Somebody accredited, or the quorum, has to act in such a transaction. */
  readonly needed: boolean;
  readonly faults: readonly string[];
  /** What it refers to is not known here. */
  readonly unknown: boolean;
}

/** Whether those who had to act were accredited at that moment, and signed. */
export function authorityFaults(
  step: FoldStep,
  signers: ReadonlySet<string> | null,
  around: Surroundings,
): AuthorityFindings {
  const { signed } = step.past;
  if (signed === null || signers === null || step.entry.act === "Unreadable")
    return { needed: false, faults: [], unknown: false };
  const outputs = signed.referenceInputs.flatMap(
    ({ txHash, outputIndex }) => around.referenced.get(`${txHash}#${outputIndex}`) ?? [],
  );
  const allKnown = signed.referenceInputs.every(({ txHash }) => around.known.has(txHash));
  const faults: string[] = [];
  let unknown = false;
  const needs = needed(step);
  for (const need of needs) {
    const unit = referenceUnit(around.roles, need.name);
    const output = outputs.find(({ assets }) => assets[unit] === 1n);
    if (output !== undefined) faults.push(...liveFaults(need, output, signed, signers, around));
    else if (allKnown) faults.push(`the transaction does not refer to the attestation ${need.name}`);
    else unknown = true;
  }
  if (step.entry.act === "Reassign") {
    const config = configAmong(outputs, around.config);
    if (config === null) unknown = true;
    else if (!hasQuorum(config, signers)) faults.push("the consortium's quorum did not sign");
  }
  return { needed: needs.length > 0 || step.entry.act === "Reassign", faults, unknown };
}

function liveFaults(
  { name, roles }: Needed,
  output: OutputFacts,
  { validity }: SignedTransaction,
  signers: ReadonlySet<string>,
  { timeOf }: Surroundings,
): readonly string[] {
  const attestation = read(() => decodeAttestationDatum(output.datum ?? "").extra);
  if (attestation === null) return [`the attestation ${name} cannot be read`];
  const faults: string[] = [];
  if (roles !== null && !roles.includes(attestation.role))
    faults.push(`${name} is accredited as ${attestation.role}, not as ${roles.join(" or ")}`);
  if (attestation.status !== "Active") faults.push(`the attestation ${name} was ${attestation.status}`);
  if (!isWithin(validity, attestation, timeOf)) faults.push(`the attestation ${name} was outside its dates`);
  if (!signers.has(attestation.holder)) faults.push(`the holder of ${name} did not sign`);
  return faults;
}

const isWithin = (
  { from, until }: SignedTransaction["validity"],
  { validFrom, validTo }: Attestation,
  timeOf: (slot: number) => number,
): boolean => from !== null && until !== null && timeOf(from) >= validFrom && timeOf(until) <= validTo;

function hasQuorum(config: OutputFacts, signers: ReadonlySet<string>): boolean {
  const datum = read(() => decodeConfigDatum(config.datum ?? ""));
  return datum !== null && datum.members.filter((key) => signers.has(key)).length >= datum.threshold;
}

function read<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}
