/** The ledger on disk when a write stops half-way, as on a full disk or at a quota. Format and promises: docs/spec/journal.md. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLedger, memoryLedger, openLedger } from "../../src/adapters/embedded-ledger/ledger.js";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { actor, testClock } from "../../src/testing/actors.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { payment, transact } from "../../src/testing/transact.js";
import { bundleWriter, endWriters, startWriter } from "./processes.js";

const payer = actor("payer");
const first = { funds: [{ address: payer.address, lovelace: 1_000_000_000n }] };
/** `ulimit -f 1` is 512 or 1024 bytes, by the shell; a block with this many outputs is longer. */
const OUTPUTS = 40;
const LIMIT_BYTES = 1024;

let bundle = "";
let base = "";
beforeAll(async () => {
  bundle = await bundleWriter();
  base = mkdtempSync(join(tmpdir(), "dpp-short-write-"));
});
afterAll(() => {
  endWriters();
  rmSync(base, { recursive: true, force: true });
  rmSync(bundle, { force: true });
});

// Past a limit on file size the system writes what still fits and says so by the count; Windows has no such limit.
it.skipIf(process.platform === "win32")("links no block of which only a part was written", async () => {
  const ports = { clock: testClock(), random: seededRandom("short write") };
  const directory = join(base, "ledger");
  createLedger(directory, first, ports);
  const twin = memoryLedger(first, ports.clock);
  const plan = payment(actor("other").address, 1_000_000n);
  const outputs = Array.from({ length: OUTPUTS }, () => plan.outputs).flat();
  const { cbor, hash } = await transact(twin, lucidBuilder(twin), { ...plan, outputs }, [payer]);
  expect(cbor.length / 2).toBeGreaterThan(LIMIT_BYTES);

  const limited = ["sh", "-c", 'ulimit -f 1 && exec "$@"', "sh", process.execPath] as const;
  const writer = await startWriter(bundle, directory, join(base, "transactions"), [cbor], [...limited]);
  writer.process.stdin.write("go\n");
  expect(await writer.lines.next()).toMatchObject({ done: true });
  expect(await writer.ended).toMatchObject({ code: 1 });
  expect(writer.errors()).toContain("EFBIG");

  expect(readdirSync(join(directory, "blocks"))).toEqual([]);
  const ledger = openLedger(directory, ports);
  expect((await ledger.tip()).height).toBe(0);
  expect(await ledger.submit(cbor)).toBe(hash);
});
