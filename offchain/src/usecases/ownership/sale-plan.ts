/** The server's side of a sale with a wallet: builds the transfer unsigned, and submits what the wallet signed. Keys stay with their owners. Spec: docs/spec/ownership.md "Sale with a wallet". */

import { decodeActionRecord } from "../../codec/action-record.js";
import { parseAddress, toBech32Address } from "../../codec/address.js";
import { readSigned } from "../../codec/ledger-cbor/signed.js";
import { readingBytes } from "../../codec/ledger-cbor/transaction.js";
import { readWitnessSet } from "../../codec/ledger-cbor/witnesses.js";
import { keyHashOf, verifyEd25519 } from "../../crypto/cip8.js";
import { fromHex } from "../../domain/bytes.js";
import { cidToHex } from "../../domain/cid.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { networkId } from "../../ports/ledger.js";
import type { BuiltTx } from "../../tx/builder.js";
import { planTransfer } from "../../tx/life.js";
import { sameOutRef } from "../../tx/plan.js";
import type { Context, Reading } from "../context.js";
import { loadDeployment } from "../deployment.js";
import type { Ownership } from "./read.js";
import { readOwnership } from "./read.js";
import { bodyHashOf, recordOf, smallCid } from "./sale.js";
import { planGift } from "./transfer.js";

export interface SaleRequest {
  /** Passport id, hex. */
  readonly passport: string;
  /** Receive request, link to one, or address. */
  readonly request: string;
  /** Addresses of the seller's wallet, bech32 or hex; the owner's key among them. */
  readonly addresses: readonly string[];
  /** The transfer's record, for the present head. */
  readonly record: Uint8Array;
}

export interface PlannedSale {
  readonly built: BuiltTx;
  /** Bech32. */
  readonly buyer: string;
  readonly owned: Ownership;
}

/** Each try builds a transaction. */
const MAX_PAYERS = 4;

/**
 * Without signatures. The fee comes from the address that holds the (222) when it can, else from another of the wallet's.
 * @throws DppError `transfer/*`, `passport/*`, `ownership/*`, `tx/*`, `ledger/*`, `address/*`.
 */
export async function planSale(
  context: Pick<Context, "ledger" | "contracts" | "clock" | "builder">,
  { passport, request, addresses, record }: SaleRequest,
): Promise<PlannedSale> {
  const wallet = addresses.map((text) => parseAddress(text));
  const keys = wallet.flatMap(({ address: { payment, networkId: of } }) =>
    payment?.kind === "key" && of === networkId(context.ledger.network) ? [payment.hash] : [],
  );
  const { keyHash } = await readOwnership(context, passport);
  const { owned, receiver } = await planGift(
    context,
    passport,
    request,
    keys.includes(keyHash) ? keyHash : "",
  );
  assertRecord(context, owned, record);
  const plan = planTransfer(context.contracts, await loadDeployment(context), {
    state: owned.state.utxo,
    owned: owned.utxo,
    to: receiver.address,
    record: smallCid(record),
  });
  const payers = [owned.address, ...wallet.map(({ bytes }) => toBech32Address(bytes))];
  const built = await firstThatPays(context, plan, payers.filter(isPayable));
  return { built, buyer: receiver.address, owned };
}

const isPayable = (text: string, at: number, all: readonly string[]): boolean =>
  parseAddress(text).address.payment?.kind === "key" && all.indexOf(text) === at;

async function firstThatPays(
  { builder }: Pick<Context, "builder">,
  plan: Parameters<Context["builder"]["build"]>[0],
  payers: readonly string[],
): Promise<BuiltTx> {
  let failure: unknown;
  for (const address of payers.slice(0, MAX_PAYERS)) {
    try {
      return await builder.build(plan, { address });
    } catch (error) {
      if (!isDppError(error, "tx/insufficient-funds")) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/** That the bytes are the record of a transfer, for this place and no other. @throws DppError `transfer/record`, `transfer/record-place`. */
function assertRecord({ contracts }: Pick<Reading, "contracts">, owned: Ownership, bytes: Uint8Array): void {
  const record = readRecord(bytes);
  const here =
    record.type === "transfer" &&
    record.actor === null &&
    record.config === contracts.config.hash &&
    record.passport === owned.passport;
  if (!here)
    throw new DppError(
      "transfer/record",
      "the record is not that of a transfer of this passport by its owner",
    );
  if (record.previous !== owned.state.actionHead) {
    throw new DppError(
      "transfer/record-place",
      "something happened to the passport since the record was made: begin again",
    );
  }
}

function readRecord(bytes: Uint8Array) {
  try {
    return decodeActionRecord(bytes);
  } catch (cause) {
    if (!isDppError(cause)) throw cause;
    throw new DppError("transfer/record", `this is no action record: ${cause.message}`, { cause });
  }
}

export interface SignedSale {
  readonly passport: string;
  /** As `planSale` built it, CBOR hex. */
  readonly tx: string;
  /** What CIP-30's `signTx` answers, CBOR hex. */
  readonly witnesses: string;
  readonly record: Uint8Array;
}

/**
 * Stores the record, then submits. Nothing is stored before the owner's signature was seen.
 * @throws DppError `transfer/record`, `transfer/record-place`, `transfer/not-this`, `transfer/not-signed`; `ledger/*`, `content/*`, `ownership/*`.
 */
export async function submitSale(
  context: Pick<Context, "ledger" | "contracts" | "clock" | "builder" | "content">,
  { passport, tx, witnesses, record }: SignedSale,
): Promise<{ readonly txHash: string; readonly cid: string }> {
  const owned = await readOwnership(context, passport);
  const { spent } = readSigned(tx);
  const { state } = owned;
  if (![owned.utxo, state.utxo].every((utxo) => spent.some((ref) => sameOutRef(ref, utxo)))) {
    throw new DppError(
      "transfer/record-place",
      "the passport moved since this transfer was made: begin again",
    );
  }
  assertRecord(context, owned, record);
  if (recordOf(tx, state.utxo) !== smallCid(record))
    throw new DppError("transfer/not-this", "the transaction is not the transfer that this record tells of");
  const { vkeys } = readingBytes(() => readWitnessSet(fromHex(witnesses)));
  const hash = fromHex(bodyHashOf(tx));
  const signs = vkeys.some(
    ({ publicKey, signature }) =>
      keyHashOf(fromHex(publicKey)) === owned.keyHash &&
      verifyEd25519(fromHex(signature), hash, fromHex(publicKey)),
  );
  if (!signs) {
    throw new DppError(
      "transfer/not-signed",
      "the owner's key did not sign this transaction: sign it with the wallet that holds the product",
    );
  }
  const cid = await context.content.put(record);
  if (cidToHex(cid) !== smallCid(record))
    throw new DppError("content/corrupt", "the store names the record otherwise");
  const signed = context.builder.sign(tx, vkeys);
  return { txHash: await context.ledger.submit(signed, `transfer of ${passport}`), cid };
}
