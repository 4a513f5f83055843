/**
 * A process that adds events to an embedded event store until it is killed: `node event-writer.mjs <directory> <file>`. Each line of the file is the name of a thread and the
 * number of a batch. Says `ready` before the store is opened, waits for a line, then repeats each of the file's lines when its batch and the pack over it are stored.
 */
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { openPgliteStore } from "../../src/adapters/event-store/embedded.js";
import { eventsFrom, storedPack } from "../../src/testing/stored-events.js";

/** Events of one batch. */
export const BATCH = 20;

export const batchOf = (source: string, batch: number) => ({
  events: eventsFrom(batch * BATCH, (batch + 1) * BATCH, { source }),
  pack: storedPack(batch * BATCH, (batch + 1) * BATCH, { source }),
});

async function main(directory: string, file: string): Promise<void> {
  const say = (line: string): void => {
    writeSync(1, `${line}\n`);
  };
  const lines = readFileSync(file, "utf8").split("\n");
  const store = await openPgliteStore(directory);
  say("ready");
  for await (const _ of createInterface({ input: process.stdin })) break;
  for (const line of lines) {
    const [source = "", number = ""] = line.split(" ");
    const { events, pack } = batchOf(source, Number(number));
    await store.addEvents(events);
    await store.addPack(pack);
    say(line);
  }
  await store.close();
  say("done");
  // An open pipe would keep the process alive.
  process.stdin.destroy();
}

const [, script = "", directory, file] = process.argv;
if (script.includes("event-writer") && directory !== undefined && file !== undefined) {
  await main(directory, file);
}
