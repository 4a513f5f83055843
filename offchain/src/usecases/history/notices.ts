/** What a person in front of a product should know of its actions before anything else: recalled, stolen, lost, or untold. Pure. Spec: docs/spec/history.md "Notices". */
import type { ActionRecord } from "../../domain/action.js";
import { roleOfName } from "../../domain/tokens.js";
import type { ReadAction } from "../actions/read.js";
import type { HistoryEntry } from "./fold.js";

export interface Notice {
  /** `unreadable`: what was logged is lost or not of its place, and may be any of the others. */
  readonly kind: "recall" | "theft" | "loss" | "unreadable";
  readonly txHash: string;
  /** POSIX ms of the block. */
  readonly time: number;
  /** Attestation name, hex; null: the owner of then. */
  readonly actor: string | null;
}

/** Null: it can be read, and its writer may not say what it says. */
export type ToldRecords = ReadonlyMap<string, ActionRecord | null>;

/**
 * Recalls by the issuer of then or an authority, whoever else may write the word; thefts and losses until who reported them, or an authority, says that the product
 * is found (owners count as one here: the next one cannot take back what an actor reported); logged actions that cannot be read. Oldest first.
 * @param records by the hash of their transaction, as far as they are readable and stand in their place.
 */
export function noticesOf(entries: readonly HistoryEntry[], records: ToldRecords): readonly Notice[] {
  let open: readonly Notice[] = [];
  for (const entry of entries) {
    if (entry.act !== "Log") continue;
    const { txHash, time, after, actor } = entry;
    const record = records.get(txHash);
    const notice = (kind: Notice["kind"]): Notice => ({ kind, txHash, time, actor });
    if (record === undefined) open = [...open, notice("unreadable")];
    else if (record?.type === "found") open = open.filter((it) => !endsWith(it, actor));
    else if (record?.type === "theft" || record?.type === "loss") open = [...open, notice(record.type)];
    else if (record?.type === "recall" && mayRecall(actor, after.datum?.extra.issuer))
      open = [...open, notice("recall")];
  }
  return open;
}

const isAuthority = (actor: string | null): boolean => actor !== null && roleOfName(actor) === "AUTHORITY";

const mayRecall = (actor: string | null, issuer: string | undefined): boolean =>
  actor !== null && (actor === issuer || isAuthority(actor));

/** Whether a notice ends with a `found` of this actor. */
const endsWith = ({ kind, actor: author }: Notice, actor: string | null): boolean =>
  (kind === "theft" || kind === "loss") && (author === actor || isAuthority(actor));

/** The records among actions that were read. */
export const toldRecords = (actions: readonly ReadAction[]): ToldRecords =>
  new Map(
    actions.flatMap(({ step, action, mark }): [string, ActionRecord | null][] => {
      if (action !== null) return [[step.txHash, action.record]];
      // It can be read: whoever logged it may not recall anything.
      return mark?.code === "action/not-entitled" ? [[step.txHash, null]] : [];
    }),
  );
