/** The resolver's parts from a home directory: what `npm start` and any other start of the resolver serve from. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFile } from "@cardano-dpp/offchain/adapters/durable-file";
import type { Home } from "@cardano-dpp/offchain/cli/home";
import { customPolicies } from "@cardano-dpp/offchain/cli/policies";
import { ensureResolverKey } from "@cardano-dpp/offchain/cli/resolver-key";
import type { Random } from "@cardano-dpp/offchain/ports/clock";
import { createDiskNonceStore } from "./adapters/nonce-disk.js";
import { createDiskReadLog } from "./adapters/read-log-disk.js";
import type { ResolverParts } from "./app.js";

const SECRET_BYTES = 32;

export async function partsOf(home: Home): Promise<Omit<ResolverParts, "publicUrl">> {
  const { context, keys, index, paths } = home;
  return {
    ledger: context.ledger,
    contracts: context.contracts,
    clock: context.clock,
    random: context.random,
    content: context.content,
    index,
    policies: () => customPolicies(paths),
    nonceStore: createDiskNonceStore(join(paths.resolver, "nonces"), context.clock),
    readLog: await createDiskReadLog(join(paths.resolver, "reads")),
    resolverKey: (await ensureResolverKey(keys)).secret(),
    serverSecret: await serverSecret(join(paths.resolver, "secret"), context.random),
  };
}

/** Made once and shared by all processes on this home. */
async function serverSecret(path: string, random: Random): Promise<Uint8Array> {
  await createFile(path, random.bytes(SECRET_BYTES), 0o600);
  return readFile(path);
}
