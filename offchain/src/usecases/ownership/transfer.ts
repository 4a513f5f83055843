/** Giving a passport to whoever shows a receive request: checked beforehand, recorded, with the owner keys when both sides have a reading key. Spec: docs/spec/ownership.md "Transfer". */

import { fromHex } from "../../domain/bytes.js";
import { cidToHex } from "../../domain/cid.js";
import { DppError } from "../../domain/errors.js";
import type { Receiver } from "../../domain/receive-request.js";
import type { Signer } from "../../ports/signer.js";
import { composeTransfer } from "../actions/transfer.js";
import type { Context, Reading } from "../context.js";
import { transferPassport } from "../life.js";
import { requireActive } from "../passports.js";
import type { Submitted } from "../submit.js";
import { type Ownership, readOwnership } from "./read.js";
import { acceptReceiver } from "./receiver.js";

/** What a transfer will do. */
export interface Gift {
  readonly owned: Ownership;
  readonly receiver: Receiver;
}

/**
 * Who gets what, before anything is signed. `to`: a request, a link to one, or an address; `giver`: key hash that would sign.
 * @throws DppError `passport/unknown`, `passport/status`, `transfer/*` (`transfer/not-owner` when the giver's key does not hold the (222)), as `readOwnership`.
 */
export async function planGift(reading: Reading, id: string, to: string, giver: string): Promise<Gift> {
  const owned = await readOwnership(reading, id);
  requireActive(owned.state, "transfer");
  if (owned.keyHash !== giver) {
    throw new DppError(
      "transfer/not-owner",
      `the passport lies at ${owned.address}, under another key than yours: only its owner can give it away`,
      { details: { address: owned.address } },
    );
  }
  return { owned, receiver: acceptReceiver(to, reading.ledger.network, owned) };
}

export interface Given extends Submitted {
  /** Binary CID of the transfer's record, hex. */
  readonly record: string;
  readonly cid: string;
  /** Owner keys that the buyer received; 0: none. */
  readonly handedOver: number;
  /** More of his owner keys open something than one hand-over holds: the oldest sections stay closed to the buyer. */
  readonly keysCut: boolean;
}

/**
 * `sellerSecret`: the seller's reading secret (32 bytes), null when he gives no keys. When the passport changes meanwhile, record and transaction are made anew on
 * what is then there; a revocation ends it.
 * @throws DppError `passport/not-owner`, `passport/status`, `ledger/*`, `tx/*`, as `composeTransfer`.
 */
export async function giveAway(
  context: Context,
  signer: Signer,
  { owned, receiver }: Gift,
  sellerSecret: Uint8Array | null,
): Promise<Given> {
  const draft = {
    passport: owned.passport,
    sellerSecret,
    buyerKey: receiver.readingKey === null ? null : fromHex(receiver.readingKey),
  };
  let last = { cid: "", handedOver: 0, keysCut: false };
  const submitted = await transferPassport(context, [signer], owned.passport, {
    to: receiver.address,
    record: async (previous) => {
      last = await composeTransfer(context, draft, previous);
      return cidToHex(last.cid);
    },
  });
  return { ...submitted, cid: last.cid, handedOver: last.handedOver, keysCut: last.keysCut };
}
