/** Addresses of the page of weakest links: what other pages link to, and what it shows of itself. */
import type { ThreadRange } from "@cardano-dpp/offchain/domain/weakest-link";

export const WEAKEST_PATH = "/weakest-link/page";
/** What is longer is no link: servers refuse addresses beyond 4,096 characters. */
const MAX_LINK = 4_000;

export const rangeText = ({ thread, lo, hi }: ThreadRange): string => `${thread}:${lo}-${hi}`;

/** `null`: an address would be too long for them. */
export function linkOf(question: readonly ThreadRange[]): string | null {
  const query = new URLSearchParams(question.map((range) => ["range", rangeText(range)]));
  const link = `${WEAKEST_PATH}?${query}`;
  return link.length > MAX_LINK ? null : link;
}
