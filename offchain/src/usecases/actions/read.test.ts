import { beforeEach, describe, expect, it } from "vitest";
import { contentMemory } from "../../adapters/content-memory.js";
import { encodeActionRecord } from "../../codec/action-record.js";
import { cidToHex } from "../../domain/cid.js";
import { DppError } from "../../domain/errors.js";
import type { ContentStore } from "../../ports/content-store.js";
import {
  ActionChain,
  type ActionWorld,
  AT,
  actionWorld,
  ISSUER,
  ownerOf,
  PASSPORT,
  PLACE,
  repairInput,
  text,
} from "../../testing/action-world.js";
import { verifyActionChain } from "./chain.js";
import { openAction, type ReadAction, readActions } from "./read.js";
import { sealAction } from "./seal.js";

let world: ActionWorld;
let content: ContentStore;
let chain: ActionChain;

const contracts = { config: { hash: PLACE.config } } as Parameters<typeof readActions>[0]["contracts"];
const read = (secrets: readonly Uint8Array[] = []): Promise<readonly ReadAction[]> =>
  readActions({ content, contracts }, PASSPORT, chain.steps, secrets);
const marks = async (): Promise<(string | null)[]> => (await read()).map(({ mark }) => mark?.code ?? null);
const put = async (bytes: Uint8Array): Promise<string> => cidToHex(await content.put(bytes));

const noteInput = (changes = {}) => ({
  ...PLACE,
  previous: chain.head,
  type: "note" as const,
  at: AT,
  actor: null,
  elements: [text("action.text", "Found in the cellar")],
  sections: [],
  handOver: null,
  ...changes,
});

beforeEach(async () => {
  world = actionWorld("read");
  content = contentMemory();
  chain = new ActionChain(content, world.random);
  await chain.add(repairInput(world));
});

describe("the actions of a passport", () => {
  it("show everybody what is public, and that something is sealed to whom", async () => {
    const [first] = await read();
    expect(first?.action?.record.elements).toEqual([text("repair.done", "Contactor replaced")]);
    expect(first?.action?.sections).toEqual([
      { name: "service", readers: 3, elements: null, mark: null },
      { name: "owner", readers: 1, elements: null, mark: null },
    ]);
  });

  it("open for an actor with his reading key and for the owner with his", async () => {
    const names = async (secret: Uint8Array) =>
      (await read([secret]))[0]?.action?.sections.map(
        ({ elements }) => elements?.map(({ id }) => id) ?? null,
      );
    const service = ["repair.fault", "workshop.order"];
    expect(await names(world.repairer.secretKey)).toEqual([service, null]);
    expect(await names(world.owners[0].secretKey)).toEqual([service, ["invoice.number"]]);
    expect(await names(world.owners[1].secretKey)).toEqual([null, null]);
  });

  it("a lost record is a hole in what can be read, not in the chain", async () => {
    await chain.note(world.owners[0], "later");
    content = holding(content, [chain.steps[1]?.record ?? ""]);
    expect(await marks()).toEqual(["action/missing-record", null]);
    expect(() => verifyActionChain(chain.steps, chain.head)).not.toThrow();
  });

  it("a record that is logged a second time is marked", async () => {
    chain.log(chain.steps[0]?.record ?? "", "Log", world.repairer.name);
    expect(await marks()).toEqual([null, "action/gap"]);
  });

  it("a record of another passport or deployment is marked", async () => {
    for (const elsewhere of [{ passport: "11".repeat(28) }, { config: "11".repeat(28) }]) {
      const { bytes } = await sealAction(noteInput(elsewhere), world.random);
      chain.log(await put(bytes), "Log", null);
    }
    expect((await marks()).slice(1)).toEqual(["action/foreign", "action/foreign"]);
  });

  it("a record in another's name, or of another act than the ledger's, is marked", async () => {
    const mine = await sealAction(noteInput(), world.random);
    chain.log(await put(mine.bytes), "Log", world.repairer.name);
    const sold = await sealAction(noteInput({ type: "transfer" }), world.random);
    chain.log(await put(sold.bytes), "Log", null);
    const told = await sealAction(noteInput(), world.random);
    chain.log(await put(told.bytes), "Transfer", null);
    expect((await marks()).slice(1)).toEqual(Array(3).fill("action/other-actor"));
  });

  it("a recall that comes neither from the manufacturer nor from an authority is marked", async () => {
    const reason = { id: "recall.reason", type: "integer" as const, value: 4, unit: null };
    const elements = [text("action.text", "Stop using it"), reason];
    const { authority, repairer, manufacturer } = world;
    for (const actor of [ISSUER, authority.name, null, repairer.name, manufacturer.name])
      await chain.add(noteInput({ type: "recall", elements, actor }));
    expect((await marks()).slice(1)).toEqual([null, null, ...Array(3).fill("action/not-entitled")]);
  });

  it("what is no record, or none that anybody would read, is marked", async () => {
    chain.log(await put(Uint8Array.of(1, 2, 3)), "Log", null);
    chain.log(await put(new Uint8Array(70_000)), "Log", null);
    chain.log("01551220", "Log", null);
    const codes = (await marks()).slice(1);
    expect(codes).toEqual(["cbor/malformed", "content/too-large", "content/bad-cid"]);
  });

  it("a store that cannot be asked is told from a lost record", async () => {
    content = {
      ...content,
      get: async () => {
        throw new DppError("content/unavailable", "nobody answers");
      },
    };
    expect(await marks()).toEqual(["content/unavailable"]);
  });
});

describe("one action", () => {
  it("opens with the keys at hand, and marks a section that was sealed wrongly", async () => {
    const { bytes, record } = await sealAction(repairInput(world), world.random);
    const opened = await openAction(bytes, [world.manufacturer]);
    expect(opened.sections.map(({ elements }) => elements?.length ?? null)).toEqual([2, null]);
    // The owner's ciphertext under the group's wraps.
    const [group, own] = record.sealed as [(typeof record.sealed)[0], (typeof record.sealed)[0]];
    const swapped = encodeActionRecord({ ...record, sealed: [{ ...group, sealed: own.sealed }, own] });
    const marked = await openAction(swapped, [world.manufacturer, ownerOf(world.owners[0])]);
    expect(marked.sections.map(({ mark }) => mark?.code ?? null)).toEqual(["sealed/tampered", null]);
  });
});

/** A store that has lost all but some records. */
const holding = (store: ContentStore, kept: readonly string[]): ContentStore => ({
  ...store,
  put: (bytes) => store.put(bytes),
  get: async (cid, options) => (kept.includes(cidToHex(cid)) ? store.get(cid, options) : null),
});
