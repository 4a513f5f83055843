/** Entries of a thread's history, as the contract joins their bytes. Spec: docs/spec/anchor.md "History". */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { TIERS, type Tier, tierNumber } from "../domain/event.js";
import { formOfLength } from "../domain/event-key.js";
import { arePartyNames } from "../domain/joint.js";
import { type AppendEntry, type CoAppendEntry, isWritten, type ThreadEntry } from "../domain/pack.js";
import { readU64be, u64be } from "./u64.js";

const APPEND = 0x00;
const GAP = 0x01;
const CO_APPEND = 0x02;
/** Kind, tier, late, lo, hi, root, cmin, cmax, until; then a key, or the parties. */
const HEAD_BYTES = 3 + 8 + 8 + 32 + 8 + 8 + 8;
const GAP_BYTES = 1 + 8 + 8 + 1;
const MAX_REASON = 255;
const JOINT_TIER = "MULTI_PARTY_SIGNED" satisfies Tier;

const malformed = (what: string): DppError =>
  new DppError("thread/entry", `an entry of a thread's history: expected ${what}`);

/** @throws DppError `thread/entry`, `bytes/hex`, `bytes/u64`. */
export function encodeEntry(entry: ThreadEntry): Uint8Array {
  const bytes = isWritten(entry)
    ? concat(headOf(entry), ...(entry.kind === "append" ? [keyOf(entry.pk)] : entry.parties.flatMap(partyOf)))
    : concat(Uint8Array.of(GAP), u64be(entry.lo), u64be(entry.hi), Uint8Array.of(checkReason(entry.reason)));
  decodeEntry(bytes);
  return bytes;
}

function headOf(entry: AppendEntry | CoAppendEntry): Uint8Array {
  const { kind, tier, late, lo, hi, root, cmin, cmax, until } = entry;
  const start = Uint8Array.of(kind === "append" ? APPEND : CO_APPEND, tierNumber(tier), late ? 1 : 0);
  const rootBytes = fromHex(root);
  // Each alone: two wrong lengths could make up for each other.
  if (rootBytes.length !== 32) throw malformed("a root of 32 bytes");
  return concat(start, u64be(lo), u64be(hi), rootBytes, u64be(cmin), u64be(cmax), u64be(until));
}

function keyOf(pk: string): Uint8Array {
  const bytes = fromHex(pk);
  requireKeyLength(bytes.length);
  return bytes;
}

function requireKeyLength(bytes: number): void {
  const form = formOfLength(bytes);
  if (form === null || form === "none") throw malformed("a key of 32, 61 or 94 to 160 bytes");
}

function partyOf({ name, pk }: CoAppendEntry["parties"][number]): readonly Uint8Array[] {
  const [nameBytes, key] = [fromHex(name), keyOf(pk)];
  requireNameLength(nameBytes.length);
  return [Uint8Array.of(nameBytes.length), nameBytes, Uint8Array.of(key.length), key];
}

function requireNameLength(bytes: number): void {
  if (bytes < 13 || bytes > 28) throw malformed("a party's name of 13 to 28 bytes");
}

function checkReason(reason: number): number {
  if (!Number.isSafeInteger(reason) || reason < 0 || reason > MAX_REASON)
    throw malformed(`a reason from 0 to ${MAX_REASON}`);
  return reason;
}

/** @throws DppError `thread/entry`, `bytes/u64`. */
export function decodeEntry(bytes: Uint8Array): ThreadEntry {
  const [kind] = bytes;
  if (kind === GAP && bytes.length === GAP_BYTES)
    return { kind: "gap", ...counters(bytes, 1), reason: bytes[GAP_BYTES - 1] as number };
  if ((kind !== APPEND && kind !== CO_APPEND) || bytes.length < HEAD_BYTES)
    throw malformed(`00 or 02 and more than ${HEAD_BYTES} bytes, or 01 and ${GAP_BYTES} bytes`);
  const tier = TIERS[bytes[1] as number];
  if (tier === undefined) throw malformed(`a tier from 0 to ${TIERS.length - 1}`);
  const late = bytes[2] as number;
  if (late > 1) throw malformed("0 or 1 for late");
  const [cmin, cmax, until] = [readU64be(bytes, 51), readU64be(bytes, 59), readU64be(bytes, 67)];
  if (cmin > cmax || cmax > until) throw malformed("times that ascend");
  const root = toHex(bytes.subarray(19, 51));
  const pack = { late: late === 1, ...counters(bytes, 3), root, cmin, cmax, until };
  const rest = bytes.subarray(HEAD_BYTES);
  if (kind === CO_APPEND) {
    if (tier !== JOINT_TIER) throw malformed(`the tier ${JOINT_TIER} of what parties signed`);
    return { kind: "co-append", tier, ...pack, parties: partiesIn(rest) };
  }
  requireKeyLength(rest.length);
  return { kind: "append", tier, ...pack, pk: toHex(rest) };
}

function partiesIn(bytes: Uint8Array): CoAppendEntry["parties"] {
  const parties: { readonly name: string; readonly pk: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const name = sized(bytes, at);
    requireNameLength(name.length);
    const pk = sized(bytes, at + 1 + name.length);
    requireKeyLength(pk.length);
    parties.push({ name: toHex(name), pk: toHex(pk) });
    at += 2 + name.length + pk.length;
  }
  if (!arePartyNames(parties.map(({ name }) => name)))
    throw malformed("2 to 9 parties, their names ascending, none twice");
  return parties;
}

/** The bytes whose number stands at `at`. */
function sized(bytes: Uint8Array, at: number): Uint8Array {
  const length = bytes[at] ?? 0;
  if (at + 1 + length > bytes.length) throw malformed("a party's name and key, each behind its length");
  return bytes.subarray(at + 1, at + 1 + length);
}

function counters(bytes: Uint8Array, at: number): { readonly lo: number; readonly hi: number } {
  const [lo, hi] = [readU64be(bytes, at), readU64be(bytes, at + 8)];
  if (lo >= hi) throw malformed("a range of counters that is not empty");
  return { lo, hi };
}
