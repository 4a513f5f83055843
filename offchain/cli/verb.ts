/** What the files in `commands/` are given by the program that holds them. */
import type { Output } from "./output.js";

/** What every verb is given besides its own arguments. */
export interface Verb {
  readonly output: Output;
  /** Directory of keys, ledger and content. */
  readonly home: string;
  /** The result is printed, and it is a no: exit status 1. */
  refuse(): void;
  /** A part hangs, and may hold the process open: it ends without it. */
  abandon(): void;
}

export type RunVerb = (action: (verb: Verb) => Promise<void>) => Promise<void>;
