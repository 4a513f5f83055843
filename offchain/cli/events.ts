/** What the verbs of events have beside a home: its event store, this computer as a device, and the keys that sign events. */
import { join } from "node:path";
import { openEventStore } from "../src/adapters/configuration/open.js";
import { openDevice } from "../src/adapters/device.js";
import { nodeEd25519 } from "../src/adapters/ed25519-node.js";
import type { Keystore } from "../src/adapters/keystore.js";
import { lucidBuilder } from "../src/adapters/lucid/builder.js";
import { nodeP256 } from "../src/adapters/p256-node.js";
import { keyVerifier } from "../src/crypto/event-signature.js";
import { DppError } from "../src/domain/errors.js";
import { formOf } from "../src/domain/event-key.js";
import { formWords } from "../src/domain/event-key-words.js";
import type { EventSigner } from "../src/ports/event-signer.js";
import type { EventContext } from "../src/usecases/events/context.js";
import { readersOfEvent } from "../src/usecases/events/readers.js";
import type { Recording } from "../src/usecases/events/record.js";
import { standingText } from "../src/usecases/events/standing.js";
import type { AttestationView } from "../src/usecases/resolve.js";
import { findAttestation, type Home, openHome } from "./home.js";

export interface EventHome extends Home {
  readonly events: EventContext;
}

/** Opens a home with its event store for the time of `work`. @throws DppError as `openHome`, `event-store/*`. */
export async function withEvents<T>(
  home: string,
  env: NodeJS.ProcessEnv,
  work: (opened: EventHome) => Promise<T>,
): Promise<T> {
  const opened = await openHome(home, env);
  const store = await openEventStore(opened.configuration.events, opened.paths);
  try {
    const events: EventContext = {
      ...opened.context,
      store,
      verify: keyVerifier(nodeEd25519(), nodeP256()),
      builderOn: (ledger) => lucidBuilder(ledger),
    };
    return await work({ ...opened, events });
  } finally {
    await store.close();
  }
}

/** Keys that were ever made for one source: nobody changes his more often. */
const MAX_GENERATIONS = 256;

/** The signer whose key `pk` is, derived from the named key or, when that one acts since a change of keys alone, from another one here; `null`: from none. */
export async function eventSignerOf(
  keys: Keystore,
  named: string,
  config: string,
  { alg, pk, keyEpoch }: AttestationView,
): Promise<EventSigner | null> {
  const form = formOf(alg, pk);
  if (form !== "Ed25519" && form !== "P-256") return null;
  const others = (await keys.list()).map(({ name }) => name).filter((name) => name !== named);
  for (const name of [named, ...others]) {
    const key = await keys.load(name).catch((error: unknown) => {
      // Another key that is locked or damaged is no reason to refuse this one.
      if (name === named) throw error;
      return null;
    });
    for (
      let generation = 0;
      key !== null && generation <= Math.min(keyEpoch, MAX_GENERATIONS);
      generation++
    ) {
      const signer = key.events(config, generation, form);
      if (signer.publicKey === pk) return signer;
    }
  }
  return null;
}

export interface Recorder {
  readonly view: AttestationView;
  /** `null`: the key lies elsewhere, and signs packs alone. */
  readonly signer: EventSigner | null;
}

export interface Source extends Recorder {
  readonly signer: EventSigner;
}

/**
 * `as`: name of a key here that acts for a source of events, or, where the source's key lies in a secure element or an authenticator, the attestation's name.
 * @throws DppError `role/*`, `thread/none`, `event/no-key`.
 */
export async function recorderOf({ context, keys }: Home, as: string): Promise<Recorder> {
  const view = await findAttestation(context, keys, as);
  if (view.pk === "")
    throw new DppError(
      "thread/none",
      `${as} was accredited without an event key, so it has no thread: accredit it anew with one (dpp role issue --event-key, or a role that captures events)`,
    );
  const form = formOf(view.alg, view.pk);
  const isElsewhere = form === "WebAuthn" || (form === "P-256" && as === view.name);
  const signer = isElsewhere ? null : await eventSignerOf(keys, as, context.contracts.config.hash, view);
  if (signer === null && form !== "P-256" && form !== "WebAuthn")
    throw new DppError(
      "event/no-key",
      `the event key of ${as} is not derived from the key of that name here: it lies in another device, which has to sign`,
    );
  return { view, signer };
}

/** As `recorderOf`, with the key at hand. */
export async function sourceOf(home: Home, as: string): Promise<Source> {
  const { view, signer } = await recorderOf(home, as);
  if (signer === null)
    throw new DppError(
      "event/no-key",
      `the event key of ${as} (${formWords(formOf(view.alg, view.pk))}) lies in another device, which has to sign: dpp event pack --unsigned writes what, --signature takes the signature in`,
    );
  return { view, signer };
}

/** @throws DppError `home/device`. */
export async function recordingOf(home: Home, { view, signer }: Recorder): Promise<Recording> {
  const { context, paths } = home;
  const evidence = await openDevice(
    join(paths.directory, "device.json"),
    context.random,
    context.clock.now(),
  );
  const { keys: readers } = await readersOfEvent(context, view.name);
  return { source: view, signer, readers, evidence };
}

/** Recording and sealing go on offline while a source is not in force; the person who does it wants to know. */
export function standingWarning(view: AttestationView, now: number): readonly string[] {
  if (view.live) return [];
  const until = view.status === "Revoked" ? "any more" : "until it is in force again";
  return [
    `the attestation of this source is ${standingText(view, now)}: nothing of it reaches the ledger ${until}`,
  ];
}
