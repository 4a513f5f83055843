/** Opens the parts that a configuration names. An adapter is loaded when it is chosen: the embedded default needs no gRPC. */
import { DppError } from "../../domain/errors.js";
import type { Clock, Random } from "../../ports/clock.js";
import type { ContentStore } from "../../ports/content-store.js";
import type { EventStore } from "../../ports/event-store.js";
import type { Ledger, Network, ProtocolParameters } from "../../ports/ledger.js";
import { openContentDisk } from "../content-disk.js";
import { openLedger } from "../embedded-ledger/ledger.js";
import type { HomePaths } from "../home.js";
import { readLedgerFacts, revealed } from "./ledger-facts.js";
import type { ContentSettings, EventSettings, LedgerSettings } from "./table.js";

export interface SystemPorts {
  readonly clock: Clock;
  readonly random: Random;
}

export const networkOf = (settings: LedgerSettings): Network =>
  settings.kind === "embedded" ? "embedded" : settings.network;

/** @throws DppError `ledger/not-found` (embedded, not founded yet), `ledger/unavailable`, `ledger/wrong-network`. */
export async function openConfiguredLedger(
  settings: LedgerSettings,
  paths: HomePaths,
  ports: SystemPorts,
): Promise<Ledger> {
  const ledger = await openKind(settings, paths, ports);
  if (settings.kind !== "embedded") await assertMagic(settings, paths);
  return ledger;
}

async function openKind(
  settings: LedgerSettings,
  paths: HomePaths,
  { clock, random }: SystemPorts,
): Promise<Ledger> {
  // More may be handed in than is asked for.
  const ports = { clock, random };
  if (settings.kind === "embedded") return openLedger(paths.ledger, ports);
  const { network, timeoutMs, networkMagic } = settings;
  if (settings.kind === "utxorpc") {
    const { url, headers, parametersUrl } = settings;
    const { openUtxoRpc } = await import("../utxorpc/ledger.js");
    return openUtxoRpc({
      network,
      url,
      clock,
      timeoutMs,
      ...(headers && { headers: revealed(headers) }),
      ...(parametersUrl !== undefined && {
        parameters: parametersFrom({ ...settings, parametersUrl }, ports),
      }),
    });
  }
  const { url, projectId } = settings;
  const { openBlockfrost } = await import("../blockfrost/blockfrost.js");
  return openBlockfrost({
    ...ports,
    network,
    timeoutMs,
    ...(networkMagic === undefined ? {} : { networkMagic }),
    ...(url === undefined ? {} : { url }),
    ...(projectId === undefined ? {} : { projectId: projectId.reveal() }),
  });
}

type ParametersElsewhere = Extract<LedgerSettings, { kind: "utxorpc" }> & { readonly parametersUrl: string };

/** Connects when a transaction is built first: reading needs no parameters. */
function parametersFrom(
  { network, parametersUrl: url, timeoutMs }: ParametersElsewhere,
  ports: SystemPorts,
): () => Promise<ProtocolParameters> {
  let opened: Promise<Ledger> | undefined;
  return async () => {
    opened ??= import("../blockfrost/blockfrost.js").then(({ openBlockfrost }) =>
      openBlockfrost({ ...ports, network, url, timeoutMs }),
    );
    opened.catch(() => {
      opened = undefined;
    });
    return (await opened).protocolParameters();
  };
}

/** The adapters know the public networks' magic; a devnet's is known only where somebody configured it. */
async function assertMagic(
  settings: Exclude<LedgerSettings, { kind: "embedded" }>,
  paths: HomePaths,
): Promise<void> {
  if (settings.networkMagic === undefined) return;
  const { networkMagic } = await readLedgerFacts(settings, paths);
  if (networkMagic === settings.networkMagic) return;
  throw new DppError(
    "ledger/wrong-network",
    `the ledger states the magic ${networkMagic}, and ledger.networkMagic is ${settings.networkMagic}`,
    { details: { stated: networkMagic, configured: settings.networkMagic } },
  );
}

/** @throws DppError `content/unavailable`. */
export async function openConfiguredContent(
  settings: ContentSettings,
  paths: HomePaths,
): Promise<ContentStore> {
  if (settings.kind === "embedded") return openContentDisk(paths.content);
  const { nodes, gateways, timeoutMs } = settings;
  const { openKubo } = await import("../kubo/kubo.js");
  return openKubo({ nodes, gateways, timeoutMs });
}

/** Close it after use: until then the embedded one keeps its files for this process. @throws DppError `event-store/*`. */
export async function openEventStore(settings: EventSettings, paths: HomePaths): Promise<EventStore> {
  if (settings.kind === "embedded") {
    const { openPgliteStore } = await import("../event-store/embedded.js");
    return openPgliteStore(paths.events);
  }
  const { openPostgresStore } = await import("../event-store/postgres.js");
  return openPostgresStore(settings.url.reveal());
}
