/** The part of Blockfrost's shapes (API 0.1, OpenAPI of docs.blockfrost.io) that checking a passport needs. */
import { type Static, Type } from "@sinclair/typebox";
import { Hash, Unit } from "./text.js";

export const AssetAddresses = Type.Array(Type.Object({ address: Type.String(), quantity: Type.String() }));

export const AddressUtxos = Type.Array(
  Type.Object({
    address: Type.String(),
    tx_hash: Hash,
    output_index: Type.Integer(),
    amount: Type.Array(Type.Object({ unit: Type.String(), quantity: Type.String() })),
    data_hash: Type.Union([Type.String(), Type.Null()]),
    inline_datum: Type.Union([Type.String(), Type.Null()]),
    reference_script_hash: Type.Null(),
  }),
);
export type AddressUtxos = Static<typeof AddressUtxos>;

export const AssetTransactions = Type.Array(
  Type.Object({ tx_hash: Hash, block_height: Type.Integer(), block_time: Type.Integer() }),
);

export const LedgerTransaction = Type.Object({
  hash: Hash,
  block_height: Type.Integer(),
  block_time: Type.Integer(),
  slot: Type.Integer(),
});

export const LatestBlock = Type.Object({
  time: Type.Integer(),
  height: Type.Integer(),
  slot: Type.Integer(),
});

export const UnitParams = Type.Object({ unit: Unit }, { additionalProperties: false });
export const UtxoParams = Type.Object(
  { address: Type.String({ minLength: 10, maxLength: 128, pattern: "^[a-z0-9_]+$" }), unit: Unit },
  { additionalProperties: false },
);
export const TxParams = Type.Object({ hash: Hash }, { additionalProperties: false });
export const TransactionsQuery = Type.Object({
  order: Type.Optional(Type.Union([Type.Literal("asc"), Type.Literal("desc")])),
  count: Type.Optional(Type.String({ pattern: "^([1-9][0-9]?|100)$" })),
});
