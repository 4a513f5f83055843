/** Entries of a thread's history, as the contract joins their bytes. Spec: docs/spec/anchor.md "History". */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { TIERS, tierNumber } from "../domain/event.js";
import type { ThreadEntry } from "../domain/pack.js";
import { readU64be, u64be } from "./u64.js";

const APPEND = 0x00;
const GAP = 0x01;
/** Kind, tier, late, lo, hi, root, cmin, cmax, until, and an Ed25519 key. */
const APPEND_BYTES = 3 + 8 + 8 + 32 + 8 + 8 + 8 + 32;
const GAP_BYTES = 1 + 8 + 8 + 1;
const MAX_REASON = 255;

const malformed = (what: string): DppError =>
  new DppError("thread/entry", `an entry of a thread's history: expected ${what}`);

/** @throws DppError `thread/entry`, `bytes/hex`, `bytes/u64`. */
export function encodeEntry(entry: ThreadEntry): Uint8Array {
  const bytes =
    entry.kind === "gap"
      ? concat(Uint8Array.of(GAP), u64be(entry.lo), u64be(entry.hi), Uint8Array.of(checkReason(entry.reason)))
      : concat(
          Uint8Array.of(APPEND, tierNumber(entry.tier), entry.late ? 1 : 0),
          u64be(entry.lo),
          u64be(entry.hi),
          fixed(entry.root, "a root of 32 bytes"),
          u64be(entry.cmin),
          u64be(entry.cmax),
          u64be(entry.until),
          fixed(entry.pk, "an Ed25519 key of 32 bytes"),
        );
  decodeEntry(bytes);
  return bytes;
}

function checkReason(reason: number): number {
  if (!Number.isSafeInteger(reason) || reason < 0 || reason > MAX_REASON)
    throw malformed(`a reason from 0 to ${MAX_REASON}`);
  return reason;
}

// Each alone: two wrong lengths could make up for each other.
function fixed(hex: string, what: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes.length !== 32) throw malformed(what);
  return bytes;
}

/** @throws DppError `thread/entry`, `bytes/u64`. */
export function decodeEntry(bytes: Uint8Array): ThreadEntry {
  const [kind] = bytes;
  if (kind === GAP && bytes.length === GAP_BYTES)
    return { kind: "gap", ...counters(bytes, 1), reason: bytes[GAP_BYTES - 1] as number };
  if (kind !== APPEND || bytes.length !== APPEND_BYTES)
    throw malformed(`00 and ${APPEND_BYTES} bytes, or 01 and ${GAP_BYTES} bytes`);
  const tier = TIERS[bytes[1] as number];
  if (tier === undefined) throw malformed(`a tier from 0 to ${TIERS.length - 1}`);
  const late = bytes[2] as number;
  if (late > 1) throw malformed("0 or 1 for late");
  const [cmin, cmax, until] = [readU64be(bytes, 51), readU64be(bytes, 59), readU64be(bytes, 67)];
  if (cmin > cmax || cmax > until) throw malformed("times that ascend");
  return {
    kind: "append",
    tier,
    late: late === 1,
    ...counters(bytes, 3),
    root: toHex(bytes.subarray(19, 51)),
    cmin,
    cmax,
    until,
    pk: toHex(bytes.subarray(75)),
  };
}

function counters(bytes: Uint8Array, at: number): { readonly lo: number; readonly hi: number } {
  const [lo, hi] = [readU64be(bytes, at), readU64be(bytes, at + 8)];
  if (lo >= hi) throw malformed("a range of counters that is not empty");
  return { lo, hi };
}
