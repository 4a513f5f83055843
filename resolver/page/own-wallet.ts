/** The wallet picker of the ownership pages, and the key of a wallet that holds a product. */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { type Child, el, show } from "./dom.js";
import { alertOf, button } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";
import { TEXTS } from "./texts.js";
import { type ConnectedWallet, connectWallet, type WalletKey } from "./wallet.js";
import { type InstalledWallet, installedWallets } from "./wallet-list.js";

/** ms for a wallet's answer that needs nobody's consent. */
const ANSWER_WITHIN = 20_000;

export interface WalletStep {
  readonly signal: AbortSignal;
  /** Tells what happens. */
  step(words: string): void;
}

/**
 * A button that offers the installed wallets; `use` runs with the chosen one and answers what to show then. A failure is told in words, and another wallet may be
 * chosen at once.
 */
export function walletChooser(
  label: string,
  use: (wallet: ConnectedWallet, step: WalletStep) => Promise<Child>,
): HTMLElement {
  const status = el("div", { id: "wallet-status", role: "status", "aria-live": "polite" });
  let asking: AbortController | null = null;
  const offer = (): void => {
    asking?.abort();
    const wallets = installedWallets();
    if (wallets.length === 0) show(status, el("p", {}, TEXTS.wallet.none));
    else show(status, ...wallets.map((wallet) => walletButton(wallet, () => void run(wallet))));
  };
  const run = async (wallet: InstalledWallet): Promise<void> => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    const text = el("p", {}, TEXTS.wallet.connecting);
    show(status, text, button(OWN_TEXTS.cancel, offer));
    try {
      const connected = await connectWallet(wallet, { signal: mine.signal, answerWithin: ANSWER_WITHIN });
      const done = await use(connected, {
        signal: mine.signal,
        step: (words) => text.replaceChildren(words),
      });
      if (!mine.signal.aborted) show(status, done);
    } catch (error) {
      if (!mine.signal.aborted) show(status, alertOf(error));
    }
  };
  return el("div", {}, button(label, offer, true), status);
}

const walletButton = ({ name, icon }: InstalledWallet, click: () => void): HTMLElement =>
  el(
    "button",
    { type: "button", click },
    icon !== null && el("img", { src: icon, alt: "", width: "20", height: "20" }),
    icon !== null && " ",
    el("bdi", {}, TEXTS.wallet.connectWith(name)),
  );

/** The wallet's key that holds what lies at `address`. @throws DppError `ownership/not-owner` when the wallet names no such key. */
export function keyHolding(keys: readonly WalletKey[], address: string, words: string): WalletKey {
  const { payment } = parseAddress(address).address;
  const key = keys.find(({ credential, keyHash }) => credential === "payment" && keyHash === payment?.hash);
  if (key === undefined) throw new DppError("wallet/not-owner", words);
  return key;
}
