/** Conditional reads: `If-None-Match` against the entity tag of what would be sent (RFC 9110 §13.1.2). */

/** §8.8.3: a comma may stand inside a tag, so a list cannot be split at its commas. */
const TAG = /(?:W\/)?("[!#-~\x80-\xff]*")/g;

/**
 * True when the client has `etag` already, so that 304 is the answer. `etag`: strong, with its quotes. The comparison is weak, since proxies that
 * compress on the way turn a strong tag into `W/"…"`. `*` matches whatever exists: call it only for what does.
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  for (const [, tag] of ifNoneMatch.matchAll(TAG)) if (tag === etag) return true;
  return false;
}
