/**
 * Checks a receipt against a trust root without a network, check by check; names what is wrong and what it cannot say. Spec: docs/spec/receipt.md "Checking". Pure.
 * What a ledger adds is in `receipt-ledger.ts`.
 */
import { decodeLeaf, eventId } from "../../codec/event.js";
import { type KeyVerify, verifyKey } from "../../crypto/event-signature.js";
import { toHex } from "../../domain/bytes.js";
import type { Element } from "../../domain/element.js";
import type { EventLeaf } from "../../domain/event.js";
import type { OutRef } from "../../domain/out-ref.js";
import { RECEIPT_CHECKS, type ReceiptCheck } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { followRotations, rangeOf } from "./receipt-chain.js";
import * as check from "./receipt-checks.js";
import { keyCheck, signatureCheck } from "./receipt-keys.js";
import { type ReadReceipt, readReceipt } from "./receipt-read.js";
import {
  attestationCheck,
  factsOf,
  followSigners,
  type SignerFacts,
  type Signers,
  tierCheck,
} from "./receipt-signers.js";
import { writtenIn } from "./receipt-written.js";

/** What a receipt shows, once no check failed. */
export interface ReceiptFacts {
  readonly id: string;
  readonly leaf: EventLeaf;
  /** The source, or the parties of a joint thread by name. */
  readonly signers: readonly SignerFacts[];
  readonly late: boolean;
  /** POSIX ms: the ledger took the append no later, if it did. */
  readonly until: number;
  /** The append as the receipt has it. */
  readonly txHash: string;
  /** Position of the pack's entry in the thread's history, from 0, and the entry, hex. */
  readonly index: number;
  readonly entry: string;
  /** The latest output of the thread that the receipt has, and how many entries its history has. */
  readonly state: OutRef;
  readonly seq: number;
  /** Public elements that the receipt shows; null: it includes no payload. */
  readonly elements: readonly Element[] | null;
  /** How many it does not show. */
  readonly hidden: number;
}

export interface ReceiptVerification {
  /** No check failed. */
  readonly ok: boolean;
  readonly checks: readonly ReceiptCheck[];
  /** Null: refused. */
  readonly facts: ReceiptFacts | null;
}

export interface ReceiptGiven {
  /** An output that a ledger which the reader trusts has, or had. */
  readonly state?: OutRef;
}

const RESTS: check.Outcome = check.unchecked("not looked at: what it rests on does not hold");

/** `bytes`: the receipt in CBOR. What is wrong with it is told, never thrown. */
export function verifyReceipt(
  bytes: Uint8Array,
  root: TrustRoot,
  given: ReceiptGiven = {},
  verify: KeyVerify = verifyKey,
): ReceiptVerification {
  const found: check.Found = new Map();
  const facts = judge(bytes, root, given, verify, found);
  const checks = RECEIPT_CHECKS.map((name) => ({ name, ...(found.get(name) ?? RESTS) }));
  const ok = facts !== null && checks.every((one) => one.ok !== false);
  return { ok, checks, facts: ok ? facts : null };
}

/** Null: refused, by a check without which the rest means nothing. */
function judge(
  bytes: Uint8Array,
  root: TrustRoot,
  given: ReceiptGiven,
  verify: KeyVerify,
  found: check.Found,
): ReceiptFacts | null {
  const read = check.attempt(() => readReceipt(bytes, verify));
  if (typeof read === "string") {
    found.set("form", check.failed(read));
    return null;
  }
  const { receipt } = read;
  found.set("form", check.passed("whole, in its one form; each signature of a transaction is right"));
  const deployment = check.deploymentCheck(receipt, root);
  found.set("deployment", deployment);
  if (deployment.ok !== true) return null;
  const leaf = check.attempt(() => decodeLeaf(receipt.leaf));
  if (typeof leaf === "string") {
    found.set("leaf", check.failed(leaf));
    return null;
  }
  const id = eventId(root.config, leaf.source, leaf.counter);
  found.set("leaf", check.passed(`event ${leaf.counter} of its source: ${id}`));
  found.set("pack", check.packCheck(receipt, leaf));
  found.set("payload", check.payloadCheck(receipt, leaf));
  const signers = signersOf(read, leaf, root, found);
  if (signers === null) return null;
  const range = rangeOf(read.append.signed, root.slots);
  found.set("attestation", attestationCheck(read.append, range, signers));
  found.set("key", keyCheck(signers, root));
  found.set("tier", tierCheck(leaf, signers));
  found.set("signature", signatureCheck(receipt, leaf, signers, root, verify));
  const written = writtenIn(read, leaf, signers, range, root, found);
  if (written === null) return null;
  const { appended, latest, entry, until } = written;
  found.set("ledger", check.ledgerCheck(appended.output, latest.output, given.state));
  const { payload } = receipt;
  return {
    id,
    leaf,
    signers: signers.all.map(factsOf),
    late: receipt.pack.late,
    until,
    txHash: read.append.signed.hash,
    index: appended.thread.seq - 1,
    entry: toHex(entry),
    state: { txHash: latest.output.txHash, outputIndex: latest.output.outputIndex },
    seq: latest.thread.seq,
    elements: payload?.elements.map(({ element }) => element) ?? null,
    hidden: payload === null ? 0 : payload.leaves.length - payload.elements.length,
  };
}

/** The attestations as the receipt has them last, once the consortium and their holders signed all that led there. */
function signersOf(
  { rotations, attestations }: ReadReceipt,
  { source }: EventLeaf,
  root: TrustRoot,
  found: check.Found,
): Signers | null {
  const { configs, faults } = followRotations(rotations, root);
  const count = rotations.length;
  found.set(
    "consortium",
    check.judged(
      faults,
      count === 0
        ? "the one that the trust root names"
        : `${count === 1 ? "1 rotation" : `${count} rotations`}, each signed by the consortium before and after it`,
    ),
  );
  if (faults.length > 0) return null;
  const { signers, outcome } = followSigners(attestations, source, root, configs);
  found.set("authority", outcome);
  return signers;
}
