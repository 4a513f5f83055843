/**
 * The public page of a passport. Asks this server for the passport and a ledger source for the ledger's word, judges, and shows both what was
 * checked and what could not be. Spec: docs/spec/http.md "Page". Keeps nothing beyond the page's life.
 */
import { policyHash } from "@cardano-dpp/offchain/codec/policy";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Policy } from "@cardano-dpp/offchain/domain/policy";
import { PRESETS } from "@cardano-dpp/offchain/policies/presets";
import type { PassportAnswer } from "../src/passport/answer.js";
import { fetchAnswer } from "./api.js";
import { judge } from "./checks.js";
import { byId, el, show } from "./dom.js";
import { loadEvents } from "./event-load.js";
import { showFeedLink } from "./feed-link.js";
import { loadHistory } from "./history-load.js";
import { type LedgerFacts, readLedgerFacts } from "./ledger-facts.js";
import { type LedgerSource, parseSource } from "./ledger-source.js";
import { type PageLink, parsePageLink } from "./link.js";
import { showOwnerLinks } from "./own-links.js";
import { showChecks, showElements, showProduct, showSealed, showVerdict } from "./passport-view.js";
import { showReport } from "./report-form.js";
import { type SourceChoice, sourceForm } from "./source-form.js";
import { showStandings } from "./standing-view.js";
import { TEXTS } from "./texts.js";
import { refusalVerdict, verdictOf } from "./verdict.js";
import { inWords, showWallet } from "./wallet-view.js";

const OWN_SOURCE = "/ledger/api/v0";
const POLICIES: ReadonlyMap<string, Policy> = new Map(
  Object.values(PRESETS).map((policy) => [policyHash(policy), policy]),
);

async function askLedger(
  source: LedgerSource,
  answer: PassportAnswer,
  link: PageLink,
): Promise<LedgerFacts | null | Error> {
  try {
    // The id from the code, not the server's: a server must not choose which passport is looked up.
    const id = link.code?.passportId ?? answer.passport.id;
    return await readLedgerFacts(source, answer.deployment.configPolicy, id);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function check(link: PageLink, choice: SourceChoice): Promise<void> {
  const page = new URL(location.href);
  const source = parseSource(choice.base, choice.projectId, page);
  const sameParty = new URL(source.base).origin === page.origin;
  const name = sameParty ? TEXTS.trust.sourceSame : new URL(source.base).host;
  const answer = await fetchAnswer(location);
  const ledger = await askLedger(source, answer, link);
  const judgement = judge({
    answer,
    link,
    ledger,
    sourceName: name,
    expected: choice.expected,
    now: Date.now(),
    knownPolicies: new Set(POLICIES.keys()),
  });
  const policy = POLICIES.get(judgement.header?.policy.hash ?? "") ?? null;
  showVerdict(verdictOf(answer, judgement.checks, ledger, sameParty));
  showStandings(answer, ledger);
  showProduct(answer, judgement, ledger, policy);
  const form = sourceForm({ ...choice, base: source.base }, (next) => recheck(link, next));
  showChecks(answer, judgement, { name, sameParty }, form);
  showElements(judgement, policy);
  void loadEvents(link.code?.passportId ?? answer.passport.id, answer.deployment.configPolicy, source);
  void loadHistory({ address: location, id: link.code?.passportId ?? null, ledger, policy });
  showSealed(answer);
  const issuer =
    ledger instanceof Error || ledger === null
      ? answer.header.header.issuer.attestation
      : ledger.passport.issuer;
  const networkId = answer.deployment.network === "mainnet" ? 1 : 0;
  void showReport({ passport: link.code?.passportId ?? answer.passport.id, maker: issuer });
  showOwnerLinks(link.code?.passportId ?? answer.passport.id);
  showWallet({ answer, networkId, policy, ledger: { root: judgement.root, issuer } });
}

async function recheck(link: PageLink, choice: SourceChoice): Promise<string | null> {
  try {
    await check(link, choice);
    byId("verdict").scrollIntoView();
    return null;
  } catch (error) {
    return inWords(error);
  }
}

function fail(error: unknown): void {
  const code = isDppError(error) ? error.code : "page/failed";
  showVerdict(refusalVerdict(code, inWords(error)));
}

async function start(): Promise<void> {
  showVerdict({ state: "unknown", title: TEXTS.loading, detail: "" });
  show(byId("footer"), el("p", {}, TEXTS.footer));
  const link = parsePageLink(location);
  try {
    await check(link, { base: OWN_SOURCE, projectId: "", expected: "" });
    showFeedLink(location);
  } catch (error) {
    fail(error);
    // A forged label is to be reported, too.
    if (link.code !== null) await showReport({ passport: link.code.passportId, maker: null });
  }
}

start().catch(fail);
