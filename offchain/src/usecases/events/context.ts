/** What the use cases of events work with beside the rest. */
import type { Ed25519Verify } from "../../crypto/ed25519.js";
import type { EventStore } from "../../ports/event-store.js";
import type { Ledger } from "../../ports/ledger.js";
import type { TxBuilder } from "../../tx/builder.js";
import type { Context, Reading } from "../context.js";

export interface EventReading extends Reading {
  readonly store: EventStore;
  /** As strict as `crypto/ed25519.ts`; a server may bring a faster one. */
  readonly verify: Ed25519Verify;
}

export interface EventContext extends Context, EventReading {
  /** A builder that sees another state of the ledger: one in which what was just sent has happened. */
  readonly builderOn: (ledger: Ledger) => TxBuilder;
}
