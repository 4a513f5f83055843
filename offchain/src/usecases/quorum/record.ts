/** The action record that a proposal to log carries: what it says, its content id, and the same anew after another action. */
import { decodeActionRecord } from "../../codec/action-record.js";
import { blockCid } from "../../codec/content-id.js";
import { openHandOvers } from "../../crypto/action-hand-over.js";
import { publicKeyOf, type ReadingKeyPair } from "../../crypto/x25519.js";
import type { ActionRecord } from "../../domain/action.js";
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { Policy } from "../../domain/policy.js";
import type { QuorumAction } from "../../domain/proposal.js";
import { type ComposedAction, composeAction } from "../actions/compose.js";
import { type OpenedAction, openAction } from "../actions/read.js";
import type { Context } from "../context.js";

export type LogAction = Extract<QuorumAction, { act: "log" }>;

/** In an actor's name, which the codec has seen to. */
export interface LoggedRecord extends ActionRecord {
  readonly actor: string;
}

/** @throws DppError as `decodeActionRecord`; `proposal/malformed` for a record in the owner's name. */
export function recordIn({ record }: Pick<LogAction, "record">): LoggedRecord {
  const decoded = decodeActionRecord(fromHex(record));
  if (decoded.actor === null)
    throw new DppError("proposal/malformed", "the record to be logged names no actor");
  return { ...decoded, actor: decoded.actor };
}

/** Content id of the record, as text. */
export const recordCid = ({ record }: Pick<LogAction, "record">): string => blockCid(fromHex(record));

/** `readingSecrets`: 32 bytes each. What is sealed to others stays closed. */
export async function openRecordIn(
  action: Pick<LogAction, "record">,
  readingSecrets: readonly Uint8Array[],
): Promise<OpenedAction> {
  return openAction(fromHex(action.record), await keysFor(recordIn(action), readingSecrets));
}

/** Each reader's own key, and the one that he has as the passport's owner. */
async function keysFor(record: ActionRecord, readingSecrets: readonly Uint8Array[]) {
  const keys: ReadingKeyPair[] = [];
  for (const secretKey of readingSecrets)
    keys.push(
      { secretKey, publicKey: publicKeyOf(secretKey) },
      ...(await openHandOvers([], secretKey, record)),
    );
  return keys;
}

export interface Recomposing {
  readonly readingSecrets: readonly Uint8Array[];
  /** The owner's key for this passport (X25519 public key); null: he gets no key to what is sealed for groups. */
  readonly ownerKey: Uint8Array | null;
  readonly policies: readonly Policy[];
}

/**
 * The same action after another head. A record is bound to its place, so what it seals is opened and sealed anew.
 * @throws DppError `action/sealed-away` for a section that none of the keys opens, and as `composeAction`.
 */
export async function composeAgain(
  context: Context,
  old: Pick<LogAction, "record">,
  previous: string,
  { readingSecrets, ownerKey, policies }: Recomposing,
): Promise<ComposedAction> {
  const { record, sections } = await openRecordIn(old, readingSecrets);
  const { passport, type, at, actor, elements } = record;
  const sealed = sections.map(({ name, elements: opened }) => {
    if (opened !== null) return { section: name, elements: opened };
    throw new DppError(
      "action/sealed-away",
      `what is sealed for ${name} does not open with this key, so it cannot be sealed anew: propose the action again (dpp quorum propose log)`,
      { details: { section: name } },
    );
  });
  return composeAction(
    context,
    { passport, type, at, actor, elements, sealed, ownerKey, policies },
    previous,
  );
}
