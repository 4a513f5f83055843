/** Attacks on the peaks of a thread's history, as an act claims them: what the next entry would be built on. Rules: docs/spec/anchor.md "History". */
import { concat } from "../../src/domain/bytes.js";
import type { Attack } from "./attack.js";
import { bytes } from "./attestation-datum.js";

type Peaks = readonly Uint8Array[];

/** Traced when the peaks run out before the trees do. */
export const NO_PEAK_LEFT = "expect [peak, ..rest] = peaks";

const changes: readonly (readonly [name: string, rule: string, change: (peaks: Peaks) => Peaks])[] = [
  ["give another first peak", "are_committed", ([, ...rest]) => [bytes(32), ...rest]],
  ["give another last peak", "are_committed", (peaks) => [...peaks.slice(0, -1), bytes(32)]],
  ["swap the peaks", "are_committed", (peaks) => peaks.toReversed()],
  ["add a peak", "are_committed", (peaks) => [...peaks, bytes(32)]],
  ["give a peak twice", "are_committed", (peaks) => [...peaks, ...peaks.slice(-1)]],
  ["leave a peak out", "are_committed", (peaks) => peaks.slice(1)],
  ["give no peaks", "are_committed", () => []],
  // Joined, these are the same bytes.
  ["put both peaks into one", "are_hashes", (peaks) => [concat(...peaks)]],
  ["cut the peaks a byte earlier", "are_hashes", (peaks) => cut(peaks, 31)],
  ["cut the peaks a byte later", "are_hashes", (peaks) => cut(peaks, 33)],
  ["add an empty peak", "are_hashes", (peaks) => [new Uint8Array(0), ...peaks]],
];

function cut(peaks: Peaks, at: number): Peaks {
  const joined = concat(...peaks);
  return [joined.subarray(0, at), joined.subarray(at)];
}

/** Of a history with two peaks. */
export const peakForgeries = (
  attack: (name: string, rule: string, change: (peaks: Peaks) => Peaks) => Attack,
): readonly Attack[] => changes.map(([name, rule, change]) => attack(name, rule, change));
