/** The question of the page: ranges from text, JSON or the page's address; and what this server answers to them. */
import { parseQuestion, rangeFromText } from "@cardano-dpp/offchain/codec/weakest-link-question";
import { utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { MAX_RANGES, type ThreadRange, unitedRanges } from "@cardano-dpp/offchain/domain/weakest-link";
import { MAX_WEAKEST_LINK_BYTES } from "@cardano-dpp/offchain/domain/weakest-link-proof";
import type { WeakestLinkAnswer } from "../src/schemas/weakest-link.js";
import { fetchBytes, post } from "./api.js";
import { WEAKEST_TEXTS } from "./weakest-texts.js";

const MAX_TEXT = 64 * 1024;
/** Lines, or JSON. In the one order, each counter once. @throws DppError `weakest-link/*`. */
export function questionIn(text: string): readonly ThreadRange[] {
  if (text.length > MAX_TEXT) throw new DppError("weakest-link/too-large", WEAKEST_TEXTS.tooLong);
  const trimmed = text.trim();
  if (trimmed === "") throw new DppError("weakest-link/empty", WEAKEST_TEXTS.empty);
  return unitedRanges(
    trimmed.startsWith("[") ? parseQuestion(utf8(trimmed)) : trimmed.split(/[\s,]+/).map(rangeFromText),
  );
}

/** The ranges that the page's address names, as they stand there; empty: none. */
export const rangesOfAddress = ({ search }: Pick<Location, "search">): string =>
  new URLSearchParams(search).getAll("range").slice(0, MAX_RANGES).join("\n").slice(0, MAX_TEXT);

export interface Asked {
  /** What this server says; unproven. */
  readonly answer: WeakestLinkAnswer;
  /** The file; Error: why there is none. */
  readonly proof: Uint8Array | Error;
}

/** @throws DppError the problem's code, `server/format`. */
export async function askServer(question: readonly ThreadRange[]): Promise<Asked> {
  const body = question.map(({ thread, lo, hi }) => ({ thread, lo, hi }));
  const [answer, proof] = await Promise.all([
    post<WeakestLinkAnswer>("/weakest-link", body),
    fetchBytes("/weakest-link/proof", body, MAX_WEAKEST_LINK_BYTES).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    ),
  ]);
  if (answer?.schema !== "dpp/weakest-link-answer/1")
    throw new DppError("server/format", "this server answers in another format");
  return { answer, proof };
}
