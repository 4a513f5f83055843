/** Answers of ownership challenges, until these expire: the asker's screen asks for them. Shared like the NonceStore, by all processes of one address. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createFile } from "@cardano-dpp/offchain/adapters/durable-file";
import { utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock } from "@cardano-dpp/offchain/ports/clock";

export interface OwnershipAnswer {
  readonly address: string;
  readonly signature: string;
  readonly key: string;
  readonly status: string;
  /** POSIX ms. */
  readonly since: number;
  readonly txHash: string;
}

export interface OwnershipAnswers {
  /** `id`: the challenge's, 32 hex digits; `expires`: POSIX ms after which the answer may be forgotten. The first answer stays. */
  put(id: string, expires: number, answer: OwnershipAnswer): Promise<void>;
  /** Null: not answered, or forgotten. */
  get(id: string, expires: number): Promise<OwnershipAnswer | null>;
}

/** Each costs a signature of an owner, at the rate of role proofs; the bound is for a flood of them all the same. */
const MAX_KEPT = 10_000;

/** Of one process. */
export function createMemoryAnswers(clock: Clock): OwnershipAnswers {
  const kept = new Map<string, { readonly expires: number; readonly answer: OwnershipAnswer }>();
  return {
    async put(id, expires, answer) {
      for (const [known, { expires: until }] of kept) {
        if (until > clock.now() && kept.size < MAX_KEPT) break;
        kept.delete(known);
      }
      if (!kept.has(id)) kept.set(id, { expires, answer });
    },
    async get(id) {
      const found = kept.get(id);
      return found === undefined || found.expires <= clock.now() ? null : found.answer;
    },
  };
}

const MINUTE = 60_000;

/** Files in a folder per minute of expiry, as the nonce store's. */
export function createDiskAnswers(folder: string, clock: Clock): OwnershipAnswers {
  const unavailable = (cause: unknown): DppError =>
    new DppError("nonce-store/unavailable", "the store of answers cannot be used", { cause });
  const minuteOf = (expires: number): string => join(folder, String(Math.ceil(expires / MINUTE)));
  const sweep = async (): Promise<void> => {
    const now = Math.floor(clock.now() / MINUTE);
    for (const name of await readdir(folder)) {
      if (/^\d+$/.test(name) && Number(name) < now)
        await rm(join(folder, name), { recursive: true, force: true });
    }
  };
  return {
    async put(id, expires, answer) {
      try {
        await mkdir(minuteOf(expires), { recursive: true });
        await createFile(join(minuteOf(expires), checked(id)), utf8(JSON.stringify(answer)));
        await sweep();
      } catch (error) {
        throw unavailable(error);
      }
    },
    async get(id, expires) {
      if (expires <= clock.now()) return null;
      try {
        return JSON.parse(await readFile(join(minuteOf(expires), checked(id)), "utf8")) as OwnershipAnswer;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
        throw unavailable(error);
      }
    },
  };
}

function checked(id: string): string {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new DppError("nonce-store/bad-id", "a nonce id is 32 hex digits");
  return id;
}
