/**
 * Whether the contracts of a history file are those of the deployment that it names. Only what the passport's own transactions refer to counts: a body's hash
 * covers its reference inputs, and anybody can put any bytes beside them in a file. Spec: docs/spec/history.md "Checking a file". Pure.
 */
import { parseAddress } from "../../codec/address.js";
import { decodeConfigDatum } from "../../codec/datum.js";
import type { HistoryFile } from "../../codec/history-file.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { isDppError } from "../../domain/errors.js";
import { CONFIG_TOKEN } from "../../domain/tokens.js";
import type { Surroundings } from "./authority.js";
import type { FoldStep, HistoryEntry } from "./fold.js";
import type { PastTransaction } from "./order.js";

/** The config of a deployment: its token, where its script guards it. Null: it is not there. */
export function configAmong(outputs: readonly OutputFacts[], config: string): OutputFacts | null {
  return (
    outputs.find(
      ({ assets, address }) => assets[config + CONFIG_TOKEN] === 1n && isGuardedBy(address, config),
    ) ?? null
  );
}

function isGuardedBy(address: string, script: string): boolean {
  try {
    const { payment } = parseAddress(address).address;
    return payment?.kind === "script" && payment.hash === script;
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}

/** Whether the contract reads the config in this act: all do but the two in which the ownership token alone speaks. */
function readsConfig(entry: HistoryEntry): boolean {
  if (entry.act === "Log") return entry.actor !== null;
  return !["Transfer", "Send", "Discard", "Unreadable"].includes(entry.act);
}

export interface DeploymentFindings {
  /** The contract read a config in this transaction. */
  readonly needed: boolean;
  /** The config is there and names these contracts. */
  readonly proven: boolean;
  readonly faults: readonly string[];
}

/** What one transaction of the passport says of the deployment. Neither proven nor a fault: the file lacks what it refers to. */
export function deploymentOf(
  { past, entry }: FoldStep,
  { policy, roles, config }: Pick<HistoryFile, "policy" | "roles" | "config">,
  { referenced, known }: Surroundings,
): DeploymentFindings {
  if (past.signed === null || !readsConfig(entry)) return { needed: false, proven: false, faults: [] };
  const { referenceInputs } = past.signed;
  const outputs = referenceInputs.flatMap(
    ({ txHash, outputIndex }) => referenced.get(`${txHash}#${outputIndex}`) ?? [],
  );
  const refused = (message: string) => ({ needed: true, proven: false, faults: [message] });
  const output = configAmong(outputs, config);
  if (output === null)
    return referenceInputs.every(({ txHash }) => known.has(txHash))
      ? refused("it does not refer to the deployment's config")
      : { needed: true, proven: false, faults: [] };
  try {
    const { scripts } = decodeConfigDatum(output.datum ?? "");
    return scripts.passport === policy && scripts.roles === roles
      ? { needed: true, proven: true, faults: [] }
      : refused("the contracts are not the ones that the deployment's config names");
  } catch (error) {
    if (!isDppError(error)) throw error;
    return refused("the deployment's config cannot be read");
  }
}

/** What a file as a whole says of its network: a ledger takes only outputs whose addresses are of its own kind. */
export function networkFaults(
  { network }: Pick<HistoryFile, "network">,
  past: readonly PastTransaction[],
): readonly string[] {
  const foreign = network === "mainnet" ? "addr_test1" : "addr1";
  return past.some(({ signed }) => signed?.outputs.some(({ address }) => address.startsWith(foreign)))
    ? [`the addresses are ${network === "mainnet" ? "a test network's" : "mainnet's"}, not of ${network}`]
    : [];
}
