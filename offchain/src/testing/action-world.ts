/** One passport, its actors and three owners in turn: the ground on which action records are tested, without a ledger. */
import { openHandOvers } from "../crypto/action-hand-over.js";
import { ownerKey } from "../crypto/owner-key.js";
import { generateKeyPair, type ReadingKeyPair } from "../crypto/x25519.js";
import { type ActionPlace, type ActionRecord, OWNER_SECTION } from "../domain/action.js";
import { chainAction } from "../domain/action-chain.js";
import { toHex, utf8 } from "../domain/bytes.js";
import { cidToHex } from "../domain/cid.js";
import type { Element } from "../domain/element.js";
import type { Random } from "../ports/clock.js";
import type { ContentStore } from "../ports/content-store.js";
import type { ActionStep } from "../usecases/actions/chain.js";
import { type SealActionInput, type SealedAction, sealAction } from "../usecases/actions/seal.js";
import { type Actor, actor, CONFIG } from "./sealed-world.js";
import { seededRandom } from "./seeded-random.js";

export const PASSPORT = "d0".repeat(28);
export const PLACE = { config: CONFIG, passport: PASSPORT };
/** 2026-09-01T08:00:00Z. */
export const AT = 1_788_249_600_000;
/** Attestation name of who answers for the passport. */
export const ISSUER = `${toHex(utf8("DPP_MANUFACTURER"))}${"a1".repeat(12)}`;
export const POLICY_HASH = "ee".repeat(32);

export const text = (id: string, value: string): Element => ({ id, type: "string", value, unit: null });

export interface ActionWorld {
  readonly random: Random;
  readonly manufacturer: Actor;
  readonly repairer: Actor;
  readonly authority: Actor;
  readonly stranger: Actor;
  /** Reading keys of three owners in turn. */
  readonly owners: readonly [ReadingKeyPair, ReadingKeyPair, ReadingKeyPair];
}

export function actionWorld(seed: string | number): ActionWorld {
  const random = seededRandom(seed);
  return {
    random,
    manufacturer: actor("MANUFACTURER", random),
    repairer: actor("REPAIRER", random),
    authority: actor("AUTHORITY", random),
    stranger: actor("RECYCLER", random),
    owners: [generateKeyPair(random), generateKeyPair(random), generateKeyPair(random)],
  };
}

export const ownerOf = (key: ReadingKeyPair): ReadingKeyPair => ownerKey(key.secretKey, PLACE);

/** A repair by the repairer: a public line, one for the workshop's group, one for the owner. */
export const repairInput = (
  { manufacturer, repairer, owners }: ActionWorld,
  changes: Partial<SealActionInput> = {},
): SealActionInput => ({
  ...PLACE,
  previous: "",
  type: "repair",
  at: AT,
  actor: repairer.name,
  elements: [text("repair.done", "Contactor replaced")],
  sections: [
    {
      label: { kind: "group", group: "service", policy: POLICY_HASH },
      elements: [text("repair.fault", "Welded contact"), text("workshop.order", "W-4711")],
      readers: [manufacturer.publicKey, repairer.publicKey, ownerOf(owners[0]).publicKey],
    },
    {
      label: OWNER_SECTION,
      elements: [text("invoice.number", "R-2026-17")],
      readers: [ownerOf(owners[0]).publicKey],
    },
  ],
  handOver: null,
  ...changes,
});

export const placeOf = ({ config, passport, previous, type, at, actor: by }: ActionRecord): ActionPlace => ({
  config,
  passport,
  previous,
  type,
  at,
  actor: by,
});

/** Actions one after the other, as the ledger would tell them, their records in a content store. */
export class ActionChain {
  readonly steps: ActionStep[] = [];
  readonly records: ActionRecord[] = [];
  private readonly content: ContentStore;
  private readonly random: Random;

  constructor(content: ContentStore, random: Random) {
    this.content = content;
    this.random = random;
  }

  get head(): string {
    return this.steps.at(-1)?.headAfter ?? "";
  }

  async add(input: Omit<SealActionInput, "previous">): Promise<SealedAction> {
    const sealed = await sealAction({ ...input, previous: this.head }, this.random);
    const { type, actor: by } = sealed.record;
    this.records.push(sealed.record);
    this.log(cidToHex(await this.content.put(sealed.bytes)), type === "transfer" ? "Transfer" : "Log", by);
    return sealed;
  }

  /** Whatever content id somebody logs. */
  log(record: string, act: ActionStep["act"], by: string | null): void {
    const slot = this.steps.length;
    const txHash = toHex(Uint8Array.of(slot)).padStart(64, "0");
    const headAfter = chainAction(this.head, record);
    this.steps.push({
      act,
      actor: by,
      issuer: ISSUER,
      record,
      headAfter,
      txHash,
      slot,
      time: AT + 1000 * slot,
    });
  }

  /** The owner sells to the next one and hands over what he has. */
  async sell(seller: ReadingKeyPair, buyer: ReadingKeyPair | null): Promise<void> {
    const keys = await openHandOvers(this.records, seller.secretKey, PLACE);
    await this.add({
      ...PLACE,
      type: "transfer",
      at: AT,
      actor: null,
      elements: [],
      sections: [],
      handOver: buyer === null ? null : { buyer: buyer.publicKey, keys },
    });
  }

  /** A note that the owner seals to himself. */
  async note(owner: ReadingKeyPair, words: string): Promise<void> {
    await this.add({
      ...PLACE,
      type: "note",
      at: AT,
      actor: null,
      elements: [],
      sections: [
        { label: OWNER_SECTION, elements: [text("action.text", words)], readers: [ownerOf(owner).publicKey] },
      ],
      handOver: null,
    });
  }
}
