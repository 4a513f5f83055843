/**
 * Judges a server's answer against the ledger's facts, in the reader's browser. Pure: what it is given, it compares. Whatever the server says that
 * is not proven is not shown as a fact.
 */
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Header } from "@cardano-dpp/offchain/domain/document";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { idCommit, identifierPath } from "@cardano-dpp/offchain/domain/identifier";
import { verifyDisclosure, verifyHeaderDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import type { PassportAnswer } from "../src/passport/answer.js";
import type { LedgerFacts } from "./ledger-facts.js";
import type { PageLink } from "./link.js";
import { TEXTS } from "./texts.js";

export type CheckState = "passed" | "failed" | "warning" | "unknown";

export interface Check {
  readonly id: "proofs" | "ledger" | "state" | "identifier" | "issuer" | "deployment" | "document";
  readonly state: CheckState;
  readonly title: string;
  readonly detail: string;
  /** Failed by what the ledger records of passport or issuer, not because somebody shows something else than it records. */
  readonly byRecord?: true;
}

export interface Judgement {
  readonly checks: readonly Check[];
  /** Proven elements only. */
  readonly elements: readonly Element[];
  readonly header: Header | null;
  /** The root that proofs were held against: the ledger's when it answered. */
  readonly root: string;
}

export interface Inquiry {
  readonly answer: PassportAnswer;
  readonly link: PageLink;
  /** Null: the ledger has no such passport. Error: it could not be asked. */
  readonly ledger: LedgerFacts | null | Error;
  readonly sourceName: string;
  /** Config policy that the reader expects; empty: none. */
  readonly expected: string;
  /** POSIX ms. */
  readonly now: number;
  /** Hashes of the policies that this page has, by name and version. */
  readonly knownPolicies: ReadonlySet<string>;
}

const T = TEXTS.checks;
const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

export function judge(inquiry: Inquiry): Judgement {
  const { answer, ledger } = inquiry;
  const facts = ledger instanceof Error ? null : ledger;
  const root = facts?.passport.dataRoot ?? answer.passport.dataRoot;
  const { elements, header, failed } = proveAll(answer, root);
  const leaves = answer.header.proof.count;
  const proofs: Check =
    failed.length === 0
      ? {
          id: "proofs",
          state: "passed",
          title: T.proofs(elements.length, leaves),
          detail: T.proofsDetail(root),
        }
      : { id: "proofs", state: "failed", title: T.proofsFailed(failed), detail: T.proofsFailedDetail };
  const checks = [
    proofs,
    ...(ledger instanceof Error
      ? [unasked(ledger)]
      : facts === null
        ? [absent(inquiry)]
        : ledgerChecks(inquiry, facts)),
    documentCheck(inquiry, header, facts),
  ];
  return { checks, elements, header, root };
}

/** Elements and header that prove themselves against the root; ids of those that do not. */
function proveAll(
  answer: PassportAnswer,
  root: string,
): { elements: Element[]; header: Header | null; failed: string[] } {
  const failed: string[] = [];
  const attempt = <V>(id: string, prove: () => V): V | null => {
    try {
      return prove();
    } catch {
      failed.push(id);
      return null;
    }
  };
  const header = attempt("header", () => verifyHeaderDisclosure(root, answer.header));
  const elements = answer.elements.map((json) =>
    attempt(String((json as { element?: { id?: unknown } } | null)?.element?.id), () =>
      verifyDisclosure(root, json),
    ),
  );
  return { elements: elements.filter((element) => element !== null), header, failed };
}

const unasked = (error: Error): Check => ({
  id: "ledger",
  state: "unknown",
  title: T.ledgerUnavailable,
  detail: error.message,
});

const absent = ({ sourceName }: Inquiry): Check => ({
  id: "ledger",
  state: "failed",
  title: T.ledgerMissing,
  detail: T.ledgerDetail(sourceName, null),
});

function ledgerChecks(inquiry: Inquiry, facts: LedgerFacts): readonly Check[] {
  return [
    rootCheck(inquiry, facts),
    stateCheck(inquiry, facts),
    identifierCheck(inquiry, facts),
    issuerCheck(inquiry, facts),
    deploymentCheck(inquiry, facts),
  ];
}

const rootCheck = ({ answer, sourceName }: Inquiry, { passport, confirmations }: LedgerFacts): Check => {
  const same = passport.dataRoot === answer.passport.dataRoot;
  const detail = T.ledgerDetail(sourceName, confirmations);
  return {
    id: "ledger",
    state: same ? "passed" : "failed",
    title: same ? T.ledger : T.ledgerDiffers,
    detail,
  };
};

const stateCheck = ({ answer }: Inquiry, { passport, time }: LedgerFacts): Check => {
  const title = T.state(TEXTS.status(passport.status), passport.revision);
  const detail = time === null ? "" : T.stateDetail(moment(time));
  if (passport.status !== answer.passport.status || passport.revision !== answer.passport.revision) {
    return { id: "state", state: "failed", title: `${T.stateDiffers}: ${title}`, detail };
  }
  return passport.status === "Active"
    ? { id: "state", state: "passed", title, detail }
    : { id: "state", state: "failed", title, detail, byRecord: true };
};

function identifierCheck({ answer, link }: Inquiry, { passport }: LedgerFacts): Check {
  const salt = link.code?.salt ?? fromHex(answer.identifier.salt);
  if (idCommit(salt, link.identifier) !== passport.idCommit) {
    return { id: "identifier", state: "failed", title: T.identifierFailed, detail: "" };
  }
  if (link.code === null) {
    return { id: "identifier", state: "unknown", title: T.identifierIndex, detail: T.identifierIndexDetail };
  }
  const detail = T.identifierDetail(identifierPath(link.identifier));
  return { id: "identifier", state: "passed", title: T.identifier, detail };
}

function issuerCheck({ answer, now }: Inquiry, { issuer, passport }: LedgerFacts): Check {
  const named = answer.header.header.issuer;
  const isReassigned = named.attestation !== passport.issuer;
  if (
    issuer === null ||
    issuer.role !== "MANUFACTURER" ||
    (!isReassigned && issuer.operator !== named.operator)
  ) {
    return { id: "issuer", state: "failed", title: T.issuerFailed, detail: "" };
  }
  const detail = T.issuerDetail(date(issuer.validFrom), date(issuer.validTo));
  if (issuer.status !== "Active") {
    return {
      id: "issuer",
      state: "failed",
      title: T.issuerStatus(issuer.operator, issuer.status),
      detail,
      byRecord: true,
    };
  }
  // The header proves under the ledger's root, yet who wrote it could have named anybody: only the history shows a reassignment.
  if (isReassigned)
    return {
      id: "issuer",
      state: "warning",
      title: T.issuerReassigned(issuer.operator, named.operator),
      detail: T.issuerReassignedDetail,
    };
  const inDates = issuer.validFrom <= now && now <= issuer.validTo;
  const title = inDates ? T.issuer(issuer.operator) : T.issuerStatus(issuer.operator, "outside its dates");
  return { id: "issuer", state: inDates ? "passed" : "warning", title, detail };
}

function deploymentCheck({ answer, expected }: Inquiry, facts: LedgerFacts): Check {
  const { configPolicy, passportPolicy, rolesPolicy } = answer.deployment;
  const detail = T.deploymentDetail(configPolicy);
  if (expected !== "" && expected !== configPolicy) {
    return { id: "deployment", state: "failed", title: TEXTS.trust.expectedDiffers, detail };
  }
  const same = facts.passportPolicy === passportPolicy && facts.rolesPolicy === rolesPolicy;
  return {
    id: "deployment",
    state: same ? "passed" : "failed",
    title: same ? T.deployment : T.deploymentFailed,
    detail,
  };
}

/** The header is proven by now; this holds what it says against the address, the ledger and the policies that the page has. */
function documentCheck(
  { link, knownPolicies }: Inquiry,
  header: Header | null,
  facts: LedgerFacts | null,
): Check {
  const contradictions =
    header === null
      ? ["its proof"]
      : [
          identifierPath(header.identifier) === identifierPath(link.identifier)
            ? null
            : "the product's numbers",
          facts === null || header.revision === facts.passport.revision ? null : "the version",
          facts === null || header.name === facts.name ? null : "the name",
        ].filter((what) => what !== null);
  if (header === null || contradictions.length > 0) {
    return {
      id: "document",
      state: "failed",
      title: T.documentFailed(contradictions.join(", ")),
      detail: "",
    };
  }
  const { name, version, hash } = header.policy;
  return knownPolicies.has(hash)
    ? { id: "document", state: "passed", title: T.document, detail: T.documentDetail(name, version) }
    : { id: "document", state: "warning", title: T.policyUnknown(name), detail: "" };
}
