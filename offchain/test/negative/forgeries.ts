/** Attacks that every state output invites, whichever contract guards it. */

import { blake2b } from "@noble/hashes/blake2.js";
import { encodeAddressBytes, parseAddress, toBech32Address } from "../../src/codec/address.js";
import { encodePlutusData } from "../../src/codec/plutus-data.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { withOutput } from "../../src/testing/forge.js";
import { ALWAYS } from "../../src/testing/ledger-contract.js";
import type { World } from "../../src/testing/world.js";
import type { PlannedOutput, TxPlan } from "../../src/tx/plan.js";
import type { Attack } from "./attack.js";

/** The same payment credential with somebody's stake credential: rewards would go there. */
export function staked(address: string, stakeHash: string): string {
  const { address: parsed } = parseAddress(address);
  return toBech32Address(
    encodeAddressBytes({ ...parsed, kind: "base", stake: { kind: "key", hash: stakeHash } }),
  );
}

const hashed = ({ datum = "", ...output }: PlannedOutput): PlannedOutput => ({
  ...output,
  datumHash: toHex(blake2b(fromHex(datum), { dkLen: 32 })),
});

const bare = ({ datum: _, ...output }: PlannedOutput): PlannedOutput => output;

/** A token under a policy that anyone may mint, added to the state output. */
export const DUST_NAME = toHex(utf8("dust"));

export const long = (bytes: number): Uint8Array => utf8("x".repeat(bytes));

export interface StateRules {
  /** What is traced when no output carries the expected value. */
  readonly noSuchOutput: string;
}

export const NOT_INLINE = "expect InlineDatum(datum) = output.datum";

/** On the state output at `at` of a plan. */
export const outputForgeries = (at: number): readonly Attack[] => {
  const change =
    (mutate: (output: PlannedOutput, world: World) => PlannedOutput) => (plan: TxPlan, world: World) =>
      withOutput(plan, at, (output) => mutate(output, world));
  return [
    {
      name: "send the state to a wallet",
      rule: "is_at_state_address",
      change: change((output, { actors }) => ({ ...output, address: actors.stranger.address })),
    },
    {
      name: "send the state to another contract",
      rule: "is_at_state_address",
      change: change((output, { contracts }) => ({
        ...output,
        address:
          contracts.config.address === output.address ? contracts.roles.address : contracts.config.address,
      })),
    },
    {
      name: "attach a stake credential to the state",
      rule: "is_at_state_address",
      change: change((output, { actors }) => ({
        ...output,
        address: staked(output.address, actors.stranger.keyHash),
      })),
    },
    {
      name: "attach a reference script to the state",
      rule: "has_no_reference_script",
      change: change((output) => ({
        ...output,
        assets: { ...output.assets, lovelace: 50_000_000n },
        script: ALWAYS,
      })),
    },
    { name: "leave the datum out", rule: NOT_INLINE, change: change(bare) },
    { name: "give only the datum's hash", rule: NOT_INLINE, change: change(hashed) },
  ];
};

/** Mints a token of a policy that anyone may use, and adds it to the output. */
export const withDust = (plan: TxPlan, at: number, policy: string): TxPlan => ({
  ...withOutput(plan, at, (output) => ({
    ...output,
    assets: { ...output.assets, [policy + DUST_NAME]: 1n },
  })),
  mints: [...plan.mints, { policy, assets: { [DUST_NAME]: 1n }, redeemer: toHex(encodePlutusData(0n)) }],
  scripts: [...plan.scripts, ALWAYS],
});
