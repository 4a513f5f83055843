/**
 * What a transaction may change, held against what it did: the deltas of docs/spec/datum.md "Redeemers", read a second time and apart from the contracts.
 * Pure. Who had to sign is in `authority.ts`.
 */
import { parseAddress } from "../../codec/address.js";
import { decodePassportDatum } from "../../codec/datum.js";
import { mintRedeemer, type SignedTransaction } from "../../codec/ledger-cbor/signed.js";
import { decodePassportMint, type PassportSpend, type PlutusAddress } from "../../codec/redeemer.js";
import { chainAction } from "../../domain/action-chain.js";
import { isDppError } from "../../domain/errors.js";
import { type Cip68, PASSPORT_SCHEMA, type Passport } from "../../domain/passport.js";
import { referenceUnit, unique } from "../../domain/tokens.js";
import type { FoldStep, PassportName } from "./fold.js";

type Field = "metadata" | keyof Passport;

const MAY_CHANGE: Readonly<Record<PassportSpend["act"], readonly Field[]>> = {
  Update: ["metadata", "dataRoot", "content", "revision"],
  Revoke: ["status"],
  Transfer: ["actionHead"],
  Log: ["actionHead"],
  Amend: ["idCommit", "idMethod"],
  Retire: ["status"],
  Succeed: ["status"],
  Reassign: ["issuer"],
  Erase: [],
};

const BECOMES = { Revoke: "Revoked", Retire: "Retired", Succeed: "Repurposed" } as const;

/** Sentences that name what breaks a rule; none: every rule that bytes can show holds. Not for a step that could not be read. */
export function brokenRules(
  name: PassportName,
  { past, before, entry, tokens }: FoldStep,
): readonly string[] {
  const { signed } = past;
  if (signed === null || tokens === null || entry.act === "Unreadable") return [];
  const { datum, state, owner } = entry.after;
  if (entry.act === "Send" || entry.act === "Discard") return [];
  if (entry.act === "Issue") return datum === null ? [] : issueFaults(name, signed, datum, entry.predecessor);
  if (before.datum === null || before.state === null) return ["it changes a passport that does not exist"];
  const old = before.datum.extra;
  const expected = entry.act === "Erase" ? "Retired" : entry.act === "Log" ? old.status : "Active";
  const faults = old.status === expected ? [] : [`${entry.act} of a passport that is ${old.status}`];
  if (entry.act === "Erase") return state === null ? faults : [...faults, "the state stays on the ledger"];
  if (state === null || datum === null) return [...faults, "the state left the contract"];
  if (state.address !== before.state.address || !sameAssets(state.assets, before.state.assets))
    faults.push("the state's address or value changed");
  if (state.scriptRef !== null) faults.push("the state carries a script");
  faults.push(...changedBeyond(MAY_CHANGE[entry.act], before.datum, datum));
  faults.push(...valueFaults(entry, old, datum.extra));
  const byOwner = tokens.owner.spent;
  if (entry.act === "Transfer" && !(byOwner && owner !== null && liesAt(owner.address, entry.to)))
    faults.push("the ownership token did not go where the transfer says");
  if (entry.act === "Log" && entry.actor === null && !byOwner)
    faults.push("logged in the owner's name without the ownership token");
  if (entry.act === "Retire" && entry.authority === null && !byOwner)
    faults.push("retired without the ownership token or an authority");
  if (entry.act === "Succeed" && !(byOwner && names(signed, name, entry.successor)))
    faults.push("the successor does not name this passport, or the ownership token is missing");
  return faults;
}

function valueFaults(change: PassportSpend, old: Passport, now: Passport): readonly string[] {
  if (change.act === "Update")
    return now.revision === old.revision + 1 ? [] : ["the revision does not count on"];
  if (change.act === "Transfer" || change.act === "Log")
    return now.actionHead === chainAction(old.actionHead, change.record)
      ? []
      : ["action_head does not chain the record"];
  if (change.act === "Revoke" || change.act === "Retire" || change.act === "Succeed")
    return now.status === BECOMES[change.act] ? [] : [`${change.act} leaves the status ${now.status}`];
  return [];
}

function changedBeyond(
  allowed: readonly Field[],
  before: Cip68<Passport>,
  after: Cip68<Passport>,
): readonly string[] {
  const fields = Object.keys(after.extra) as (keyof Passport)[];
  const changed: Field[] = fields.filter((field) => before.extra[field] !== after.extra[field]);
  const { name, image } = before.metadata;
  if (after.metadata.name !== name || after.metadata.image !== image) changed.push("metadata");
  return changed.filter((field) => !allowed.includes(field)).map((field) => `${field} changed`);
}

function issueFaults(
  { policy, id }: PassportName,
  signed: SignedTransaction,
  { extra }: Cip68<Passport>,
  predecessor: string | null,
): readonly string[] {
  const first: Partial<Passport> = {
    schema: PASSPORT_SCHEMA,
    revision: 0,
    status: "Active",
    actionHead: "",
    batch: null,
    predecessor,
  };
  const wrong = (Object.keys(first) as (keyof Passport)[]).filter((field) => extra[field] !== first[field]);
  const faults = wrong.map((field) => `${field} is not what a new passport has`);
  return isNamedBy(policy, id, signed) ? faults : [...faults, "the id is not made from an input of its mint"];
}

function isNamedBy(policy: string, id: string, signed: SignedTransaction): boolean {
  try {
    const mint = decodePassportMint(mintRedeemer(signed, policy) ?? "");
    if (mint.act === "Burn") return false;
    const { seed } = mint;
    const spent = signed.spent.some(
      ({ txHash, outputIndex }) => txHash === seed.txHash && outputIndex === seed.outputIndex,
    );
    const indices = mint.act === "Issue" ? mint.indices : [mint.index];
    return spent && indices.some((index) => unique(seed, index) === id);
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}

const sameAssets = (a: Readonly<Record<string, bigint>>, b: Readonly<Record<string, bigint>>): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([unit, quantity]) => b[unit] === quantity);

function liesAt(address: string, to: PlutusAddress): boolean {
  try {
    const { payment, stake } = parseAddress(address).address;
    const same = (a: PlutusAddress["stake"], b: PlutusAddress["stake"]): boolean =>
      a?.kind === b?.kind && a?.hash === b?.hash;
    return to.payment?.kind === "key" && same(payment, to.payment) && same(stake, to.stake);
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}

/** The transaction makes the successor's state, and that names this passport. */
function names(signed: SignedTransaction, { policy, id }: PassportName, successor: string): boolean {
  const output = signed.outputs.find(({ assets }) => assets[referenceUnit(policy, successor)] === 1n);
  try {
    return output !== undefined && decodePassportDatum(output.datum ?? "").extra.predecessor === id;
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}
