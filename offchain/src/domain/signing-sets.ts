/** Which sets of members suffice, when several quorums must sign one transaction: one for most acts, the old and the new one for a rotation. */
import { DppError } from "./errors.js";

export interface Quorum {
  /** Key hashes. */
  readonly members: readonly string[];
  readonly threshold: number;
}

/** Bounds the search; each quorum alone may have as many sets as this. */
const MAX_UNIONS = 10_000;

/**
 * Every smallest set of members that holds each quorum, keys ascending in each. `among`: only these sign.
 * @throws DppError `consortium/below-quorum` when `among` is too few; `proposal/too-many-variants` above `max`.
 */
export function signingSets(
  quorums: readonly Quorum[],
  max: number,
  among?: readonly string[],
): readonly (readonly string[])[] {
  let unions: readonly (readonly string[])[] = [[]];
  for (const { members, threshold } of quorums) {
    const able = members.filter((member) => among === undefined || among.includes(member)).toSorted();
    if (able.length < threshold) {
      throw new DppError(
        "consortium/below-quorum",
        `${able.length} of the ${threshold} members who must sign are named`,
        { details: { named: able.length, threshold } },
      );
    }
    if (choices(able.length, threshold) * unions.length > MAX_UNIONS) throw tooMany(max);
    const chosen = combinations(able, threshold);
    unions = unions.flatMap((union) =>
      chosen.map((members) => [...new Set([...union, ...members])].toSorted()),
    );
  }
  const distinct = [...new Map(unions.map((set) => [set.join(), set])).values()];
  const smallest = distinct.filter(
    (set) =>
      !distinct.some((other) => other.length < set.length && other.every((member) => set.includes(member))),
  );
  if (smallest.length > max) throw tooMany(max);
  return smallest;
}

const tooMany = (max: number): DppError =>
  new DppError(
    "proposal/too-many-variants",
    `more than ${max} sets of members could sign this: name those who will (--sign)`,
    { details: { max } },
  );

function choices(n: number, k: number): number {
  let count = 1;
  for (let at = 1; at <= k; at++) count = (count * (n - k + at)) / at;
  return count;
}

function combinations<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) =>
    combinations(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]),
  );
}
