/**
 * Checks every configured part in turn. A part that others need and that failed has them skipped: one cause, one failure. Nothing here changes anything:
 * what a check writes it removes.
 */
import { statfs } from "node:fs/promises";
import type { LedgerFacts } from "../../src/adapters/configuration/ledger-facts.js";
import { readLedgerFacts } from "../../src/adapters/configuration/ledger-facts.js";
import { loadConfiguration } from "../../src/adapters/configuration/load.js";
import {
  networkOf,
  openConfiguredContent,
  openConfiguredLedger,
} from "../../src/adapters/configuration/open.js";
import { scrub, secretsIn } from "../../src/adapters/configuration/scrub.js";
import type { Configuration } from "../../src/adapters/configuration/table.js";
import { type HomePaths, homePaths } from "../../src/adapters/home.js";
import { pendingOnDisk } from "../../src/adapters/pending/disk.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { isDppError } from "../../src/domain/errors.js";
import type { Clock, Random } from "../../src/ports/clock.js";
import type { ContentStore } from "../../src/ports/content-store.js";
import type { Ledger } from "../../src/ports/ledger.js";
import { defaultConfirmations } from "../../src/usecases/track.js";
import { keystoreOf } from "../home.js";
import { type Check, type Finding, failed, ok, runCheck, skipped, warning } from "./check.js";
import { type Blob, checkDisk, checkGateway, checkStore, probeBlob } from "./content-checks.js";
import { checkEventStore } from "./event-checks.js";
import { checkHome, checkKeystore, checkMemberKeys, checkNode } from "./home-checks.js";
import { checkEventKeys } from "./key-checks.js";
import {
  checkClock,
  checkDeployment,
  checkNetwork,
  checkParameters,
  checkPending,
  checkQueries,
  checkTip,
} from "./ledger-checks.js";

export interface DoctorParts {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly random: Random;
  readonly nodeVersion: string;
  readonly freeBytes: (directory: string) => Promise<number>;
  readonly openLedger: typeof openConfiguredLedger;
  readonly ledgerFacts: typeof readLedgerFacts;
  readonly openContent: typeof openConfiguredContent;
  /** ms for one check. */
  readonly limitMs: number;
  /** ms for the keystore: to unlock a key costs a second by design. */
  readonly keystoreLimitMs: number;
}

export const systemParts = (home: string, env: NodeJS.ProcessEnv): DoctorParts => ({
  home,
  env,
  clock: systemClock,
  random: systemRandom,
  nodeVersion: process.versions.node,
  freeBytes: async (directory) => {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  openLedger: openConfiguredLedger,
  ledgerFacts: readLedgerFacts,
  openContent: openConfiguredContent,
  limitMs: 20_000,
  keystoreLimitMs: 120_000,
});

/** How often a request may be tried within a check's limit. */
const TRIES = 5;

/** @param report called with each result as soon as it is there. */
export async function examine(
  parts: DoctorParts,
  report: (check: Check) => void = () => undefined,
): Promise<readonly Check[]> {
  const paths = homePaths(parts.home);
  const checks: Check[] = [];
  const secrets: string[] = parts.env.DPP_PASSPHRASE ? [parts.env.DPP_PASSPHRASE] : [];
  const clean = ({ name, state, found, advice }: Check): Check => ({
    name,
    state,
    found: scrub(found, secrets),
    ...(advice === undefined ? {} : { advice: scrub(advice, secrets) }),
  });
  const check = async (
    name: string,
    work: () => Promise<Finding>,
    limitMs = parts.limitMs,
  ): Promise<boolean> => {
    const result = clean(await runCheck(name, limitMs, work));
    checks.push(result);
    report(result);
    return result.state !== "failed";
  };

  await check("Node", () => checkNode(parts.nodeVersion));
  let configuration: Configuration | undefined;
  await check("configuration", async () => {
    const finding = await loaded(paths, parts.env);
    if (!("configuration" in finding)) return finding;
    configuration = finding.configuration;
    secrets.push(...secretsIn(configuration));
    return ok(summaryOf(configuration));
  });
  await check("home directory", () => checkHome(paths, parts.freeBytes));
  const network = configuration === undefined ? "embedded" : networkOf(configuration.ledger);
  await check(
    "keystore",
    () =>
      checkKeystore(paths, keystoreOf(paths, parts.env, network), network, Boolean(parts.env.DPP_PASSPHRASE)),
    parts.keystoreLimitMs,
  );
  if (configuration === undefined) {
    for (const name of ["ledger", "content", "event store"])
      await check(name, async () => skipped("not configured rightly"));
    return checks;
  }
  await checkLedger(parts, paths, configuration, check);
  await checkContent(parts, paths, configuration, check);
  const { events } = configuration;
  await check("event store", () => checkEventStore(events, paths, parts.limitMs));
  return checks;
}

type RunCheck = (name: string, work: () => Promise<Finding>) => Promise<boolean>;

async function loaded(
  paths: HomePaths,
  env: NodeJS.ProcessEnv,
): Promise<Finding | { readonly configuration: Configuration }> {
  try {
    return await loadConfiguration(paths, env);
  } catch (error) {
    if (!isDppError(error, "home/configuration")) throw error;
    const faults = error.details.faults as readonly { readonly path: string; readonly message: string }[];
    const lines = faults.map(({ path, message }) => `${path}: ${message}`).join("; ");
    return failed(lines, "correct these; docs/configuration.md has every key");
  }
}

const summaryOf = ({ ledger, content, events }: Configuration): string =>
  `ledger ${ledger.kind}${ledger.kind === "embedded" ? "" : ` (${ledger.network})`}, content ${content.kind}, events ${events.kind}`;

const LEDGER_CHECKS = [
  "network",
  "tip",
  "clock",
  "protocol parameters",
  "deployment",
  "member keys",
  "queries",
  "event keys",
  "pending transactions",
] as const;

async function checkLedger(
  parts: DoctorParts,
  paths: HomePaths,
  configuration: Configuration,
  check: RunCheck,
): Promise<void> {
  const settings = quick(configuration.ledger, parts.limitMs);
  let ledger: Ledger | undefined;
  let facts: LedgerFacts | undefined;
  await check("ledger", async () => {
    try {
      const opened = await parts.openLedger(settings, paths, parts);
      const stated = await parts.ledgerFacts(settings, paths);
      ledger = opened;
      facts = stated;
      return ok("it answers");
    } catch (error) {
      if (!isDppError(error, "ledger/not-found") || settings.kind !== "embedded") throw error;
      return warning("there is no embedded ledger yet", "dpp consortium init or npm start make one");
    }
  });
  if (ledger === undefined || facts === undefined) {
    for (const name of LEDGER_CHECKS) await check(name, async () => skipped("the ledger did not answer"));
    return;
  }
  const [opened, stated] = [ledger, facts];
  const submissions = {
    ledger: opened,
    pending: pendingOnDisk(paths.pending),
    confirmations: configuration.confirmations ?? defaultConfirmations(opened.network),
  };
  const work: Record<(typeof LEDGER_CHECKS)[number], () => Promise<Finding>> = {
    network: () => checkNetwork(settings, stated),
    tip: () => checkTip(opened, parts.clock),
    clock: () => checkClock(opened, parts.clock),
    "protocol parameters": () => checkParameters(opened, stated),
    deployment: () => checkDeployment(paths, opened, parts.clock),
    "member keys": () =>
      checkMemberKeys(paths, opened, parts.clock, keystoreOf(paths, parts.env, opened.network)),
    queries: () => checkQueries(paths, opened),
    "event keys": () => checkEventKeys(paths, opened, parts.clock),
    "pending transactions": () => checkPending(submissions),
  };
  for (const name of LEDGER_CHECKS) await check(name, work[name]);
}

async function checkContent(
  parts: DoctorParts,
  paths: HomePaths,
  configuration: Configuration,
  check: RunCheck,
): Promise<void> {
  const settings = quick(configuration.content, parts.limitMs);
  const blob = await probeBlob(parts.random.bytes(16));
  if (settings.kind === "embedded") {
    await check("content", () => checkDisk(paths.content, blob));
    return;
  }
  const { nodes, gateways, timeoutMs } = settings;
  const asked: ContentStore[] = [];
  let held = false;
  try {
    for (const node of nodes) {
      const passed = await check(`IPFS node ${node}`, async () => {
        const store = await parts.openContent({ ...settings, nodes: [node], gateways: [] }, paths);
        asked.push(store);
        return checkStore(store, blob);
      });
      held ||= passed;
    }
    for (const gateway of gateways) {
      await check(`IPFS gateway ${gateway}`, async () =>
        held ? checkGateway(gateway, blob, timeoutMs) : skipped("no node holds the blob"),
      );
    }
  } finally {
    // A node that failed halfway may hold it all the same; one that hangs keeps it.
    const removed = asked.map((store) => runCheck("", parts.limitMs, () => unpinned(store, blob)));
    await Promise.all(removed);
  }
}

async function unpinned(store: ContentStore, { cid }: Blob): Promise<Finding> {
  await store.unpin(cid);
  return ok("");
}

/** A check ends before its limit says so: with the part's own words. */
const quick = <T extends Configuration["ledger"] | Configuration["content"]>(
  settings: T,
  limitMs: number,
): T =>
  "timeoutMs" in settings
    ? { ...settings, timeoutMs: Math.min(settings.timeoutMs, Math.floor(limitMs / TRIES)) }
    : settings;
