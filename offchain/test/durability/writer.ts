/**
 * A process that submits transactions to a ledger on disk until it is killed: `node writer.mjs <directory> <file of transactions>`. Says
 * `ready`, waits for a line, then says for each transaction what came of it. Each line is written before the next transaction begins.
 */
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { openLedger } from "../../src/adapters/embedded-ledger/ledger.js";
import { systemClock, systemRandom } from "../../src/adapters/system.js";
import { isDppError } from "../../src/domain/errors.js";

const [directory = "", file = ""] = process.argv.slice(2);

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const ledger = openLedger(directory, { clock: systemClock, random: systemRandom });
const transactions = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "");
say("ready");
for await (const _ of createInterface({ input: process.stdin })) break;

for (const cbor of transactions) {
  try {
    say(await ledger.submit(cbor));
  } catch (error) {
    if (!isDppError(error)) throw error;
    say(error.code);
  }
}
say("done");
// An open pipe would keep the process alive.
process.stdin.destroy();
