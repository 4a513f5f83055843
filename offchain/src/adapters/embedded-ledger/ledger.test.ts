import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { actor, seededRandom, testClock } from "../../testing/actors.js";
import { ledgerContract } from "../../testing/ledger-contract.js";
import { createLedger, memoryLedger } from "./ledger.js";

const payer = actor("payer");
const first = {
  funds: Array.from({ length: 4 }, () => ({ address: payer.address, lovelace: 1_000_000_000n })),
};
const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

ledgerContract("the ledger in memory", async () => ({ ledger: memoryLedger(first, testClock()), payer }));

ledgerContract("the ledger on disk", async () => {
  const directory = mkdtempSync(join(tmpdir(), "dpp-ledger-"));
  directories.push(directory);
  return {
    ledger: createLedger(directory, first, { clock: testClock(), random: seededRandom("ledger") }),
    payer,
  };
});
