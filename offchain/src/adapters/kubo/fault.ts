/** What goes wrong with one node or gateway, and what the caller of the store is told when none of them helps. */
import { DppError } from "../../domain/errors.js";

export type FaultReason =
  /** Nobody answered in time. */
  | "timeout"
  /** No connection, or it broke off. */
  | "unreachable"
  /** It answered, with an error or with something else than documented. */
  | "refused"
  /** Bytes that are not those of the CID, or another CID than the bytes have. */
  | "corrupt";

/** One source failed; the next one is asked. */
export class SourceFault extends Error {
  readonly reason: FaultReason;

  constructor(reason: FaultReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** A fault as it is reported: `source` is scheme, host and port. */
export interface ContentFault {
  readonly source: string;
  readonly reason: FaultReason;
  readonly message: string;
}

/** @returns `content/corrupt` when a source answered wrong bytes, else `content/unavailable`; details `{ sources: ["<origin>: <what was wrong>"] }`. */
export function errorOf(what: string, faults: readonly ContentFault[]): DppError {
  const details = { sources: faults.map(({ source, message }) => `${source}: ${message}`) };
  return faults.some(({ reason }) => reason === "corrupt")
    ? new DppError("content/corrupt", `${what}: a node or gateway answered wrong bytes`, { details })
    : new DppError(
        "content/unavailable",
        `${what}: no answer from a node or gateway that may have it (${details.sources.slice(0, 3).join("; ")})`,
        {
          details,
        },
      );
}
