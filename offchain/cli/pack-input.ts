/** A pack file that a person hands in: what is wrong with it is told with its name. */
import { MAX_PACK_BYTES } from "../src/codec/pack.js";
import { DppError, isDppError } from "../src/domain/errors.js";
import { SEAL_ANEW } from "../src/usecases/events/check.js";
import type { EventReading } from "../src/usecases/events/context.js";
import { SIGN_ANEW } from "../src/usecases/events/pack-signers.js";
import { type TakenIn, takeIn } from "../src/usecases/events/take-in.js";
import { readInput } from "./input.js";
import { assertKind } from "./our-files.js";

/** What says that the bytes are no pack, or a damaged one. */
const FORM = /^(?:cbor\/|pack\/malformed$|pack\/version$)/;

/** @throws DppError `input/*`, and as `takeIn`. */
export async function takeInFile(reading: EventReading, path: string): Promise<TakenIn> {
  const bytes = await readInput(path, MAX_PACK_BYTES);
  assertKind(path, bytes, "dpp/pack/", "pack of events");
  try {
    return await takeIn(reading, bytes);
  } catch (error) {
    throw explained(path, error);
  }
}

/** With the file's name, and what is left to do. What is no error of the pack's form or seal stays as it is. */
export function explained(path: string, error: unknown): unknown {
  if (!isDppError(error)) return error;
  const because = { details: error.details, cause: error };
  if (error.code === "pack/signature")
    return new DppError(
      error.code,
      `${path}: ${error.message}. ${"party" in error.details ? SIGN_ANEW : SEAL_ANEW}`,
      because,
    );
  if (!FORM.test(error.code)) return error;
  return new DppError(
    error.code,
    `${path} is no pack of events, or was damaged on its way: ${error.message}; expected a file of dpp event pack --out`,
    because,
  );
}

export const payloadLine = ({ counter, message, kept }: TakenIn["payloads"][number]): string =>
  kept
    ? `event ${counter}: its payload in the file is damaged, and the one that was here already stays: ${message}`
    : `event ${counter}: its payload was left out: ${message}`;
