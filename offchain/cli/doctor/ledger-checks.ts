/** The doctor on the ledger: that it is there, the right one, at the present, fit for the contracts, and holds the deployment. */
import type { LedgerFacts } from "../../src/adapters/configuration/ledger-facts.js";
import type { LedgerSettings } from "../../src/adapters/configuration/table.js";
import { contractsOf, type HomePaths, readDeployment } from "../../src/adapters/home.js";
import { isDppError } from "../../src/domain/errors.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Ledger, ProtocolParameters } from "../../src/ports/ledger.js";
import type { Submissions } from "../../src/ports/pending-transactions.js";
import { configUnit, lacking, type OptionalScript, scriptNames } from "../../src/tx/contracts.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { survey } from "../../src/usecases/settle.js";
import { type Finding, failed, ok, skipped, warning } from "./check.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A public network makes a block every 20 s on average; five minutes without one are rare. */
const OLD = 5 * MINUTE;
const STALE = 20 * MINUTE;
/** A block of the future: this machine's clock lags. */
const AHEAD = 5 * SECOND;
const FAR_AHEAD = MINUTE;

const PUBLIC_MAGIC: Readonly<Record<string, number>> = { mainnet: 764_824_073, preprod: 1, preview: 2 };

export async function checkNetwork(settings: LedgerSettings, facts: LedgerFacts): Promise<Finding> {
  const { networkMagic: stated } = facts;
  if (settings.kind === "embedded") return ok(`embedded, magic ${stated}`);
  const { network, networkMagic } = settings;
  const expected = PUBLIC_MAGIC[network] ?? networkMagic;
  const fits = expected === undefined ? !Object.values(PUBLIC_MAGIC).includes(stated) : stated === expected;
  return fits
    ? ok(`${network}, magic ${stated}`)
    : failed(
        `the ledger states the magic ${stated}, ${network} has ${expected ?? "one of its own"}`,
        "configure ledger.network as the ledger serves it, or another ledger",
      );
}

export async function checkTip(ledger: Ledger, clock: Clock): Promise<Finding> {
  const { height, slot, time } = await ledger.tip();
  const age = clock.now() - time;
  const found = `block ${height}, slot ${slot}, ${spanOf(Math.max(age, 0))} old`;
  const advice = "see that the node is in sync and has peers, and that this machine's clock is right";
  if (age > STALE) return failed(found, advice);
  return age > OLD ? warning(found, advice) : ok(found);
}

/** Only a clock that lags can be told from the tip: one that is ahead looks like an old tip. */
export async function checkClock(ledger: Ledger, clock: Clock): Promise<Finding> {
  const { time } = await ledger.tip();
  const ahead = time - clock.now();
  const advice = "set this machine's clock, e.g. by NTP: transactions carry times";
  if (ahead > FAR_AHEAD)
    return failed(`this machine's clock lags ${spanOf(ahead)} behind the ledger`, advice);
  if (ahead > AHEAD) return warning(`this machine's clock lags ${spanOf(ahead)} behind the ledger`, advice);
  return ok("not behind the ledger");
}

const spanOf = (ms: number): string =>
  ms < 2 * MINUTE ? `${Math.round(ms / SECOND)} s` : `${Math.round(ms / MINUTE)} min`;

/** Conway's first: the contracts are Plutus V3. */
const LEAST_VERSION = 10;
/** Length of the first Plutus V3 cost model; later ones are longer. */
const LEAST_COSTS = 251;

export async function checkParameters(ledger: Ledger, { protocolVersion }: LedgerFacts): Promise<Finding> {
  const stated = await statedParameters(ledger);
  if ("state" in stated) return stated;
  const costs = stated.costModels.PlutusV3.length;
  const found = `protocol version ${protocolVersion}, ${costs} Plutus V3 costs`;
  if (protocolVersion < LEAST_VERSION) {
    return failed(found, `the contracts need protocol version ${LEAST_VERSION}: use a ledger that has it`);
  }
  if (costs < LEAST_COSTS) {
    return failed(
      found,
      "the ledger states no whole cost model of Plutus V3: no transaction with a contract can be made",
    );
  }
  return ok(found);
}

/** An answer that leaves parameters out is not a node that is down. */
async function statedParameters(ledger: Ledger): Promise<ProtocolParameters | Finding> {
  try {
    return await ledger.protocolParameters();
  } catch (error) {
    if (!isDppError(error) || typeof error.details.field !== "string") throw error;
    const advice = "where the node has Blockfrost routes, name them in ledger.parametersUrl (docs/node.md)";
    return failed(`the ledger states no ${error.details.field}`, advice);
  }
}

export async function checkDeployment(paths: HomePaths, ledger: Ledger, clock: Clock): Promise<Finding> {
  const record = await readDeployment(paths);
  if (record === null)
    return warning("nothing is founded here yet", "dpp consortium init founds a deployment");
  if (record.network !== ledger.network) {
    return failed(
      `deployment.json was founded on ${record.network}, the configured ledger is ${ledger.network}`,
      "configure that network, or use another DPP_HOME",
    );
  }
  const contracts = contractsOf(record);
  const { state, scripts } = await loadDeployment({ ledger, contracts, clock });
  const without = lacking(state);
  const carried = scriptNames(without);
  const named = carried.every((name) => state.scripts[name] === contracts[name].hash);
  if (!named) {
    return failed(
      `the config token ${contracts.config.hash} names other scripts`,
      "use the version of this software that the consortium moved to",
    );
  }
  const missing = carried.filter((name) => scripts[name] === undefined);
  if (missing.length > 0) {
    return warning(
      `${record.configPolicy}; no reference script for ${missing.join(" and ")}`,
      "transactions carry the script themselves, and cost more",
    );
  }
  const successor = state.successor === null ? "" : `; its successor is ${state.successor}`;
  const lacks = without.map((name) => `; ${LACKS[name]}`).join("");
  return ok(`${record.configPolicy}, ${state.threshold} of ${state.members.length} sign${lacks}${successor}`);
}

const LACKS: Readonly<Record<OptionalScript, string>> = {
  joint: "founded without the script joint: nobody signs jointly here",
  p256: "founded without the script p256: its ledger checks no signatures of P-256 and WebAuthn keys",
};

/** Not every server of an API has all its routes: each kind of question that the product asks, once. */
export async function checkQueries(paths: HomePaths, ledger: Ledger): Promise<Finding> {
  const record = await readDeployment(paths);
  if (record === null || record.network !== ledger.network) return skipped("no deployment to ask for");
  const contracts = contractsOf(record);
  const unit = configUnit(contracts);
  const states = await ledger.utxosByCredential(contracts.roles.hash);
  const units = await ledger.unitsOf(contracts.config.hash);
  const [first] = await ledger.transactionsOf(unit);
  if (!units.includes(unit) || first === undefined || (await ledger.transaction(first.hash)) === null) {
    return failed(
      "the ledger does not find the config token's policy or its transaction",
      "see that the node keeps the whole history: what a passport's past was is read from it",
    );
  }
  return ok(`outputs, units and transactions; ${states.length} outputs of roles`);
}

/** Looks only: nothing is sent again. */
export async function checkPending(submissions: Submissions): Promise<Finding> {
  const standings = await survey(submissions);
  const counts = (["shallow", "waiting", "superseded", "refused"] as const)
    .map((status) => ({ status, count: standings.filter((standing) => standing.status === status).length }))
    .filter(({ count }) => count > 0);
  const found = counts.map(({ status, count }) => `${count} ${status}`).join(", ");
  const lost = counts.some(({ status }) => status === "superseded" || status === "refused");
  if (lost) return warning(found, "dpp tx list shows them: repeat the acts that are lost");
  return ok(found === "" ? "none" : found);
}
