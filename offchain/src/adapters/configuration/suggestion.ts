/** Which known name somebody meant. */

/** Longer names are no slips of the finger, and comparing them costs the product of the lengths. */
const MAX_LENGTH = 64;
const MAX_EDITS = 2;

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** `undefined`: none is near. Case and separators (`project_id`) do not count; else up to two edits, one for short names. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const near = known
    .map((candidate) => ({ candidate, edits: edits(letters(name), letters(candidate)) }))
    .filter(({ candidate, edits }) => edits <= (candidate.length > 4 ? MAX_EDITS : 1))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate;
}

/** Levenshtein's distance. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
