/**
 * Transactions as a receipt holds them: the body, which its hash covers, and the signatures of that hash that count. Redeemers, scripts and auxiliary data are left
 * out. Spec: docs/spec/receipt.md "File".
 */
import { concat, fromHex, toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { MAX_PARTIES } from "../domain/joint.js";
import type { BodySignature, ReceiptAttestation, ReceiptTransaction } from "../domain/receipt.js";
import { type CborInput, type CborValue, encodeCbor } from "./cbor.js";
import { type CborShape, cborShape } from "./cbor-shape.js";
import { readSigned, type SignedTransaction } from "./ledger-cbor/signed.js";
import { endOf } from "./ledger-cbor/span.js";
import { readingBytes, splitTransaction } from "./ledger-cbor/transaction.js";

/** The ledger's own limit for a whole transaction. */
const MAX_BODY_BYTES = 16_384;
export const MAX_SIGNATURES = 64;
/** From the issue of an attestation to its last change. */
const MAX_ATTESTATION_TRANSACTIONS = 64;

const shape: CborShape = cborShape("receipt/malformed");

const pairOf = ({ publicKey, signature }: BodySignature): CborInput => [
  fromHex(publicKey),
  fromHex(signature),
];

export const transactionToCbor = ({ body, signatures }: ReceiptTransaction): CborInput => [
  body,
  signatures.map(pairOf),
];

/** @throws DppError `receipt/malformed`. */
export function transactionFromCbor(
  value: CborValue | undefined,
  path: string,
  maxSignatures = MAX_SIGNATURES,
): ReceiptTransaction {
  const [body, list] = shape.tuple(value, 2, path);
  const signatures = shape.list(list, maxSignatures, `${path}/1`, signatureFromCbor);
  if (signatures.length === 0) throw shape.refuse(`${path}/1`, "a signature");
  if (signatures.some(({ publicKey }, at) => at > 0 && (signatures[at - 1]?.publicKey ?? "") >= publicKey))
    throw shape.refuse(`${path}/1`, "signatures with ascending public keys, none twice");
  return { body: shape.bytes(body, 1, MAX_BODY_BYTES, `${path}/0`), signatures };
}

function signatureFromCbor(value: CborValue, path: string): BodySignature {
  const [publicKey, signature] = shape.tuple(value, 2, path);
  return {
    publicKey: toHex(shape.bytes(publicKey, 32, 32, `${path}/0`)),
    signature: toHex(shape.bytes(signature, 64, 64, `${path}/1`)),
  };
}

export const attestationToCbor = ({ name, transactions }: ReceiptAttestation): CborInput => [
  fromHex(name),
  transactions.map(transactionToCbor),
];

/** Of 1 to 9 signers, by name. @throws DppError `receipt/malformed`. */
export function attestationsFromCbor(value: CborValue): readonly ReceiptAttestation[] {
  const found = shape.list(value, MAX_PARTIES, "/attestations", attestationFromCbor);
  if (found.length === 0) throw shape.refuse("/attestations", "an attestation");
  if (found.some(({ name }, at) => at > 0 && (found[at - 1]?.name ?? "") >= name))
    throw shape.refuse("/attestations", "names ascending, none twice");
  return found;
}

function attestationFromCbor(value: CborValue, path: string): ReceiptAttestation {
  const [name, list] = shape.tuple(value, 2, path);
  const transactions = shape.list(list, MAX_ATTESTATION_TRANSACTIONS, `${path}/1`, (item, at) =>
    transactionFromCbor(item, at),
  );
  if (transactions.length === 0) throw shape.refuse(`${path}/1`, "a transaction");
  return { name: toHex(shape.bytes(name, 13, 28, `${path}/0`)), transactions };
}

/** A map with the key witnesses alone. */
const WITNESSES = Uint8Array.of(0xa1, 0x00);
const TRANSACTION = Uint8Array.of(0x84);
const VALID_WITHOUT_MORE = Uint8Array.of(0xf5, 0xf6);

/** Read as a transaction that has these witnesses and no others. @throws DppError `ledger/bad-transaction`. */
export function readReceiptTransaction(transaction: ReceiptTransaction): SignedTransaction {
  const { body, signatures } = transaction;
  // One item, whole: or what is hashed would be another part than what is held.
  if (readingBytes(() => endOf(body, 0)) !== body.length)
    throw new DppError("ledger/bad-transaction", "the bytes are not the body of a transaction");
  return readSigned(
    concat(TRANSACTION, body, WITNESSES, encodeCbor(signatures.map(pairOf)), VALID_WITHOUT_MORE),
  );
}

/**
 * The body of a signed transaction (CBOR hex) with those of its signatures that `counts` names (public keys), `max` at most.
 * @throws DppError `ledger/bad-transaction`; `receipt/unreadable` when none is left.
 */
export function transactionFor(
  cbor: string,
  counts: (publicKey: string) => boolean,
  max = MAX_SIGNATURES,
): ReceiptTransaction {
  const { body } = splitTransaction(cbor);
  const { witnesses, hash } = readSigned(cbor);
  const byKey = new Map(witnesses.vkeys.map((witness) => [witness.publicKey, witness]));
  const signatures = [...byKey.values()]
    .filter(({ publicKey }) => counts(publicKey))
    .toSorted((a, b) => (a.publicKey < b.publicKey ? -1 : 1))
    .slice(0, max);
  if (signatures.length === 0)
    throw new DppError("receipt/unreadable", `the transaction ${hash} has no signature that counts`);
  return { body: Uint8Array.from(body), signatures };
}
