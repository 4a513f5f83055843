/** The seller's screen: scan or paste what the buyer shows, look, sign. */
import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import type { ReadingKeyPair } from "@cardano-dpp/offchain/crypto/x25519";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { acceptReceiver } from "@cardano-dpp/offchain/usecases/ownership/receiver";
import { byId, el, show } from "./dom.js";
import { productLines } from "./own-ask.js";
import type { OwnedPassport } from "./own-ledger.js";
import { alertOf, button, card } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";
import { walletChooser } from "./own-wallet.js";
import { keysPanel } from "./sell-keys.js";
import { canScan, scanCode } from "./sell-scan.js";
import { sell } from "./sell-sign.js";

const T = OWN_TEXTS.give;

/** `request`: what the address of this page brought along; empty: the buyer's code is still to be scanned. */
export function showGive(owned: OwnedPassport, request: string): void {
  const { status, owner, refused } = owned;
  if (status !== "Active") {
    show(byId("content"), card(T.heading, ...productLines(owned), el("p", { role: "alert" }, T.notActive)));
    return;
  }
  if (owner === null) throw new DppError(refused ?? "ownership/nobody", "nobody can give it away");
  const area = el("div", { id: "give" });
  const problem = el("div", {});
  const accept = (text: string): void => {
    show(problem);
    try {
      showConfirm(area, owned, text, owner.address);
    } catch (error) {
      show(problem, alertOf(error));
    }
  };
  show(area, requestForm(accept, problem), problem);
  show(byId("content"), card(T.heading, ...productLines(owned), area));
  if (request !== "") accept(request);
}

function requestForm(accept: (text: string) => void, problem: HTMLElement): HTMLElement {
  const text = el("textarea", { id: "request", rows: "3", autocomplete: "off", spellcheck: "false" });
  const camera = el("div", { id: "scan" });
  const scan = async (): Promise<void> => {
    try {
      const seen = await scanCode(camera);
      if (seen !== null) accept(seen);
    } catch (error) {
      show(problem, alertOf(error));
    }
  };
  const submitted = (event: Event): void => {
    event.preventDefault();
    accept(text.value);
  };
  return el(
    "div",
    {},
    el("h2", {}, T.step1),
    canScan() ? button(T.scan, () => void scan(), true) : el("p", { class: "detail" }, T.noScan),
    camera,
    el(
      "form",
      { submit: submitted },
      el("label", {}, T.paste, text),
      el("button", { type: "submit" }, T.next),
    ),
  );
}

/** @throws DppError `transfer/*`. */
function showConfirm(area: HTMLElement, owned: OwnedPassport, request: string, holder: string): void {
  const { passport, network, deployment, name } = owned;
  const keyHash = parseAddress(holder).address.payment?.hash ?? "";
  const receiver = acceptReceiver(request, network, { passport, keyHash });
  let keys: readonly ReadingKeyPair[] = [];
  const use = (opened: readonly ReadingKeyPair[]): void => {
    keys = opened;
  };
  const chooser = walletChooser(T.confirm, async (wallet, step) => {
    const sold = await sell(wallet, step, { owned, receiver, request, keys });
    show(
      area,
      el(
        "div",
        { class: "verdict", "data-state": "passed", id: "given", role: "status" },
        el("strong", {}, T.done(name)),
        el("p", {}, T.doneDetail(sold.txHash, sold.keys)),
      ),
    );
    return null;
  });
  show(
    area,
    el("h2", {}, T.step2),
    el("p", { id: "gives" }, el("strong", {}, T.gives(name, receiver.address))),
    el("p", {}, T.compare),
    receiver.readingKey === null
      ? el("p", { class: "detail" }, T.noKeys)
      : keysPanel({ config: deployment, passport }, use),
    chooser,
  );
}
