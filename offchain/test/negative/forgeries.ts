/** Attacks that every state output invites, whichever contract guards it. */

import { blake2b } from "@noble/hashes/blake2.js";
import { encodeAddressBytes, parseAddress, toBech32Address } from "../../src/codec/address.js";
import { encodePlutusData, type PlutusData } from "../../src/codec/plutus-data.js";
import { fromHex, toHex, utf8 } from "../../src/domain/bytes.js";
import { withDatumField, withOutput } from "../../src/testing/forge.js";
import { ALWAYS } from "../../src/testing/ledger-contract.js";
import type { World } from "../../src/testing/world.js";
import type { PlannedOutput, TxPlan } from "../../src/tx/plan.js";
import type { Attack } from "./attack.js";
import { FREE_POLICY } from "./counterfeit.js";

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

const forge = (path: readonly number[], value: PlutusData, rule: string, name: string): Attack => ({
  name,
  rule,
  change: (plan) => withDatumField(plan, 0, path, value),
});

export const NAME = [0, 0] as const;
export const IMAGE = [0, 1] as const;
export const VERSION = [1] as const;

const metadata = (...entries: readonly (readonly [string, string])[]): PlutusData => ({
  entries: entries.map(([key, value]) => [utf8(key), utf8(value)]),
});

/**
 * On the metadata of the first state output. `longest`: bytes of the oversized image; a continued state has no ADA for a very long one, which
 * another rule would notice first.
 */
export const metadataForgeries = (longest: number): readonly Attack[] => [
  forge(NAME, new Uint8Array(0), "has_length(name, 1, 64)", "leave the name empty"),
  forge(NAME, long(65), "has_length(name, 1, 64)", "give a name of 65 bytes"),
  forge(IMAGE, new Uint8Array(0), "has_length(image, 1, 96)", "leave the image empty"),
  forge(IMAGE, long(longest), "has_length(image, 1, 96)", `give an image URI of ${longest} bytes`),
  forge([0], metadata(["name", "x"], ["url", "y"]), 'image_key == "image"', "use another key of metadata"),
  forge([0], metadata(["image", "x"], ["name", "y"]), 'name_key == "name"', "swap the keys of metadata"),
  forge(
    [0],
    metadata(["name", "x"], ["image", "y"], ["z", "z"]),
    "expect [Pair(name_key, name), Pair(image_key, image)] = metadata",
    "add a key to metadata",
  ),
];

export const long = (bytes: number): Uint8Array => utf8("x".repeat(bytes));

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
      change: change((output) => ({ ...output, script: ALWAYS })),
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

/** What every continued state refuses: value that changed, however little. `at`: position of the state output. */
const valueForgeries = (at: number, dustPolicy: string): readonly Attack[] => [
  {
    name: "add a token to the state",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => withDust(plan, at, dustPolicy),
  },
  {
    name: "take ADA out of the state",
    rule: NO_SUCH_OUTPUT,
    change: (plan) =>
      withOutput(plan, at, (output) => ({
        ...output,
        assets: { ...output.assets, lovelace: (output.assets.lovelace ?? 0n) - 1n },
      })),
  },
  {
    name: "add ADA to the state",
    rule: NO_SUCH_OUTPUT,
    change: (plan) =>
      withOutput(plan, at, (output) => ({
        ...output,
        assets: { ...output.assets, lovelace: (output.assets.lovelace ?? 0n) + 1n },
      })),
  },
  {
    name: "take the token out of the state",
    rule: NO_SUCH_OUTPUT,
    change: (plan) =>
      withOutput(plan, at, (output) => ({ ...output, assets: { lovelace: output.assets.lovelace ?? 0n } })),
  },
  {
    name: "continue no state at all",
    rule: NO_SUCH_OUTPUT,
    change: (plan) => ({ ...plan, outputs: plan.outputs.filter((_, index) => index !== at) }),
  },
];

/** Traced when no output has the expected value, and when none holds the expected token. */
export const NO_SUCH_OUTPUT = "expect [output, ..rest] = outputs";

/** What every continued state refuses, whatever the act. */
export const stateForgeries = (at: number): readonly Attack[] => [
  ...outputForgeries(at),
  ...valueForgeries(at, FREE_POLICY),
];
