/**
 * Adds key witnesses to a transaction (Conway CDDL `transaction_witness_set`, key 0) without touching another byte: the body that was signed
 * stays the body that is sent. Signatures may come one by one, over days.
 */
import { decode } from "cborg";
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { TxWitness } from "../../tx/builder.js";
import { arrayItems, headAt, mapEntries } from "../ledger-cbor/span.js";

const VKEY_WITNESSES = 0;
/** Tag 258: a set, which Conway expects around witnesses. */
const SET = Uint8Array.of(0xd9, 0x01, 0x02);

const byteString = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(0x58, bytes.length), bytes);

function lengthHead(major: number, length: number): Uint8Array {
  if (length < 24) return Uint8Array.of((major << 5) | length);
  return length < 256
    ? Uint8Array.of((major << 5) | 24, length)
    : Uint8Array.of((major << 5) | 25, length >> 8, length & 0xff);
}

function encodeWitness({ publicKey, signature }: TxWitness): Uint8Array {
  const [key, proof] = [fromHex(publicKey), fromHex(signature)];
  if (key.length !== 32 || proof.length !== 64)
    throw new DppError("tx/bad-witness", "a witness is a 32-byte key and a 64-byte signature");
  return concat(Uint8Array.of(0x82), byteString(key), byteString(proof));
}

const publicKeyOf = (witness: Uint8Array): string =>
  toHex(decode(arrayItems(witness)[0] ?? witness) as Uint8Array);

/** @throws DppError `tx/bad-witness`; `cbor/malformed` when the bytes are no transaction. */
export function addWitnesses(cbor: string, witnesses: readonly TxWitness[]): string {
  const bytes = fromHex(cbor);
  const { major, argument } = headAt(bytes, 0);
  const [body, witnessSet, isValid, auxiliary] = arrayItems(bytes);
  if (
    major !== 4 ||
    argument !== 4 ||
    body === undefined ||
    witnessSet === undefined ||
    isValid === undefined ||
    auxiliary === undefined
  ) {
    throw new DppError("cbor/malformed", "malformed CBOR: not a transaction");
  }
  const entries = mapEntries(witnessSet).map(([key, value]) => ({
    key,
    value,
    field: decode(key) as number,
  }));
  const present = entries.find(({ field }) => field === VKEY_WITNESSES);
  // A key that signs twice appears once: the ledger counts a set.
  const byKey = new Map(
    (present === undefined ? [] : arrayItems(present.value)).map((witness) => [
      publicKeyOf(witness),
      witness,
    ]),
  );
  for (const witness of witnesses) byKey.set(witness.publicKey, encodeWitness(witness));
  const others = entries.filter((entry) => entry !== present).flatMap(({ key, value }) => [key, value]);
  const signed = concat(
    lengthHead(5, others.length / 2 + 1),
    Uint8Array.of(VKEY_WITNESSES),
    SET,
    lengthHead(4, byKey.size),
    ...byKey.values(),
    ...others,
  );
  return toHex(concat(Uint8Array.of(0x84), body, signed, isValid, auxiliary));
}
