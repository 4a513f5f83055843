/** A transaction's outputs: a portable codec, which the adapters know by this name. */
export * from "../../codec/ledger-cbor/output.js";
