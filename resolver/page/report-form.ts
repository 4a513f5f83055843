/**
 * "Report a problem with this product or its maker": the form, the receipt, and asking what became of a report. Shown only where the server takes reports.
 * Spec: docs/spec/incident.md "HTTP".
 */
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { IncidentForm, IncidentReceipt, IncidentState } from "../src/schemas/incident.js";
import { get, post } from "./api.js";
import { byId, el, show } from "./dom.js";
import { REPORT_TEXTS } from "./report-texts.js";

const T = REPORT_TEXTS;

export interface Reportable {
  /** Passport id, hex. */
  readonly passport: string;
  /** The issuer's attestation name, hex; `null`: not known here. */
  readonly maker: string | null;
}

const inWords = (error: unknown): string =>
  isDppError(error) ? (T.problems[error.code] ?? error.message) : String(error);

/** Once in the page's life: what was typed stays when the passport is checked again. */
export async function showReport(about: Reportable): Promise<void> {
  const region = byId("report");
  if (region.hasAttribute("data-asked")) return;
  region.setAttribute("data-asked", "");
  const form = await get<IncidentForm>("/incidents").catch(() => null);
  if (form === null) return;
  show(
    region,
    el(
      "section",
      { class: "card", "aria-label": T.summary },
      el("details", { id: "report-problem" }, el("summary", {}, T.summary), reportForm(about, form)),
      el("details", { id: "report-state" }, el("summary", {}, T.ask), stateForm()),
    ),
  );
}

const option = (value: string, text: string): HTMLElement => el("option", { value }, text);

function reportForm({ passport, maker }: Reportable, form: IncidentForm): HTMLElement {
  const about = el(
    "select",
    { id: "report-about" },
    option(passport, T.abouts.passport),
    maker === null ? null : option(maker, T.abouts.maker),
  );
  const category = el(
    "select",
    { id: "report-category" },
    ...form.categories.map((name) => option(name, T.categories[name] ?? name)),
  );
  const text = el("textarea", {
    id: "report-text",
    rows: "5",
    required: true,
    maxlength: String(form.maxText),
  });
  const evidence = el("textarea", { id: "report-evidence", rows: "2" });
  const contact = el("input", {
    id: "report-contact",
    autocomplete: "email",
    maxlength: String(form.maxContact),
  });
  const button = el("button", { type: "submit", class: "primary" }, T.send);
  const message = el("p", { role: "alert" });
  const own = el("form", { id: "report-form" });

  const send = async (): Promise<void> => {
    // Pressed once, sent once: a slow network makes people press again.
    button.disabled = true;
    message.textContent = T.sending;
    try {
      const receipt = await post<IncidentReceipt>("/incidents", {
        subject: about.value,
        category: category.value,
        text: text.value,
        evidence: [
          location.origin + location.pathname,
          ...evidence.value.split(/\s+/).filter((line) => line !== ""),
        ],
        ...(form.contact && contact.value.trim() !== "" ? { contact: contact.value.trim() } : {}),
      });
      const done = received(receipt);
      own.replaceWith(done);
      done.focus();
    } catch (error) {
      message.textContent = inWords(error);
      button.disabled = false;
    }
  };
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  show(
    own,
    el("p", {}, T.intro),
    el("label", {}, T.about, about),
    el("label", {}, T.category, category),
    el("label", {}, T.text(form.maxText), text),
    el("label", {}, T.evidence, evidence),
    form.contact ? el("label", {}, T.contact, contact) : el("p", { class: "detail" }, T.noContact),
    el("p", { class: "detail" }, T.private),
    button,
    message,
  );
  return own;
}

const received = ({ id }: IncidentReceipt): HTMLElement =>
  el(
    "div",
    { id: "report-receipt", tabindex: "-1" },
    el("p", { "data-state": "passed" }, el("strong", {}, T.sent)),
    el("p", {}, T.receipt, " ", el("code", {}, id)),
  );

function stateForm(): HTMLElement {
  const number = el("input", { id: "report-number", autocomplete: "off", spellcheck: "false" });
  const answer = el("p", { role: "status" });
  const ask = async (): Promise<void> => {
    try {
      const id = number.value.trim().toLowerCase();
      answer.textContent = stateText(await get<IncidentState>(`/incidents/${encodeURIComponent(id)}`));
    } catch (error) {
      answer.textContent = inWords(error);
    }
  };
  return el(
    "form",
    {
      submit: (event) => {
        event.preventDefault();
        void ask();
      },
    },
    el("label", {}, T.number, number),
    el("button", { type: "submit" }, T.askNow),
    answer,
  );
}

function stateText({ receivedAt, outcome }: IncidentState): string {
  const since = new Date(receivedAt).toISOString().slice(0, 10);
  return outcome === null ? T.open(since) : T.closed(since, T.outcomes[outcome] ?? outcome);
}
