/** Keys and clocks that tests can name and repeat. */
import { blake2b } from "@noble/hashes/blake2.js";
import { keySigner } from "../adapters/keystore-signer.js";
import { utf8 } from "../domain/bytes.js";
import type { Clock } from "../ports/clock.js";
import type { Network } from "../ports/ledger.js";
import type { Signer } from "../ports/signer.js";

/** The same name is the same key, on every run. */
export const actor = (name: string, network: Network = "embedded"): Signer =>
  keySigner(blake2b(utf8(`test actor ${name}`), { dkLen: 32 }), network);

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** 2026-01-01T00:00:00Z, unless a test needs another moment. */
export const testClock = (start = 1_767_225_600_000): TestClock => {
  let time = start;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
};
