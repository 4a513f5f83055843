/** The chain of actions that a passport's `action_head` stands for. Spec: docs/spec/datum.md "The chain of actions". */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromHex, toHex, utf8 } from "./bytes.js";

const DOMAIN = utf8("dpp/action/1");
const hash = (bytes: Uint8Array): Uint8Array => blake2b(bytes, { dkLen: 32 });

/** The head after one more action. `head`: 32 bytes hex, or empty before the first action; `record`: binary CID of its record, hex. */
export const chainAction = (head: string, record: string): string =>
  toHex(hash(concat(DOMAIN, fromHex(head), hash(fromHex(record)))));
