/** Whether a passport may go to what a buyer shows: everything that can be said before a transaction is made. Spec: docs/spec/ownership.md "Receive request". */
import { findReceiveRequest, receivingAddress } from "../../codec/receive-request.js";
import { isPublicKey } from "../../crypto/x25519.js";
import { fromHex } from "../../domain/bytes.js";
import { type Receiver, transferRefusal } from "../../domain/receive-request.js";
import type { Network } from "../../ports/ledger.js";
import type { Ownership } from "./read.js";

/**
 * A request, a link to one, or a plain bech32 address, as somebody who gives reads it.
 * @throws DppError `transfer/request`, `transfer/address`, `transfer/network`, `transfer/script`, `transfer/reading-key`.
 */
export function parseReceiver(text: string, network: Network): Receiver {
  const request = findReceiveRequest(text);
  if (request === null) {
    return {
      network: null,
      address: receivingAddress(text.trim(), network).text,
      readingKey: null,
      passport: null,
    };
  }
  if (request.network !== network) {
    throw transferRefusal(
      "network",
      `the request is for ${request.network}, and the passport is on ${network}: ask the buyer for one on ${network}`,
    );
  }
  if (request.readingKey !== null && !isPublicKey(fromHex(request.readingKey))) {
    throw transferRefusal(
      "reading-key",
      "everybody could read what is sealed to the reading key in this request: ask the buyer to make a new one",
    );
  }
  return request;
}

/**
 * The same, for a passport of a known owner.
 * @throws DppError as `parseReceiver`, and `transfer/passport`, `transfer/to-self`.
 */
export function acceptReceiver(
  text: string,
  network: Network,
  owned: Pick<Ownership, "passport" | "keyHash">,
): Receiver {
  const receiver = parseReceiver(text, network);
  if (receiver.passport !== null && receiver.passport !== owned.passport) {
    throw transferRefusal(
      "passport",
      `the buyer expects the passport ${receiver.passport}, not ${owned.passport}: compare the products`,
    );
  }
  if (receivingAddress(receiver.address, network).keyHash === owned.keyHash) {
    throw transferRefusal(
      "to-self",
      "the passport lies under this key already: show the request of the buyer, not your own",
    );
  }
  return receiver;
}
