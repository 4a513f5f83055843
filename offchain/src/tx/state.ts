/** What all plans share: reference inputs, the state output that a spend continues, the pair that a mint makes. */
import { LABEL_REFERENCE, LABEL_USER, referenceUnit, userUnit } from "../domain/tokens.js";
import type { Utxo } from "../ports/ledger.js";
import type { Contract, Contracts, DeploymentUtxos, ScriptName } from "./contracts.js";
import type { PlannedMint, PlannedOutput, TxPlan } from "./plan.js";

export interface Validity {
  /** POSIX ms. */
  readonly from: number;
  readonly to: number;
}

/** The contract's script: by reference where the deployment carries it, else attached. */
export function withScript(
  contracts: Contracts,
  utxos: DeploymentUtxos,
  name: ScriptName,
): Pick<TxPlan, "referenceInputs" | "scripts"> {
  const carried = utxos.scripts[name];
  return carried === undefined
    ? { referenceInputs: [utxos.config], scripts: [contracts[name].script] }
    : { referenceInputs: [utxos.config, carried], scripts: [] };
}

/** The output that continues a state: same address, same value, another datum. */
export const continuing = (state: Utxo, datum: string): PlannedOutput => ({
  address: state.address,
  assets: state.assets,
  datum,
});

export interface NewState {
  /** Token name without its label, hex. */
  readonly name: string;
  readonly datum: string;
  /** The datum at its largest, CBOR hex. */
  readonly largest: string;
  /** Where the (222) goes. */
  readonly userAddress: string;
}

/** Each name's (100) to the contract and (222) to its user; states are sorted by name, as the contract expects. */
export function mintPairs(
  contract: Contract,
  states: readonly NewState[],
  redeemer: string,
): { readonly mint: PlannedMint; readonly outputs: readonly PlannedOutput[] } {
  const assets = Object.fromEntries(
    [LABEL_REFERENCE, LABEL_USER].flatMap((label) => states.map(({ name }) => [label + name, 1n] as const)),
  );
  const references = states.map(({ name, datum, largest }) => ({
    address: contract.address,
    assets: { [referenceUnit(contract.hash, name)]: 1n },
    datum,
    fundFor: largest,
  }));
  return {
    mint: { policy: contract.hash, assets, redeemer },
    outputs: [...references, ...userOutputs(contract, states)],
  };
}

/** One output per receiving address: twenty badges for one wallet need one bag, not twenty. */
function userOutputs(contract: Contract, states: readonly NewState[]): PlannedOutput[] {
  const byAddress = new Map<string, Record<string, bigint>>();
  for (const { name, userAddress } of states) {
    const assets = byAddress.get(userAddress) ?? {};
    assets[userUnit(contract.hash, name)] = 1n;
    byAddress.set(userAddress, assets);
  }
  return [...byAddress].map(([address, assets]) => ({ address, assets }));
}
