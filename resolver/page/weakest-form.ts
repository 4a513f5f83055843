/** What the reader fills in: ranges or a proof file; and whom he trusts. */
import { type Child, el } from "./dom.js";
import { type SourceChoice, sourceForm } from "./source-form.js";
import { WEAKEST_TEXTS } from "./weakest-texts.js";

const T = WEAKEST_TEXTS;

export interface AskForm {
  readonly node: HTMLElement;
  /** Shows a sentence, or none. */
  say(message: string): void;
}

/** `ask`, `open`: what the reader wants; they show what comes of it themselves. */
export function askForm(text: string, ask: (text: string) => void, open: (file: Blob) => void): AskForm {
  const ranges = el("textarea", {
    name: "ranges",
    rows: "4",
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": "ranges-hint",
  });
  ranges.value = text;
  const file = el("input", {
    type: "file",
    accept: ".dppw",
    name: "proof",
    "aria-describedby": "proof-hint",
  });
  file.addEventListener("change", () => {
    const [chosen] = file.files ?? [];
    if (chosen !== undefined) open(chosen);
    // So that the same file can be chosen again.
    file.value = "";
  });
  const message = el("p", { role: "alert", id: "ask-fault", "data-state": "failed" });
  const submit = (event: Event): void => {
    event.preventDefault();
    ask(ranges.value);
  };
  const node = el(
    "section",
    { class: "card", "aria-labelledby": "ask-heading" },
    el("h1", { id: "ask-heading" }, T.heading),
    el("p", {}, T.intro),
    el(
      "form",
      { submit, id: "question" },
      el("label", {}, T.ranges, ranges),
      el("p", { class: "detail", id: "ranges-hint" }, T.rangesHint),
      el("p", {}, el("button", { type: "submit", class: "primary" }, T.show)),
    ),
    el("label", {}, T.file, file),
    el("p", { class: "detail", id: "proof-hint" }, T.fileHint),
    message,
  );
  return {
    node,
    say: (text) => {
      message.textContent = text;
    },
  };
}

export interface Trusted {
  readonly choice: SourceChoice;
  /** A trust root file's text; `null`: none was given. */
  readonly root: string | null;
  readonly outputs: string;
}

/** Kept in the page's memory only. `submit` answers a sentence to show, or null. */
export function rootForm(
  current: Trusted,
  hint: Child,
  submit: (next: Trusted) => Promise<string | null>,
): HTMLElement {
  const file = el("input", { type: "file", accept: ".json", name: "root", "aria-describedby": "root-hint" });
  const outputs = el("textarea", {
    name: "outputs",
    rows: "2",
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": "outputs-hint",
  });
  outputs.value = current.outputs;
  const message = el("p", { role: "alert", id: "root-fault", "data-state": "failed" });
  const read = async (): Promise<string | null> => {
    const [chosen] = file.files ?? [];
    return chosen === undefined ? current.root : chosen.text();
  };
  const check = async (event: Event): Promise<void> => {
    event.preventDefault();
    message.textContent = (await submit({ ...current, root: await read(), outputs: outputs.value })) ?? "";
  };
  return el(
    "details",
    { class: "card", id: "trust" },
    el("summary", {}, T.root),
    hint,
    el(
      "form",
      { submit: (event) => void check(event), id: "root-files" },
      el("label", {}, T.rootFile, file),
      el("p", { class: "detail", id: "root-hint" }, T.rootHint),
      el("label", {}, T.outputs, outputs),
      el("p", { class: "detail", id: "outputs-hint" }, T.outputsHint),
      el("p", {}, el("button", { type: "submit" }, T.useFiles)),
      message,
    ),
    sourceForm(current.choice, async (choice) => submit({ ...current, choice, outputs: outputs.value })),
  );
}
