/** Where the reader chooses the ledger source and says which deployment he expects. Kept in the page's memory only. */
import { el } from "./dom.js";
import { TRUST_TEXTS } from "./trust-texts.js";

export interface SourceChoice {
  readonly base: string;
  readonly projectId: string;
  readonly expected: string;
}

/** `submit` answers a sentence to show, or null. */
export function sourceForm(
  current: SourceChoice,
  submit: (choice: SourceChoice) => Promise<string | null>,
): HTMLElement {
  const T = TRUST_TEXTS;
  const base = el("input", {
    name: "base",
    value: current.base,
    inputmode: "url",
    autocomplete: "off",
    "aria-describedby": "base-hint",
  });
  const projectId = el("input", { name: "projectId", value: current.projectId, autocomplete: "off" });
  const expected = el("input", { name: "expected", value: current.expected, autocomplete: "off" });
  const message = el("p", { role: "alert" });
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const choice = {
      base: base.value,
      projectId: projectId.value,
      expected: expected.value.trim().toLowerCase(),
    };
    message.textContent = (await submit(choice)) ?? "";
  };
  return el(
    "form",
    { submit: (event) => void send(event), id: "source" },
    el("label", {}, T.base, base),
    el("p", { class: "detail", id: "base-hint" }, T.baseHint),
    el("label", {}, T.projectId, projectId),
    el("label", {}, T.expected, expected),
    el("p", {}, el("button", { type: "submit" }, T.check)),
    message,
  );
}
