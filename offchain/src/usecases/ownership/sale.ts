/**
 * What a transfer that somebody else built would do to the seller's wallet, judged before the wallet is asked to sign. Pure, so that a page can run it. Spec:
 * docs/spec/ownership.md "Sale with a wallet". The ledger's own balance does the rest: what does not go to the buyer, to the state and as fee comes back.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeAddressBytes, parseAddress, toBech32Address } from "../../codec/address.js";
import { decodePassportDatum, encodePassportDatum } from "../../codec/datum.js";
import { asInt, readOutput } from "../../codec/ledger-cbor/output.js";
import { readSigned, spendRedeemer } from "../../codec/ledger-cbor/signed.js";
import { mapEntries } from "../../codec/ledger-cbor/span.js";
import { readParts, splitTransaction, type TransactionParts } from "../../codec/ledger-cbor/transaction.js";
import { decodePassportSpend, encodePassportSpend } from "../../codec/redeemer.js";
import { chainAction } from "../../domain/action-chain.js";
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { referenceUnit, userUnit } from "../../domain/tokens.js";

export interface SaleTerms {
  /** Passport id, hex. */
  readonly passport: string;
  /** Passport policy, hex. */
  readonly policy: string;
  readonly networkId: 0 | 1;
  /** The output with the (100) as it lies on the ledger now: where, its lovelace, its datum (CBOR hex). */
  readonly state: OutRef & { readonly lovelace: bigint; readonly datum: string };
  /** Bech32. */
  readonly buyer: string;
  /** Addresses of the seller's wallet, bech32: what goes there stays with him. */
  readonly own: readonly string[];
  /** Binary CID of the transfer's record, hex. */
  readonly record: string;
}

export interface SaleFacts {
  readonly txHash: string;
  /** Lovelace. */
  readonly fee: bigint;
  /** Lovelace that the ledger asks to lie beside the token: it goes to the buyer. */
  readonly withToken: bigint;
}

/** Conway body keys of a transfer; anything else could move or promise something more. */
const KNOWN = new Set([0, 1, 2, 3, 7, 8, 11, 13, 14, 15, 16, 17, 18]);
const BODY = { collateral: 13, collateralReturn: 16, totalCollateral: 17 } as const;
const ADA = 1_000_000n;
/** Several times what such a transaction costs, and what the ledger asks to lie beside one token. */
const MAX_FEE = 3n * ADA;
const MAX_WITH_TOKEN = 5n * ADA;
/** Lost only when a script fails that has not failed before; builders ask for 5. */
const MAX_COLLATERAL = 10n * ADA;

const unsafe = (why: string): DppError =>
  new DppError(
    "transfer/unsafe",
    `this transaction is not the transfer that was asked for (${why}): it was not signed`,
  );

/** @throws DppError `transfer/unsafe`, `ledger/bad-transaction`. */
export function judgeSale(cbor: string, terms: SaleTerms): SaleFacts {
  const parts = splitTransaction(cbor);
  const { fee, outputs, hash, unsupported } = readParts(parts);
  const names = [...parts.fields.keys()];
  if (mapEntries(parts.body).length !== names.length) throw unsafe("a part of it stands twice");
  if (unsupported.length > 0 || names.some((name) => !KNOWN.has(name)))
    throw unsafe("it does more than a transfer");
  if (fee > MAX_FEE) throw unsafe("its fee is far too high");
  judgeCollateral(parts, terms);
  const token = userUnit(terms.policy, terms.passport);
  const contract = contractAddress(terms);
  let withToken: bigint | null = null;
  let continued = false;
  for (const { utxo } of outputs) {
    if (token in utxo.assets) {
      if (utxo.address !== terms.buyer || utxo.assets[token] !== 1n)
        throw unsafe("the product would go to somebody else");
      const { lovelace = 0n, ...tokens } = utxo.assets;
      if (withToken !== null || Object.keys(tokens).length !== 1)
        throw unsafe("more than this product would go to the buyer");
      if (lovelace > MAX_WITH_TOKEN) throw unsafe("too much ADA would go to the buyer");
      withToken = lovelace;
    } else if (utxo.address === contract && !continued) {
      judgeState(utxo, terms);
      continued = true;
    } else if (!terms.own.includes(utxo.address)) {
      throw unsafe("something would go to an address that is not yours");
    }
  }
  if (withToken === null) throw unsafe("the product would not go to the buyer");
  if (!continued) throw unsafe("the passport's state would not go on");
  judgeRedeemer(cbor, terms);
  return { txHash: hash, fee, withToken };
}

const contractAddress = ({ networkId, policy }: SaleTerms): string =>
  toBech32Address(
    encodeAddressBytes({
      kind: "enterprise",
      networkId,
      payment: { kind: "script", hash: policy },
      stake: null,
    }),
  );

/** The same value, and the same datum but for the head of the chain of actions. */
function judgeState(
  { assets, datum }: { readonly assets: Readonly<Record<string, bigint>>; readonly datum: string | null },
  { policy, passport, state, record }: SaleTerms,
): void {
  const { lovelace, ...tokens } = assets;
  const only = Object.keys(tokens).length === 1 && tokens[referenceUnit(policy, passport)] === 1n;
  if (!only || lovelace !== state.lovelace) throw unsafe("the passport's state would change its value");
  const old = decodePassportDatum(state.datum);
  const actionHead = chainAction(old.extra.actionHead, record);
  if (datum !== encodePassportDatum({ ...old, extra: { ...old.extra, actionHead } }))
    throw unsafe("the passport's state would change otherwise than by this transfer");
}

function judgeCollateral({ fields }: TransactionParts, { own }: SaleTerms): void {
  if (!fields.has(BODY.collateral)) return;
  const total = fields.get(BODY.totalCollateral);
  const back = fields.get(BODY.collateralReturn);
  if (total === undefined || asInt(total) > MAX_COLLATERAL) throw unsafe("it offers too much as collateral");
  if (back !== undefined && !own.includes(readOutput({ txHash: "", outputIndex: 0 }, back).utxo.address))
    throw unsafe("collateral would go back to somebody else");
}

function judgeRedeemer(cbor: string, { state, buyer, record }: SaleTerms): void {
  const { payment, stake } = parseAddress(buyer).address;
  const redeemer = spendRedeemer(readSigned(cbor), state);
  if (redeemer !== encodePassportSpend({ act: "Transfer", to: { payment, stake }, record }))
    throw unsafe("it is not recorded as a transfer to the buyer");
}

/** What a submitted transfer says of itself: which record it names. Null: it does not spend this state by a transfer. */
export function recordOf(cbor: string, state: OutRef): string | null {
  const redeemer = spendRedeemer(readSigned(cbor), state);
  if (redeemer === null) return null;
  const spend = decodePassportSpend(redeemer);
  return spend.act === "Transfer" ? spend.record : null;
}

/** Binary CID (hex) of a blob that is one block, as all small ones are: CIDv1, raw, SHA-256 (docs/spec/document.md "Content id"). */
export const smallCid = (bytes: Uint8Array): string => toHex(concat(fromHex("01551220"), sha256(bytes)));

/** Hash of the body that a wallet's key signs, hex. */
export const bodyHashOf = (cbor: string): string =>
  toHex(blake2b(splitTransaction(cbor).body, { dkLen: 32 }));
