/**
 * Vectors of docs/spec/weakest-link.md: questions, runs, proofs and the checks that fail after one part is another. Their transactions are synthetic: real bytes and
 * hashes, which no ledger took; the keys are made from published seeds.
 */
import { trustRootJson } from "../../src/codec/trust-root.js";
import { encodeWeakestLink } from "../../src/codec/weakest-link.js";
import { toHex } from "../../src/domain/bytes.js";
import { isDppError } from "../../src/domain/errors.js";
import type { OutRef } from "../../src/domain/out-ref.js";
import { type ThreadRange, unitedRanges } from "../../src/domain/weakest-link.js";
import type { ProvenRun, WeakestLinkProof } from "../../src/domain/weakest-link-proof.js";
import { addToRange, emptyRange, rangeHash, rangeLeaf } from "../../src/merkle/range.js";
import { proveRun } from "../../src/merkle/run.js";
import {
  SYNTHETIC_ROOT,
  syntheticAmended,
  syntheticProof,
  syntheticThread,
} from "../../src/testing/synthetic-weakest-link.js";
import { refText } from "../../src/usecases/events/receipt-chain.js";
import { verifyWeakestLink } from "../../src/usecases/weakest-link/verify.js";

const NOWHERE: OutRef = { txHash: "00".repeat(32), outputIndex: 0 };

export async function weakestLinkVectors() {
  const thread = await syntheticThread(21);
  const { state } = thread;
  const whole = syntheticProof(thread, [{ lo: 0, hi: 21 }]);
  const parts = syntheticProof(thread, [
    { lo: 2, hi: 4 },
    { lo: 9, hi: 19 },
  ]);
  const lost = syntheticProof(thread, [{ lo: 7, hi: 8 }]);
  const amended = await syntheticAmended("INDIVIDUAL_SIGNED", "MULTI_PARTY_SIGNED");
  const lowered = await syntheticAmended("INDIVIDUAL_SIGNED", "GATEWAY_SIGNED");
  const raised = withCounts(amended.proof, "INDIVIDUAL_SIGNED");
  const low = withCounts(lowered.proof, "GATEWAY_SIGNED");
  const otherwise = await syntheticAmended("DEVICE_SIGNED", "GATEWAY_SIGNED");
  const run = (change: Partial<ProvenRun>): WeakestLinkProof => changed(parts, change);
  const [first] = parts.threads[0]?.runs ?? [];
  if (first === undefined) throw new Error("a proof has a run");
  const bytes = encodeWeakestLink(parts);
  const [own] = low.amended;
  if (own === undefined) throw new Error("an event is amended");
  return {
    spec: "docs/spec/weakest-link.md",
    note: "Byte strings are hex. A proof of 'proofs' verifies under 'trust'; with its 'states' nothing stays open but what 'open' names. Leaf i of the runs is blake2b_256(0x00 ‖ u8(i)).",
    trust: JSON.parse(trustRootJson(SYNTHETIC_ROOT)),
    questions: questions(thread.name),
    runs: runs(),
    proofs: [
      accepted("whole", whole, [state]),
      accepted("ranges", parts, [state]),
      accepted("lost", lost, [state]),
      accepted("raised", raised, amended.states),
      accepted("lowered", low, lowered.states),
      accepted("lowered-unheld", low, lowered.states.slice(0, 1)),
      accepted("nowhere", whole, []),
    ],
    refused: [
      refused("truncated", bytes.subarray(0, -1), [state]),
      refused("not-canonical", new Uint8Array([...bytes, 0]), [state]),
      refused("other-state", bytes, [state, NOWHERE]),
      refused("other-deployment", encodeWeakestLink({ ...parts, config: "11".repeat(28) }), [state]),
      refused("other-network", encodeWeakestLink({ ...parts, network: "devnet" }), [state]),
      refused("entry-missing", encodeWeakestLink(run({ entries: first.entries.slice(1) })), [state]),
      refused("entry-twice", encodeWeakestLink(run({ entries: [...first.entries, ...first.entries] })), [
        state,
      ]),
      refused("entry-beyond", encodeWeakestLink(run({ hi: 5 })), [state]),
      refused("first", encodeWeakestLink(run({ first: first.first + 1 })), [state]),
      refused("hash-missing", encodeWeakestLink(run({ hashes: first.hashes.slice(1) })), [state]),
      refused("hash-more", encodeWeakestLink(run({ hashes: [...first.hashes, new Uint8Array(32)] })), [
        state,
      ]),
      refused("answer-tier", encodeWeakestLink(withCounts(whole, "DEVICE_SIGNED")), [state]),
      refused("answer-late", encodeWeakestLink({ ...whole, answer: { ...whole.answer, late: 0 } }), [state]),
      refused("amendment-left-out", encodeWeakestLink({ ...low, amended: [] }), lowered.states.slice(0, 1)),
      refused(
        "amendment-from",
        encodeWeakestLink(withCounts(otherwise.proof, "GATEWAY_SIGNED")),
        otherwise.states,
      ),
      refused(
        "amendment-twice",
        encodeWeakestLink({
          ...low,
          amended: [{ ...own, amendments: [...own.amendments, ...own.amendments] }],
        }),
        lowered.states,
      ),
      refused(
        "amendment-of-another",
        encodeWeakestLink({ ...low, amended: [{ ...own, counter: 2 }] }),
        lowered.states,
      ),
      refused(
        "amendment-no-receipt",
        encodeWeakestLink({ ...low, amended: [{ ...own, amendments: [own.event] }] }),
        lowered.states,
      ),
    ],
  };
}

const withCounts = (
  proof: WeakestLinkProof,
  counts: WeakestLinkProof["answer"]["counts"],
): WeakestLinkProof => ({ ...proof, answer: { ...proof.answer, counts } });

/** The first run is another. */
const changed = (proof: WeakestLinkProof, change: Partial<ProvenRun>): WeakestLinkProof => ({
  ...proof,
  threads: proof.threads.map((thread) => ({
    ...thread,
    runs: thread.runs.map((run, at) => (at === 0 ? { ...run, ...change } : run)),
  })),
});

function accepted(name: string, proof: WeakestLinkProof, states: readonly OutRef[]) {
  const bytes = encodeWeakestLink(proof);
  const { facts, checks } = verifyWeakestLink(bytes, SYNTHETIC_ROOT, { states });
  if (facts === null) throw new Error(`${name} does not verify: ${JSON.stringify(checks)}`);
  return {
    name,
    proof: toHex(bytes),
    states: states.map(refText),
    open: checks.flatMap((check) => (check.ok === null ? [check.name] : [])),
    link: facts.link,
  };
}

function refused(reason: string, bytes: Uint8Array, states: readonly OutRef[]) {
  const { ok, checks } = verifyWeakestLink(bytes, SYNTHETIC_ROOT, { states });
  if (ok) throw new Error(`a vector of a refusal was accepted: ${reason}`);
  return {
    reason,
    proof: toHex(bytes),
    states: states.map(refText),
    failed: checks.flatMap((check) => (check.ok === false ? [check.name] : [])),
  };
}

function questions(thread: string) {
  const other = "02".repeat(13);
  const range = (lo: number, hi: number, of = thread): ThreadRange => ({ thread: of, lo, hi });
  const asked: readonly (readonly ThreadRange[])[] = [
    [range(0, 3)],
    [range(3, 6), range(0, 3), range(0, 2, other), range(9, 10), range(1, 2)],
    [range(0, Number.MAX_SAFE_INTEGER)],
    [],
    [range(3, 3)],
    [range(3, 2)],
    [range(0, 1, "02")],
    [range(0, 1, `${thread}zz`)],
    [range(-1, 1)],
    [range(0, Number.MAX_SAFE_INTEGER + 1)],
    Array.from({ length: 65 }, (_, at) => range(2 * at, 2 * at + 1)),
  ];
  return asked.map((ranges) => {
    try {
      return { ranges, united: unitedRanges(ranges), error: null };
    } catch (error) {
      if (!isDppError(error)) throw error;
      return { ranges, united: null, error: error.code };
    }
  });
}

function runs() {
  const cases: readonly (readonly [seq: number, first: number, count: number])[] = [
    [1, 0, 1],
    [2, 1, 1],
    [7, 0, 7],
    [7, 2, 3],
    [8, 3, 2],
    [13, 5, 6],
    [13, 12, 1],
    [100, 37, 41],
  ];
  return cases.map(([seq, first, count]) => {
    const leaves = Array.from({ length: seq }, (_, at) => rangeLeaf(Uint8Array.of(at)));
    const { hashes } = proveRun(leaves, first, count);
    const history = toHex(rangeHash(leaves.reduce(addToRange, emptyRange())));
    return { seq, first, count, hashes: hashes.map(toHex), history };
  });
}
