/** What a scanned receive request says, for whoever opened it with a camera app. */
import { parseReceiveRequest } from "@cardano-dpp/offchain/codec/receive-request";
import { byId, el, show } from "./dom.js";
import { card, copyable } from "./own-parts.js";
import { OWN_TEXTS } from "./own-texts.js";

const T = OWN_TEXTS.request;

/** @throws DppError `transfer/*`. */
export function showRequest(text: string): void {
  const { address, readingKey, passport } = parseReceiveRequest(text);
  show(
    byId("content"),
    card(
      T.heading,
      el("p", { id: "request-to" }, T.to(address)),
      el("p", {}, readingKey === null ? T.noKeys : T.keys),
      el("p", {}, passport === null ? T.any : T.passport(passport)),
      el("p", {}, T.seller),
      passport === null ? null : el("p", {}, el("a", { href: `/give#${passport}.${text}` }, T.give)),
      copyable("request-text", OWN_TEXTS.receive.text, text),
    ),
  );
}
