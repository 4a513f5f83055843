/** Makes a deployment's contracts from the compiled blueprint (CIP-57): applies parameters, derives hashes and addresses. */
import {
  applyParamsToScript,
  Constr,
  type Network as LucidNetwork,
  validatorToAddress,
  validatorToScriptHash,
} from "@lucid-evolution/lucid";
import { DppError } from "../domain/errors.js";
import { type Network, networkId, type OutRef, type PlutusScript } from "../ports/ledger.js";
import type { Contract, Contracts } from "../tx/contracts.js";

/** The part of a CIP-57 blueprint that makes contracts. The committed one: `blueprint.gen.ts`. */
export interface Blueprint {
  readonly validators: readonly {
    readonly title: string;
    readonly compiledCode: string;
    readonly hash: string;
  }[];
}

/** Address prefixes know only main and test networks. */
const lucidNetwork = (network: Network): LucidNetwork => (networkId(network) === 1 ? "Mainnet" : "Preview");

function compiled(blueprint: Blueprint, name: string): string {
  const found = blueprint.validators.find(({ title }) => title.startsWith(`${name}.`));
  if (found === undefined)
    throw new DppError("contracts/blueprint", `the blueprint has no validator ${name}`);
  return found.compiledCode;
}

function contract(network: Network, code: string, parameter: string | Constr<string | bigint>): Contract {
  const script: PlutusScript = { type: "PlutusV3", script: applyParamsToScript(code, [parameter]) };
  return {
    hash: validatorToScriptHash(script),
    address: validatorToAddress(lucidNetwork(network), script),
    script,
  };
}

/** `seed`: the outref that the config token's mint consumes. Every hash of the deployment follows from it. */
export function makeContracts(blueprint: Blueprint, network: Network, seed: OutRef): Contracts {
  const seedData = new Constr<string | bigint>(0, [seed.txHash, BigInt(seed.outputIndex)]);
  const config = contract(network, compiled(blueprint, "config"), seedData);
  return {
    network,
    seed: { txHash: seed.txHash, outputIndex: seed.outputIndex },
    config,
    roles: contract(network, compiled(blueprint, "roles"), config.hash),
    passport: contract(network, compiled(blueprint, "passport"), config.hash),
    anchor: contract(network, compiled(blueprint, "anchor"), config.hash),
    joint: contract(network, compiled(blueprint, "joint"), config.hash),
    p256: contract(network, compiled(blueprint, "p256"), config.hash),
  };
}

export const scriptHash = (script: PlutusScript): string => validatorToScriptHash(script);
