/** Amendments in the proof of a weakest link: their receipts, and what they make of an event. Spec: docs/spec/weakest-link.md "Checking", `amendments`. Pure. */
import { decodeAttestationDatum } from "../../codec/datum.js";
import { eventId, uuidToHex } from "../../codec/event.js";
import { decodeReceipt } from "../../codec/receipt.js";
import { readReceiptTransaction } from "../../codec/receipt-transaction.js";
import type { KeyVerify } from "../../crypto/event-signature.js";
import { AMENDMENT_WORDS, type Amendment, type Identity, judgeAmendments } from "../../domain/amendment.js";
import { toHex } from "../../domain/bytes.js";
import type { Tier } from "../../domain/event.js";
import { isJointThread } from "../../domain/joint.js";
import type { OutRef } from "../../domain/out-ref.js";
import { isWritten } from "../../domain/pack.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import type { ProvenAmended, WeakestLinkProof } from "../../domain/weakest-link-proof.js";
import { changeOf } from "../events/amendment-payload.js";
import { refText } from "../events/receipt-chain.js";
import { attempt, failed, type Outcome, passed, unchecked } from "../events/receipt-checks.js";
import { type ReceiptFacts, verifyReceipt } from "../events/receipt-verify.js";
import type { ReadRun } from "./verify.js";

/** An event whose amendments the proof shows. */
export interface ShownAmended {
  readonly id: string;
  readonly thread: string;
  readonly counter: number;
  readonly tier: Tier;
  readonly counts: Tier;
  /** In their order. */
  readonly amendments: readonly ReceiptFacts[];
}

export interface JudgedAmended {
  readonly amended: readonly ShownAmended[];
  readonly outcome: Outcome;
  /** That the receipts of the amendments lead to. */
  readonly outputs: readonly OutRef[];
}

export function judgeAmended(
  { threads, amended }: WeakestLinkProof,
  runs: readonly ReadRun[],
  root: TrustRoot,
  given: readonly OutRef[],
  verify: KeyVerify,
): JudgedAmended {
  if (amended.length === 0)
    return {
      amended: [],
      outcome: unchecked(
        "none is in the file: what events count for is what the ledger wrote, as far as it shows",
      ),
      outputs: [],
    };
  const shown: ShownAmended[] = [];
  const faults: string[] = [];
  for (const one of amended) {
    const found = attempt(() => ({
      shown: showOne(one, threads[one.thread]?.name ?? "", runs, root, verify),
    }));
    if (typeof found === "string") faults.push(found);
    else if (typeof found.shown === "string")
      faults.push(`event ${one.counter} of ${threads[one.thread]?.name}: ${found.shown}`);
    else shown.push(found.shown);
  }
  const outputs = shown.flatMap(({ amendments }) => amendments.map(({ state }) => state));
  if (faults.length > 0) return { amended: shown, outcome: failed(faults.join("; ")), outputs };
  return { amended: shown, outcome: standing(shown, outputs, given), outputs };
}

function standing(
  shown: readonly ShownAmended[],
  outputs: readonly OutRef[],
  given: readonly OutRef[],
): Outcome {
  const texts = given.map(refText);
  const open = [...new Set(outputs.map(refText))].filter((text) => !texts.includes(text));
  const says = `${shown.length} events are amended by parties whose receipts verify`;
  if (open.length > 0)
    return unchecked(
      `${says}; not shown that the ledger holds the amendments: give --state ${open.join(" --state ")}`,
    );
  const mixed = shown.some(({ amendments }) => new Set(amendments.map(({ leaf }) => leaf.source)).size > 1);
  return mixed
    ? unchecked(
        `${says}; of some event they stand on several threads, whose order among each other no file shows`,
      )
    : passed(`${says}, and that the ledger has`);
}

/** What is wrong as a sentence. @throws DppError of receipts that cannot be read. */
function showOne(
  { counter, event, amendments }: ProvenAmended,
  thread: string,
  runs: readonly ReadRun[],
  root: TrustRoot,
  verify: KeyVerify,
): ShownAmended | string {
  const subject = factsOf(event, root, verify);
  if (typeof subject === "string") return subject;
  const { leaf } = subject;
  if (leaf.source !== thread || leaf.counter !== counter) return "the receipt is of another event";
  const entry = entryIn(runs, subject);
  if (entry === null) return "its receipt leads to another entry than the proof's";
  const id = eventId(root.config, thread, counter);
  const facts: ReceiptFacts[] = [];
  for (const receipt of amendments) {
    const read = factsOf(receipt, root, verify);
    if (typeof read === "string") return `an amendment: ${read}`;
    if (read.leaf.type !== "tier-amendment" || read.leaf.subject !== uuidToHex(id))
      return "a receipt beside it is of no amendment of it";
    const before = facts.at(-1);
    if (before?.leaf.source === read.leaf.source && before.leaf.counter >= read.leaf.counter)
      return "its amendments do not stand in the order of their thread";
    facts.push(read);
  }
  const candidates = facts.map((it, at): Amendment => {
    const change = changeOf(it.elements ?? [])?.change ?? null;
    const parties = isJointThread(it.leaf.source) ? identitiesIn(amendments[at] as Uint8Array, root) : [];
    return { thread: it.leaf.source, anchored: true, parties, change };
  });
  const judged = judgeAmendments(
    { type: leaf.type, tier: entry, signers: identitiesIn(event, root) },
    candidates,
  );
  const fault = judged.amendments.find((it) => it.fault !== null)?.fault;
  if (fault) return `an amendment does not apply: ${AMENDMENT_WORDS[fault]} (${fault})`;
  return { id, thread, counter, tier: entry, counts: judged.counts ?? entry, amendments: facts };
}

function factsOf(bytes: Uint8Array, root: TrustRoot, verify: KeyVerify): ReceiptFacts | string {
  const { facts, checks } = verifyReceipt(bytes, root, {}, verify);
  if (facts !== null) return facts;
  return checks
    .filter(({ ok }) => ok === false)
    .map(({ name, says }) => `its receipt is refused: ${name}: ${says}`)
    .join("; ");
}

/** The tier of the proof's entry that an event's receipt leads to. */
function entryIn(runs: readonly ReadRun[], { leaf, index, entry }: ReceiptFacts): Tier | null {
  for (const { thread, first, entries, read } of runs) {
    const bytes = entries[index - first];
    const written = read[index - first];
    if (thread !== leaf.source || bytes === undefined || written === undefined) continue;
    if (isWritten(written) && toHex(bytes) === entry) return written.tier;
  }
  return null;
}

/** Who signed, and by whom each attestation was ever held until then. The receipt was verified. @throws DppError as `decodeReceipt`. */
function identitiesIn(bytes: Uint8Array, root: TrustRoot): readonly Identity[] {
  return decodeReceipt(bytes).attestations.map(({ name, transactions }) => {
    const unit = referenceUnit(root.roles, name);
    const outputs = transactions.flatMap((transaction) => readReceiptTransaction(transaction).outputs);
    const holders = outputs
      .filter(({ assets }) => unit in assets)
      .map(({ datum }) => decodeAttestationDatum(datum ?? "").extra.holder);
    return { name, holders: [...new Set(holders)] };
  });
}
