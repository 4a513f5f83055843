/** A sale with a wallet: unsigned transfer, signed transfer. Spec: docs/spec/ownership.md "Sale with a wallet". */
import { MAX_SALE_RECORD_BYTES } from "@cardano-dpp/offchain/domain/action";
import { Type } from "@sinclair/typebox";
import { AddressText } from "./ownership.js";
import { CidText, Hash, Hex, PassportId } from "./text.js";

const closed = { additionalProperties: false };
/** A transfer's record without further elements: its hand-over grows by 34 bytes with each earlier owner whose key opens something. */
const Record = Type.String({
  ...Hex(MAX_SALE_RECORD_BYTES),
  minLength: 2,
  description: "Action record, hex",
});

export const TransferRequest = Type.Object(
  {
    passport: PassportId,
    request: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: "What the buyer shows: receive request, link to one, or address",
    }),
    addresses: Type.Array(AddressText, {
      minItems: 1,
      maxItems: 32,
      description: "Of the seller's wallet, the owner's among them; fee and change are theirs",
    }),
    record: Record,
  },
  closed,
);
export const TransferAnswer = Type.Object({
  tx: Type.String({ description: "Unsigned transaction, CBOR hex" }),
  txHash: Hash,
  fee: Type.String({ description: "Lovelace" }),
  buyer: Type.String({ description: "Where the (222) goes, bech32" }),
});

export const TransferSubmission = Type.Object(
  {
    passport: PassportId,
    tx: Hex(8192),
    witnesses: Type.String({ ...Hex(2048), description: "What CIP-30's signTx answers" }),
    record: Record,
  },
  closed,
);
export const TransferSubmitted = Type.Object({ txHash: Hash, record: CidText });

export const RecordsAnswer = Type.Object({
  records: Type.Array(CidText, { description: "Of the passport's actions, oldest first" }),
});
