/** What the seals of an event's payload are bound to, as bytes. Spec: docs/spec/event.md "Payload record". */
import { blake2b } from "@noble/hashes/blake2.js";
import { encodeCbor } from "../codec/cbor.js";
import { u64be } from "../codec/u64.js";
import { KEY_ID_BYTES } from "../domain/action.js";
import { concat, fromHex, toHex, utf8 } from "../domain/bytes.js";
import type { SealedEventGroup } from "../domain/event-fields.js";
import type { PayloadPlace } from "../domain/event-payload.js";
import type { SectionBinding } from "./sealed-section.js";

const DOMAIN = "dpp/event-payload/1";

/** Names a reader's key in one record: whoever does not know the public key cannot follow it from record to record. Hex. */
const keyIdOf = ({ config, source, counter }: PayloadPlace, publicKey: Uint8Array): string => {
  // Only the source's name varies in length, so the parts cannot be cut differently.
  const named = concat(
    utf8("dpp/event-key-id/1"),
    fromHex(config),
    fromHex(source),
    u64be(counter),
    publicKey,
  );
  return toHex(blake2b(named, { dkLen: 32 }).subarray(0, KEY_ID_BYTES));
};

const commitmentOf = (contentKey: Uint8Array): Uint8Array =>
  blake2b(concat(utf8("dpp/event-commitment/1"), contentKey), { dkLen: 32 });

export function bindingOf(place: PayloadPlace, group: SealedEventGroup): SectionBinding {
  const { type, counter } = place;
  const [config, source] = [fromHex(place.config), fromHex(place.source)];
  return {
    area: "payload",
    name: group,
    contentAad: encodeCbor([DOMAIN, "content", [config, source, counter, type], group]),
    wrapContext: (commitment) => ({
      info: encodeCbor([DOMAIN, "wrap", config, source, counter]),
      aad: encodeCbor([type, group, commitment]),
    }),
    keyIdOf: (publicKey) => keyIdOf(place, publicKey),
    commitmentOf,
  };
}
