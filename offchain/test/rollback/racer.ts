/**
 * A process that pays over a ledger on disk, keeping track in a store on disk: `node racer.mjs <directory> <actor> <payments>`. Says `ready`, waits for a
 * line; says `plan <output>` for each plan it makes, and waits for a line before it goes on with its first; says `done <hash>` for each payment.
 */
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { contentMemory } from "../../src/adapters/content-memory.js";
import { type Blueprint, makeContracts } from "../../src/adapters/contracts.js";
import { openLedger } from "../../src/adapters/embedded-ledger/ledger.js";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { pendingOnDisk } from "../../src/adapters/pending/disk.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { actor } from "../../src/testing/actors.js";
import { payment } from "../../src/testing/transact.js";
import { seedOf, submitPlan } from "../../src/usecases/submit.js";
import { trackSubmissions } from "../../src/usecases/track.js";

const [directory = "", blueprint = "", name = "", payments = "1"] = process.argv.slice(2);
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const ports = { clock: systemClock, random: systemRandom };
const ledger = trackSubmissions(openLedger(join(directory, "ledger"), ports), {
  pending: pendingOnDisk(join(directory, "pending")),
  clock: systemClock,
});
const nowhere = { txHash: "00".repeat(32), outputIndex: 0 };
const contracts = makeContracts(
  JSON.parse(readFileSync(blueprint, "utf8")) as Blueprint,
  "embedded",
  nowhere,
);
const context = { ...ports, ledger, contracts, content: contentMemory(), builder: lucidBuilder(ledger) };
const payer = actor("payer");

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
say("ready");
await lines.next();
for (let paid = 0; paid < Number(payments); paid++) {
  let waits = paid === 0;
  const { txHash } = await submitPlan(context, [payer], async () => {
    const utxo = await seedOf(context, payer.address);
    say(`plan ${utxo.txHash}#${utxo.outputIndex}`);
    if (waits) await lines.next();
    waits = false;
    return { ...payment(actor(name).address, 2_000_000n), inputs: [{ utxo }] };
  });
  say(`done ${txHash}`);
}
process.stdin.destroy();
