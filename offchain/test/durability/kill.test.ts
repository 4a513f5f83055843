/** The ledger on disk under kill -9 and under several writers. Format and promises: docs/spec/journal.md. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createLedger,
  type EmbeddedLedger,
  memoryLedger,
  openLedger,
} from "../../src/adapters/embedded-ledger/ledger.js";
import { readTransaction } from "../../src/adapters/ledger-cbor/transaction.js";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { actor, testClock } from "../../src/testing/actors.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { payment, signedTx, transact } from "../../src/testing/transact.js";
import { bundleWriter, endWriters, startWriter } from "./processes.js";

const ROUNDS = 12;
/** Accepted transactions after which a writer may be killed, at most. */
const LONGEST = 4;
/** Turns of the event loop that cover the time of a submission: kills land in the rules, in the writing, and in between. */
const SPINS = 20_000;
const CONTESTED = 12;

const payer = actor("payer");
const other = actor("other");
const first = {
  funds: Array.from({ length: CONTESTED }, () => ({ address: payer.address, lovelace: 100_000_000n })),
};
const seed = process.env.DPP_TEST_SEED ?? String(Date.now());

/** Everything that a client can see. */
const visible = async (ledger: EmbeddedLedger) => ({
  height: (await ledger.tip()).height,
  payer: await ledger.utxosAt(payer.address),
  other: await ledger.utxosAt(other.address),
});

const hashOf = (cbor: string): string => readTransaction(cbor).hash;

describe(`the ledger on disk (DPP_TEST_SEED=${seed})`, () => {
  let bundle = "";
  let base = "";
  beforeAll(async () => {
    bundle = await bundleWriter();
    base = mkdtempSync(join(tmpdir(), "dpp-durability-"));
  });
  afterAll(() => {
    endWriters();
    rmSync(base, { recursive: true, force: true });
    rmSync(bundle, { force: true });
  });

  let directory = "";
  const clock = testClock();
  const ports = { clock, random: seededRandom(seed) };
  beforeEach(() => {
    directory = mkdtempSync(join(base, "ledger-"));
    createLedger(directory, first, ports);
  });

  /** Transactions that each spend the change of the one before, as a ledger in memory accepted them. */
  async function chain(length: number): Promise<string[]> {
    const twin = memoryLedger(first, clock);
    const builder = lucidBuilder(twin);
    const transactions: string[] = [];
    for (let i = 0; i < length; i++) {
      transactions.push(
        (await transact(twin, builder, payment(other.address, 1_000_000n + BigInt(i)), [payer])).cbor,
      );
    }
    return transactions;
  }

  async function replay(transactions: readonly string[]): Promise<EmbeddedLedger> {
    const twin = memoryLedger(first, clock);
    for (const cbor of transactions) await twin.submit(cbor);
    return twin;
  }

  it("holds every transaction that a killed writer reported, and nothing by halves", async () => {
    const random = seededRandom(`${seed} kill`);
    const [draw] = [
      (below: number): number => ((random.bytes(2)[0] ?? 0) * 256 + (random.bytes(1)[0] ?? 0)) % below,
    ];
    const transactions = await chain(ROUNDS * (LONGEST + 5));
    let height = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const writer = await startWriter(
        bundle,
        directory,
        join(base, "transactions"),
        transactions.slice(height),
      );
      const reported: string[] = [];
      const target = draw(LONGEST + 1);
      writer.process.stdin.write("go\n");
      while (reported.length < target) reported.push((await writer.lines.next()).value as string);
      // Lets the writer get anywhere into the next transaction: into the rules, the file, the sync, the link.
      for (let turns = draw(SPINS); turns > 0; turns--) await new Promise(setImmediate);
      writer.process.kill("SIGKILL");
      for (let line = await writer.lines.next(); !line.done; line = await writer.lines.next())
        reported.push(line.value);
      expect(writer.errors()).toBe("");
      expect(await writer.ended).toMatchObject({ signal: "SIGKILL" });

      const ledger = openLedger(directory, ports);
      const { height: reached } = await ledger.tip();
      expect(reported).toEqual(transactions.slice(height, height + reported.length).map(hashOf));
      // At most the one that was under way may stand without having been reported.
      expect(reached - height - reported.length).toBeOneOf([0, 1]);
      height = reached;
      const twin = await replay(transactions.slice(0, height));
      expect(await visible(ledger)).toEqual(await visible(twin));
      for (const cbor of transactions.slice(0, height)) {
        expect((await ledger.transaction(hashOf(cbor)))?.cbor).toBe(cbor);
      }
      expect(readdirSync(join(directory, "blocks"))).toHaveLength(height);
    }
    expect(height).toBeGreaterThan(0);
  });

  it("gives each contested output to one of two processes, and tells the other", async () => {
    const twin = memoryLedger(first, clock);
    const builder = lucidBuilder(twin);
    const coins = await twin.utxosAt(payer.address);
    const spend = (lovelace: bigint) =>
      Promise.all(
        coins.map(
          async (utxo) =>
            (await signedTx(builder, { ...payment(other.address, lovelace), inputs: [{ utxo }] }, [payer]))
              .cbor,
        ),
      );
    const offers = [await spend(2_000_000n), await spend(3_000_000n)];
    const writers = await Promise.all(
      offers.map((offer, index) => startWriter(bundle, directory, join(base, `offer-${index}`), offer)),
    );
    for (const writer of writers) writer.process.stdin.write("go\n");
    const answers = await Promise.all(
      writers.map(async (writer) => {
        const lines: string[] = [];
        for (let line = await writer.lines.next(); !line.done; line = await writer.lines.next())
          lines.push(line.value);
        expect(writer.errors()).toBe("");
        return lines;
      }),
    );
    const [one = [], two = []] = answers;
    expect([one.at(-1), two.at(-1)]).toEqual(["done", "done"]);
    const winners = coins.map((_, index) => {
      const [a, b] = [hashOf(offers[0]?.[index] ?? ""), hashOf(offers[1]?.[index] ?? "")];
      expect([
        [a, "ledger/conflict"],
        ["ledger/conflict", b],
      ]).toContainEqual([one[index], two[index]]);
      return one[index] === a ? a : b;
    });
    const ledger = openLedger(directory, ports);
    expect((await ledger.tip()).height).toBe(coins.length);
    expect((await ledger.utxosAt(other.address)).map(({ txHash }) => txHash).sort()).toEqual(
      [...winners].sort(),
    );
  });
});
