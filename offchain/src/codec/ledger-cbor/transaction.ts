/**
 * Reads from a signed transaction (Conway CDDL) what the ledger's bookkeeping needs: hash, inputs, outputs, minted units,
 * stake accounts of scripts. Whether it is
 * valid is for a ledger's rules to judge; this only refuses what cannot be read. What a reader of the past needs besides: `signed.ts`.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { decode } from "cborg";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { OutRef } from "../../domain/out-ref.js";
import { readAccountChanges, type Withdrawal } from "./accounts.js";
import { asBytes, asInt, assetsOf, readOutput, type StoredOutput } from "./output.js";
import { arrayItems, endOf, mapEntries } from "./span.js";

export interface LedgerTransaction {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly inputs: readonly OutRef[];
  readonly collateral: readonly OutRef[];
  readonly referenceInputs: readonly OutRef[];
  readonly outputs: readonly StoredOutput[];
  /** Hashes (hex) of the scripts whose stake accounts it registers. */
  readonly registrations: readonly string[];
  /** In the order in which redeemers count them. */
  readonly withdrawals: readonly Withdrawal[];
  /** Units with a non-zero mint or burn. */
  readonly minted: readonly string[];
  /** Lovelace. */
  readonly fee: bigint;
  /** What the transaction asks of parts of the ledger that the embedded one does not keep. */
  readonly unsupported: readonly string[];
}

/** Far above the ledger's own limit (16,384), which the rules enforce: this one bounds the work of reading. */
const MAX_BYTES = 64 * 1024;

const BODY = {
  inputs: 0,
  outputs: 1,
  fee: 2,
  certificates: 4,
  withdrawals: 5,
  mint: 9,
  collateral: 13,
  referenceInputs: 18,
} as const;
/** Conway body keys that change governance or the treasury. */
const UNSUPPORTED: Readonly<Record<number, string>> = {
  19: "votes",
  20: "proposals",
  22: "donation",
};

const malformed = (cause?: unknown): DppError =>
  new DppError("ledger/bad-transaction", "the bytes are not a signed Conway transaction", { cause });

/** @throws DppError `ledger/bad-transaction`. */
export const readTransaction = (cbor: string | Uint8Array): LedgerTransaction =>
  readingBytes(() => read(splitTransaction(cbor)));

/** The bytes of a transaction's parts, and of its body's fields by key. */
export interface TransactionParts {
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
  readonly fields: ReadonlyMap<number, Uint8Array>;
  readonly witnesses: Uint8Array;
  readonly isValid: Uint8Array;
}

/** @throws DppError `ledger/bad-transaction`. */
export const splitTransaction = (cbor: string | Uint8Array): TransactionParts =>
  readingBytes(() => split(typeof cbor === "string" ? fromHex(cbor) : cbor));

/** cborg and our own readers throw different errors; the caller needs to know one thing. */
export function readingBytes<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw isDppError(cause, "ledger/bad-transaction") ? cause : malformed(cause);
  }
}

function split(bytes: Uint8Array): TransactionParts {
  if (bytes.length > MAX_BYTES || endOf(bytes, 0) !== bytes.length) throw malformed();
  const [body, witnesses, isValid, auxiliary, ...rest] = arrayItems(bytes);
  if (body === undefined || witnesses === undefined || isValid === undefined || auxiliary === undefined)
    throw malformed();
  if (rest.length > 0) throw malformed();
  const fields = new Map(mapEntries(body).map(([key, value]) => [Number(asInt(key)), value]));
  return { bytes, body, fields, witnesses, isValid };
}

/** @throws DppError `ledger/bad-transaction`. */
export function readParts(parts: TransactionParts): LedgerTransaction {
  return readingBytes(() => read(parts));
}

function read({ bytes, body, fields, isValid }: TransactionParts): LedgerTransaction {
  const hash = toHex(blake2b(body, { dkLen: 32 }));
  const refs = (key: number): OutRef[] => {
    const field = fields.get(key);
    return field === undefined ? [] : arrayItems(field).map(readOutRef);
  };
  const outputs = fields.get(BODY.outputs);
  const mint = fields.get(BODY.mint);
  const fee = fields.get(BODY.fee);
  if (outputs === undefined || fee === undefined || !fields.has(BODY.inputs)) throw malformed();
  const unsupported = Object.entries(UNSUPPORTED).flatMap(([key, name]) =>
    fields.has(Number(key)) ? [name] : [],
  );
  const accounts = readAccountChanges(fields.get(BODY.certificates), fields.get(BODY.withdrawals));
  if (accounts.hasOtherCertificates)
    unsupported.push("certificates but the registration of a script's account");
  if (accounts.withdrawals.some(({ kind }) => kind === "key"))
    unsupported.push("withdrawals from a key's account");
  // A transaction marked invalid pays its collateral for a failed script; this ledger refuses failed scripts instead.
  if (decode(isValid) !== true) unsupported.push("isValid = false");
  return {
    bytes,
    hash,
    inputs: refs(BODY.inputs),
    collateral: refs(BODY.collateral),
    referenceInputs: refs(BODY.referenceInputs),
    outputs: arrayItems(outputs).map((output, outputIndex) =>
      readOutput({ txHash: hash, outputIndex }, output),
    ),
    registrations: accounts.registrations,
    withdrawals: accounts.withdrawals,
    minted: mint === undefined ? [] : Object.keys(assetsOf(mint)),
    fee: asInt(fee),
    unsupported,
  };
}

function readOutRef(bytes: Uint8Array): OutRef {
  const [hash, index, ...rest] = arrayItems(bytes);
  if (hash === undefined || index === undefined || rest.length > 0) throw malformed();
  const txHash = toHex(asBytes(hash));
  const outputIndex = asInt(index);
  if (txHash.length !== 64 || outputIndex < 0n || outputIndex > 0xffffn) throw malformed();
  return { txHash, outputIndex: Number(outputIndex) };
}
