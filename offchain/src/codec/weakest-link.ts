/** Proofs of weakest links as deterministic CBOR. Spec: docs/spec/weakest-link.md "File". Form and bounds alone: `usecases/weakest-link/verify.ts` judges. */
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { TIERS, type Tier, tierNumber } from "../domain/event.js";
import { MAX_RECEIPT_BYTES } from "../domain/receipt.js";
import { TRUST_NETWORKS } from "../domain/trust-root.js";
import { MAX_RANGES } from "../domain/weakest-link.js";
import {
  type ClaimedAnswer,
  MAX_PROVEN_AMENDED,
  MAX_PROVEN_AMENDMENTS,
  MAX_PROVEN_ENTRIES,
  MAX_RUN_HASHES,
  MAX_WEAKEST_LINK_BYTES,
  type ProvenAmended,
  type ProvenRun,
  type ProvenThread,
  type WeakestLinkProof,
} from "../domain/weakest-link-proof.js";
import { type CborInput, type CborValue, decodeCbor, encodeCbor } from "./cbor.js";
import { cborShape } from "./cbor-shape.js";

export const WEAKEST_LINK_KIND = "dpp/weakest-link/1";
/** The ledger's own limit for a whole transaction. */
const MAX_BODY_BYTES = 16_384;
/** That of nine parties with the longest names and keys is shorter. */
const MAX_ENTRY_BYTES = 2_048;
const MIN_ENTRY_BYTES = 18;

const KEYS = ["kind", "network", "config", "threads", "amended", "answer"] as const;

const shape = cborShape("weakest-link/malformed");

const runToCbor = ({ lo, hi, first, entries, hashes }: ProvenRun): CborInput => [
  lo,
  hi,
  first,
  entries,
  hashes,
];
const threadToCbor = ({ name, body, runs }: ProvenThread): CborInput => [
  fromHex(name),
  body,
  runs.map(runToCbor),
];
const amendedToCbor = ({ thread, counter, event, amendments }: ProvenAmended): CborInput => [
  thread,
  counter,
  event,
  amendments,
];
const tierToCbor = (tier: Tier | null): CborInput => (tier === null ? null : tierNumber(tier));

function runFromCbor(value: CborValue, path: string): ProvenRun {
  const [lo, hi, first, entries, hashes] = shape.tuple(value, 5, path);
  return {
    lo: shape.int(lo, `${path}/0`),
    hi: shape.int(hi, `${path}/1`),
    first: shape.int(first, `${path}/2`),
    entries: shape.list(entries, MAX_PROVEN_ENTRIES, `${path}/3`, (item, at) =>
      shape.bytes(item, MIN_ENTRY_BYTES, MAX_ENTRY_BYTES, at),
    ),
    hashes: shape.list(hashes, MAX_RUN_HASHES, `${path}/4`, (item, at) => shape.bytes(item, 32, 32, at)),
  };
}

function threadFromCbor(value: CborValue, path: string): ProvenThread {
  const [name, body, list] = shape.tuple(value, 3, path);
  const runs = shape.list(list, MAX_RANGES, `${path}/2`, runFromCbor);
  for (const [at, { lo, hi, entries }] of runs.entries()) {
    const before = runs[at - 1];
    if (hi <= lo || (before !== undefined && lo <= before.hi))
      throw shape.refuse(`${path}/2/${at}`, "ranges that ascend, are not empty, and do not touch");
    if (entries.length === 0) throw shape.refuse(`${path}/2/${at}/3`, "an entry");
  }
  if (runs.length === 0) throw shape.refuse(`${path}/2`, "a range");
  return {
    name: toHex(shape.bytes(name, 12, 28, `${path}/0`)),
    body: shape.bytes(body, 1, MAX_BODY_BYTES, `${path}/1`),
    runs,
  };
}

function amendedFromCbor(value: CborValue, path: string): ProvenAmended {
  const [thread, counter, event, list] = shape.tuple(value, 4, path);
  const receipt = (item: CborValue | undefined, at: string): Uint8Array =>
    shape.bytes(item, 1, MAX_RECEIPT_BYTES, at);
  const amendments = shape.list(list, MAX_PROVEN_AMENDMENTS, `${path}/3`, receipt);
  if (amendments.length === 0) throw shape.refuse(`${path}/3`, "the receipt of an amendment");
  return {
    thread: shape.int(thread, `${path}/0`, MAX_RANGES - 1),
    counter: shape.int(counter, `${path}/1`),
    event: receipt(event, `${path}/2`),
    amendments,
  };
}

function answerFromCbor(value: CborValue): ClaimedAnswer {
  const [ledger, counts, events, late, lost] = shape.tuple(value, 5, "/answer");
  const tier = (item: CborValue | undefined, path: string): Tier | null =>
    item === null ? null : (TIERS[shape.int(item, path, TIERS.length - 1)] as Tier);
  return {
    ledger: tier(ledger, "/answer/0"),
    counts: tier(counts, "/answer/1"),
    events: shape.int(events, "/answer/2"),
    late: shape.int(late, "/answer/3"),
    lost: shape.int(lost, "/answer/4"),
  };
}

const tooLarge = (bytes: number): DppError =>
  new DppError(
    "weakest-link/too-large",
    `${bytes} bytes of a proof, at most ${MAX_WEAKEST_LINK_BYTES} are read: ask for fewer ranges together`,
  );

/** @throws DppError `weakest-link/too-large`, and as `decodeWeakestLink`. */
export function encodeWeakestLink({
  network,
  config,
  threads,
  amended,
  answer,
}: WeakestLinkProof): Uint8Array {
  const bytes = encodeCbor({
    kind: WEAKEST_LINK_KIND,
    network,
    config: fromHex(config),
    threads: threads.map(threadToCbor),
    amended: amended.map(amendedToCbor),
    answer: [tierToCbor(answer.ledger), tierToCbor(answer.counts), answer.events, answer.late, answer.lost],
  });
  decodeWeakestLink(bytes);
  return new Uint8Array(bytes);
}

/** @throws DppError `weakest-link/too-large`, `cbor/*`, `weakest-link/malformed`, `weakest-link/version`. */
export function decodeWeakestLink(bytes: Uint8Array): WeakestLinkProof {
  if (bytes.length > MAX_WEAKEST_LINK_BYTES) throw tooLarge(bytes.length);
  const map = shape.map(decodeCbor(bytes, MAX_WEAKEST_LINK_BYTES), KEYS, "");
  if (map.kind !== WEAKEST_LINK_KIND)
    throw new DppError("weakest-link/version", `this reader knows proofs of kind ${WEAKEST_LINK_KIND}`);
  const threads = shape.list(map.threads, MAX_RANGES, "/threads", threadFromCbor);
  requireThreads(threads);
  const amended = shape.list(map.amended, MAX_PROVEN_AMENDED, "/amended", amendedFromCbor);
  for (const [at, it] of amended.entries()) requirePlace(it, amended[at - 1], threads, `/amended/${at}`);
  return {
    network: shape.oneOf(map.network, TRUST_NETWORKS, "/network"),
    config: toHex(shape.bytes(map.config, 28, 28, "/config")),
    threads,
    amended,
    answer: answerFromCbor(map.answer as CborValue),
  };
}

function requireThreads(threads: readonly ProvenThread[]): void {
  if (threads.length === 0) throw shape.refuse("/threads", "a thread");
  if (threads.some(({ name }, at) => at > 0 && (threads[at - 1]?.name ?? "") >= name))
    throw shape.refuse("/threads", "threads with ascending names, none twice");
  const runs = threads.flatMap((thread) => thread.runs);
  if (runs.length > MAX_RANGES) throw shape.refuse("/threads", `at most ${MAX_RANGES} ranges`);
  if (runs.reduce((sum, { entries }) => sum + entries.length, 0) > MAX_PROVEN_ENTRIES)
    throw shape.refuse("/threads", `at most ${MAX_PROVEN_ENTRIES} entries`);
}

function requirePlace(
  { thread, counter }: ProvenAmended,
  before: ProvenAmended | undefined,
  threads: readonly ProvenThread[],
  path: string,
): void {
  const inside = threads[thread]?.runs.some(({ lo, hi }) => lo <= counter && counter < hi);
  if (inside !== true) throw shape.refuse(path, "an event of one of the ranges");
  if (before === undefined) return;
  if (before.thread > thread || (before.thread === thread && before.counter >= counter))
    throw shape.refuse(path, "events that ascend by thread and counter");
}

/** A map of 6, whose first key in the deterministic order is the kind. */
const START = Uint8Array.of(0xa0 | KEYS.length, 0x64, ...utf8("kind"));

/** Whether a file looks like a proof of a weakest link. */
export const isWeakestLinkFile = (file: Uint8Array): boolean => START.every((byte, at) => file[at] === byte);
