/** What the use cases of events work with beside the rest. */
import type { KeyVerify } from "../../crypto/event-signature.js";
import type { EventStore } from "../../ports/event-store.js";
import type { Ledger } from "../../ports/ledger.js";
import type { TxBuilder } from "../../tx/builder.js";
import type { Context, Reading } from "../context.js";

export interface EventReading extends Reading {
  readonly store: EventStore;
  /** As strict as `crypto/event-signature.ts`, in all forms; a server may bring a faster one. */
  readonly verify: KeyVerify;
}

export interface EventContext extends Context, EventReading {
  /** A builder that sees another state of the ledger: one in which what was just sent has happened. */
  readonly builderOn: (ledger: Ledger) => TxBuilder;
}
