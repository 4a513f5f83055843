/** A CIP-30 wallet for a real browser: the page calls `window.cardano`, the signatures come from a real Ed25519 key in the test. */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { blake2b } from "@noble/hashes/blake2.js";
import { decode, encode } from "cborg";
import type { Page } from "playwright-core";

export interface WalletKind {
  readonly name: string;
  readonly signer: Signer;
  /** A hardware wallet signs transactions and no data. */
  readonly hardware?: boolean;
  /** Its owner says no. */
  readonly declines?: boolean;
}

/** CIP-30's `getUtxos` shape, for any output of the address. */
const utxoOf = (address: Uint8Array): string =>
  toHex(
    encode([
      [new Uint8Array(32).fill(7), 0],
      [address, 5_000_000],
    ]),
  );

/** Body bytes of a transaction whose other parts are an empty witness set, `true` and metadata. */
function bodyHash(transaction: string): string {
  const parts = decode(fromHex(transaction), { useMaps: true }) as unknown[];
  const rest = parts.slice(1).map((part) => encode(part).length);
  const bytes = fromHex(transaction);
  return toHex(
    blake2b(bytes.slice(1, bytes.length - rest.reduce((sum, length) => sum + length, 0)), { dkLen: 32 }),
  );
}

export async function injectWallets(page: Page, wallets: readonly WalletKind[]): Promise<void> {
  const byName = new Map(wallets.map((wallet) => [wallet.name, wallet]));
  const signerOf = (name: string): Signer => {
    const wallet = byName.get(name);
    if (wallet === undefined) throw new Error(`no wallet ${name}`);
    return wallet.signer;
  };
  await page.exposeFunction("testSignData", (name: string, address: string, payload: string) =>
    signerOf(name).signData(address, payload),
  );
  await page.exposeFunction("testSignTx", async (name: string, transaction: string) => {
    const { publicKey, signature } = await signerOf(name).signTx(bodyHash(transaction));
    return toHex(encode(new Map([[0, [[fromHex(publicKey), fromHex(signature)]]]])));
  });
  const offered = wallets.map(({ name, signer, hardware = false, declines = false }) => {
    const { bytes } = parseAddress(signer.address);
    return { name, hardware, declines, address: toHex(bytes), utxo: utxoOf(bytes) };
  });
  await page.addInitScript((list) => {
    const host = window as unknown as {
      cardano: Record<string, unknown>;
      testSignData(name: string, address: string, payload: string): Promise<unknown>;
      testSignTx(name: string, transaction: string): Promise<string>;
    };
    host.cardano = Object.fromEntries(
      list.map(({ name, hardware, declines, address, utxo }) => [
        name,
        {
          name,
          icon: "",
          apiVersion: "1",
          enable: async () => ({
            getNetworkId: async () => 0,
            getUsedAddresses: async () => [address],
            getUnusedAddresses: async () => [],
            getChangeAddress: async () => address,
            getRewardAddresses: async () => [],
            getUtxos: async () => [utxo],
            signData: async (signing: string, payload: string) => {
              if (declines) throw { code: 3, info: "declined" };
              if (hardware) throw { code: 1, info: "cannot sign data" };
              return host.testSignData(name, signing, payload);
            },
            signTx: (transaction: string) => host.testSignTx(name, transaction),
          }),
        },
      ]),
    );
  }, offered);
}
