/** The buyer's screen: address and, if he likes, reading key, as a code that the seller scans. Spec: docs/spec/ownership.md "Receive request". */
import { parseAddress, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { encodeReceiveRequest, receivingAddress } from "@cardano-dpp/offchain/codec/receive-request";
import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Network } from "@cardano-dpp/offchain/ports/ledger";
import { byId, el, show } from "./dom.js";
import { networkIdOf } from "./own-ledger.js";
import { alertOf, button, card, copyable } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";
import { walletChooser } from "./own-wallet.js";
import { createPasskey, usePasskey } from "./passkey.js";
import { qrImage } from "./qr.js";
import type { ConnectedWallet } from "./wallet.js";

const T = OWN_TEXTS.receive;

/** `passport`: the one that the buyer expects; null: any. */
export function showReceive(network: Network, passport: string | null): void {
  let readingKey: string | null = null;
  const code = el("div", { id: "receive-code" });
  const input = el("input", { id: "receive-address", autocomplete: "off", spellcheck: "false" });
  const draw = (): void => {
    const address = input.value.trim();
    show(code);
    if (address === "") return;
    try {
      const text = encodeReceiveRequest({
        network,
        address: receivingAddress(address, network).text,
        readingKey,
        passport,
      });
      showCode(code, text, address, readingKey !== null, passport);
    } catch (error) {
      show(code, alertOf(error));
    }
  };
  const useWallet = async (wallet: ConnectedWallet): Promise<string> => {
    input.value = await addressOf(wallet, network);
    draw();
    return input.value;
  };
  const useKey = (key: ReadingKeyPair): void => {
    readingKey = toHex(key.publicKey);
    draw();
  };
  const submitted = (event: Event): void => {
    event.preventDefault();
    draw();
  };
  show(
    byId("content"),
    card(
      T.heading,
      el("p", {}, T.intro),
      walletChooser(T.wallet, useWallet),
      el(
        "form",
        { submit: submitted },
        el("label", {}, T.address, input),
        el("button", { type: "submit" }, T.show),
      ),
      passkeyPanel(useKey),
      code,
    ),
  );
}

function passkeyPanel(use: (key: ReadingKeyPair) => void): HTMLElement {
  const status = el("div", { id: "key-status", role: "status", "aria-live": "polite" });
  const obtain = async (from: () => Promise<ReadingKeyPair>): Promise<void> => {
    try {
      const key = await from();
      // The code holds the public half alone; nothing is opened here.
      key.secretKey.fill(0);
      use(key);
      show(status, el("p", { "data-state": "passed" }, T.withKey));
    } catch (error) {
      show(status, alertOf(error));
    }
  };
  return el(
    "div",
    {},
    el("h2", {}, T.key),
    el("p", {}, T.keyIntro),
    button(T.usePasskey, () => void obtain(usePasskey)),
    button(T.makePasskey, () => void obtain(createPasskey)),
    status,
  );
}

/** The address that the wallet would pay its own change to: it shows there what it holds. */
async function addressOf(wallet: ConnectedWallet, network: Network): Promise<string> {
  const keys = await wallet.keys(networkIdOf(network));
  const change = await wallet.changeAddress();
  const own = keys.filter(({ credential }) => credential === "payment");
  const listed = own.flatMap(({ addresses }) => addresses);
  const hex = change === undefined ? undefined : toHex(parseAddress(change).bytes);
  const chosen = hex !== undefined && listed.includes(hex) ? hex : listed[0];
  if (chosen === undefined) throw new DppError("wallet/no-address", "the wallet names no payment address");
  return toBech32Address(fromHex(chosen));
}

function showCode(
  area: HTMLElement,
  text: string,
  address: string,
  withKey: boolean,
  passport: string | null,
): void {
  const link = `${location.origin}/receive#${text}`;
  // A camera app follows a link; over plain HTTP on this machine nobody else could.
  const shown = location.protocol === "https:" ? link : text;
  show(
    area,
    el("h2", {}, T.code(address)),
    qrImage(shown, T.heading),
    el("p", {}, withKey ? T.withKey : T.withoutKey),
    passport === null ? null : el("p", {}, T.expects(passport)),
    copyable("request-text", T.text, text),
    copyable("request-link", T.link, link),
    el("p", {}, T.check),
  );
}
