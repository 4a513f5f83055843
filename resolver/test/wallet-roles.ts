/** Attestations for the keys of a test, each with its badge wherever the test wants it. */
import { generateKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { userUnit } from "@cardano-dpp/offchain/domain/tokens";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { issueRoles } from "@cardano-dpp/offchain/usecases/roles";
import { submitPlan } from "@cardano-dpp/offchain/usecases/submit";
import type { TestWorld } from "../src/testing/world.js";

const DAY = 86_400_000;

/** A REPAIRER for each holder's key hash; the badge goes to the address (bech32). Answers the attestations' names. */
export async function accredit(
  { context, actors, clock }: TestWorld,
  list: readonly { readonly holder: string; readonly badgeAddress: string }[],
): Promise<readonly string[]> {
  const { names } = await issueRoles(
    context,
    [actors.member1, actors.member2],
    list.map(({ holder, badgeAddress }) => ({
      metadata: { name: "Example repairs", image: "ipfs://bafkreiexample" },
      attestation: {
        role: "REPAIRER" as const,
        kind: "Individual" as const,
        holder,
        alg: 0,
        pk: "",
        encPk: toHex(generateKeyPair(context.random).publicKey),
        operator: "gln:9506000140001",
        place: "",
        validFrom: clock.now() - DAY,
        validTo: clock.now() + 365 * DAY,
        maxDelay: 0,
      },
      badgeAddress,
    })),
  );
  return names;
}

/** Sends the badge, and coins for the next journey, from a wallet of the world's to an address. */
export async function sendBadge(
  { context }: TestWorld,
  name: string,
  from: Signer,
  address: string,
): Promise<void> {
  const badge = userUnit(context.contracts.roles.hash, name);
  await submitPlan(context, [from], async () => ({
    inputs: [],
    referenceInputs: [],
    mints: [],
    outputs: [{ address, assets: { lovelace: 2_000_000n, [badge]: 1n } }],
    signers: [],
    scripts: [],
  }));
}
