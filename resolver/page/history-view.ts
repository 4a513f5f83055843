/** The history on the page: notices where ten seconds suffice, a timeline, and the passport as it stood on a day. */
import type { Element } from "@cardano-dpp/offchain/domain/element";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import { roleOfName } from "@cardano-dpp/offchain/domain/tokens";
import { verifyDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import { type HistoryEntry, staysPut } from "@cardano-dpp/offchain/usecases/history/fold";
import { type PastState, stateAt } from "@cardano-dpp/offchain/usecases/history/state";
import type { PassportAnswer } from "../src/passport/answer.js";
import { fetchAnswer } from "./api.js";
import { byId, type Child, el, show } from "./dom.js";
import { factList } from "./element-view.js";
import type { CheckedHistory } from "./history-check.js";
import { TEXTS } from "./texts.js";

const T = TEXTS.history;
const UNREADABLE = [
  "AN ACTION CANNOT BE READ",
  "Something was recorded for this product, and what it says is missing here. It may be a recall.",
] as const;
const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const shortened = (address: string | null | undefined): string =>
  address === null || address === undefined ? T.nobody : `${address.slice(0, 12)}…${address.slice(-4)}`;
const roleIn = (name: string | null): string | null => (name === null ? null : roleOfName(name));

/** What is there leads to the ledger's state, whatever else is kept back. */
const isProven = ({ state }: Pick<CheckedHistory, "state">): boolean =>
  state === "passed" || state === "warning";

export interface ShownHistory {
  readonly checked: CheckedHistory;
  readonly policy: Policy | null;
  readonly address: Pick<Location, "pathname" | "search">;
}

export function showHistory({ checked, policy, address }: ShownHistory): void {
  const happened = checked.entries.filter((entry) => !staysPut(entry));
  show(
    byId("notices"),
    ...checked.notices.map(({ kind, time }) => {
      const [title, detail] = kind === "unreadable" ? UNREADABLE : (T.notice[kind] ?? [kind, ""]);
      const source = isProven(checked) ? "" : ` ${T.noticeUnchecked}`;
      return el(
        "div",
        {
          class: "verdict",
          "data-state": kind === "unreadable" ? "warning" : "failed",
          "data-notice": kind,
        },
        el("strong", {}, title),
        el("p", {}, `${detail} ${T.since(moment(time))}${source}`),
      );
    }),
  );
  show(
    byId("history"),
    el(
      "section",
      { class: "card", "aria-labelledby": "happened" },
      el("h2", { id: "happened" }, T.heading),
      el(
        "p",
        { id: "history-check", "data-state": checked.state },
        el("strong", {}, `${T.words[checked.state]}: `),
        checked.detail,
      ),
      el("p", { class: "detail" }, T.intro),
      el(
        "ol",
        // Browsers count summaries as items, too, so the first number is said.
        { class: "timeline", reversed: true, start: String(happened.length + checked.told.length) },
        ...happened.toReversed().map((entry) => item(entry, checked)),
        ...checked.told.toReversed().map(toldItem),
      ),
      asOfForm(checked, policy, address),
    ),
  );
}

function item(entry: HistoryEntry, { records }: CheckedHistory): HTMLElement {
  const record = records.get(entry.txHash);
  const details: Child[] = [
    el("time", { datetime: new Date(entry.time).toISOString() }, moment(entry.time)),
    moved(entry)
      ? ` · ${T.handed(shortened(entry.ownerBefore), shortened(entry.after.owner?.address))}`
      : null,
    record !== undefined && record.sealed.length > 0 ? ` · ${T.sealed}` : null,
  ];
  const elements = record?.elements ?? [];
  return el(
    "li",
    { "data-act": entry.act, "data-type": record?.type ?? null },
    el("strong", {}, wordsOf(entry, record?.type ?? null, entry.after.datum?.extra.revision ?? 0)),
    el("p", { class: "detail" }, ...details),
    ...links(entry).map((text) => el("p", { class: "detail" }, text)),
    elements.length === 0 ? null : factList(null, elements),
    el("details", {}, el("summary", {}, T.transaction), el("code", {}, entry.txHash)),
  );
}

/** Act and day, by the server's word: no transaction, no owner. */
function toldItem(told: CheckedHistory["told"][number]): HTMLElement {
  const { act, fields, txHash, slot, height, time, revision, action } = told;
  const after = { state: null, owner: null, datum: null };
  // The server's entry is this one taken apart (history-answer.ts).
  const entry = { ...fields, act, txHash, slot, height, time, ownerBefore: null, after } as HistoryEntry;
  return el(
    "li",
    { "data-act": act, "data-type": action?.type ?? null },
    el("strong", {}, wordsOf(entry, action?.type ?? null, revision ?? 0)),
    el("p", { class: "detail" }, el("time", { datetime: new Date(time).toISOString() }, moment(time))),
    ...links(entry).map((text) => el("p", { class: "detail" }, text)),
    el("details", {}, el("summary", {}, T.transaction), el("code", {}, txHash)),
  );
}

const moved = ({ act, ownerBefore, after }: HistoryEntry): boolean =>
  act === "Transfer" ||
  act === "Send" ||
  (ownerBefore !== null && ownerBefore !== (after.owner?.address ?? null));

function wordsOf(entry: HistoryEntry, type: string | null, revision: number): string {
  switch (entry.act) {
    case "Issue":
      return entry.predecessor === null ? T.act.Issue : T.act.Successor;
    case "Update":
      return T.act.Update(revision + 1);
    case "Revoke":
      return T.act.Revoke(entry.reason);
    case "Log":
      return T.action(type, roleIn(entry.actor));
    default:
      return T.act[entry.act];
  }
}

function links(entry: HistoryEntry): readonly string[] {
  if (entry.act === "Issue" && entry.predecessor !== null) return [T.predecessor(entry.predecessor)];
  return entry.act === "Succeed" ? [T.successor(entry.successor)] : [];
}

function asOfForm(
  checked: CheckedHistory,
  policy: Policy | null,
  address: Pick<Location, "pathname" | "search">,
): HTMLElement {
  const input = el("input", { type: "date", name: "day", max: day(Date.now()), required: true });
  const result = el("div", { id: "as-of", role: "status" });
  const read = async (event: Event): Promise<void> => {
    event.preventDefault();
    show(result, el("p", {}, T.asOf.reading));
    try {
      show(result, ...(await asOf(input.value, checked, policy, address)));
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const words =
        code === "archive/not-yet" ? T.asOf.notYet : error instanceof Error ? error.message : String(error);
      show(result, el("p", { role: "alert" }, words));
    }
  };
  return el(
    "details",
    { id: "archive" },
    el("summary", {}, T.asOf.heading),
    el(
      "form",
      { submit: (event) => void read(event) },
      el("label", {}, T.asOf.label, input),
      el("button", { type: "submit" }, T.asOf.show),
    ),
    result,
  );
}

async function asOf(
  chosen: string,
  checked: CheckedHistory,
  policy: Policy | null,
  { pathname, search }: Pick<Location, "pathname" | "search">,
): Promise<readonly HTMLElement[]> {
  const query = new URLSearchParams(search);
  query.set("at", chosen);
  const answer = await fetchAnswer({ pathname, search: `?${query}` });
  const { elements, proven, ok } = judgePast(answer, checked, answer.asOf?.at ?? 0);
  if (!ok) return [el("p", { role: "alert", "data-state": "failed" }, T.asOf.failed)];
  const { status, revision } = answer.passport;
  return [
    el("p", {}, el("strong", {}, T.asOf.state(chosen, TEXTS.status(status), revision + 1))),
    ...(answer.asOf?.erased === true ? [el("p", {}, T.asOf.erased)] : []),
    el("p", { class: "detail" }, proven ? T.asOf.proven(elements.length) : T.asOf.unproven(elements.length)),
    factList(policy, elements),
  ];
}

/** The answer of then against the checked history: its state, and every element under that state's root. */
export function judgePast(
  answer: PassportAnswer,
  { state, entries }: Pick<CheckedHistory, "state" | "entries">,
  time: number,
): { readonly ok: boolean; readonly proven: boolean; readonly elements: readonly Element[] } {
  const refused = { ok: false, proven: false, elements: [] };
  if (state === "failed") return refused;
  let past: PastState | null = null;
  try {
    past = isProven({ state }) ? stateAt({ id: answer.passport.id, entries }, time) : null;
    const root = past?.datum.extra.dataRoot ?? answer.passport.dataRoot;
    const elements = answer.elements.map((json) => verifyDisclosure(root, json));
    const same =
      past === null ||
      (past.datum.extra.status === answer.passport.status &&
        past.datum.extra.revision === answer.passport.revision);
    return same ? { ok: true, proven: past !== null, elements } : refused;
  } catch {
    return refused;
  }
}
