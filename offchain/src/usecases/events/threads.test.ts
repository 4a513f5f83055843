import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { decodeThreadDatum } from "../../codec/datum.js";
import type { ThreadEntry } from "../../domain/pack.js";
import { userUnit } from "../../domain/tokens.js";
import type { Ledger } from "../../ports/ledger.js";
import { altered } from "../../testing/event-relay.js";
import {
  append,
  appending,
  eventSigner,
  packOf,
  planAppends,
  SOURCES,
  type SourceName,
  threadOf,
} from "../../testing/event-world.js";
import { contextOf } from "../../testing/quorum-world.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { emptyPlan } from "../../testing/transact.js";
import { type EmbeddedWorld, makeWorld } from "../../testing/world.js";
import { sameOutRef, type TxPlan } from "../../tx/plan.js";
import { planRenew } from "../../tx/roles.js";
import { listThreads, readThread, readThreadHistory } from "./threads.js";
import { closeThread, giveUp } from "./wardens.js";

let base: EmbeddedWorld;
beforeAll(async () => {
  base = await makeWorld(blueprint);
}, 300_000);
let world: EmbeddedWorld;
beforeEach(() => {
  world = base.fork();
});

const nameOf = (source: SourceName): string => world.roles.get(source) ?? "";

/** One transaction in which these sources append their next packs. */
async function appendTogether(names: readonly SourceName[], count: number): Promise<TxPlan> {
  const packs = [];
  for (const name of names)
    packs.push(await appending(world, name, { count }, (await readThread(world, nameOf(name))).range));
  return (await planAppends(world, packs)).plan;
}

async function agree(): Promise<void> {
  for (const name of SOURCES) {
    const now = await readThread(world, nameOf(name));
    const history = await readThreadHistory(world, nameOf(name));
    // A UTxO as the ledger answers it has a field or two more.
    expect(now).toMatchObject(history.now);
    expect(history.entries).toHaveLength(now.thread.seq);
  }
}

describe("a thread", () => {
  it("is read from its last transaction as from all of them, whatever happened to it", async () => {
    const seed = "threads 2027";
    const random = seededRandom(seed);
    const pick = (below: number): number => (random.bytes(1)[0] ?? 0) % below;
    const did: string[] = [`seed ${seed}`];
    const expected = new Map<SourceName, Pick<ThreadEntry, "kind" | "lo" | "hi">[]>(
      SOURCES.map((name) => [name, []]),
    );
    const nextOf = (name: SourceName): number => expected.get(name)?.at(-1)?.hi ?? 0;
    for (let step = 0; step < 14; step++) {
      const names = SOURCES.filter(() => pick(2) === 0);
      const [only = "station"] = names;
      if (pick(3) === 0) {
        const lo = nextOf(only);
        const hi = lo + 1 + pick(300);
        await giveUp(contextOf(world), [world.actors[only]], nameOf(only), {
          through: hi - 1,
          reason: pick(5),
          as: "source",
        });
        expected.get(only)?.push({ kind: "gap", lo, hi });
        did.push(`gap ${only}`);
      } else if (names.length > 0) {
        const count = 1 + pick(5);
        await world.accept(await appendTogether(names, count), world.actors.stranger);
        for (const name of names)
          expected.get(name)?.push({ kind: "append", lo: nextOf(name), hi: nextOf(name) + count });
        did.push(`append ${names.join(" ")}`);
      }
      await agree().catch((error: unknown) => {
        throw new Error(did.join(", "), { cause: error });
      });
    }
    const signers = [world.actors.member1, world.actors.member2] as const;
    await closeThread(contextOf(world), signers, nameOf("gateway"), "quorum");
    await agree();
    for (const name of SOURCES) {
      const { entries } = await readThreadHistory(world, nameOf(name));
      expect(entries.map(({ entry: { kind, lo, hi } }) => ({ kind, lo, hi }))).toEqual(expected.get(name));
    }
  });

  it("is told apart from the other states that its transaction spends", async () => {
    const appended = await appendTogether(["station", "supervisor"], 2);
    const { utxo } = await world.attestation("gateway");
    const { validity } = appended;
    const dates = { validFrom: world.clock.now() - 1_000, validTo: world.clock.now() + 90 * 86_400_000 };
    const renewed = planRenew(world.contracts, await world.deployment(), utxo, dates, world.quorum);
    const all = [...appended.referenceInputs, ...renewed.referenceInputs];
    const plan: TxPlan = {
      inputs: [...renewed.inputs, ...appended.inputs],
      referenceInputs: all.filter((ref, at) => all.findIndex((other) => sameOutRef(ref, other)) === at),
      mints: [],
      outputs: [...renewed.outputs, ...appended.outputs],
      signers: renewed.signers,
      scripts: [...appended.scripts, ...renewed.scripts],
      ...(validity === undefined ? {} : { validity }),
    };
    await world.accept(plan, world.actors.member1);
    await agree();
    expect((await readThread(world, nameOf("supervisor"))).thread).toMatchObject({ next: 2, seq: 1 });
  });

  it("is what holds its token, whatever else lies at the script", async () => {
    await append(world, "station", { count: 3 });
    const before = await listThreads(world);
    const { address } = world.contracts.anchor;
    const genuine = await threadOf(world, "station");
    const badge = userUnit(world.contracts.roles.hash, world.roles.get("maker") ?? "");
    const held = await world.badge("maker");
    await world.accept(
      {
        ...emptyPlan,
        inputs: [{ utxo: held }],
        outputs: [
          { address, assets: { lovelace: 3_000_000n }, datum: "d87980" },
          { address, assets: { lovelace: 3_000_000n }, datum: genuine.datum ?? "" },
          { address, assets: { lovelace: 3_000_000n, [badge]: 1n }, datum: genuine.datum ?? "" },
          { address, assets: { lovelace: 3_000_000n } },
        ],
      },
      world.actors.maker,
    );
    expect(await world.ledger.utxosByCredential(world.contracts.anchor.hash)).toHaveLength(before.length + 4);
    expect(await listThreads(world)).toEqual(before);
    expect(before.map(({ thread }) => thread.source)).toEqual(SOURCES.map(nameOf).toSorted());
    await agree();
  });

  it("is not believed from a ledger that answers something else", async () => {
    await append(world, "station", { count: 2 });
    const other = await append(world, "gateway", { count: 2 });
    const source = nameOf("station");
    const lying = (changes: Partial<Ledger>) => ({
      ...readingOf(),
      ledger: altered<Ledger>(world.ledger, changes),
    });
    const readingOf = () => ({ contracts: world.contracts, clock: world.clock, ledger: world.ledger });
    const swapped = await world.ledger.transaction(other.hash);
    const unreadable = { code: "thread/unreadable" };
    await expect(readThread(lying({ transaction: async () => null }), source)).rejects.toMatchObject(
      unreadable,
    );
    await expect(
      readThread(
        lying({ transaction: async () => swapped, transactionsOf: async () => (swapped ? [swapped] : []) }),
        source,
      ),
    ).rejects.toMatchObject(unreadable);
    const all = await world.ledger.transactionsOf(world.contracts.anchor.hash + source);
    await expect(
      readThreadHistory(lying({ transactionsOf: async () => all.slice(1) }), source),
    ).rejects.toMatchObject(unreadable);
    await expect(
      readThreadHistory(lying({ transactionsOf: async () => all.toReversed() }), source),
    ).rejects.toMatchObject(unreadable);
    const nobody = "ee".repeat(28);
    await expect(readThread(world, nobody)).rejects.toMatchObject({ code: "thread/none" });
    await expect(readThreadHistory(world, nobody)).rejects.toMatchObject({ code: "thread/none" });
  });

  it("gets no pack from another key, tier or place: the ledger refuses what the relayer would", async () => {
    const attempts = [
      { signer: eventSigner("gateway") },
      { header: { tier: "MULTI_PARTY_SIGNED" } },
      { header: { lo: 1, hi: 4 } },
      { header: { config: "c0".repeat(28) } },
    ] as const;
    for (const options of attempts) {
      const appended = {
        ...(await appending(world, "station")),
        pack: await packOf(world, "station", options),
      };
      const { plan } = await planAppends(world, [appended]);
      await expect(world.prepare(plan, world.actors.stranger)).rejects.toMatchObject({
        code: "tx/script-refused",
      });
    }
    expect(decodeThreadDatum((await threadOf(world, "station")).datum ?? "").next).toBe(0);
  });
});
