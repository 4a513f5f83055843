/** Puts CIP-30 wallets of our own into a real browser: the page calls `window.cardano`, the keys lie in the test. */
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import type { Page } from "playwright-core";
import { type Behaviour, type Cip30Api, cip30Wallet, coinAt } from "./cip30-wallet.js";

export interface BrowserWallet {
  readonly name: string;
  readonly icon?: string;
  /** What `enable` answers, the first time, the second time and so on; the last for ever after. */
  readonly accounts: readonly Cip30Api[];
}

/** A wallet with one address, the signer's. */
export const singleAddress = (signer: Signer, behaviour: Behaviour = {}): Cip30Api =>
  cip30Wallet([signer], { used: [signer.address], coins: [coinAt(signer.address)], ...behaviour }).api;

/** CIP-30 errors are plain objects; the bridge between test and page would make Errors of them. */
type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

export async function injectWallets(page: Page, wallets: readonly BrowserWallet[]): Promise<void> {
  const call = async (wallet: number, account: number, method: string, args: never[]): Promise<Outcome> => {
    const api = wallets[wallet]?.accounts[account];
    try {
      return { value: await api?.[method]?.(...args) };
    } catch (thrown) {
      return { thrown: thrown instanceof Error ? thrown.message : thrown };
    }
  };
  await page.exposeFunction("testWalletCall", call);
  const offered = wallets.map(({ name, icon = "", accounts }) => ({
    name,
    icon,
    methods: accounts.map((api) => Object.keys(api)),
  }));
  await page.addInitScript((list) => {
    const host = window as unknown as {
      cardano: Record<string, unknown>;
      testWalletCall(wallet: number, account: number, method: string, args: unknown[]): Promise<Outcome>;
    };
    const enabled = list.map(() => 0);
    host.cardano = Object.fromEntries(
      list.map(({ name, icon, methods }, wallet) => [
        `wallet${wallet}`,
        {
          name,
          icon,
          apiVersion: "1",
          supportedExtensions: [],
          isEnabled: async () => (enabled[wallet] ?? 0) > 0,
          enable: async () => {
            const account = Math.min(enabled[wallet] ?? 0, methods.length - 1);
            enabled[wallet] = account + 1;
            return Object.fromEntries(
              (methods[account] ?? []).map((method) => [
                method,
                async (...args: unknown[]) => {
                  const outcome = await host.testWalletCall(wallet, account, method, args);
                  if ("thrown" in outcome) throw outcome.thrown;
                  return outcome.value;
                },
              ]),
            );
          },
        },
      ]),
    );
  }, offered);
}
