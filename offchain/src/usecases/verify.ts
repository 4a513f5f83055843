/** Checks a passport without believing a resolver: ledger, content store and the printed link are enough. */
import { fromHex } from "../domain/bytes.js";
import { MAX_DOCUMENT_BYTES } from "../domain/document.js";
import { DppError, isDppError } from "../domain/errors.js";
import { type Identifier, idCommit, identifierPath } from "../domain/identifier.js";
import type { Context } from "./context.js";
import type { Notice } from "./history/notices.js";
import { readStory } from "./notices.js";
import { absentPassport, type Depth, depthOf, type PassportState, readPassport } from "./resolve.js";
import { openPassport } from "./seal-open.js";
import { confirmationsOf } from "./track.js";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Verification {
  /** Every check passed and the passport is in force. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What should be known before anything else: the passport is genuine all the same, so no check of `checks` fails for it. */
  readonly notices: readonly Notice[];
  /** What these checks cannot say. */
  readonly notChecked: readonly string[];
  readonly state: PassportState;
  /** Of the transaction that made the state. */
  readonly depth: Depth;
}

/** What the carrier on the product says. */
export interface Carrier {
  readonly identifier: Identifier;
  /** 16 bytes hex. */
  readonly salt: string;
}

/** @throws DppError `passport/unknown`, `passport/pending`, `ledger/*`. `carrier`: absent when only the token is known. */
export async function verifyPassport(
  context: Pick<Context, "ledger" | "contracts" | "clock" | "content">,
  id: string,
  carrier?: Carrier,
): Promise<Verification> {
  const tip = await context.ledger.tip();
  const state = await readPassport(context, id);
  if (state === null) throw await absentPassport(context, id);
  const depth = depthOf(state.anchor, tip, confirmationsOf(context.ledger));
  const checks = [
    check(
      "ledger",
      true,
      `state ${state.utxo.txHash}#${state.utxo.outputIndex} at the passport contract, ${inWords(depth)}`,
    ),
    ...identifierCheck(state, carrier),
    ...(await documentChecks(context, state, carrier)),
    ...issuerChecks(state),
    check("status", state.status === "Active", `the passport is ${state.status}, revision ${state.revision}`),
  ];
  const { notices } = await readStory(context, state);
  return {
    ok: checks.every(({ ok }) => ok),
    checks,
    notices,
    notChecked: notChecked(depth, carrier),
    state,
    depth,
  };
}

/** `3 of 10 blocks deep`, or `12 blocks deep` when that is enough. */
export const inWords = ({ confirmations, needed, settled }: Depth): string =>
  settled
    ? `${confirmations} block${confirmations === 1 ? "" : "s"} deep, settled`
    : `${confirmations} of ${needed} blocks deep, not settled yet`;

const check = (name: string, ok: boolean, detail: string): Check => ({ name, ok, detail });

function identifierCheck({ idCommit: committed }: PassportState, carrier?: Carrier): readonly Check[] {
  if (carrier === undefined) return [];
  const opens = idCommit(fromHex(carrier.salt), carrier.identifier) === committed;
  const path = identifierPath(carrier.identifier);
  return [
    check(
      "identifier",
      opens,
      opens ? `the commitment opens to ${path}` : `the commitment does not open to ${path}`,
    ),
  ];
}

async function documentChecks(
  { content, contracts }: Pick<Context, "content" | "contracts">,
  state: PassportState,
  carrier?: Carrier,
): Promise<readonly Check[]> {
  const bytes = await content.get(state.content, { maxBytes: MAX_DOCUMENT_BYTES }).catch((error: unknown) => {
    if (isDppError(error)) return error;
    throw error;
  });
  if (bytes instanceof DppError) return [check("content", false, bytes.message)];
  if (bytes === null) return [check("content", false, `${state.content} is not on the content store`)];
  const stored = check("content", true, `${state.content}, ${bytes.length} bytes`);
  try {
    const opened = openPassport(bytes, {
      config: contracts.config.hash,
      issuer: state.sealedBy,
      dataRoot: state.dataRoot,
    });
    const elements = opened.groups.get("public")?.length ?? 0;
    const path = identifierPath(opened.header.identifier);
    const sameProduct = carrier === undefined || path === identifierPath(carrier.identifier);
    const sameRevision = opened.header.revision === state.revision;
    return [
      stored,
      check("proofs", true, `${elements} public elements and the header under root ${state.dataRoot}`),
      check("header", sameProduct && sameRevision, `${path}, revision ${opened.header.revision}`),
      check(
        "operator",
        opened.header.issuer.operator === state.sealer?.operator,
        `the document names ${opened.header.issuer.operator}, the attestation ${state.sealer?.operator ?? "nobody"}${reassigned(state)}`,
      ),
    ];
  } catch (error) {
    if (!isDppError(error)) throw error;
    return [stored, check("proofs", false, error.message)];
  }
}

const reassigned = ({ sealedBy, issuerName }: PassportState): string =>
  sealedBy === issuerName
    ? ""
    : "; the product was reassigned since, and its new issuer has not updated it yet";

function issuerChecks({ issuer, issuerName }: PassportState): readonly Check[] {
  if (issuer === null) return [check("issuer", false, `no attestation ${issuerName}`)];
  const detail = issuer.live
    ? `${issuer.operator} is accredited`
    : `the accreditation of ${issuer.operator} is ${issuer.status}`;
  return [check("issuer", issuer.role === "MANUFACTURER" && issuer.live, detail)];
}

const notChecked = ({ settled }: Depth, carrier?: Carrier): readonly string[] => [
  ...(settled ? [] : ["that the last change stays: so young a block can still be replaced"]),
  "that the values are true: the ledger shows who stated them and when",
  "sealed groups, which need a key",
  "that the carrier is on the product it was made for",
  ...(carrier === undefined ? ["which product this is: no printed link was given"] : []),
];
