/** The consortium's rotations and the life of an attestation, from the signed bodies in a receipt. Spec: docs/spec/receipt.md "Checking". Pure. */
import { encodeAddressBytes, toBech32Address } from "../../codec/address.js";
import { decodeAttestationDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import type { SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { referenceUnit, roleOfName } from "../../domain/tokens.js";
import type { KnownConfig, TrustRoot } from "../../domain/trust-root.js";
import { networkId } from "../../ports/ledger.js";
import { stepOf } from "../history/token.js";
import { configMadeBy } from "../trust-root.js";
import {
  type AttestationState,
  type Authority,
  authoritiesFor,
  authorityOf,
  hasQuorum,
  keysOf,
  type TimeRange,
} from "./receipt-authority.js";

export interface ReadTransaction {
  readonly signed: SignedTransaction;
  /** Key hashes of its signatures, each checked. */
  readonly signers: ReadonlySet<string>;
}

export const refText = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;

/** Configs by `hash#index`. */
export type Configs = ReadonlyMap<string, KnownConfig>;

export const knownConfigs = ({ configs }: Pick<TrustRoot, "configs">): Configs =>
  new Map(configs.map((config) => [refText(config.output), config]));

/** The config that a transaction refers to, of those that are known. */
export const consortiumOf = (
  { referenceInputs }: Pick<SignedTransaction, "referenceInputs">,
  configs: Configs,
): KnownConfig | null => referenceInputs.flatMap((ref) => configs.get(refText(ref)) ?? [])[0] ?? null;

/** Start of a slot, POSIX ms. */
export const rangeOf = (
  { validity: { from, until } }: Pick<SignedTransaction, "validity">,
  { zeroTime, zeroSlot, slotLength }: TrustRoot["slots"],
): TimeRange => {
  const time = (slot: number | null): number | null =>
    slot === null ? null : zeroTime + (slot - zeroSlot) * slotLength;
  return { from: time(from), until: time(until) };
};

const sameKeys = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();

/** Scripts that a trust root has. */
const NAMED = ["roles", "anchor", "joint", "p256"] as const;

/** What is wrong with one rotation, or the config that it makes known. */
function rotationOf(
  { signed, signers }: ReadTransaction,
  root: TrustRoot,
  configs: Configs,
): KnownConfig | string {
  const old = signed.spent.flatMap((ref) => configs.get(refText(ref)) ?? [])[0];
  if (old === undefined) return "it spends no config that the trust root or a rotation before it made known";
  const made = configMadeBy(signed, root.config);
  if (made === null) return "it makes no config at the config's script";
  const { scripts, members, threshold, freezeKeys } = made.config;
  if (NAMED.some((name) => (scripts[name] ?? null) !== root[name]))
    return "it names other contracts, which no rotation may";
  if (!hasQuorum(old, signers)) return "the quorum of the consortium before it did not sign";
  if (!hasQuorum(made.config, signers)) return "the quorum of the consortium after it did not sign";
  if ([...signers].some((key) => !old.members.includes(key) && !members.includes(key)))
    return "a signature is of nobody who counts";
  const known = configs.get(refText(made.output));
  if (
    known !== undefined &&
    !(
      known.threshold === threshold &&
      sameKeys(known.members, members) &&
      sameKeys(known.freezeKeys, freezeKeys)
    )
  )
    return "the trust root has another consortium at its output";
  return { output: made.output, members, threshold, freezeKeys };
}

export interface Rotations {
  readonly configs: Configs;
  readonly faults: readonly string[];
}

export function followRotations(rotations: readonly ReadTransaction[], root: TrustRoot): Rotations {
  const configs = new Map(knownConfigs(root));
  for (const [at, rotation] of rotations.entries()) {
    const found = rotationOf(rotation, root, configs);
    if (typeof found === "string") return { configs, faults: [`rotation ${at + 1}: ${found}`] };
    configs.set(refText(found.output), found);
  }
  return { configs, faults: [] };
}

/** An output at a script's own address, which holds ADA, exactly this token, and an inline datum. */
export function isState(output: OutputFacts, policy: string, unit: string, root: TrustRoot): boolean {
  const payment = { kind: "script", hash: policy } as const;
  const address = { kind: "enterprise", networkId: networkId(root.network), payment, stake: null } as const;
  const units = Object.keys(output.assets).filter((name) => name !== "lovelace");
  return (
    output.address === toBech32Address(encodeAddressBytes(address)) &&
    units.length === 1 &&
    output.assets[unit] === 1n &&
    output.datum !== null
  );
}

export interface AttestedLife {
  /** After the last transaction; null: it cannot be told. */
  readonly last: { readonly output: OutRef; readonly state: AttestationState } | null;
  /** Who accredited or changed it, in order. */
  readonly authorities: readonly Authority[];
  readonly faults: readonly string[];
}

/** `source`: attestation name, hex. */
export function followAttestation(
  transactions: readonly ReadTransaction[],
  source: string,
  root: TrustRoot,
  configs: Configs,
): AttestedLife {
  const unit = referenceUnit(root.roles, source);
  const authorities: Authority[] = [];
  let last: (AttestedLife["last"] & { readonly output: OutputFacts }) | null = null;
  for (const [at, { signed, signers }] of transactions.entries()) {
    const refused = (why: string): AttestedLife => ({
      last: null,
      authorities,
      faults: [`transaction ${at + 1} of the attestation: ${why}`],
    });
    const step = stepOf(signed, unit, last?.output ?? null);
    const issues = last === null;
    if (step.broken || step.after === null || step.minted !== (issues ? 1n : 0n))
      return refused(issues ? "it does not issue the attestation of this source" : "it does not continue it");
    if (!isState(step.after, root.roles, unit, root)) return refused("it does not lie at the roles' script");
    const state = read(step.after);
    if (state === null) return refused("its datum cannot be read");
    if (issues && !isNew(state, source)) return refused("no attestation begins like this");
    const consortium = consortiumOf(signed, configs);
    const range = rangeOf(signed, root.slots);
    const authority = authorityOf(last?.state ?? null, state, signers, range, consortium);
    if (authority === null) return refused(missing(last?.state ?? null, state, consortium !== null));
    const counting = keysOf(authority, last?.state.extra.holder ?? null, consortium);
    if ([...signers].some((key) => !counting.includes(key)))
      return refused("a signature is of nobody who counts");
    authorities.push(authority);
    last = { output: step.after, state };
  }
  return { last, authorities, faults: [] };
}

function read({ datum }: OutputFacts): AttestationState | null {
  try {
    return decodeAttestationDatum(datum ?? "");
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

const isNew = ({ extra }: AttestationState, source: string): boolean =>
  extra.role === roleOfName(source) &&
  extra.status === "Active" &&
  extra.keyEpoch === 0 &&
  extra.keyring === "";

function missing(before: AttestationState | null, after: AttestationState, hasConfig: boolean): string {
  const allowed = before === null ? ["quorum" as const] : authoritiesFor(before, after);
  if (allowed.length === 0) return "nobody may change it like this";
  if (!hasConfig && !allowed.includes("holder"))
    return "it refers to no config that the trust root or the rotations lead to";
  return `it is signed by none of those who may: ${allowed.map((authority) => WHO[authority]).join("; ")}`;
}

const WHO: Readonly<Record<Authority, string>> = {
  quorum: "the quorum of the trusted consortium",
  "freeze key": "a freeze key of the trusted consortium",
  holder: "the holder, inside the attestation's dates",
};
