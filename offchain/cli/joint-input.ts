/** What the verbs of joint packs are given: events in files, keys of parties. */
import { join } from "node:path";
import { openDevice } from "../src/adapters/device.js";
import type { Keystore } from "../src/adapters/keystore.js";
import type { ReadingKeyPair } from "../src/crypto/x25519.js";
import { fromHex } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import type { DeviceEvidence } from "../src/domain/event.js";
import type { EventInput } from "../src/domain/event-input.js";
import { isJointThread } from "../src/domain/joint.js";
import type { EventSigner } from "../src/ports/event-signer.js";
import type { Context } from "../src/usecases/context.js";
import { draftParties } from "../src/usecases/events/joint-draft.js";
import type { AttestationView } from "../src/usecases/resolve.js";
import { readEventInputs } from "./event-input.js";
import { type EventHome, eventSignerOf } from "./events.js";
import { findAttestation, type Home } from "./home.js";

/** Of all the files, in their order. What several sign is whole or not at all. @throws DppError `input/*`, `event/*`. */
export async function jointInputs(files: readonly string[]): Promise<readonly EventInput[]> {
  const all: EventInput[] = [];
  for (const file of files) {
    const { counts, inputs, refused } = await readEventInputs(file, { field: [] });
    const [first] = refused;
    if (first !== undefined)
      throw new DppError(first.code, `${file}, ${counts} ${first.at}: ${first.message}`, {
        details: first.details,
      });
    all.push(...inputs.map(({ input }) => input));
  }
  return all;
}

/** This computer, on which the events were written. @throws DppError `home/device`. */
export const deviceEvidence = ({ context, paths }: Home): Promise<() => DeviceEvidence> =>
  openDevice(join(paths.directory, "device.json"), context.random, context.clock.now());

/** Of the named key, when there is one here. */
export async function readingPairs(
  keys: Keystore,
  named: string | undefined,
): Promise<readonly ReadingKeyPair[]> {
  if (named === undefined || !(await keys.list()).some(({ name }) => name === named)) return [];
  const { reading } = await keys.load(named);
  return [{ secretKey: reading.secret(), publicKey: fromHex(reading.publicKey) }];
}

/**
 * The party of the pack that the key `as` acts for, and its event key. A key with several roles signs as the one that the pack names.
 * @throws DppError `keystore/*`, `joint/not-a-party`; `event/no-key` when the event key lies elsewhere; as `draftParties`.
 */
export async function partySigner(
  { context, keys, events }: EventHome,
  bytes: Uint8Array,
  as: string,
): Promise<{
  readonly view: AttestationView;
  readonly signer: EventSigner;
  readonly pairs: readonly ReadingKeyPair[];
}> {
  const { signer: acting } = await keys.load(as);
  const { attestations } = await draftParties(events, bytes);
  const view = attestations.find(({ holder }) => holder === acting.keyHash);
  if (view === undefined)
    throw new DppError(
      "joint/not-a-party",
      `the key ${as} acts for no party of this pack: ${attestations.map(({ role, name }) => `${role} ${name}`).join(", ")} sign it`,
    );
  const signer = await eventSignerOf(keys, as, context.contracts.config.hash, view);
  if (signer === null)
    throw new DppError(
      "event/no-key",
      `the event key of ${as} lies elsewhere, which has to sign: dpp joint digest prints what, dpp joint sign --party ${view.name} --signature <file> takes it`,
    );
  return { view, signer, pairs: await readingPairs(keys, as) };
}

/** Name of a thread: a joint one by its own, a source's by its attestation or the key that acts for it. @throws DppError `role/*`, `keystore/*`. */
export const threadNamed = async (context: Context, keys: Keystore, reference: string): Promise<string> =>
  isJointThread(reference) ? reference : (await findAttestation(context, keys, reference)).name;
