/** A counterfeit state: a token of the right name under a policy that anyone may use, with a datum of the forger's choice. */
import { validatorToScriptHash } from "@lucid-evolution/lucid";
import { LABEL_REFERENCE } from "../../src/domain/tokens.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { ALWAYS } from "../../src/testing/ledger-contract.js";
import { emptyPlan } from "../../src/testing/transact.js";
import type { World } from "../../src/testing/world.js";

export const FREE_POLICY = validatorToScriptHash(ALWAYS);

/** Mints the counterfeit to `address` and answers it as it lies on the ledger. `name`: whole token name, hex. */
export async function counterfeit(world: World, name: string, datum: string, address: string): Promise<Utxo> {
  const { hash } = await world.accept(
    {
      ...emptyPlan,
      mints: [{ policy: FREE_POLICY, assets: { [name]: 1n }, redeemer: "d87980" }],
      outputs: [{ address, assets: { [FREE_POLICY + name]: 1n }, datum }],
      scripts: [ALWAYS],
    },
    world.actors.stranger,
  );
  const [utxo] = await world.ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]);
  if (utxo === undefined) throw new Error("the counterfeit is not on the ledger");
  return utxo;
}

/** A counterfeit of an attestation that names the stranger as its holder. */
export const counterfeitAttestation = (world: World, name: string, datum: string): Promise<Utxo> =>
  counterfeit(world, LABEL_REFERENCE + name, datum, world.contracts.roles.address);
