/** The trust root of a deployment, as the ledger has it. Spec: docs/spec/receipt.md "Trust root". */
import { decodeConfigDatum } from "../codec/datum.js";
import type { SignedTransaction } from "../codec/ledger-cbor/signed.js";
import type { Config } from "../domain/config.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { OutRef } from "../domain/out-ref.js";
import { MAX_KNOWN_CONFIGS, type TrustRoot } from "../domain/trust-root.js";
import { configUnit, OPTIONAL_SCRIPTS } from "../tx/contracts.js";
import { sameOutRef } from "../tx/plan.js";
import type { Reading } from "./context.js";
import { inLedgerOrder } from "./history/order.js";
import { configAmong } from "./history/verify-deployment.js";

/** A transaction that made a config: the founding, or a rotation. */
export interface WrittenConfig {
  readonly signed: SignedTransaction;
  /** The whole signed transaction, CBOR hex. */
  readonly cbor: string;
  readonly output: OutRef;
  readonly config: Config;
}

/** The config that a transaction makes, where its script guards it; null: it makes none that can be read. `policy`: config policy, hex. */
export function configMadeBy(
  { outputs }: SignedTransaction,
  policy: string,
): { readonly output: OutRef; readonly config: Config } | null {
  const output = configAmong(outputs, policy);
  if (output === null) return null;
  try {
    const config = decodeConfigDatum(output.datum ?? "");
    return { output: { txHash: output.txHash, outputIndex: output.outputIndex }, config };
  } catch (error) {
    if (isDppError(error)) return null;
    throw error;
  }
}

const unsound = (reason: string): DppError =>
  new DppError("trust-root/config", `the ledger's configs are not those of this deployment: ${reason}`, {
    details: { reason },
  });

/** Every config of the deployment, oldest first; each spends the one before. @throws DppError `trust-root/config`, `deployment/not-found`, `ledger/*`. */
export async function readConfigs({
  ledger,
  contracts,
}: Pick<Reading, "ledger" | "contracts">): Promise<readonly WrittenConfig[]> {
  const written: WrittenConfig[] = [];
  const unit = configUnit(contracts);
  for (const { tx, signed, unreadable } of inLedgerOrder([await ledger.transactionsOf(unit)])) {
    if (signed === null) throw unsound(`${tx.hash} cannot be read: ${unreadable}`);
    const made = configMadeBy(signed, contracts.config.hash);
    if (made === null) throw unsound(`${tx.hash} leaves no config at its script`);
    const before = written.at(-1)?.output;
    if (before !== undefined && !signed.spent.some((ref) => sameOutRef(ref, before)))
      throw unsound(`${tx.hash} does not continue ${before.txHash}`);
    written.push({ signed, cbor: tx.cbor, ...made });
  }
  if (written.length === 0)
    throw new DppError("deployment/not-found", `this ledger has no deployment ${contracts.config.hash}`);
  return written;
}

/** `configs`: as `readConfigs` answered. @throws DppError `trust-root/config`. */
export function trustRootOf(
  { ledger, contracts }: Pick<Reading, "ledger" | "contracts">,
  configs: readonly WrittenConfig[],
): TrustRoot {
  const scripts = configs.at(-1)?.config.scripts;
  if (scripts?.roles !== contracts.roles.hash || scripts.anchor !== contracts.anchor.hash)
    throw unsound("the last one names other contracts than the ones here");
  const optional = { joint: scripts.joint ?? null, p256: scripts.p256 ?? null };
  for (const name of OPTIONAL_SCRIPTS)
    if (optional[name] !== null && optional[name] !== contracts[name].hash)
      throw unsound(`the last one names another ${name} than the one here`);
  const { zeroTime, zeroSlot, slotLength } = ledger.slotConfig;
  return {
    network: ledger.network,
    config: contracts.config.hash,
    roles: contracts.roles.hash,
    anchor: contracts.anchor.hash,
    ...optional,
    slots: { zeroTime, zeroSlot, slotLength },
    configs: configs.slice(-MAX_KNOWN_CONFIGS).map(({ output, config }) => ({
      output,
      members: config.members,
      threshold: config.threshold,
      freezeKeys: config.freezeKeys,
    })),
  };
}

/** @throws DppError as `readConfigs` and `trustRootOf`. */
export async function readTrustRoot(reading: Pick<Reading, "ledger" | "contracts">): Promise<TrustRoot> {
  const configs = await readConfigs(reading);
  const now = await reading.ledger.utxoByUnit(configUnit(reading.contracts));
  const last = configs.at(-1);
  if (now === null || last === undefined || !sameOutRef(now, last.output))
    throw unsound("the present one is not the last of its transactions: ask again");
  return trustRootOf(reading, configs);
}
