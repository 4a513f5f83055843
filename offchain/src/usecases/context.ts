/** What a use case works with. An app or the command line joins the adapters; nothing below reads a global. */
import type { Clock, Random } from "../ports/clock.js";
import type { ContentStore } from "../ports/content-store.js";
import type { Ledger } from "../ports/ledger.js";
import type { TxBuilder } from "../tx/builder.js";
import type { Contracts } from "../tx/contracts.js";

export interface Reading {
  readonly ledger: Ledger;
  readonly contracts: Contracts;
  readonly clock: Clock;
}

export interface Context extends Reading {
  readonly content: ContentStore;
  readonly builder: TxBuilder;
  readonly random: Random;
}
