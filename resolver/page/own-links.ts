/** The way from a passport's page to its owner's pages. */
import { byId, el } from "./dom.js";

/** Not with the texts of the owner's pages, of which a passport's page needs no other. */
const T = {
  heading: "Owner",
  intro: "Whoever holds this passport's token in a wallet owns the product.",
  ask: "Is this person the owner?",
  give: "Give it to a new owner",
  receive: "I am the buyer: show my code",
};

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
