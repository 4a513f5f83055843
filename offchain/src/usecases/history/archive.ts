/**
 * A passport as it stood at a moment (EN 18221): the state of then with its proofs, opened for a reader of today. One document is fetched, however many
 * revisions there are. Spec: docs/spec/history.md "As of a moment".
 */
import type { Attestation } from "../../domain/attestation.js";
import { isLive } from "../../domain/attestation.js";
import { cidFromHex } from "../../domain/cid.js";
import { MAX_DOCUMENT_BYTES } from "../../domain/document.js";
import type { Element } from "../../domain/element.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { referenceUnit } from "../../domain/tokens.js";
import type { Context, Reading } from "../context.js";
import { openManufacturerKeyring } from "../keyrings.js";
import { type AttestationView, readAttestation } from "../resolve.js";
import { openPassport } from "../seal-open.js";
import { readHistory } from "./read.js";
import { type AttestationStanding, attestationAt, readRoleHistory, standingAt } from "./roles.js";
import { type PastState, stateAt } from "./state.js";

export { type PastState, stateAt } from "./state.js";

/** The issuer of then: what it was then, what it is now. */
export interface PastIssuer {
  /** Attestation name, hex. */
  readonly name: string;
  /** Its datum then; null: not accredited then, or it cannot be read. */
  readonly attestation: Attestation | null;
  readonly live: boolean;
  readonly standing: AttestationStanding | null;
  /** What it is now. */
  readonly present: AttestationView | null;
  readonly presentStanding: AttestationStanding | null;
}

export async function issuerAt(reading: Reading, name: string, time: number): Promise<PastIssuer> {
  const [entries, present] = await Promise.all([
    readRoleHistory(reading, name),
    readAttestation(reading, name),
  ]);
  const attestation = attestationAt(entries, time);
  return {
    name,
    attestation,
    live: attestation !== null && isLive(attestation, time),
    standing: standingAt(name, entries, time),
    present,
    presentStanding: standingAt(name, entries),
  };
}

export interface PassportAsOf {
  readonly state: PastState;
  readonly unit: string;
  readonly content: string;
  readonly issuer: PastIssuer;
  readonly groups: readonly { readonly name: string; readonly elements: readonly Element[] }[];
  readonly locked: readonly { readonly name: string; readonly access: string }[];
  /** Why the reader's key opens nothing: the code of the refusal; null: it does, or there is none. */
  readonly refused: string | null;
}

/**
 * `time`: POSIX ms. `reader`: a reader of today, with today's keyring of the issuer that sealed the document: a role that is granted now reads old revisions, one that
 * was taken away reads none.
 * @throws DppError `archive/not-yet`, `archive/unreadable`, `passport/unknown`; `content/missing`, `content/*`, `sealed/*`, `ledger/*`.
 */
export async function readAsOf(
  context: Reading & Pick<Context, "content">,
  id: string,
  time: number,
  reader?: { readonly name: string; readonly secretKey: Uint8Array },
): Promise<PassportAsOf> {
  const state = stateAt(await readHistory(context, id), time);
  const { issuer, content: binary, dataRoot } = state.datum.extra;
  const content = cidFromHex(binary);
  const bytes = await context.content.get(content, { maxBytes: MAX_DOCUMENT_BYTES });
  if (bytes === null) throw new DppError("content/missing", `${content} is not on the content store`);
  const expected = { config: context.contracts.config.hash, issuer: state.sealedBy, dataRoot };
  const { keys, refused } = await keysOf(context, state.sealedBy, reader);
  const { groups, locked } = openPassport(bytes, expected, keys);
  return {
    state,
    unit: referenceUnit(context.contracts.passport.hash, id),
    content,
    issuer: await issuerAt(context, issuer, time),
    groups: [...groups].map(([name, salted]) => ({ name, elements: salted.map(({ element }) => element) })),
    locked: locked.map(({ name, access }) => ({ name, access })),
    refused,
  };
}

/** That a reader was never a recipient is an answer; a keyring that was tampered with is not. */
async function keysOf(
  context: Reading & Pick<Context, "content">,
  sealedBy: string,
  reader: { readonly name: string; readonly secretKey: Uint8Array } | undefined,
) {
  const issuer = reader === undefined ? null : await readAttestation(context, sealedBy);
  if (reader === undefined || issuer === null) return { keys: undefined, refused: null };
  try {
    return { keys: await openManufacturerKeyring(context, issuer, reader), refused: null };
  } catch (error) {
    if (!isDppError(error, "keyring/not-a-recipient") && !isDppError(error, "keyring/none")) throw error;
    return { keys: undefined, refused: error.code };
  }
}
