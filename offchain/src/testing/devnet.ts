/** The devnet that `npm run test:real` started: its node as a ledger, and coins from its faucet. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { openBlockfrost } from "../adapters/blockfrost/blockfrost.js";
import { keySigner } from "../adapters/keystore-signer.js";
import { lucidBuilder } from "../adapters/lucid/builder.js";
import { systemClock, systemRandom } from "../adapters/system.js";
import { openUtxoRpc } from "../adapters/utxorpc/ledger.js";
import { fromHex } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { Ledger } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";
import { emptyPlan, transact } from "./transact.js";

/** Many times a second: a devnet makes five blocks in one. */
const POLL_MS = 20;
const ATTEMPTS = 20;

/** A variable that the runner sets. A test that needs a daemon fails without one; it does not skip. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set: run \`npm run test:real\``);
  return value;
}

/** Where the node's UTxO RPC is. */
export const nodeUrl = (): string => required("DPP_REAL_UTXORPC");

/** The node's other face: Blockfrost's routes. */
export const devnetBlockfrost = (): Promise<Ledger> =>
  openBlockfrost({
    network: "devnet",
    url: required("DPP_REAL_BLOCKFROST"),
    clock: systemClock,
    random: systemRandom,
  });

export async function devnetLedger(): Promise<Ledger> {
  const blockfrost = await devnetBlockfrost();
  return openUtxoRpc({
    url: nodeUrl(),
    network: "devnet",
    clock: systemClock,
    pollMs: POLL_MS,
    timeoutMs: 60_000,
    parameters: () => blockfrost.protocolParameters(),
  });
}

export function faucet(): Signer {
  const { secretKey } = JSON.parse(readFileSync(required("DPP_REAL_FAUCET"), "utf8")) as {
    secretKey: string;
  };
  return keySigner(fromHex(secretKey), "devnet");
}

/** A key that nobody used before. */
export const freshKey = (): Signer => keySigner(new Uint8Array(randomBytes(32)), "devnet");

/** Pays `outputs` outputs of `lovelace` to each address and waits for the block. */
export async function fund(
  ledger: Ledger,
  addresses: readonly string[],
  outputs: number,
  lovelace: bigint,
): Promise<void> {
  const payer = faucet();
  const paid = addresses.flatMap((address) =>
    Array.from({ length: outputs }, () => ({ address, assets: { lovelace } })),
  );
  for (let attempt = 1; ; attempt++) {
    try {
      const { hash } = await transact(ledger, lucidBuilder(ledger), { ...emptyPlan, outputs: paid }, [payer]);
      return await ledger.awaitTx(hash);
    } catch (error) {
      // Another test took the faucet's coin first.
      if (attempt === ATTEMPTS || !isDppError(error, "ledger/conflict")) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS * 10));
    }
  }
}
