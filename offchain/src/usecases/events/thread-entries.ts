/** What a transaction wrote to a thread, read off its redeemers and off the attestations that it refers to. Spec: docs/spec/anchor.md "Redeemers", "History". */
import { decodeAttestationDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { readSigned, type SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { jointDigest } from "../../codec/pack.js";
import { encodeParties } from "../../codec/parties.js";
import {
  type AnchorSpend,
  decodeAnchorSpend,
  decodeJointSpend,
  type JointSpend,
} from "../../codec/redeemer.js";
import type { Attestation } from "../../domain/attestation.js";
import { toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { tierOf } from "../../domain/event.js";
import { isJointThread } from "../../domain/joint.js";
import type { PackHeader, ThreadEntry } from "../../domain/pack.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { OutRef } from "../../ports/ledger.js";
import type { Reading } from "../context.js";
import { packSignature, writtenSignature } from "./written-signature.js";

/** An entry with what its transaction shows of who signed it. */
export interface ReadEntry {
  readonly entry: ThreadEntry;
  /**
   * Over the pack digest in the form of its key, hex; of a joint thread those of the parties (`codec/parties.ts`). Empty for a gap, and when the transaction does not
   * show it; of one party among several likewise.
   */
  readonly signature: string;
  /** Output of the source's attestation that the transaction referred to; `null` for a gap, and on a joint thread. */
  readonly attestation: OutRef | null;
  /** Those of all who signed: the source's, or the parties' in the order of the entry; of a gap none. */
  readonly attestations: readonly OutRef[];
}

export interface ThreadSpend {
  readonly ref: OutRef;
  readonly redeemer: AnchorSpend | JointSpend;
}

/** What leaves an entry. */
export type Writing = Exclude<ThreadSpend["redeemer"], { act: "Close" }>;

export const isWriting = (redeemer: ThreadSpend["redeemer"]): redeemer is Writing => redeemer.act !== "Close";

export const unreadable = (thread: string, what: string): DppError =>
  new DppError("thread/unreadable", `the thread of ${thread}: ${what}`);

/** Spent outputs whose redeemer reads as one of the contract that keeps the thread `name`; which script they lay at is not in the transaction. */
export function threadSpends({ spent, witnesses }: SignedTransaction, name: string): readonly ThreadSpend[] {
  const decode = isJointThread(name) ? decodeJointSpend : decodeAnchorSpend;
  return spent.flatMap((ref, index) => {
    const data = witnesses.redeemers.find((it) => it.purpose === "spend" && it.index === index)?.data;
    if (data === undefined) return [];
    try {
      return [{ ref, redeemer: decode(data) }];
    } catch (error) {
      if (isDppError(error)) return [];
      throw error;
    }
  });
}

/**
 * The entry that the contract wrote for this redeemer: tier and keys are those of the attestations that the transaction refers to.
 * @throws DppError `thread/unreadable`, `ledger/*`, `datum/shape`.
 */
export async function entryOf(
  reading: Reading,
  thread: string,
  signed: SignedTransaction,
  redeemer: Writing,
): Promise<ReadEntry> {
  if (redeemer.act === "Gap") {
    const { lo, hi, reason } = redeemer;
    return { entry: { kind: "gap", lo, hi, reason }, signature: "", attestation: null, attestations: [] };
  }
  const { zeroTime, zeroSlot, slotLength } = reading.ledger.slotConfig;
  if (signed.validity.until === null) throw unreadable(thread, `${signed.hash} has no end of validity`);
  const until = zeroTime + (signed.validity.until - zeroSlot) * slotLength;
  const { lo, hi, root, cmin, cmax, late } = redeemer;
  const pack = { lo, hi, root, cmin, cmax };
  const config = reading.contracts.config.hash;
  const referred = referredBy(reading);
  if (redeemer.act === "Append") {
    const { ref, extra } = await attestationIn(reading, signed, thread, thread, referred);
    const tier = tierOf(extra.kind);
    const header: PackHeader = { ...pack, tier, config, source: thread };
    return {
      entry: { kind: "append", tier, ...pack, late, until, pk: extra.pk },
      signature: packSignature(signed, header, extra, redeemer.signature),
      attestation: ref,
      attestations: [ref],
    };
  }
  const tier = "MULTI_PARTY_SIGNED";
  const attested: Attested[] = [];
  for (const { name } of redeemer.parties)
    attested.push(await attestationIn(reading, signed, thread, name, referred));
  const parties = attested.map(({ name, extra }) => ({ name, pk: extra.pk }));
  return {
    entry: { kind: "co-append", tier, ...pack, late, until, parties },
    signature: partiesSignature(
      signed,
      { ...pack, tier, config, source: thread },
      attested,
      redeemer.parties,
    ),
    attestation: null,
    attestations: attested.map(({ ref }) => ref),
  };
}

/** As the pack held them. The ledger writes packs of more events than a pack file can hold: of such there is none. */
function partiesSignature(
  signed: SignedTransaction,
  header: PackHeader,
  attested: readonly { readonly extra: Pick<Attestation, "alg" | "pk"> }[],
  parties: readonly { readonly name: string; readonly signature: string }[],
): string {
  try {
    const digest = jointDigest(
      header,
      parties.map(({ name }) => name),
    );
    const signatures = attested.map(({ extra: { alg, pk } }, at) => ({
      name: parties[at]?.name ?? "",
      signature: writtenSignature(signed, { alg, pk, digest }, parties[at]?.signature ?? ""),
    }));
    return toHex(encodeParties(signatures));
  } catch (error) {
    if (isDppError(error)) return "";
    throw error;
  }
}

type Referred = (ref: OutRef) => Promise<OutputFacts | undefined>;

/** Outputs that were referred to are spent one day, and lie in the transactions that made them; each is asked for once. */
function referredBy({ ledger }: Reading): Referred {
  const made = new Map<string, ReturnType<typeof ledger.transaction>>();
  return async ({ txHash, outputIndex }) => {
    const asked = made.get(txHash) ?? ledger.transaction(txHash);
    made.set(txHash, asked);
    const tx = await asked;
    return tx === null
      ? undefined
      : readSigned(tx.cbor).outputs.find((output) => output.outputIndex === outputIndex);
  };
}

interface Attested {
  readonly name: string;
  readonly ref: OutRef;
  readonly extra: Attestation;
}

async function attestationIn(
  { contracts }: Reading,
  signed: SignedTransaction,
  thread: string,
  name: string,
  referred: Referred,
): Promise<Attested> {
  const unit = referenceUnit(contracts.roles.hash, name);
  for (const ref of signed.referenceInputs) {
    const output = await referred(ref);
    if (output?.assets[unit] !== 1n) continue;
    const { extra } = decodeAttestationDatum(output.datum ?? "");
    return { name, ref: { txHash: output.txHash, outputIndex: output.outputIndex }, extra };
  }
  throw unreadable(thread, `${signed.hash} refers to no attestation of ${name}`);
}
