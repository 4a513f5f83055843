/** Where CBOR items end: a portable codec, which the adapters know by this name. */
export * from "../../codec/ledger-cbor/span.js";
