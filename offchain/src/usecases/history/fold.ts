/** Folds the transactions of one passport into its life. Pure, and believes nothing: what cannot be read is told, not skipped. Spec: docs/spec/history.md. */
import { parseAddress } from "../../codec/address.js";
import { decodePassportDatum } from "../../codec/datum.js";
import type { OutputFacts } from "../../codec/ledger-cbor/output.js";
import { decodePassportMint, decodePassportSpend, type PassportSpend } from "../../codec/redeemer.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { Cip68, Passport } from "../../domain/passport.js";
import { referenceUnit, userUnit } from "../../domain/tokens.js";
import type { PastTransaction } from "./order.js";
import { stepOf, type TokenStep, touches } from "./token.js";

/** What a transaction did to the passport; those of the contract with the fields of its redeemer (docs/spec/datum.md "Redeemers"). */
export type Change =
  | { readonly act: "Issue"; readonly predecessor: string | null }
  | PassportSpend
  /** The ownership token moved and nothing else happened: a plain wallet send, which is a valid transfer. */
  | { readonly act: "Send" }
  /** Whoever held the ownership token burnt it. */
  | { readonly act: "Discard" }
  | { readonly act: "Unreadable"; readonly reason: string };
export type Act = Change["act"];

/** Where the passport stands after a transaction. */
export interface Standing {
  /** Null: it is burnt, or its datum cannot be read. */
  readonly datum: Cip68<Passport> | null;
  /** Output with the (100); null: burnt. */
  readonly state: OutputFacts | null;
  /** Output with the (222): whose it is; null: burnt. */
  readonly owner: OutputFacts | null;
}

export interface Moment {
  readonly txHash: string;
  readonly slot: number;
  readonly height: number;
  /** POSIX ms of the block. */
  readonly time: number;
  readonly after: Standing;
  /** Address that held the ownership token before, bech32; null: nobody did. */
  readonly ownerBefore: string | null;
}

export type HistoryEntry = Moment & Change;

/** A plain send to the address where the ownership token lay already, as wallets make when they tidy up: no change of hands. */
export const staysPut = ({ act, ownerBefore, after }: HistoryEntry): boolean =>
  act === "Send" && ownerBefore !== null && ownerBefore === after.owner?.address;

/** One transaction of the fold, with what a verifier looks at. */
export interface FoldStep {
  readonly past: PastTransaction;
  readonly before: Standing;
  readonly entry: HistoryEntry;
  /** Null: the transaction cannot be read. */
  readonly tokens: { readonly state: TokenStep; readonly owner: TokenStep } | null;
}

export interface PassportName {
  /** Passport policy, hex. */
  readonly policy: string;
  /** Passport id, hex. */
  readonly id: string;
}

const NOTHING: Standing = { datum: null, state: null, owner: null };

/** One step for each transaction that has to do with the passport; those that have not are left out. */
export function foldPassport(
  { policy, id }: PassportName,
  transactions: readonly PastTransaction[],
): readonly FoldStep[] {
  const stateUnit = referenceUnit(policy, id);
  const ownerUnit = userUnit(policy, id);
  const steps: FoldStep[] = [];
  let before = NOTHING;
  for (const past of transactions) {
    const { signed } = past;
    if (signed === null) {
      steps.push(step(past, before, before, { act: "Unreadable", reason: past.unreadable ?? "" }, null));
      continue;
    }
    const tokens = {
      state: stepOf(signed, stateUnit, before.state),
      owner: stepOf(signed, ownerUnit, before.owner),
    };
    if (!touches(tokens.state) && !touches(tokens.owner)) continue;
    const { after, change } = read(policy, before, tokens);
    steps.push(step(past, before, after, change, tokens));
    before = after;
  }
  return steps;
}

const step = (
  past: PastTransaction,
  before: Standing,
  after: Standing,
  change: Change,
  tokens: FoldStep["tokens"],
): FoldStep => {
  const { hash: txHash, slot, height, time } = past.tx;
  const ownerBefore = before.owner?.address ?? null;
  return { past, before, tokens, entry: { txHash, slot, height, time, after, ownerBefore, ...change } };
};

function read(
  policy: string,
  before: Standing,
  { state, owner }: NonNullable<FoldStep["tokens"]>,
): { readonly after: Standing; readonly change: Change } {
  const moved = { state: state.spent || state.after !== null, owner: owner.spent || owner.after !== null };
  const held = {
    state: moved.state ? state.after : before.state,
    owner: moved.owner ? owner.after : before.owner,
  };
  const same: Standing = { datum: moved.state ? null : before.datum, ...held };
  try {
    const after = moved.state ? { ...held, datum: datumAt(policy, held.state) } : same;
    return { after, change: changeOf(state, owner) };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { after: same, change: { act: "Unreadable", reason: error.message } };
  }
}

/** @throws DppError `datum/*`, `plutus-data/*`, `address/*`. */
function datumAt(policy: string, output: OutputFacts | null): Cip68<Passport> | null {
  if (output === null) return null;
  const { kind, payment } = parseAddress(output.address).address;
  if (kind !== "enterprise" || payment?.kind !== "script" || payment.hash !== policy)
    throw new DppError("history/not-at-contract", "the state does not lie at the passport contract");
  return decodePassportDatum(output.datum ?? "");
}

/** @throws DppError `datum/shape`, `plutus-data/*`, `history/*`. */
function changeOf(state: TokenStep, owner: TokenStep): Change {
  if (state.broken || owner.broken)
    throw new DppError("history/broken", "the transaction does not continue the one before it");
  if (state.minted > 0n) {
    const mint = decodePassportMint(state.mintRedeemer ?? "");
    if (mint.act === "Burn") throw new DppError("history/redeemer", "a mint with the redeemer of a burn");
    return { act: "Issue", predecessor: mint.act === "IssueSuccessor" ? mint.predecessor : null };
  }
  if (state.spent) return decodePassportSpend(state.redeemer ?? "");
  return owner.minted < 0n ? { act: "Discard" } : { act: "Send" };
}
