/** Reads the actions of a passport: each record in its place, with the sections that the reader's keys open. Spec: docs/spec/action.md "Reading a chain". */
import { decodeActionRecord } from "../../codec/action-record.js";
import { openHandOvers } from "../../crypto/action-hand-over.js";
import { openSection } from "../../crypto/action-seal.js";
import { publicKeyOf, type ReadingKeyPair } from "../../crypto/x25519.js";
import { type ActionRecord, type ActionType, MAX_RECORD_BYTES, sectionName } from "../../domain/action.js";
import { cidFromHex } from "../../domain/cid.js";
import type { Element } from "../../domain/element.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { roleOfName } from "../../domain/tokens.js";
import type { Context } from "../context.js";
import type { ActionStep } from "./chain.js";

/** What is wrong with one action; the chain holds nevertheless. */
export interface Mark {
  readonly code: string;
  readonly message: string;
}

export interface OpenedSection {
  /** The group's name, or `owner`. */
  readonly name: string;
  readonly readers: number;
  /** Null: sealed to others, or `mark` says why it does not open. */
  readonly elements: readonly Element[] | null;
  readonly mark: Mark | null;
}

export interface OpenedAction {
  readonly record: ActionRecord;
  readonly sections: readonly OpenedSection[];
}

export interface ReadAction {
  /** From 1. */
  readonly place: number;
  readonly step: ActionStep;
  /** Null: what was logged is no content id; the contract looks at its length alone. */
  readonly cid: string | null;
  /** Null: the record is lost, unreadable or not of this place; `mark` says which. */
  readonly action: OpenedAction | null;
  readonly mark: Mark | null;
}

/** @throws DppError as `decodeActionRecord`; a section that does not open is marked. `keys`: reading keys and owner keys. */
export const openAction = async (bytes: Uint8Array, keys: readonly ReadingKeyPair[]): Promise<OpenedAction> =>
  openRecord(decodeActionRecord(bytes), keys);

async function openRecord(record: ActionRecord, keys: readonly ReadingKeyPair[]): Promise<OpenedAction> {
  const sections: OpenedSection[] = [];
  for (const section of record.sealed) {
    const opened = await openSection(section, record, keys).catch(markOf);
    const marked = opened !== null && "code" in opened;
    sections.push({
      name: sectionName(section),
      readers: section.wraps.length,
      elements: marked ? null : opened,
      mark: marked ? opened : null,
    });
  }
  return { record, sections };
}

function markOf(error: unknown): Mark {
  if (!isDppError(error)) throw error;
  return { code: error.code, message: error.message };
}

/**
 * `steps`: of the passport's history, oldest first, from the first one on; that they follow from each other is `verifyActionChain`'s to say.
 * `readingSecrets`: of the reader (32 bytes each); the keys that hand-overs carry to them open sections too.
 */
export async function readActions(
  context: Pick<Context, "content" | "contracts">,
  passport: string,
  steps: readonly ActionStep[],
  readingSecrets: readonly Uint8Array[] = [],
): Promise<readonly ReadAction[]> {
  const name = { config: context.contracts.config.hash, passport };
  const fetched: (ActionRecord | Mark)[] = [];
  for (const [index, step] of steps.entries()) {
    const headBefore = steps[index - 1]?.headAfter ?? "";
    fetched.push(await recordAt(context, { ...name, headBefore, step }).catch(markOf));
  }
  const records = fetched.filter((it): it is ActionRecord => !("code" in it));
  const keys: ReadingKeyPair[] = [];
  for (const secretKey of readingSecrets) {
    keys.push({ secretKey, publicKey: publicKeyOf(secretKey) });
    keys.push(...(await openHandOvers(records, secretKey, name)));
  }
  const actions: ReadAction[] = [];
  for (const [index, step] of steps.entries()) {
    const found = fetched[index] as ActionRecord | Mark;
    const marked = "code" in found;
    actions.push({
      place: index + 1,
      step,
      cid: cidOf(step),
      action: marked ? null : await openRecord(found, keys),
      mark: marked ? found : null,
    });
  }
  return actions;
}

function cidOf({ record }: ActionStep): string | null {
  try {
    return cidFromHex(record);
  } catch (error) {
    if (isDppError(error, "content/bad-cid")) return null;
    throw error;
  }
}

interface Place {
  readonly config: string;
  readonly passport: string;
  readonly headBefore: string;
  readonly step: ActionStep;
}

/** @throws DppError `action/missing-record`, `action/foreign`, `action/gap`, `action/other-actor`, `action/not-entitled`, `content/*`, and those of decoding. */
async function recordAt({ content }: Pick<Context, "content">, place: Place): Promise<ActionRecord> {
  const cid = cidFromHex(place.step.record);
  const bytes = await content.get(cid, { maxBytes: MAX_RECORD_BYTES });
  if (bytes === null) {
    throw new DppError(
      "action/missing-record",
      `the record ${cid} is not on the content store: what it says is lost here, its place in the chain is not`,
    );
  }
  return requirePlace(decodeActionRecord(bytes), place);
}

/** A record is worth something only where it was made for. @throws DppError `action/foreign`, `action/gap`, `action/other-actor`, `action/not-entitled`. */
export function requirePlace(
  record: ActionRecord,
  { config, passport, headBefore, step }: Place,
): ActionRecord {
  if (record.config !== config || record.passport !== passport)
    throw new DppError("action/foreign", "the record was made for another passport or deployment");
  if (record.previous !== headBefore)
    throw new DppError(
      "action/gap",
      "the record was made for another place in this passport's chain: it is a copy, or another action came between",
    );
  if (record.actor !== step.actor || (record.type === "transfer") !== (step.act === "Transfer"))
    throw new DppError(
      "action/other-actor",
      "the record names another actor or act than the transaction that logged it",
      { details: { recorded: record.actor, logged: step.actor, type: record.type, act: step.act } },
    );
  if (!isEntitled(record.type, record.actor, step.issuer))
    throw new DppError(
      "action/not-entitled",
      "a recall comes from the passport's manufacturer or an authority, and this one does not",
    );
  return record;
}

/** Who owns a product, or repairs it, does not recall it. Names begin with the role, and the roles policy mints no others. */
export const isEntitled = (type: ActionType, actor: string | null, issuer: string | null): boolean =>
  type !== "recall" || (actor !== null && (actor === issuer || roleOfName(actor) === "AUTHORITY"));
