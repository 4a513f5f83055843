/** What a buyer looks at when he has been given a passport, none of it the seller's word. Spec: docs/spec/ownership.md "Transfer". */
import { parseAddress } from "../../codec/address.js";
import { openHandOvers } from "../../crypto/action-hand-over.js";
import { isDppError } from "../../domain/errors.js";
import { actionSteps } from "../actions/chain.js";
import { type ReadAction, readActions } from "../actions/read.js";
import type { Context } from "../context.js";
import { type HistoryEntry, readHistory } from "../history/read.js";
import { type Carrier, type Check, type Verification, verifyPassport } from "../verify.js";
import { type Ownership, readOwnership } from "./read.js";

export interface Buyer {
  /** Payment key hash, hex. */
  readonly keyHash: string;
  /** 32 bytes; null: keys are not looked at. */
  readonly readingSecret: Uint8Array | null;
}

/** How the token came to its owner: by the issue, a transfer with a record, a plain send, or beside another act. */
export type Arrival = "Issue" | "Transfer" | "Send" | "Other";

export interface Receipt {
  readonly owned: Ownership;
  /** The (222) lies under the buyer's payment key. */
  readonly yours: boolean;
  readonly verification: Verification;
  /** `notices`: whether nothing was logged that a buyer should know first. */
  readonly noticeCheck: Check;
  /** His, verified, and without notices. */
  readonly ok: boolean;
  readonly arrival: Arrival;
  /** Transaction of the arrival. */
  readonly arrivedIn: string | null;
  /** Owner keys of earlier owners that were handed over to the buyer's reading key and open. */
  readonly keys: number;
  /** Sections sealed to owners, and how many of them the buyer's keys open; null without his reading secret. */
  readonly sections: { readonly all: number; readonly opened: number } | null;
  /** Actions whose record is lost or was made for another place. */
  readonly marked: number;
}

type Checking = Pick<Context, "ledger" | "contracts" | "clock" | "content">;

/** @throws DppError `passport/unknown`, as `readOwnership`; `history/*`, `ledger/*`. */
export async function checkReceipt(
  context: Checking,
  id: string,
  buyer: Buyer,
  carrier?: Carrier,
): Promise<Receipt> {
  const owned = await readOwnership(context, id);
  const verification = await verifyPassport(context, id, carrier);
  const history = await readHistory(context, id);
  const came = arrivalOf(history.entries);
  const secrets = buyer.readingSecret === null ? [] : [buyer.readingSecret];
  const actions = await readActions(context, id, actionSteps(history), secrets);
  const yours = owned.keyHash === buyer.keyHash;
  const noticeCheck = noticesCheck(verification);
  return {
    owned,
    yours,
    verification,
    noticeCheck,
    ok: yours && verification.ok && noticeCheck.ok,
    arrival: came === null ? "Other" : arrivalName(came.act),
    arrivedIn: came?.txHash ?? null,
    keys: buyer.readingSecret === null ? 0 : await keysOf(context, id, actions, buyer.readingSecret),
    sections: buyer.readingSecret === null ? null : sectionsOf(actions),
    marked: actions.filter(({ mark }) => mark !== null).length,
  };
}

function noticesCheck({ notices }: Verification): Check {
  const kinds = [...new Set(notices.map(({ kind }) => kind))];
  const detail =
    notices.length === 0 ? "no recall, theft or loss stands" : `these stand: ${kinds.join(", ")}`;
  return { name: "notices", ok: notices.length === 0, detail };
}

/** The last entry after which another payment key held the token than before. */
const arrivalOf = (entries: readonly HistoryEntry[]): HistoryEntry | null =>
  entries.findLast(({ after, ownerBefore }) => {
    const now = after.owner === null ? null : keyOf(after.owner.address);
    return now !== null && now !== (ownerBefore === null ? null : keyOf(ownerBefore));
  }) ?? null;

const arrivalName = (act: HistoryEntry["act"]): Arrival =>
  act === "Issue" || act === "Transfer" || act === "Send" ? act : "Other";

/** An address of another era stands for itself. */
function keyOf(text: string): string {
  try {
    return parseAddress(text).address.payment?.hash ?? text;
  } catch (error) {
    if (isDppError(error)) return text;
    throw error;
  }
}

async function keysOf(
  { contracts }: Checking,
  passport: string,
  actions: readonly ReadAction[],
  secret: Uint8Array,
): Promise<number> {
  const records = actions.flatMap(({ action }) => (action === null ? [] : [action.record]));
  const keys = await openHandOvers(records, secret, { config: contracts.config.hash, passport });
  // The first is his own, which nobody had to give him.
  return keys.length - 1;
}

function sectionsOf(actions: readonly ReadAction[]): { readonly all: number; readonly opened: number } {
  const owners = actions.flatMap(({ action }) =>
    action === null ? [] : action.sections.filter((_, at) => action.record.sealed[at]?.kind === "owner"),
  );
  return { all: owners.length, opened: owners.filter(({ elements }) => elements !== null).length };
}
