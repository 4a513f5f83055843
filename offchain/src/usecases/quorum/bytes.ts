/**
 * Holds a proposal's transactions against what it claims to be, without a ledger: what the bodies do must be the action, and nothing beside it.
 * Spec: docs/spec/proposal.md "What a signer checks".
 */
import { decodePlutusData, encodePlutusData } from "../../codec/plutus-data.js";
import { readUnsigned, type UnsignedTransaction } from "../../codec/unsigned-transaction.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { cosignersOf, type Proposal } from "../../domain/proposal.js";
import type { SlotConfig } from "../../ports/ledger.js";
import type { Contracts } from "../../tx/contracts.js";
import { sameOutRef } from "../../tx/plan.js";
import { expectedOf } from "./expect.js";
import { type Expected, refText } from "./expected.js";
import { outputMismatches } from "./outputs.js";
import { recordIn } from "./record.js";

/** @throws DppError `proposal/malformed`. */
export const readVariants = ({ variants }: Pick<Proposal, "variants">): readonly UnsignedTransaction[] =>
  variants.map(({ tx }, at) => {
    try {
      return readUnsigned(tx);
    } catch (cause) {
      throw new DppError(
        "proposal/malformed",
        `proposal/variants/${at}/tx: expected an unsigned transaction`,
        {
          cause,
          details: { path: `/variants/${at}/tx` },
        },
      );
    }
  });

/**
 * What in the bytes is not what the proposal says, in words; empty when all of it is. `slots`: `null` when they are not known here, so that the validity
 * is not compared.
 */
export function mismatchesInBytes(
  proposal: Proposal,
  contracts: Contracts,
  slots: SlotConfig | null,
): readonly string[] {
  const expected = expectedOf(contracts, proposal.action);
  const variants = readVariants(proposal);
  const found = variants.flatMap((transaction, at) => [
    ...transaction.oddities,
    ...signerMismatches(proposal, transaction, at),
    ...redeemerMismatches(expected, transaction),
    ...mintMismatches(expected, transaction),
    ...outputMismatches(expected, transaction, proposal.proposer),
    ...(slots === null ? [] : windowMismatches(proposal, transaction, slots)),
    ...missingInputs(expected, transaction),
  ]);
  const [first, ...others] = variants;
  // With other coins two of them could both stand.
  const alike = others.every(
    (other) =>
      sameRefs(first?.spent, other.spent) &&
      sameRefs(first?.referenceInputs, other.referenceInputs) &&
      sameRefs(first?.collateral, other.collateral),
  );
  return [
    ...new Set([
      ...found,
      ...recordMismatches(proposal, contracts),
      ...(alike ? [] : ["its transactions do not all spend the same outputs"]),
    ]),
  ];
}

/** The contract looks at a record's content id alone. */
const recordMismatches = ({ action }: Proposal, { config }: Contracts): readonly string[] =>
  action.act === "log" && recordIn(action).config !== config.hash
    ? ["the action record was made for another deployment"]
    : [];

const sameRefs = (a: readonly OutRef[] = [], b: readonly OutRef[] = []): boolean =>
  a.length === b.length && a.every((ref) => b.some((other) => sameOutRef(ref, other)));

function signerMismatches(
  { action, variants }: Proposal,
  { requiredSigners }: UnsignedTransaction,
  at: number,
): readonly string[] {
  const wanted = new Set([...(variants[at]?.members ?? []), ...cosignersOf(action)]);
  const asked = new Set(requiredSigners);
  return asked.size === wanted.size && [...asked].every((key) => wanted.has(key))
    ? []
    : [`transaction ${at} asks other keys to sign than the file says`];
}

/** One value has several encodings; a script sees the value. */
export function sameData(a: string, b: string): boolean {
  const plain = (cbor: string): string => toHex(encodePlutusData(decodePlutusData(fromHex(cbor))));
  try {
    return a === b || plain(a) === plain(b);
  } catch (error) {
    if (isDppError(error)) return false;
    throw error;
  }
}

function redeemerMismatches(
  { spend, mints }: Expected,
  { witnesses, mint }: UnsignedTransaction,
): readonly string[] {
  const policies = [...new Set(Object.keys(mint).map((unit) => unit.slice(0, 56)))].sort();
  const { redeemers } = witnesses;
  const spends = redeemers.filter(({ purpose }) => purpose === "spend");
  const [only] = spends;
  const isSpendRight =
    spend === null
      ? spends.length === 0
      : spends.length === 1 && only !== undefined && sameData(only.data, spend.data);
  const areMintsRight = mints.every(({ policy, data }) =>
    redeemers.some(
      (redeemer) =>
        redeemer.purpose === "mint" && policies[redeemer.index] === policy && sameData(redeemer.data, data),
    ),
  );
  const count = (spend === null ? 0 : 1) + mints.length;
  return isSpendRight && areMintsRight && redeemers.length === count
    ? []
    : ["it calls the contracts with another order than the action needs"];
}

function mintMismatches(expected: Expected, { mint }: UnsignedTransaction): readonly string[] {
  const units = new Set([...Object.keys(expected.mint), ...Object.keys(mint)]);
  return [...units].flatMap((unit) =>
    (expected.mint[unit] ?? 0n) === (mint[unit] ?? 0n)
      ? []
      : [`it mints ${mint[unit] ?? 0n} of ${unit}, the action ${expected.mint[unit] ?? 0n}`],
  );
}

/** Start of a slot, POSIX ms. */
export const slotTime = (
  { zeroTime, zeroSlot, slotLength }: SlotConfig,
  slot: number | null,
): number | null => (slot === null ? null : zeroTime + (slot - zeroSlot) * slotLength);

function windowMismatches(
  { window, expires }: Proposal,
  { validity }: UnsignedTransaction,
  slots: SlotConfig,
): readonly string[] {
  const [from, to] = [slotTime(slots, validity.from), slotTime(slots, validity.until)];
  return [
    ...(from === window.from && to === window.to
      ? []
      : ["its transactions are valid at another time than the file says"]),
    ...(to !== null && to > expires ? ["its transactions are valid for longer than the file says"] : []),
  ];
}

const missingInputs = ({ inputs }: Expected, { spent }: UnsignedTransaction): readonly string[] =>
  inputs
    .filter((ref) => !spent.some((other) => sameOutRef(other, ref)))
    .map((ref) => `it does not spend ${refText(ref)}`);
