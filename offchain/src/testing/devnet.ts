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

export interface DevnetAddresses {
  /** URL of UTxO RPC. */
  readonly utxorpc: string;
  /** URL of the node's other face: Blockfrost's routes. */
  readonly blockfrost: string;
  /** JSON `{ address, secretKey }`. */
  readonly faucetFile: string;
}

/** The devnet of this run. */
export const sharedDevnet = (): DevnetAddresses => ({
  utxorpc: required("DPP_REAL_UTXORPC"),
  blockfrost: required("DPP_REAL_BLOCKFROST"),
  faucetFile: required("DPP_REAL_FAUCET"),
});

/** @param url Default: the shared devnet's. */
export const devnetBlockfrost = (url = sharedDevnet().blockfrost): Promise<Ledger> =>
  openBlockfrost({ network: "devnet", url, clock: systemClock, random: systemRandom });

export async function devnetLedger({ utxorpc, blockfrost } = sharedDevnet()): Promise<Ledger> {
  const parameters = await devnetBlockfrost(blockfrost);
  return openUtxoRpc({
    url: utxorpc,
    network: "devnet",
    clock: systemClock,
    pollMs: POLL_MS,
    timeoutMs: 60_000,
    parameters: () => parameters.protocolParameters(),
  });
}

export function faucet({ faucetFile }: Pick<DevnetAddresses, "faucetFile"> = sharedDevnet()): Signer {
  const { secretKey } = JSON.parse(readFileSync(faucetFile, "utf8")) as { secretKey: string };
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
  payer: Signer = faucet(),
): Promise<void> {
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
