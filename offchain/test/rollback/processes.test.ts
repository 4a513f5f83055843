/** Processes of one home: who loses a race for an output plans again on fresh state; who is killed leaves nothing behind that the next does not finish. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLedger, openLedger } from "../../src/adapters/embedded-ledger/ledger.js";
import { pendingOnDisk } from "../../src/adapters/pending/disk.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { actor } from "../../src/testing/actors.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { settle } from "../../src/usecases/settle.js";
import { trackSubmissions } from "../../src/usecases/track.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Inside the checkout, so that the bundle finds the packages that it leaves out. */
const BUNDLE = join(root, "build", `racer-${process.pid}.mjs`);
const ports = { clock: systemClock, random: systemRandom };
const seed = process.env.DPP_TEST_SEED ?? String(Date.now());
const ROUNDS = 8;
/** Payments after which a process may be killed, at most. */
const LONGEST = 3;
/** Turns of the event loop that cover a payment. */
const SPINS = 20_000;

let base = "";
let directory = "";
const started = new Set<ChildProcessWithoutNullStreams>();

beforeAll(async () => {
  mkdirSync(join(root, "build"), { recursive: true });
  await build({
    entryPoints: [join(root, "offchain", "test", "rollback", "racer.ts")],
    outfile: BUNDLE,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
  base = mkdtempSync(join(tmpdir(), "dpp-race-"));
});
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(base, { recursive: true, force: true });
  rmSync(BUNDLE, { force: true });
});
beforeEach(() => {
  directory = mkdtempSync(join(base, "home-"));
  // One coin holds nearly everything, so that every process plans with it.
  const funds = [1_000_000_000n, 5_000_000n, 5_000_000n].map((lovelace) => ({
    address: actor("payer").address,
    lovelace,
  }));
  createLedger(join(directory, "ledger"), { funds }, ports);
});

async function start(name: string, payments: number) {
  const child = spawn(process.execPath, [
    BUNDLE,
    directory,
    join(root, "plutus.json"),
    name,
    String(payments),
  ]);
  started.add(child);
  child.on("close", () => started.delete(child));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => resolve(code));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value ?? "");
  const first = await next();
  if (first !== "ready") throw new Error(`the process did not start: ${errors}`);
  return {
    kill: () => child.kill("SIGKILL"),
    go: () => child.stdin.write("go\n"),
    next,
    ended,
    errors: () => errors,
    async rest(): Promise<string[]> {
      const all: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next()) all.push(line.value);
      return all;
    },
  };
}

const paidTo = async (name: string): Promise<string[]> => {
  const ledger = openLedger(join(directory, "ledger"), ports);
  return (await ledger.utxosAt(actor(name).address)).map(({ txHash }) => txHash).toSorted();
};

describe(`processes of one home (DPP_TEST_SEED=${seed})`, () => {
  it("race for one output: one wins, the other plans again on fresh state", async () => {
    const racers = [await start("one", 1), await start("two", 1)];
    for (const racer of racers) racer.go();
    const plans = await Promise.all(racers.map((racer) => racer.next()));
    expect(plans[0]).toBe(plans[1]);
    for (const racer of racers) racer.go();
    const outcomes = await Promise.all(racers.map((racer) => racer.rest()));
    expect(racers.map((racer) => racer.errors())).toEqual(["", ""]);

    const [winner = [], loser = []] = outcomes.toSorted((a, b) => a.length - b.length);
    expect(winner).toEqual([expect.stringMatching(/^done /)]);
    expect(loser).toEqual([expect.stringMatching(/^plan /), expect.stringMatching(/^done /)]);
    // The fresh state is the change of the winner.
    expect(loser[0]).toContain(String(winner[0]).slice("done ".length));
    for (const [at, name] of ["one", "two"].entries())
      expect(await paidTo(name)).toEqual([outcomes[at]?.at(-1)?.slice("done ".length)]);
    expect(await pendingOnDisk(join(directory, "pending")).list()).toEqual([]);
  });

  it("are killed anywhere, and what they wrote down stands once or never left", async () => {
    const random = seededRandom(seed);
    const draw = (below: number): number => new DataView(random.bytes(4).buffer).getUint32(0) % below;
    const reported: string[] = [];
    const pending = pendingOnDisk(join(directory, "pending"));
    const ledger = trackSubmissions(openLedger(join(directory, "ledger"), ports), { ...ports, pending });
    for (let round = 0; round < ROUNDS; round++) {
      const racer = await start("one", 50);
      racer.go();
      await racer.next();
      racer.go();
      const heard: string[] = [];
      for (let done = draw(LONGEST); done > 0; ) {
        heard.push(await racer.next());
        if (heard.at(-1)?.startsWith("done ")) done -= 1;
      }
      for (let turns = draw(SPINS); turns > 0; turns--) await new Promise(setImmediate);
      racer.kill();
      const lines = [...heard, ...(await racer.rest())];
      await racer.ended;
      expect(racer.errors()).toBe("");
      reported.push(...lines.flatMap((line) => /^done (.*)$/.exec(line)?.[1] ?? []));

      const open = (await pending.list()).map(({ hash }) => hash);
      expect(open.length).toBeLessThanOrEqual(1);
      await settle(ledger.submissions);
      await settle(ledger.submissions);
      expect(await pending.list()).toEqual([]);
      const paid = await paidTo("one");
      for (const hash of [...reported, ...open]) expect(paid).toContain(hash);
    }
    expect(reported.length).toBeGreaterThan(0);
  });
});
