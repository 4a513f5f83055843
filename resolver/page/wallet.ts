/**
 * The part of CIP-30 that a role proof needs. Its whole surface here is four calls on an object that the wallet itself provides, so a
 * wallet library (Mesh: 101 MB installed) would add weight and trust without work saved.
 */

import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { credentialOf } from "@cardano-dpp/offchain/crypto/cip8";
import { DppError } from "@cardano-dpp/offchain/domain/errors";

export interface WalletApi {
  getNetworkId(): Promise<number>;
  getUsedAddresses(): Promise<string[]>;
  getUnusedAddresses(): Promise<string[]>;
  getChangeAddress(): Promise<string>;
  getRewardAddresses(): Promise<string[]>;
  getUtxos?(): Promise<string[] | null>;
  signData(address: string, payload: string): Promise<{ signature: string; key: string }>;
  signTx?(transaction: string, partial: boolean): Promise<string>;
}

export interface InstalledWallet {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  enable(): Promise<WalletApi>;
}

/** Wallets that stand in `window.cardano` now; extensions may add themselves after the page has loaded. */
export function installedWallets(): readonly InstalledWallet[] {
  const offered = (window as { cardano?: Record<string, Partial<InstalledWallet>> }).cardano ?? {};
  return Object.entries(offered).flatMap(([id, wallet]) =>
    typeof wallet?.enable === "function"
      ? [
          {
            id,
            name: String(wallet.name ?? id),
            icon: String(wallet.icon ?? ""),
            enable: () => wallet.enable?.() as Promise<WalletApi>,
          },
        ]
      : [],
  );
}

export interface ProofAddress {
  /** Hex, as CIP-30 gives it. */
  readonly address: string;
  readonly keyHash: string;
  readonly kind: "payment" | "stake";
}

/** The addresses whose keys the wallet can sign with: its payment addresses, then its stake address. */
export async function proofAddresses(api: WalletApi, networkId: 0 | 1): Promise<readonly ProofAddress[]> {
  if ((await api.getNetworkId()) !== networkId) {
    throw new DppError("auth/network", "the wallet is on another network");
  }
  const used = await api.getUsedAddresses();
  const payment =
    used.length > 0 ? used : [await api.getChangeAddress(), ...(await api.getUnusedAddresses())];
  const stake = await api.getRewardAddresses();
  const seen = new Set<string>();
  return [...payment, ...stake].flatMap((address) => {
    const parsed = parseAddress(address).address;
    const proven = credentialOf(parsed, networkId);
    if (seen.has(proven.credential + proven.keyHash)) return [];
    seen.add(proven.credential + proven.keyHash);
    return [{ address, keyHash: proven.keyHash, kind: proven.credential }];
  });
}

/** What a wallet throws when its owner says no (CIP-30 DataSignError, APIError). */
export function isDeclined(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 3 || code === -3;
}
