/**
 * What the chosen ledger source says of the sources of events, decoded here: their attestations, their threads, and those who signed together. Nothing in it comes
 * from the server that shows the events, but for the config policy, which is the trust root that the page names.
 */
import {
  decodeAttestationDatum,
  decodeConfigDatum,
  decodeThreadDatum,
} from "@cardano-dpp/offchain/codec/datum";
import type { Attestation } from "@cardano-dpp/offchain/domain/attestation";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { isJointThread } from "@cardano-dpp/offchain/domain/joint";
import type { Thread } from "@cardano-dpp/offchain/domain/pack";
import { CONFIG_TOKEN, referenceUnit } from "@cardano-dpp/offchain/domain/tokens";
import { stateOutput } from "./ledger-facts.js";
import type { LedgerSource } from "./ledger-source.js";

export interface SourceOnLedger {
  /** `null`: it is a joint thread, which several parties write. */
  readonly attestation: Attestation | null;
  /** `null`: it was accredited without an event key. */
  readonly thread: Thread | null;
}

export interface EventFacts {
  /** By attestation name, or name of a joint thread; `null` for one that the deployment does not have. */
  readonly sources: ReadonlyMap<string, SourceOnLedger | null>;
  /** Today's attestations of those who sign together, by name; one that the deployment does not have is not there. */
  readonly parties: ReadonlyMap<string, Attestation>;
  /** Whether the deployment has a script that checks keys of P-256. */
  readonly checksP256: boolean;
}

export const NO_FACTS: EventFacts = { sources: new Map(), parties: new Map(), checksP256: false };

/**
 * `names`: of threads, hex, as leaves have them; `parties`: attestation names, hex.
 * @throws DppError `ledger/*`; `datum/*`, `plutus-data/*` for what no contract of ours would have accepted.
 */
export async function readEventFacts(
  source: LedgerSource,
  configPolicy: string,
  names: readonly string[],
  parties: readonly string[],
): Promise<EventFacts> {
  const config = await stateOutput(source, configPolicy, CONFIG_TOKEN);
  if (config === null)
    throw new DppError("ledger/not-found", "the ledger source does not know this deployment");
  const { roles, anchor, joint, p256 } = decodeConfigDatum(config.datum).scripts;
  if (roles === undefined || anchor === undefined)
    throw new DppError("ledger/not-found", "this deployment has no threads of events");
  const attested = async (name: string): Promise<Attestation | null> => {
    const output = await stateOutput(source, roles, referenceUnit("", name));
    return output === null ? null : decodeAttestationDatum(output.datum).extra;
  };
  const threadOf = async (script: string, name: string): Promise<Thread | null> => {
    const output = await stateOutput(source, script, name);
    return output === null ? null : decodeThreadDatum(output.datum);
  };
  const sources = new Map<string, SourceOnLedger | null>();
  for (const name of names) {
    if (isJointThread(name)) {
      const thread = joint === undefined ? null : await threadOf(joint, name);
      sources.set(name, thread === null ? null : { attestation: null, thread });
      continue;
    }
    const [attestation, thread] = await Promise.all([attested(name), threadOf(anchor, name)]);
    sources.set(name, attestation === null ? null : { attestation, thread });
  }
  const known = new Map<string, Attestation>();
  for (const name of parties) {
    const attestation = sources.get(name)?.attestation ?? (await attested(name));
    if (attestation !== null) known.set(name, attestation);
  }
  return { sources, parties: known, checksP256: p256 !== undefined };
}
