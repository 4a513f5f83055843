/** Who signed an event, with what kind of key, and who checked that. */
import { type Child, el } from "./dom.js";
import type { Seal, Signer } from "./event-seal.js";
import { EVENT_TEXTS } from "./event-texts.js";

const T = EVENT_TEXTS;
const formTexts = (form: Signer["form"]): readonly [string, string] => T.forms[form ?? "unknown"] ?? ["", ""];

/** `a laboratory, gln:…, and a supervisor, gln:…`. */
export const signerNames = (signers: readonly Signer[]): string =>
  signers.map(({ role, operator }) => T.signer(role, operator)).join(", and ");

/** A line that says more when it is tapped; of several signers one each, and a note where two are of one company. */
export function signing(seal: Seal | null): readonly Child[] {
  if (seal === null || seal.signers.length === 0) return [];
  const [first, ...others] = seal.signers;
  if (first !== undefined && others.length === 0) return [line(first, seal.by)];
  return [
    el(
      "div",
      { class: "signers" },
      el("p", {}, el("strong", {}, T.signedTogether)),
      el(
        "ul",
        {},
        ...seal.signers.map((signer) =>
          el(
            "li",
            { "data-signer": signer.name },
            T.signer(signer.role, signer.operator),
            line(signer, seal.by),
          ),
        ),
      ),
      seal.shared.length === 0
        ? null
        : el("p", { "data-state": "warning", "data-mark": "one-company" }, T.oneCompany(seal.shared)),
    ),
  ];
}

function line({ form }: Signer, by: Seal["by"]): HTMLElement {
  const [short, long] = formTexts(form);
  const text = `${short}, ${T.checkedBy[by]}`;
  const attributes = { "data-form": form ?? "unknown", "data-checked-by": by };
  if (long === "") return el("p", { class: "detail", ...attributes }, text);
  return el(
    "details",
    { class: "form", ...attributes },
    el("summary", {}, text),
    el("p", { class: "detail" }, long),
  );
}
