/** The record of a transfer, with the owner keys that the seller hands over. Spec: docs/spec/action.md "Hand-over". */
import { keysToHandOver, openHandOvers } from "../../crypto/action-hand-over.js";
import { assertPublicKey, publicKeyOf } from "../../crypto/x25519.js";
import type { ActionPayload } from "../../domain/action-payload.js";
import type { Policy } from "../../domain/policy.js";
import type { Context } from "../context.js";
import { readHistory } from "../history/read.js";
import { actionSteps } from "./chain.js";
import { type ComposedAction, composeAction } from "./compose.js";
import { readActions } from "./read.js";

export interface TransferDraft {
  /** Passport id, hex. */
  readonly passport: string;
  /** The seller's reading secret (32 bytes): his owner keys follow from it. Null: nothing is handed over. */
  readonly sellerSecret: Uint8Array | null;
  /** The buyer's reading key (X25519 public key). Null, for a plain address: nothing is handed over, and the buyer cannot read what was sealed to owners before. */
  readonly buyerKey: Uint8Array | null;
  readonly payload?: ActionPayload;
  readonly policies?: readonly Policy[];
}

export interface ComposedTransfer extends ComposedAction {
  /** Owner keys that the buyer receives; 0: no hand-over. */
  readonly handedOver: number;
  /** More owner keys open something than one hand-over holds: the oldest sections stay closed to the buyer. */
  readonly keysCut: boolean;
}

const NOTHING: ActionPayload = { elements: [], sealed: [] };

/**
 * `previous`: as `composeAction`. A lost record in the past is passed over: keys that it handed to the seller are lost with it.
 * @throws DppError `keyring/bad-public-key` for a buyer's key that everyone could read with; as `composeAction`.
 */
export async function composeTransfer(
  context: Context,
  { passport, sellerSecret, buyerKey, payload = NOTHING, policies = [] }: TransferDraft,
  previous: string,
): Promise<ComposedTransfer> {
  if (buyerKey !== null) assertPublicKey(buyerKey);
  const { keys, cut } =
    sellerSecret === null || buyerKey === null
      ? { keys: [], cut: false }
      : await handedOn(context, passport, sellerSecret);
  const handOver = buyerKey === null || keys.length === 0 ? null : { buyer: buyerKey, keys };
  const ownerKey = keys[0]?.publicKey ?? null;
  const composed = await composeAction(
    context,
    { passport, type: "transfer", actor: null, ...payload, ownerKey, policies, handOver },
    previous,
  );
  return { ...composed, handedOver: keys.length, keysCut: cut };
}

/** The owner keys that go with the passport, the seller's own first. @throws DppError `passport/unknown`, `ledger/*`. */
async function handedOn(context: Context, passport: string, readingSecret: Uint8Array) {
  // Refuses a damaged secret before the ledger is asked.
  publicKeyOf(readingSecret);
  const actions = await readActions(context, passport, actionSteps(await readHistory(context, passport)));
  const records = actions.flatMap(({ action }) => (action === null ? [] : [action.record]));
  const name = { config: context.contracts.config.hash, passport };
  return keysToHandOver(records, await openHandOvers(records, readingSecret, name));
}
