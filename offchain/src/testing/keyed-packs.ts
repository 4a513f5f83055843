/** Packs for test worlds under keys of any form, of one source and of several parties, and plans that append them. What their roots stand for is not made. */
import { decodeAttestationDatum, decodeThreadDatum } from "../codec/datum.js";
import { jointDigest, packDigest } from "../codec/pack.js";
import { encodeParties } from "../codec/parties.js";
import { toHex } from "../domain/bytes.js";
import { type Tier, tierOf } from "../domain/event.js";
import type { PackHeader, SealedPack } from "../domain/pack.js";
import { emptyRange, type Range } from "../merkle/range.js";
import type { EventSigner } from "../ports/event-signer.js";
import type { Utxo } from "../ports/ledger.js";
import { wholeSlots } from "../tx/anchor.js";
import { type Appending, planAppend } from "../tx/append.js";
import { planOpenJoint } from "../tx/joint.js";
import type { Presented } from "../tx/presented.js";
import type { Validity } from "../tx/state.js";
import { readTables } from "../usecases/events/tables.js";
import { HOUR, type World } from "./world.js";

export interface Signing {
  readonly presented: Presented;
  readonly signer: EventSigner;
}

interface Next {
  /** Events; default 3. */
  readonly count?: number;
  /** What the thread has; default nothing. */
  readonly range?: Range;
  /** Time of the first event, POSIX ms; default an hour ago. */
  readonly captured?: number;
}

/** The header of the thread's next pack. */
function headerOf(world: World, thread: Utxo, tier: Tier, { count = 3, captured }: Next): PackHeader {
  const { source, next: lo } = decodeThreadDatum(thread.datum ?? "");
  const cmin = captured ?? world.clock.now() - HOUR;
  return {
    config: world.contracts.config.hash,
    source,
    tier,
    ...{ lo, hi: lo + count, root: "ab".repeat(32), cmin, cmax: cmin + count - 1 },
  };
}

/** The source's next pack. */
export async function sourceAppending(
  world: World,
  thread: Utxo,
  { presented, signer }: Signing,
  next: Next = {},
): Promise<Appending> {
  const { kind } = decodeAttestationDatum(presented.utxo.datum ?? "").extra;
  const header = headerOf(world, thread, tierOf(kind), next);
  const pack = { ...header, signature: toHex(await signer.sign(packDigest(header))) };
  return { state: { utxo: thread, range: next.range ?? emptyRange() }, signers: [presented], pack };
}

/** The next pack of a joint thread. `parties`: in any order. */
export async function jointAppending(
  world: World,
  thread: Utxo,
  parties: readonly Signing[],
  next: Next = {},
): Promise<Appending> {
  const signing = parties.toSorted((a, b) => (a.presented.name < b.presented.name ? -1 : 1));
  const header = headerOf(world, thread, "MULTI_PARTY_SIGNED", next);
  const digest = jointDigest(
    header,
    signing.map(({ presented }) => presented.name),
  );
  const signatures = await Promise.all(
    signing.map(async ({ presented: { name }, signer }) => ({
      name,
      signature: toHex(await signer.sign(digest)),
    })),
  );
  const pack: SealedPack = { ...header, signature: toHex(encodeParties(signatures)) };
  return {
    state: { utxo: thread, range: next.range ?? emptyRange() },
    signers: signing.map(({ presented }) => presented),
    pack,
  };
}

/** The supervisor opens a joint thread, from his own coin. */
export async function jointOpening(world: World): Promise<ReturnType<typeof planOpenJoint>> {
  const [utxos, seed] = [await world.deployment(), await world.coin("supervisor")];
  return planOpenJoint(world.contracts, utxos, seed, await world.attestation("supervisor"), world.validity());
}

/** As `planAppends`, with the tables that P-256 keys among the signers need. */
export async function planKeyedAppends(
  world: World,
  packs: readonly Appending[],
  validity: Validity = wholeSlots(world.ledger.slotConfig, world.validity()),
): Promise<ReturnType<typeof planAppend>> {
  const { contracts, ledger } = world;
  const keys = packs.flatMap(({ signers }) =>
    signers.map(({ utxo }) => decodeAttestationDatum(utxo.datum ?? "").extra),
  );
  const { tables } = await readTables({ ledger, contracts }, keys);
  return planAppend(contracts, await world.deployment(), packs, validity, tables);
}
