/** Packs of joint threads for test worlds, signed by any parties, and plans that append packs under any keys. */
import { decodeAttestationDatum, decodeThreadDatum } from "../codec/datum.js";
import { jointDigest } from "../codec/pack.js";
import { encodeParties } from "../codec/parties.js";
import { toHex } from "../domain/bytes.js";
import type { SealedPack } from "../domain/pack.js";
import { emptyRange, type Range } from "../merkle/range.js";
import type { EventSigner } from "../ports/event-signer.js";
import type { Utxo } from "../ports/ledger.js";
import { wholeSlots } from "../tx/anchor.js";
import { type Appending, planAppend } from "../tx/append.js";
import type { Presented } from "../tx/presented.js";
import { readTables } from "../usecases/events/tables.js";
import { HOUR, type World } from "./world.js";

export interface Signing {
  readonly presented: Presented;
  readonly signer: EventSigner;
}

/** The next pack of the thread, an hour old; what its root stands for is not made. `parties`: in any order. */
export async function jointAppending(
  world: World,
  thread: Utxo,
  parties: readonly Signing[],
  { count = 3, range = emptyRange() }: { readonly count?: number; readonly range?: Range } = {},
): Promise<Appending> {
  const { source, next: lo } = decodeThreadDatum(thread.datum ?? "");
  const signing = parties.toSorted((a, b) => (a.presented.name < b.presented.name ? -1 : 1));
  const cmin = world.clock.now() - HOUR;
  const header = {
    config: world.contracts.config.hash,
    source,
    tier: "MULTI_PARTY_SIGNED" as const,
    ...{ lo, hi: lo + count, root: "ab".repeat(32), cmin, cmax: cmin + count - 1 },
  };
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
  return { state: { utxo: thread, range }, signers: signing.map(({ presented }) => presented), pack };
}

/** As `planAppends`, with the tables that P-256 keys among the signers need. */
export async function planKeyedAppends(
  world: World,
  packs: readonly Appending[],
): Promise<ReturnType<typeof planAppend>> {
  const { contracts, ledger } = world;
  const keys = packs.flatMap(({ signers }) =>
    signers.map(({ utxo }) => decodeAttestationDatum(utxo.datum ?? "").extra),
  );
  const { tables } = await readTables({ ledger, contracts }, keys);
  const validity = wholeSlots(ledger.slotConfig, world.validity());
  return planAppend(contracts, await world.deployment(), packs, validity, tables);
}
