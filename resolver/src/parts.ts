/** The resolver's parts from a home directory and its configuration: what `npm start` and `dpp-resolver` serve from. */

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { openEventStore } from "@cardano-dpp/offchain/adapters/configuration/open";
import { secretsIn } from "@cardano-dpp/offchain/adapters/configuration/scrub";
import { createFile } from "@cardano-dpp/offchain/adapters/durable-file";
import { readContactKey } from "@cardano-dpp/offchain/adapters/incidents-contact-key";
import { incidentsFolder, incidentsOnDisk } from "@cardano-dpp/offchain/adapters/incidents-disk";
import type { Home } from "@cardano-dpp/offchain/cli/home";
import { customPolicies } from "@cardano-dpp/offchain/cli/policies";
import { ensureResolverKey } from "@cardano-dpp/offchain/cli/resolver-key";
import type { Random } from "@cardano-dpp/offchain/ports/clock";
import { createDiskNonceStore } from "./adapters/nonce-disk.js";
import { createDiskReadLog } from "./adapters/read-log-disk.js";
import type { ResolverParts } from "./app.js";
import { createDiskAnswers } from "./auth/ownership-answers.js";
import type { LogSettings } from "./plugins/logging.js";
import { eventsOnDemand } from "./ports/event-access.js";

const SECRET_BYTES = 32;

export type ServedParts = Omit<ResolverParts, "publicUrl"> & { readonly publicUrl?: string };

/** `level`: of the log when the configuration names none. */
export async function partsOf(home: Home, level: LogSettings["level"]): Promise<ServedParts> {
  const { configuration, context, keys, index, paths } = home;
  const { log, resolver } = configuration;
  const incidents = incidentsFolder(paths.directory);
  return {
    ledger: context.ledger,
    contracts: context.contracts,
    clock: context.clock,
    random: context.random,
    content: context.content,
    index,
    policies: () => customPolicies(paths),
    nonceStore: createDiskNonceStore(join(paths.resolver, "nonces"), context.clock),
    builder: context.builder,
    ownershipAnswers: createDiskAnswers(join(paths.resolver, "ownership-answers"), context.clock),
    incidents: { store: incidentsOnDisk(incidents), contactKey: () => readContactKey(incidents) },
    events: eventsOnDemand(
      () => openEventStore(configuration.events, paths),
      async () => configuration.events.kind !== "embedded" || (await isThere(paths.events)),
    ),
    readLog: await createDiskReadLog(join(paths.resolver, "reads")),
    resolverKey: (await ensureResolverKey(keys)).secret(),
    log: { level: log.level ?? level, format: log.format, secrets: secretsIn(configuration) },
    ...(resolver.publicUrl === undefined ? {} : { publicUrl: resolver.publicUrl }),
    ...(resolver.trustProxy === undefined ? {} : { trustProxy: resolver.trustProxy }),
    serverSecret: await serverSecret(join(paths.resolver, "secret"), context.random),
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Made once and shared by all processes on this home. */
async function serverSecret(path: string, random: Random): Promise<Uint8Array> {
  await createFile(path, random.bytes(SECRET_BYTES), 0o600);
  return readFile(path);
}
