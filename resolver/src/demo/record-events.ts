/**
 * Has the demo's sources say what they saw about one product: recorded, sealed, brought on the ledger. Each step looks at what is there first, so a start that was killed
 * goes on where it stopped.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { homePaths } from "@cardano-dpp/offchain/adapters/home";
import { withProcessLock } from "@cardano-dpp/offchain/adapters/process-lock";
import { type EventHome, recordingOf, sourceOf, withEvents } from "@cardano-dpp/offchain/cli/events";
import type { Home } from "@cardano-dpp/offchain/cli/home";
import { parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import { eventInputOf } from "@cardano-dpp/offchain/domain/event-input";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { recordEvents } from "@cardano-dpp/offchain/usecases/events/record";
import { relay } from "@cardano-dpp/offchain/usecases/events/relay";
import { sealPacks } from "@cardano-dpp/offchain/usecases/events/seal";
import { readThreadState } from "@cardano-dpp/offchain/usecases/events/threads";
import { EXAMPLES_FOLDER } from "./examples.js";
import { type DemoSource, EVENTS_ABOUT, SOURCES } from "./sources.js";

const HOUR = 3_600_000;
/** ms to wait for another start that does the same. */
const PATIENCE = 60_000;

/** Answers how many events were brought on the ledger. @throws DppError `event-store/*`, `ledger/*`. */
export async function recordDemoEvents(home: Home, env: NodeJS.ProcessEnv): Promise<number> {
  const { directory } = home.paths;
  if (await isAllSaid(home)) return 0;
  return withProcessLock(join(homePaths(directory).directory, "set-up.lock"), PATIENCE, () =>
    withEvents(directory, env, async (opened) => {
      const subject = await subjectOf(opened);
      if (subject === null) return 0;
      for (const source of SOURCES) await say(opened, source, subject);
      const { signer } = await opened.keys.load(payer.key);
      return anchor(opened, signer);
    }),
  );
}

const [payer] = SOURCES as readonly [DemoSource];
const countOf = ({ packs }: DemoSource): number => packs.flat().length;

/** By the ledger alone: the event store need not be opened. */
export async function isAllSaid(home: Home): Promise<boolean> {
  for (const source of SOURCES) {
    const { view } = await sourceOf(home, source.key);
    const state = await readThreadState(home.context, view.name);
    if ((state?.thread.next ?? 0) < countOf(source)) return false;
  }
  return true;
}

/** The passport of the example that the events are about; `null` when it was taken out of the index. */
async function subjectOf({ index }: Home): Promise<string | null> {
  const file = parsePassportFile(await readFile(new URL(EVENTS_ABOUT, EXAMPLES_FOLDER)));
  const { gtin, serial } = file.identifier;
  return (await index.find(gtin, serial))?.id ?? null;
}

/** Each list of the source becomes a pack of its own. */
async function say(opened: EventHome, { key, packs }: DemoSource, subject: string): Promise<void> {
  const { events } = opened;
  const source = await sourceOf(opened, key);
  const last = await events.store.lastEvent(source.view.name);
  let said = last === null ? 0 : last.counter + 1;
  let begin = 0;
  for (const pack of packs) {
    const rest = pack.slice(Math.max(0, said - begin));
    begin += pack.length;
    if (rest.length > 0) {
      const now = events.clock.now();
      const inputs = rest.map(({ type, hoursAgo, elements }) =>
        eventInputOf(
          JSON.stringify({
            type,
            subject,
            elements,
            captured: new Date(now - hoursAgo * HOUR).toISOString(),
          }),
        ),
      );
      await recordEvents(events, await recordingOf(opened, source), inputs);
      said = begin;
    }
    await sealPacks(events, source.view, source.signer);
  }
}

async function anchor({ events }: EventHome, signer: Signer): Promise<number> {
  const { anchored } = await relay(events, signer, { worker: `demo ${process.pid}` });
  return anchored.reduce((sum, { pack }) => sum + pack.hi - pack.lo, 0);
}
