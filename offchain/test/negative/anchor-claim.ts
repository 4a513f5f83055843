/**
 * A pack or a gap as a submitter claims it: redeemer, signature, range and following state agree with each other, so that only the rule meant can
 * object. Made from docs/spec/anchor.md byte by byte, as the product's codecs refuse to write most of this.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { decodeThreadDatum } from "../../src/codec/datum.js";
import { constr, encodePlutusData, type PlutusData } from "../../src/codec/plutus-data.js";
import { concat, fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import type { Thread } from "../../src/domain/pack.js";
import type { EventSigner } from "../../src/ports/event-signer.js";
import type { TxPlan } from "../../src/tx/plan.js";

/** What is claimed of every pack, whoever signed it. */
export interface ClaimedPack {
  readonly lo: bigint;
  readonly hi: bigint;
  readonly root: Uint8Array;
  readonly cmin: bigint;
  readonly cmax: bigint;
  /** As the contract judges it, unless it is given. */
  readonly late?: boolean;
  readonly peaks: readonly Uint8Array[];
  /** Policy of the config, which is signed with it. */
  readonly config: Uint8Array;
  /** Bounds of the transaction's range, POSIX ms, whole slots. */
  readonly from: bigint;
  readonly until: bigint;
}

export interface PackClaim extends ClaimedPack {
  /** What the source signs further. */
  readonly source: Uint8Array;
  readonly tier: number;
  readonly signer: EventSigner;
  /** What becomes of the signature. */
  readonly alter?: (signature: Uint8Array, digest: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** What the history says further. */
  readonly entryTier: number;
  readonly pk: Uint8Array;
}

export interface GapClaim {
  readonly lo: bigint;
  readonly hi: bigint;
  readonly reason: bigint;
  readonly peaks: readonly Uint8Array[];
}

export const hash = (...parts: readonly Uint8Array[]): Uint8Array => blake2b(concat(...parts), { dkLen: 32 });

/** Zeros for what has no such encoding: there the contract halts before it compares anything. */
function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  if (0n <= value && value < 1n << 64n) new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

export const bodyOf = ({ lo, hi, root, cmin, cmax }: ClaimedPack): Uint8Array =>
  concat(u64(lo), u64(hi), root, u64(cmin), u64(cmax));

/** What the source signs of it. */
export const digestOf = (claim: PackClaim): Uint8Array =>
  hash(utf8("dpp/pack/1"), claim.config, Uint8Array.of(claim.tier), bodyOf(claim), claim.source);

/** History after one more entry, on whatever peaks are claimed. */
function extended(seq: number, peaks: readonly Uint8Array[], entry: Uint8Array): Uint8Array {
  const rest = [...peaks];
  let top = hash(Uint8Array.of(0), entry);
  for (let trees = seq; trees % 2 === 1; trees = Math.floor(trees / 2))
    top = hash(Uint8Array.of(1), rest.shift() ?? new Uint8Array(0), top);
  return hash(Uint8Array.of(2), u64(BigInt(seq + 1)), top, ...rest);
}

export const bool = (value: boolean): PlutusData => constr(value ? 1 : 0);
const hexOf = (data: PlutusData): string => toHex(encodePlutusData(data));

interface Next {
  readonly next: bigint;
  readonly history: Uint8Array;
  readonly lastCmax: bigint;
  readonly total: bigint;
}

const threadDatum = (old: Thread, { next, history, lastCmax, total }: Next): string =>
  hexOf(
    constr(0, 1n, fromHex(old.source), BigInt(old.seq + 1), next, history, lastCmax, total, bool(old.closed)),
  );

/** The plan of an honest act on one thread, with this redeemer and this state in their places. */
const claiming = (plan: TxPlan, redeemer: PlutusData, datum: string): TxPlan => ({
  ...plan,
  inputs: plan.inputs.map((input, at) => (at === 0 ? { ...input, redeemer: hexOf(redeemer) } : input)),
  outputs: plan.outputs.map((output, at) => (at === 0 ? { ...output, datum } : output)),
});

const oldOf = ({ inputs: [thread] }: TxPlan): Thread => decodeThreadDatum(thread?.utxo.datum ?? "");

/** What differs between a source's pack and one that several signed. */
export interface Signed {
  /** First byte of the entry, its tier, and its end: keys, or parties with theirs. */
  readonly sort: number;
  readonly tier: number;
  readonly signers: Uint8Array;
  readonly maxDelay: number;
  /** The redeemer's field before the peaks. */
  readonly signature: PlutusData;
  /** What the history says otherwise than is claimed. */
  readonly entry?: Partial<ClaimedPack>;
}

export function claimSigned(plan: TxPlan, claim: ClaimedPack, signed: Signed): TxPlan {
  const old = oldOf(plan);
  const { lo, hi, root, cmin, cmax, peaks, until, from } = claim;
  const lastCmax = BigInt(old.lastCmax);
  const late = claim.late ?? (cmin < lastCmax || until - cmin > BigInt(signed.maxDelay));
  const written = { ...claim, late, ...signed.entry };
  const head = Uint8Array.of(signed.sort, signed.tier, written.late ? 1 : 0);
  const entry = concat(head, bodyOf(written), u64(written.until), signed.signers);
  const following = {
    next: hi,
    history: extended(old.seq, peaks, entry),
    lastCmax: cmax > lastCmax ? cmax : lastCmax,
    total: BigInt(old.total) + hi - lo,
  };
  const redeemer = constr(0, lo, hi, root, cmin, cmax, bool(late), signed.signature, peaks);
  return {
    ...claiming(plan, redeemer, threadDatum(old, following)),
    validity: { from: Number(from), to: Number(until) },
  };
}

export async function claimPack(plan: TxPlan, claim: PackClaim, maxDelay: number): Promise<TxPlan> {
  const digest = digestOf(claim);
  const made = await claim.signer.sign(digest);
  const signature = (await claim.alter?.(made, digest)) ?? made;
  return claimSigned(plan, claim, {
    ...{ sort: 0, tier: claim.entryTier, signers: claim.pk },
    ...{ maxDelay, signature },
  });
}

export function claimGap(plan: TxPlan, { lo, hi, reason, peaks }: GapClaim): TxPlan {
  const old = oldOf(plan);
  const entry = concat(Uint8Array.of(1), u64(lo), u64(hi), Uint8Array.of(Number(reason) & 0xff));
  const following = {
    next: hi,
    history: extended(old.seq, peaks, entry),
    lastCmax: BigInt(old.lastCmax),
    total: BigInt(old.total),
  };
  return claiming(plan, constr(1, lo, hi, reason, peaks), threadDatum(old, following));
}
