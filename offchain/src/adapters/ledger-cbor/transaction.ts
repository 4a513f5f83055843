/** A signed transaction's body: a portable codec, which the adapters know by this name. */
export * from "../../codec/ledger-cbor/transaction.js";
