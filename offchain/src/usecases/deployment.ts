/** The deployment on the ledger: found it, find it again. */

import { blake2b } from "@noble/hashes/blake2.js";
import { decodeConfigDatum } from "../codec/datum.js";
import { decodePlutusData } from "../codec/plutus-data.js";
import { concat, fromHex, toHex } from "../domain/bytes.js";
import type { Config } from "../domain/config.js";
import { DppError, isDppError } from "../domain/errors.js";
import type { PlutusScript, Utxo } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import {
  configUnit,
  type DeploymentUtxos,
  type OptionalScript,
  SCRIPT_NAMES,
  type ScriptName,
  scriptHashes,
  scriptNames,
} from "../tx/contracts.js";
import { planCarryScript, planFound, planReclaim, planRotate } from "../tx/deploy.js";
import type { Context, Reading } from "./context.js";
import { type Submitted, submitPlan } from "./submit.js";

/** @throws DppError `deployment/not-found` when the config token is not on this ledger. */
export async function loadDeployment({
  ledger,
  contracts,
}: Reading): Promise<DeploymentUtxos & { readonly state: Config }> {
  const config = await ledger.utxoByUnit(configUnit(contracts));
  if (config === null || !config.datum) {
    throw new DppError("deployment/not-found", `this ledger has no deployment ${contracts.config.hash}`);
  }
  const carried = await ledger.utxosAt(contracts.config.address);
  const carrying = (hash: string): Utxo | undefined =>
    carried.find(({ scriptRef }) => scriptRef && hashOf(scriptRef) === hash);
  const scripts: Partial<Record<ScriptName, Utxo>> = {};
  for (const name of SCRIPT_NAMES) {
    const utxo = carrying(contracts[name].hash);
    if (utxo !== undefined) scripts[name] = utxo;
  }
  return {
    config,
    scripts,
    state: decodeConfigDatum(config.datum),
  };
}

/** Script hash: blake2b-224 of the language tag (3 = Plutus V3) and the once-wrapped script (Conway CDDL). */
function hashOf({ script }: PlutusScript): string {
  const inner = decodePlutusData(fromHex(script));
  if (!(inner instanceof Uint8Array))
    throw new DppError("deployment/script", "a reference script is not CBOR bytes");
  return toHex(blake2b(concat(Uint8Array.of(3), inner), { dkLen: 28 }));
}

export interface Founding {
  readonly config: Omit<Config, "scripts" | "successor">;
  /** Output that `contracts` were made for; the founder spends it. */
  readonly seed: Utxo;
  /** What the deployment does without, for good. */
  readonly without?: readonly OptionalScript[];
}

/**
 * Lays a reference script. Anybody may have registered the account of `p256` before, who knew that the deployment was coming: then it is there, and is not registered again.
 */
export async function carryScript(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  script: PlutusScript,
): Promise<Submitted> {
  const plan = planCarryScript(context.contracts, script);
  try {
    return await submitPlan(context, signers, async () => plan);
  } catch (error) {
    if (plan.registrations === undefined || !isDppError(error, "ledger/refused")) throw error;
    // Not every node tells the rule.
    if (!["StakeCertificates", "Other"].includes(String(error.details.rule))) throw error;
    const { registrations: _, ...known } = plan;
    return submitPlan(context, signers, async () => known);
  }
}

/** Carries the reference scripts, then mints the config token last, so that whoever sees a deployment sees all of it. `signers[0]` pays. */
export async function foundDeployment(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  { config, seed, without = [] }: Founding,
): Promise<readonly Submitted[]> {
  const { contracts } = context;
  const done: Submitted[] = [];
  for (const name of scriptNames(without))
    done.push(await carryScript(context, signers, contracts[name].script));
  const members = signers.map(({ keyHash }) => keyHash).filter((keyHash) => config.members.includes(keyHash));
  const plan = planFound(
    contracts,
    seed,
    { ...config, scripts: scriptHashes(contracts, without), successor: null },
    members.slice(0, config.threshold),
  );
  done.push(await submitPlan(context, signers, async () => plan));
  return done;
}

/** Takes back the reference scripts, e.g. after a successor took over. */
export async function reclaimScript(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  carried: Utxo,
): Promise<Submitted> {
  return submitPlan(context, signers, async () => {
    const { config, state } = await loadDeployment(context);
    return planReclaim(context.contracts, config, carried, quorumAmong(state, signers));
  });
}

/** What a consortium may change of itself; what is absent stays. */
export type Rotation = Partial<Pick<Config, "members" | "threshold" | "freezeKeys" | "successor">>;

/** The config after a rotation. @throws DppError `consortium/config` when the contract would refuse it, `consortium/successor`. */
export function rotated(contracts: Context["contracts"], old: Config, rotation: Rotation): Config {
  const next = { ...old, ...rotation };
  const bad = (keys: readonly string[]): boolean =>
    keys.length < 1 || keys.length > 32 || new Set(keys).size !== keys.length;
  if (bad(next.members) || bad(next.freezeKeys))
    throw new DppError("consortium/config", "a consortium has 1 to 32 members and freeze keys, each once");
  if (next.threshold < 1 || next.threshold > next.members.length)
    throw new DppError(
      "consortium/config",
      `${next.threshold} of ${next.members.length} members cannot sign`,
    );
  if (old.successor !== null && next.successor !== old.successor)
    throw new DppError("consortium/successor", `the successor is named for good: ${old.successor}`);
  if (next.successor === contracts.config.hash)
    throw new DppError("consortium/successor", "a deployment cannot succeed itself");
  return next;
}

/** Members, threshold and freeze keys change, or a successor is named. A quorum of the old and one of the new members sign. */
export async function rotateConsortium(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  rotation: Rotation,
): Promise<Submitted> {
  return submitPlan(context, signers, async () => {
    const { config, state } = await loadDeployment(context);
    const next = rotated(context.contracts, state, rotation);
    const quorum = new Set([...quorumAmong(state, signers), ...quorumAmong(next, signers)]);
    return planRotate(context.contracts, config, next, [...quorum]);
  });
}

/** @throws DppError `consortium/below-quorum` when too few members' keys are at hand. */
export function quorumAmong({ members, threshold }: Config, signers: readonly Signer[]): readonly string[] {
  const held = members.filter((member) => signers.some(({ keyHash }) => keyHash === member));
  if (held.length < threshold) {
    throw new DppError(
      "consortium/below-quorum",
      `${held.length} of the ${threshold} keys that must sign are at hand`,
      {
        details: { held: held.length, threshold },
      },
    );
  }
  return held.slice(0, threshold);
}
