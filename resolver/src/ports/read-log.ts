/**
 * The log of reads by role: append-only, each entry holding the hash of the one before, so that a removed or changed entry shows.
 * It says what was read before a role was cut off. Spec: docs/spec/role-proof.md "The log of reads".
 */
import { createHash } from "node:crypto";
import { DppError } from "@cardano-dpp/offchain/domain/errors";

export interface RoleRead {
  /** POSIX ms. */
  readonly time: number;
  /** Passport id, hex. */
  readonly passport: string;
  readonly revision: number;
  /** Attestation names (hex) that the reader used. */
  readonly attestations: readonly string[];
  /** Groups that were handed over. */
  readonly groups: readonly string[];
}

export interface ReadLogEntry extends RoleRead {
  /** 0, 1, 2 … without gaps. */
  readonly seq: number;
  /** `entryHash` of the entry before; 64 zeros for the first. */
  readonly previous: string;
}

export interface ReadLog {
  /** Resolves once the entry is durable. Several processes may append to one log. */
  append(read: RoleRead): Promise<ReadLogEntry>;
  /** Entries from `seq` on, oldest first. */
  entries(from?: number): AsyncIterable<ReadLogEntry>;
}

export const FIRST_PREVIOUS = "0".repeat(64);

/** SHA-256 over the entry's canonical JSON (fixed field order), hex. */
export const entryHash = (entry: ReadLogEntry): string =>
  createHash("sha256").update(encodeEntry(entry)).digest("hex");

export const encodeEntry = (entry: ReadLogEntry): string =>
  JSON.stringify({
    seq: entry.seq,
    previous: entry.previous,
    time: entry.time,
    passport: entry.passport,
    revision: entry.revision,
    attestations: entry.attestations,
    groups: entry.groups,
  });

/** @throws DppError `read-log/broken` naming the first entry that does not follow from the one before. */
export async function verifyReadLog(
  log: ReadLog,
): Promise<{ readonly length: number; readonly head: string }> {
  let head = FIRST_PREVIOUS;
  let length = 0;
  for await (const entry of log.entries()) {
    if (entry.seq !== length || entry.previous !== head) {
      throw new DppError("read-log/broken", `entry ${length} of the log of reads does not follow`, {
        details: { seq: length },
      });
    }
    head = entryHash(entry);
    length++;
  }
  return { length, head };
}
