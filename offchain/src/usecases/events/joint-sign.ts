/** A party's signature under a joint pack. Spec: docs/spec/anchor.md "Joint threads". */
import { encodePack } from "../../codec/pack.js";
import { decodeParties, encodeParties } from "../../codec/parties.js";
import type { ReadingKeyPair } from "../../crypto/x25519.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { EventSigner } from "../../ports/event-signer.js";
import type { AttestationView } from "../resolve.js";
import { checkParty } from "./check-joint.js";
import type { EventReading } from "./context.js";
import { type JointDraft, readJointDraft } from "./joint-draft.js";

export interface SignedDraft {
  /** As it is now; its parties say who has signed. */
  readonly draft: JointDraft;
  /** The pack file with the signature. */
  readonly file: Uint8Array;
  /** `false`: the very signature, or another good one of this party, was there already. */
  readonly added: boolean;
}

/**
 * `bytes`: a pack file; `party`: the attestation that signs. Everything that the signature will stand for is checked first. Of the file that comes out nothing differs but
 * the one signature. Signing twice changes nothing.
 * @throws DppError as `readJointDraft`; `joint/not-a-party`; `pack/overlap` when the ledger has its first counter already; `joint/unseen` when what an event says is
 *   not in the file, or is not what is signed; `pack/signer` when the key is not that of the attestation; what `signer` throws; `pack/signature`.
 */
export async function signJointPack(
  reading: EventReading,
  bytes: Uint8Array,
  party: string,
  signer: EventSigner,
  keys: readonly ReadingKeyPair[] = [],
): Promise<SignedDraft> {
  const { draft, view } = await draftFor(reading, bytes, party, keys);
  if (signer.publicKey !== view.pk)
    throw new DppError(
      "pack/signer",
      "the key at hand is not the event key of the party's attestation: it was replaced, or lies elsewhere (dpp joint digest)",
    );
  if (await isGood(reading, draft, view)) return withSignature(reading, draft, view, null, keys);
  const signature = toHex(await signer.sign(fromHex(draft.digest)));
  return withSignature(reading, draft, view, signature, keys);
}

/**
 * As `signJointPack`, for a signature that was made elsewhere over the draft's digest, hex, in the form of the party's key.
 * @throws DppError as `signJointPack`; `pack/signature`, `webauthn/*`, `key/*`, naming the party.
 */
export async function addJointSignature(
  reading: EventReading,
  bytes: Uint8Array,
  party: string,
  signature: string,
  keys: readonly ReadingKeyPair[] = [],
): Promise<SignedDraft> {
  const { draft, view } = await draftFor(reading, bytes, party, keys);
  checkParty({ name: party, signature }, view, fromHex(draft.digest), reading.verify);
  if (await isGood(reading, draft, view)) return withSignature(reading, draft, view, null, keys);
  return withSignature(reading, draft, view, signature, keys);
}

/** What the party is about to sign, with its attestation. @throws DppError as `signJointPack`. */
export async function draftFor(
  reading: EventReading,
  bytes: Uint8Array,
  party: string,
  keys: readonly ReadingKeyPair[] = [],
): Promise<{ readonly draft: JointDraft; readonly view: AttestationView }> {
  const draft = await readJointDraft(reading, bytes, keys, party);
  const { pack, next, attestations, events } = draft;
  const view = attestations.find(({ name }) => name === party);
  if (view === undefined)
    throw new DppError(
      "joint/not-a-party",
      `${party} is no party of this pack: ${attestations.map(({ role, name }) => `${role} ${name}`).join(", ")} sign it; whoever makes it names all of them (dpp joint pack --with)`,
      { details: { party } },
    );
  if (pack.lo < next)
    throw new DppError(
      "pack/overlap",
      `the ledger has the events of this thread up to ${next - 1} already, and the pack begins at ${pack.lo}: it is there, or others were faster: then have it made again under new numbers (dpp joint pack)`,
    );
  const unseen = events.find(({ payload }) => payload === null);
  if (unseen !== undefined)
    throw new DppError(
      "joint/unseen",
      `event ${unseen.leaf.counter}: ${unseen.payloadFault?.message ?? "what it says is not in the file"}: nobody signs what cannot be seen; ask whoever made the pack for a file with its payloads`,
      { details: { counter: unseen.leaf.counter } },
    );
  return { draft, view };
}

/** Whether the party's signature is there, under the key that it has now. */
async function isGood(
  { verify }: EventReading,
  { pack, digest }: JointDraft,
  view: AttestationView,
): Promise<boolean> {
  const there =
    decodeParties(fromHex(pack.signature)).find(({ name }) => name === view.name)?.signature ?? "";
  return there !== "" && verify(fromHex(view.pk), fromHex(digest), fromHex(there));
}

/** Read again, so that what is handed out was checked as it is. */
async function withSignature(
  reading: EventReading,
  { pack }: JointDraft,
  view: AttestationView,
  signature: string | null,
  keys: readonly ReadingKeyPair[],
): Promise<SignedDraft> {
  const parties = decodeParties(fromHex(pack.signature)).map((party) =>
    party.name === view.name && signature !== null ? { ...party, signature } : party,
  );
  const file = encodePack({ ...pack, signature: toHex(encodeParties(parties)) });
  return { draft: await readJointDraft(reading, file, keys), file, added: signature !== null };
}
