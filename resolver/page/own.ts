/**
 * The ownership pages: `/owner#ask.{passport}`, `/owner#prove.{passport}.{nonce}`, `/receive`, `/receive#for.{passport}`, `/receive#dpp_receive1…`, `/give#{passport}[.{request}]`.
 * What stands behind the `#` is not sent to the server. Spec: docs/spec/ownership.md.
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { isPassportId } from "@cardano-dpp/offchain/domain/tokens";
import { byId, el, show } from "./dom.js";
import { showAsk } from "./own-ask.js";
import { readDeployment, readOwned } from "./own-ledger.js";
import { alertOf, card } from "./own-parts.js";
import { showProve } from "./own-prove.js";
import { OWN_TEXTS } from "./own-texts.js";
import { showReceive } from "./receive-form.js";
import { showRequest } from "./receive-request-view.js";
import { showGive } from "./sell-view.js";

async function draw(): Promise<void> {
  show(byId("footer"), el("p", {}, OWN_TEXTS.footer));
  show(byId("content"), el("p", { role: "status" }, OWN_TEXTS.loading));
  const [first = "", second = "", third = ""] = decodeURIComponent(location.hash.slice(1)).split(".");
  if (location.pathname === "/receive") {
    const { network } = await readDeployment();
    if (first.startsWith("dpp_receive")) return showRequest(first);
    return showReceive(network, first === "for" && isPassportId(second) ? second : null);
  }
  if (location.pathname === "/give") return showGive(await readOwned(named(first)), second);
  const owned = await readOwned(named(second));
  if (first === "prove") return showProve(owned, third);
  showAsk(owned);
}

function named(passport: string): string {
  if (isPassportId(passport)) return passport;
  throw new DppError("ownership/challenge-malformed", OWN_TEXTS.prove.broken);
}

function start(): void {
  draw().catch((error: unknown) => show(byId("content"), card(document.title, alertOf(error))));
}

// Another code that is opened in this tab changes the fragment alone.
addEventListener("hashchange", start);
start();
