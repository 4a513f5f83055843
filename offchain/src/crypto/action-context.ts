/** What the seals of an action record are bound to, as bytes. Spec: docs/spec/action.md "Sealed section", "Hand-over". */
import { blake2b } from "@noble/hashes/blake2.js";
import { type CborInput, encodeCbor } from "../codec/cbor.js";
import { type ActionPlace, KEY_ID_BYTES, type SectionLabel } from "../domain/action.js";
import { concat, fromHex, toHex, utf8 } from "../domain/bytes.js";
import type { HpkeContext } from "./hpke.js";

const DOMAIN = "dpp/action-record/1";

const nullable = (hex: string | null): Uint8Array | null => (hex === null ? null : fromHex(hex));

const labelOf = ({ kind, group, policy }: SectionLabel): readonly CborInput[] => [
  kind,
  group,
  nullable(policy),
];

const claimsOf = ({ type, at, actor }: ActionPlace): readonly CborInput[] => [type, at, nullable(actor)];

const infoOf = (purpose: string, { config, passport, previous }: ActionPlace): Uint8Array =>
  encodeCbor([DOMAIN, purpose, fromHex(config), fromHex(passport), fromHex(previous)]);

export function contentAad(place: ActionPlace, label: SectionLabel): Uint8Array {
  const { config, passport, previous } = place;
  const bound = [fromHex(config), fromHex(passport), fromHex(previous), ...claimsOf(place)];
  return encodeCbor([DOMAIN, "content", bound, ...labelOf(label)]);
}

export const wrapContext = (
  place: ActionPlace,
  label: SectionLabel,
  commitment: Uint8Array,
): HpkeContext => ({
  info: infoOf("wrap", place),
  aad: encodeCbor([...claimsOf(place), ...labelOf(label), commitment]),
});

export const handOverContext = (place: ActionPlace): HpkeContext => ({
  info: infoOf("hand-over", place),
  aad: encodeCbor([...claimsOf(place)]),
});

/** Names a reader's key in one record: whoever does not know the public key cannot follow it from record to record. Hex. */
export const keyIdOf = (
  { config, passport, previous }: Pick<ActionPlace, "config" | "passport" | "previous">,
  publicKey: Uint8Array,
): string => {
  const named = concat(
    utf8("dpp/action-key-id/1"),
    fromHex(config),
    fromHex(passport),
    fromHex(previous),
    publicKey,
  );
  return toHex(blake2b(named, { dkLen: 32 }).subarray(0, KEY_ID_BYTES));
};

export const commitmentOf = (contentKey: Uint8Array): Uint8Array =>
  blake2b(concat(utf8("dpp/action-commitment/1"), contentKey), { dkLen: 32 });
