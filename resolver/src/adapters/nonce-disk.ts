/**
 * NonceStore on disk, shared by all processes of one machine or one network file system: a nonce is used when its file exists, and
 * exclusive creation lets one process win. Files lie in a folder per minute of expiry, so that forgetting is removing folders.
 */
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock } from "@cardano-dpp/offchain/ports/clock";
import type { NonceStore } from "../ports/nonce-store.js";

const MINUTE = 60_000;
/** Clocks of two processes may differ: forget later than the nonce expires. */
const GRACE_MINUTES = 2;

export function createDiskNonceStore(folder: string, clock: Clock): NonceStore {
  let sweptAt = 0;
  const sweep = async (): Promise<void> => {
    const now = Math.floor(clock.now() / MINUTE);
    if (now === sweptAt) return;
    sweptAt = now;
    for (const name of await readdir(folder)) {
      if (/^\d+$/.test(name) && Number(name) + GRACE_MINUTES < now) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  };
  return {
    async consume(id, expires) {
      if (!/^[0-9a-f]{32}$/.test(id)) throw new DppError("nonce-store/bad-id", "a nonce id is 32 hex digits");
      const minute = join(folder, String(Math.ceil(expires / MINUTE)));
      await mkdir(minute, { recursive: true });
      await sweep();
      try {
        const file = await open(join(minute, id), "wx");
        // A used nonce must not come back after a power cut.
        await file.sync();
        await file.close();
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw new DppError("nonce-store/unavailable", "the nonce store cannot be written", { cause: error });
      }
    },
  };
}
