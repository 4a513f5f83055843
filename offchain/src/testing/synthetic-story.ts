/** A synthetic life with everything that a history file carries: sealed documents and action records on a content store. */
import { contentMemory } from "../adapters/content-memory.js";
import { encodeActionRecord } from "../codec/action-record.js";
import type { GroupKeyring } from "../crypto/group-keys.js";
import { createKeyring, openKeyring } from "../crypto/keyring.js";
import { generateKeyPair } from "../crypto/x25519.js";
import type { ActionRecord } from "../domain/action.js";
import { cidToHex } from "../domain/cid.js";
import { parseIdentifier } from "../domain/identifier.js";
import type { Policy } from "../domain/policy.js";
import { parsePolicy } from "../domain/policy-file.js";
import type { Random } from "../ports/clock.js";
import type { ContentStore } from "../ports/content-store.js";
import { sealPassport } from "../usecases/seal.js";
import { seededRandom } from "./seeded-random.js";
import {
  CONFIG_POLICY,
  type Content,
  type Person,
  type RoleHolder,
  SyntheticLife,
} from "./synthetic-life.js";

const POLICY: Policy = parsePolicy({
  name: "lamp",
  version: 1,
  title: "Lamp",
  categories: { lamp: "Lamp" },
  missingMandatory: "warn",
  groups: [
    { name: "public", access: "public", roles: [] },
    { name: "service", access: "escrow", roles: ["REPAIRER"] },
  ],
  elements: [
    { id: "lamp.colour", group: "public", shape: { type: "string" }, label: "Colour" },
    { id: "lamp.parts", group: "service", shape: { type: "string" }, label: "Parts" },
  ],
});

export class SyntheticStory {
  readonly content: ContentStore = contentMemory();
  readonly random: Random;
  life!: SyntheticLife;
  private keys!: GroupKeyring;
  private previous: string | null = null;

  private constructor(seed: string) {
    this.random = seededRandom(seed);
  }

  /** Issued with a document. The same seed makes the same bytes. */
  static async begin(seed = "synthetic story"): Promise<SyntheticStory> {
    const story = new SyntheticStory(seed);
    story.life = await SyntheticLife.begin(async (life) => {
      const reading = generateKeyPair(story.random);
      const issuer = { name: life.name("maker"), keyEpoch: 0, publicKey: reading.publicKey };
      const input = { config: CONFIG_POLICY, policies: [POLICY], recipients: [], random: story.random };
      const keyring = await createKeyring({ ...input, issuer });
      story.keys = await openKeyring(keyring, { name: issuer.name, secretKey: reading.secretKey });
      return story.seal(life, 0);
    });
    return story;
  }

  private async seal(life: SyntheticLife, revision: number): Promise<Content> {
    const { bytes, root } = sealPassport({
      config: CONFIG_POLICY,
      policy: POLICY,
      header: {
        identifier: parseIdentifier("9506000140100", "LAMP-1"),
        category: "lamp",
        issuer: { attestation: life.name("maker"), operator: "gln:9506000134352" },
        name: "Example lamp",
        image: "https://lamps.example/1.png",
        language: "en",
        revision,
        previous: this.previous,
        issuedAt: life.time,
      },
      elements: [
        { id: "lamp.colour", type: "string", value: `grün ${revision}`, unit: null },
        { id: "lamp.parts", type: "string", value: "a bulb", unit: null },
      ],
      keys: this.keys,
      random: this.random,
    });
    this.previous = await this.content.put(bytes);
    return { dataRoot: root, content: cidToHex(this.previous) };
  }

  async update(): Promise<void> {
    const changes = await this.seal(this.life, this.life.passport.extra.revision + 1);
    await this.life.act({ act: "Update" }, { by: ["maker"], changes });
  }

  /** Puts a record of this place on the content store. Answers its binary CID, hex. */
  async record(
    type: ActionRecord["type"],
    actor: RoleHolder | null = null,
    elements: ActionRecord["elements"] = [],
  ): Promise<string> {
    const { life } = this;
    const bytes = encodeActionRecord({
      config: CONFIG_POLICY,
      passport: life.id,
      previous: life.passport.extra.actionHead,
      type,
      at: life.time,
      actor: actor === null ? null : life.name(actor),
      elements,
      sealed: [],
      handOver: null,
    });
    return cidToHex(await this.content.put(bytes));
  }

  async transfer(to: Person): Promise<void> {
    const payment = { kind: "key" as const, hash: this.life.key(to).keyHash };
    const record = await this.record("transfer");
    await this.life.act({ act: "Transfer", to: { payment, stake: null }, record }, { ownerTo: to });
  }

  /** In the owner's name when nobody else acts. `holder`: who holds the ownership token. */
  async log(
    type: ActionRecord["type"],
    holder: Person,
    actor: RoleHolder | null = null,
    elements: ActionRecord["elements"] = [],
  ): Promise<void> {
    const record = await this.record(type, actor, elements);
    const name = actor === null ? null : this.life.name(actor);
    await this.life.act(
      { act: "Log", actor: name, record },
      { by: actor === null ? [] : [actor], ownerTo: holder },
    );
  }

  /** Issue, Update, Transfer, two Logs, Send, Revoke. */
  static async told(seed?: string): Promise<SyntheticStory> {
    const story = await SyntheticStory.begin(seed);
    await story.update();
    await story.transfer("buyer");
    await story.log("theft", "buyer");
    const done = { id: "repair.done", type: "string" as const, value: "new bulb", unit: null };
    await story.log("repair", "buyer", "repairer", [done]);
    await story.life.send("owner");
    const { life } = story;
    await life.act({ act: "Revoke", authority: life.name("authority"), reason: 4 }, { by: ["authority"] });
    return story;
  }
}
