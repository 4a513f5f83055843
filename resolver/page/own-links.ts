/** The way from a passport's page to its owner's pages. */
import { byId, el } from "./dom.js";
import { OWN_TEXTS } from "./own-texts.js";

const T = OWN_TEXTS.links;

export function showOwnerLinks(passport: string): void {
  document.getElementById("ownership")?.remove();
  const item = (href: string, text: string): HTMLElement => el("li", {}, el("a", { href }, text));
  byId("main").append(
    el(
      "section",
      { class: "card", id: "ownership", "aria-labelledby": "ownership-heading" },
      el("h2", { id: "ownership-heading" }, T.heading),
      el("p", {}, T.intro),
      el(
        "ul",
        {},
        item(`/owner#ask.${passport}`, T.ask),
        item(`/give#${passport}`, T.give),
        item(`/receive#for.${passport}`, T.receive),
      ),
    ),
  );
}
