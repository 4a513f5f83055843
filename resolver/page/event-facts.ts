/**
 * What the chosen ledger source says of the sources of events, decoded here: their attestations and their threads. Nothing in it comes from the server that shows
 * the events, but for the config policy, which is the trust root that the page names.
 */
import {
  decodeAttestationDatum,
  decodeConfigDatum,
  decodeThreadDatum,
} from "@cardano-dpp/offchain/codec/datum";
import type { Attestation } from "@cardano-dpp/offchain/domain/attestation";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Thread } from "@cardano-dpp/offchain/domain/pack";
import { CONFIG_TOKEN, referenceUnit } from "@cardano-dpp/offchain/domain/tokens";
import { stateOutput } from "./ledger-facts.js";
import type { LedgerSource } from "./ledger-source.js";

export interface SourceOnLedger {
  readonly attestation: Attestation;
  /** `null`: it was accredited without an event key. */
  readonly thread: Thread | null;
}

/** By attestation name; `null` for one that the deployment does not have. */
export type EventFacts = ReadonlyMap<string, SourceOnLedger | null>;

/**
 * `names`: attestation names, hex, as leaves have them.
 * @throws DppError `ledger/*`; `datum/*`, `plutus-data/*` for what no contract of ours would have accepted.
 */
export async function readEventFacts(
  source: LedgerSource,
  configPolicy: string,
  names: readonly string[],
): Promise<EventFacts> {
  const config = await stateOutput(source, configPolicy, CONFIG_TOKEN);
  if (config === null)
    throw new DppError("ledger/not-found", "the ledger source does not know this deployment");
  const { roles, anchor } = decodeConfigDatum(config.datum).scripts;
  if (roles === undefined || anchor === undefined)
    throw new DppError("ledger/not-found", "this deployment has no threads of events");
  const facts = new Map<string, SourceOnLedger | null>();
  for (const name of names) {
    const [attested, threaded] = await Promise.all([
      stateOutput(source, roles, referenceUnit("", name)),
      stateOutput(source, anchor, name),
    ]);
    facts.set(
      name,
      attested === null
        ? null
        : {
            attestation: decodeAttestationDatum(attested.datum).extra,
            thread: threaded === null ? null : decodeThreadDatum(threaded.datum),
          },
    );
  }
  return facts;
}
