/** A joint pack on its way: who signs it, who has, and what it says, as a party must see it before it signs. Spec: docs/spec/anchor.md "Joint threads". */
import { decodePack } from "../../codec/pack.js";
import type { ReadingKeyPair } from "../../crypto/x25519.js";
import { toHex } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import type { EventLeaf } from "../../domain/event.js";
import { isJointThread } from "../../domain/joint.js";
import type { Pack } from "../../domain/pack.js";
import type { AttestationView } from "../resolve.js";
import { requireDeployment } from "./check.js";
import { checkJointDraft } from "./check-joint-draft.js";
import type { EventReading } from "./context.js";
import { type PartyView, partyNames, partyViews, requireParties } from "./parties.js";
import { type OpenedPayload, openPayload } from "./payload.js";
import { hashBefore } from "./take-in.js";
import { noThread, readThreadState } from "./threads.js";

export interface DraftParty extends PartyView {
  readonly signed: boolean;
}

export interface DraftEvent {
  readonly id: string;
  readonly leaf: EventLeaf;
  /** `null`: it is not in the file, or `payloadFault` says why it cannot be read. */
  readonly payload: OpenedPayload | null;
  readonly payloadFault: { readonly code: string; readonly message: string } | null;
}

export interface JointDraft {
  readonly pack: Pack;
  /** What every party signs, hex, 32 bytes. */
  readonly digest: string;
  readonly parties: readonly DraftParty[];
  readonly attestations: readonly AttestationView[];
  readonly events: readonly DraftEvent[];
  /** The thread's next counter on the ledger. */
  readonly next: number;
  /** What whoever signs must know, in words. */
  readonly notes: readonly string[];
}

/**
 * `bytes`: a pack file. `keys`: reading keys, which open what is sealed to them. `signer`: the party who signs now.
 * @throws DppError as `decodePack` and `checkJointDraft`; `joint/not-joint` for the pack of one source; `role/unknown`, `thread/none`, `ledger/*`.
 */
export async function readJointDraft(
  reading: EventReading,
  bytes: Uint8Array,
  keys: readonly ReadingKeyPair[] = [],
  signer?: string,
): Promise<JointDraft> {
  const { contracts, clock, verify } = reading;
  const config = contracts.config.hash;
  const { pack, names, attestations } = await draftParties(reading, bytes);
  const state = await readThreadState(reading, pack.source);
  if (state === null) throw noThread(pack.source);
  const { next } = state.thread;
  const now = clock.now();
  const before = await hashBefore(reading, pack, next);
  const draft = checkJointDraft(pack, { config, parties: attestations, verify, now }, before, signer);
  const events: DraftEvent[] = [];
  for (const [at, { id, leaf }] of draft.events.entries())
    events.push({ id, leaf, ...(await payloadOf(pack.events[at]?.payload ?? null, leaf, config, keys)) });
  const parties = partyViews(names, attestations, now).map((party) => ({
    ...party,
    signed: draft.signed.includes(party.name),
  }));
  const digest = toHex(draft.seal.digest);
  return { pack, digest, parties, attestations, events, next, notes: notesOn(pack, parties, events, next) };
}

/** The file with the attestations of those whom it names, before anything else of it is looked at. @throws DppError as `readJointDraft`. */
export async function draftParties(
  reading: EventReading,
  bytes: Uint8Array,
): Promise<{
  readonly pack: Pack;
  readonly names: readonly string[];
  readonly attestations: readonly AttestationView[];
}> {
  const pack = decodePack(bytes);
  if (!isJointThread(pack.source))
    throw new DppError(
      "joint/not-joint",
      "the file is a pack of one source, which signs it alone: dpp event import takes it in",
    );
  requireDeployment(pack, reading.contracts.config.hash);
  const names = partyNames(pack);
  return { pack, names, attestations: await requireParties(reading, names) };
}

async function payloadOf(
  record: Uint8Array | null,
  leaf: EventLeaf,
  config: string,
  keys: readonly ReadingKeyPair[],
): Promise<Pick<DraftEvent, "payload" | "payloadFault">> {
  if (record === null) return { payload: null, payloadFault: null };
  try {
    return { payload: await openPayload(record, leaf, config, keys), payloadFault: null };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { payload: null, payloadFault: { code: error.code, message: error.message } };
  }
}

function notesOn(
  pack: Pack,
  parties: readonly DraftParty[],
  events: readonly DraftEvent[],
  next: number,
): readonly string[] {
  const notes: string[] = [];
  if (pack.lo < next)
    notes.push(
      `the ledger has the events of this thread up to ${next - 1} already: this pack, which begins at ${pack.lo}, is there, or never will be`,
    );
  if (pack.lo > next)
    notes.push(
      `the thread stands at ${next} on the ledger, and this pack begins at ${pack.lo}: those between have to be anchored first`,
    );
  for (const { name, role, standing, live, note } of parties) {
    if (!live)
      notes.push(`the attestation of ${role} ${name} is ${standing}: the ledger takes nothing of it now`);
    if (note !== null) notes.push(`${role} ${name} is ${note}`);
  }
  for (const { leaf, payload, payloadFault } of events) {
    const event = `event ${leaf.counter}`;
    if (payloadFault !== null)
      notes.push(`${event}: its payload is not the one that is signed: ${payloadFault.message}`);
    else if (payload === null)
      notes.push(`${event}: its payload is not in the file: what it says cannot be seen`);
    else if (payload.hidden > 0)
      notes.push(`${event}: ${payload.hidden} of its elements are sealed, and are not shown here`);
    for (const { message } of payload?.faults ?? []) notes.push(`${event}: ${message}`);
  }
  return notes;
}
