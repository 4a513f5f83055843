/** Sources of events for test worlds: a supervisor, a station and a gateway, each with a thread, and the packs that they sign. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { decodeAttestationDatum, decodeThreadDatum } from "../codec/datum.js";
import { encodeLeaf, eventHash } from "../codec/event.js";
import { packDigest } from "../codec/pack.js";
import type { SourceKind } from "../domain/attestation.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { type EventLeaf, tierOf } from "../domain/event.js";
import type { SealedPack } from "../domain/pack.js";
import type { Role } from "../domain/role.js";
import { packRoot } from "../merkle/pack.js";
import { emptyRange, type Range } from "../merkle/range.js";
import type { EventSigner } from "../ports/event-signer.js";
import type { Utxo } from "../ports/ledger.js";
import { type ThreadState, wholeSlots } from "../tx/anchor.js";
import { type Appending, planAppend } from "../tx/append.js";
import { planIssueRoles } from "../tx/roles.js";
import { threadUnit } from "../tx/threads.js";
import type { Accepted, World } from "./world.js";

export const SOURCES = ["supervisor", "station", "gateway"] as const;
export type SourceName = (typeof SOURCES)[number];

const HOUR = 3_600_000;
/** How long the sources of a test world may hold events back. */
export const MAX_DELAY = 200 * HOUR;

const KINDS: Readonly<Record<SourceName, readonly [Role, SourceKind]>> = {
  supervisor: ["SUPERVISOR", "Individual"],
  station: ["STATION", "Device"],
  gateway: ["GATEWAY", "Gateway"],
};

/** Secret key for events, the same for the same name. */
export const eventSecret = (name: string): Uint8Array => blake2b(utf8(`event key of ${name}`), { dkLen: 32 });

export function eventSigner(name: string): EventSigner {
  const secret = eventSecret(name);
  return {
    alg: 1,
    publicKey: toHex(ed25519.getPublicKey(secret)),
    sign: async (message) => ed25519.sign(message, secret),
  };
}

/** All three in one transaction. */
export async function accreditSources(world: World): Promise<Accepted> {
  const { plan, names } = planIssueRoles(
    world.contracts,
    await world.deployment(),
    await world.coin("member1"),
    SOURCES.map((name) => {
      const [role, kind] = KINDS[name];
      const entry = world.newAttestation(name, role);
      const pk = eventSigner(name).publicKey;
      return { ...entry, attestation: { ...entry.attestation, kind, alg: 1, pk, maxDelay: MAX_DELAY } };
    }),
    world.quorum,
  );
  const accepted = await world.accept(plan, world.actors.member1);
  for (const [at, name] of SOURCES.entries()) world.roles.set(name, names[at] ?? "");
  return accepted;
}

export async function threadOf(world: World, name: SourceName): Promise<Utxo> {
  const utxo = await world.ledger.utxoByUnit(threadUnit(world.contracts, world.roles.get(name) ?? ""));
  if (utxo === null) throw new Error(`the test world lacks the thread of ${name}`);
  return utxo;
}

/** Leaves that chain, from counter `lo`; `fields` changes each. */
export function leavesOf(
  source: string,
  { role, kind }: { readonly role: Role; readonly kind: SourceKind },
  { lo, count, captured }: { readonly lo: number; readonly count: number; readonly captured: number },
  fields: Partial<EventLeaf> = {},
): readonly Uint8Array[] {
  const leaves: Uint8Array[] = [];
  let previous = "";
  for (let counter = lo; counter < lo + count; counter++) {
    const leaf = encodeLeaf({
      source,
      counter,
      device: "0190163d8694739b8f00000000000001",
      type: "harvest",
      subject: "",
      role,
      tier: tierOf(kind),
      payload: toHex(blake2b(utf8(`payload ${counter}`), { dkLen: 32 })),
      previous,
      captured: captured + (counter - lo),
      clock: "network",
      uptime: counter,
      boot: 1,
      ...fields,
    });
    previous = toHex(eventHash(leaf));
    leaves.push(leaf);
  }
  return leaves;
}

export interface PackOptions {
  /** Default 3. */
  readonly count?: number;
  /** Time of the first event; the others follow by a millisecond each. Default: an hour ago. */
  readonly captured?: number;
  /** Who signs; default: the source itself. */
  readonly signer?: EventSigner;
  /** What is signed and said differs in this. */
  readonly header?: Partial<SealedPack>;
}

/** The next pack of a source, as the ledger stands. */
export async function packOf(world: World, name: SourceName, options: PackOptions = {}): Promise<SealedPack> {
  const { count = 3, captured = world.clock.now() - HOUR, signer = eventSigner(name), header = {} } = options;
  const { name: source, utxo } = await world.attestation(name);
  const { extra } = decodeAttestationDatum(utxo.datum ?? "");
  const { next: lo } = decodeThreadDatum((await threadOf(world, name)).datum ?? "");
  const leaves = leavesOf(source, extra, { lo, count, captured });
  const unsigned = {
    config: world.contracts.config.hash,
    source,
    tier: tierOf(extra.kind),
    lo,
    hi: lo + count,
    root: toHex(packRoot(leaves.map(eventHash))),
    cmin: captured,
    cmax: captured + count - 1,
    ...header,
  };
  return { ...unsigned, signature: toHex(await signer.sign(packDigest(unsigned))) };
}

/** `range`: what was appended before, as an earlier call answered; default nothing. */
export async function appending(
  world: World,
  name: SourceName,
  options: PackOptions = {},
  range: Range = emptyRange(),
): Promise<Appending> {
  const state: ThreadState = { utxo: await threadOf(world, name), range };
  return { state, signers: [await world.attestation(name)], pack: await packOf(world, name, options) };
}

/** A plan for the next packs of these sources, within the hour. */
export async function planAppends(
  world: World,
  packs: readonly Appending[],
): Promise<ReturnType<typeof planAppend>> {
  const validity = wholeSlots(world.ledger.slotConfig, world.validity());
  return planAppend(world.contracts, await world.deployment(), packs, validity);
}

/** The source's next pack is on the ledger. Answers what its thread has then. */
export async function append(
  world: World,
  name: SourceName,
  options: PackOptions = {},
  range: Range = emptyRange(),
): Promise<Accepted & { readonly range: Range }> {
  const { plan, ranges } = await planAppends(world, [await appending(world, name, options, range)]);
  const accepted = await world.accept(plan, world.actors.stranger);
  return { ...accepted, range: ranges[0] ?? emptyRange() };
}
