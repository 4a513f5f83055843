/** Random bytes that a seed determines: for vectors and for tests that print their seed. Never for real keys. */
import { blake2b } from "@noble/hashes/blake2.js";
import { utf8 } from "../domain/bytes.js";
import type { Random } from "../ports/clock.js";

export function seededRandom(seed: string | number): Random {
  let counter = 0;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let offset = 0; offset < length; offset += 32)
        bytes.set(blake2b(utf8(`${seed}/${counter++}`), { dkLen: 32 }).subarray(0, length - offset), offset);
      return bytes;
    },
  };
}
