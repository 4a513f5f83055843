/** Parts that the ownership pages share: sections, errors in words, texts to copy. */
import { type Child, el } from "./dom.js";
import { OWN_TEXTS, ownWords } from "./own-texts.js";

export const card = (heading: string, ...children: readonly Child[]): HTMLElement =>
  el("section", { class: "card" }, el("h1", { id: "heading", tabindex: "-1" }, heading), ...children);

export const alertOf = (error: unknown): HTMLElement =>
  el("p", { role: "alert", "data-state": "failed" }, ownWords(error));

export const button = (text: string, click: () => void, primary = false): HTMLElement =>
  el("button", { type: "button", click, class: primary ? "primary" : null }, text);

/** A text that is shown whole and can be copied. */
export function copyable(id: string, label: string, text: string): HTMLElement {
  const copy = (event: Event): void => {
    const pressed = event.currentTarget as HTMLElement;
    navigator.clipboard
      ?.writeText(text)
      .then(() => pressed.replaceChildren(OWN_TEXTS.copied))
      .catch(() => {});
  };
  return el(
    "details",
    {},
    el("summary", {}, label),
    el("p", {}, el("code", { id }, ...lines(text))),
    navigator.clipboard === undefined ? null : el("button", { type: "button", click: copy }, OWN_TEXTS.copy),
  );
}

export const lines = (text: string): readonly Child[] =>
  text.split("\n").flatMap((line, at) => (at === 0 ? [line] : [el("br"), line]));
