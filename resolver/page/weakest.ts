/** The page of weakest links, `/weakest-link/page`: a bundle of its own. Works without a network once it is loaded: a proof, a trust root and outputs are enough. */
import type { ThreadRange, WeakestLink } from "@cardano-dpp/offchain/domain/weakest-link";
import { MAX_WEAKEST_LINK_BYTES } from "@cardano-dpp/offchain/domain/weakest-link-proof";
import type { WeakestLinkAnswer } from "../src/schemas/weakest-link.js";
import { get } from "./api.js";
import { byId, type Child, el, show } from "./dom.js";
import { type LedgerSource, parseSource } from "./ledger-source.js";
import { FOOTER_TEXT } from "./trust-texts.js";
import { linkOf } from "./weakest-address.js";
import { askServer, questionIn, rangesOfAddress } from "./weakest-ask.js";
import { type AskForm, askForm, rootForm, type Trusted } from "./weakest-form.js";
import { type JudgedLink, judgeLink, outputsIn } from "./weakest-judge.js";
import { WEAKEST_TEXTS } from "./weakest-texts.js";
import { amendedCard, answerCard, checksCard, linkVerdict, tierWords, verdictBox } from "./weakest-view.js";

const T = WEAKEST_TEXTS;
const OWN_SOURCE = "/ledger/api/v0";

/** What is looked at: a file, and of a question what this server said beside it. */
interface Looked {
  readonly bytes: Uint8Array;
  readonly answer: WeakestLinkAnswer | null;
  readonly link: string | null;
}

let trusted: Trusted = { choice: { base: OWN_SOURCE, projectId: "", expected: "" }, root: null, outputs: "" };
let looked: Looked | null = null;
/** What was asked last: an answer that comes late does not replace a newer one. */
let turn = 0;
let form: AskForm;
/** Of this server, fetched once. */
let served: Promise<string | null> | null = null;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function wait(text: string): number {
  form.say("");
  show(byId("checks"));
  show(byId("result"), verdictBox("unknown", [text]));
  return ++turn;
}

function fail(error: unknown): void {
  show(byId("checks"));
  show(byId("result"), verdictBox("unknown", [T.fault, messageOf(error)]));
}

async function ask(text: string): Promise<void> {
  let question: readonly ThreadRange[];
  try {
    question = questionIn(text);
  } catch (error) {
    form.say(messageOf(error));
    return;
  }
  const mine = wait(T.asking);
  try {
    const link = linkOf(question);
    if (link !== null) history.replaceState(null, "", link);
    const { answer, proof } = await askServer(question);
    if (mine !== turn) return;
    if (proof instanceof Error) {
      looked = null;
      drawTold(answer, proof);
    } else {
      looked = { bytes: proof, answer, link };
      await check();
    }
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

async function open(file: Blob): Promise<void> {
  if (file.size > MAX_WEAKEST_LINK_BYTES) return form.say(T.fileTooLarge);
  wait(T.checking);
  try {
    looked = { bytes: new Uint8Array(await file.arrayBuffer()), answer: null, link: null };
    await check();
  } catch (error) {
    fail(error);
  }
}

/** @throws DppError of a trust root or an address that cannot be read. */
async function check(): Promise<void> {
  if (looked === null) return;
  const mine = ++turn;
  const at = looked;
  const { choice, root: own, outputs } = trusted;
  const page = new URL(location.href);
  const source: LedgerSource = parseSource(choice.base, choice.projectId, page);
  served ??= get<unknown>("/trust-root").then(
    (json) => JSON.stringify(json),
    () => {
      served = null;
      return null;
    },
  );
  const json = own ?? (await served);
  const root = json === null ? null : { json, own: own !== null };
  const judged = await judgeLink(at.bytes, { root, states: outputsIn(outputs), source });
  if (mine === turn) draw(judged, at);
}

function draw(judged: JudgedLink, { bytes, answer, link }: Looked): void {
  const { facts, state } = judged;
  document.title = T.title;
  // What the reader brought himself is nobody else's word.
  const alone = parseSource(trusted.choice.base, "", new URL(location.href)).base.startsWith(location.origin);
  const sameParty = alone && trusted.outputs.trim() === "" && (state === "passed" || state === "warning");
  const differs = facts !== null && answer !== null && answer.counts.tier !== facts.link.counts.tier;
  show(
    byId("result"),
    linkVerdict(judged),
    sameParty ? el("p", { class: "detail", id: "same-party" }, T.sameParty) : null,
    differs ? el("p", { "data-state": "warning", id: "left-out" }, T.leftOut) : null,
    facts === null ? null : answerCard(facts.link, answer === null ? null : download(bytes), linkLine(link)),
    facts === null ? null : amendedCard(facts.amended),
    ...unapplied(answer),
  );
  show(byId("checks"), checksCard(judged.checks));
}

/** By the server's word alone. */
function drawTold(answer: WeakestLinkAnswer, why: Error): void {
  const words = T.told(tierWords(answer.counts.tier));
  show(
    byId("result"),
    verdictBox("unknown", words),
    el("p", { "data-state": "warning" }, why.message),
    answerCard(answer as WeakestLink),
    ...unapplied(answer),
  );
  show(byId("checks"));
}

/** Amendments that do not apply are in no proof; the events' own pages check them. */
function unapplied(answer: WeakestLinkAnswer | null): readonly Child[] {
  const told = (answer?.amended ?? []).flatMap(({ id, amendments }) =>
    amendments.filter(({ applied }) => !applied).map(({ says }) => ({ id, says })),
  );
  if (told.length === 0) return [];
  return [
    el(
      "ul",
      { id: "unapplied" },
      ...told
        .slice(0, 50)
        .map(({ id, says }) =>
          el(
            "li",
            {},
            `${T.unapplied(says)}. `,
            el("a", { href: `/events/${encodeURIComponent(id)}` }, T.amendedPage),
          ),
        ),
    ),
  ];
}

function download(bytes: Uint8Array): HTMLElement {
  const href = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: "application/octet-stream" }));
  return el(
    "p",
    {},
    el("a", { href, download: "weakest-link.dppw", id: "proof-file" }, T.download),
    " ",
    el("span", { class: "detail" }, T.downloadHint),
  );
}

const linkLine = (link: string | null): Child =>
  link === null ? null : el("p", {}, el("a", { href: link, id: "question-link" }, T.link));

function drawRoot(): void {
  const isOpen = document.querySelector<HTMLDetailsElement>("#trust")?.open ?? false;
  const node = rootForm(trusted, null, async (next) => {
    const before = trusted;
    trusted = next;
    try {
      await check();
      drawRoot();
      return null;
    } catch (error) {
      trusted = before;
      return messageOf(error);
    }
  });
  if (isOpen) node.setAttribute("open", "");
  show(byId("root"), node);
}

function takeDrops(): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void open(file);
  });
}

const asked = rangesOfAddress(location);
form = askForm(
  asked,
  (text) => void ask(text),
  (file) => void open(file),
);
show(byId("ask"), form.node);
drawRoot();
takeDrops();
show(byId("footer"), el("p", {}, FOOTER_TEXT));
document.title = T.title;
if (asked !== "") void ask(asked);
