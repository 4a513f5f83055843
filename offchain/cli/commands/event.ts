/** `dpp event record`, and the other verbs of events: record what happened, seal it in packs, bring them on the ledger, read and check them. docs/events.md. */
import type { Command } from "commander";
import { isDppError } from "../../src/domain/errors.js";
import type { EventType } from "../../src/domain/event.js";
import { recordEvents, refuseAhead } from "../../src/usecases/events/record.js";
import { type EventInputs, type RefusedInput, readEventInputs } from "../event-input.js";
import { recorderOf, recordingOf, standingWarning, withEvents } from "../events.js";
import { eventType, subject } from "../options.js";
import type { RunVerb } from "../verb.js";
import { erasingVerb } from "./event-erase.js";
import { packVerbs } from "./event-pack.js";
import { readingVerbs } from "./event-read.js";
import { receiptCommand } from "./event-receipt.js";
import { threadVerbs } from "./event-thread.js";

export function eventCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const event = program
    .command("event")
    .description("events: what sources saw, under the trust tier that their attestation supports");

  event
    .command("record [file]")
    .description(
      "sign what happened as the next event of a source; a file of one event, of a list, or of one event a line (- reads standard input)",
    )
    .requiredOption("--as <key>", "key that acts for the source")
    .option("--type <type>", "instead of a file: what happened", eventType)
    .option(
      "--subject <hex>",
      "what it is about: an event's id, a passport's or batch's name, a commitment",
      subject,
    )
    .option(
      "--field <id=value>",
      "one element, e.g. event.quantity.mass=45.5 (again for more)",
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option(
      "--place <lat,lon>",
      "where; written in a leading form --place=-9.3,0.8 when negative; kept to a tenth of a degree",
    )
    .action(
      (
        file: string | undefined,
        options: { as: string; type?: EventType; subject?: string; field: string[]; place?: string },
      ) =>
        run(({ output, home, refuse }) =>
          withEvents(home, env, async (opened) => {
            const source = await recorderOf(opened, options.as);
            const now = opened.context.clock.now();
            const { counts, inputs, refused } = withoutAhead(await readEventInputs(file, options), now);
            const recording = await recordingOf(opened, source);
            const recorded =
              inputs.length === 0
                ? []
                : await recordEvents(
                    opened.events,
                    recording,
                    inputs.map(({ input }) => input),
                  );
            const warnings = standingWarning(source.view, now);
            output.result(
              {
                recorded: recorded.map(({ id, counter, tier: signedAs }) => ({
                  id,
                  counter,
                  tier: signedAs,
                })),
                refused,
                warnings,
              },
              [
                ...recorded.map(
                  ({ id, counter, tier: signedAs }) => `event ${counter} recorded  ${signedAs}  ${id}`,
                ),
                ...refused.map(refusedLine(counts)),
                ...(recorded.length === 0 ? [] : ["Seal it with the others: dpp event pack"]),
                ...warnings.map((warning) => `WARNING: ${warning}`),
              ],
            );
            if (refused.length > 0) refuse();
          }),
        ),
    );

  packVerbs(event, run, env);
  readingVerbs(event, run, env);
  erasingVerb(event, run, env);
  receiptCommand(event, run, env);
  threadVerbs(event, run, env);
}

/** One from the future harms no other of a file; alone, it is thrown. @throws DppError `event/clock-ahead`. */
function withoutAhead({ counts, inputs, refused }: EventInputs, now: number): EventInputs {
  const good: EventInputs["inputs"][number][] = [];
  const ahead: RefusedInput[] = [];
  for (const given of inputs) {
    try {
      refuseAhead(given.input, now);
      good.push(given);
    } catch (error) {
      if (!isDppError(error) || inputs.length + refused.length === 1) throw error;
      const { code, message, details } = error;
      ahead.push({ at: given.at, code, message, details });
    }
  }
  return { counts, inputs: good, refused: [...refused, ...ahead].toSorted((a, b) => a.at - b.at) };
}

const refusedLine =
  (counts: EventInputs["counts"]) =>
  ({ at, code, message }: RefusedInput): string =>
    `${counts} ${at} of the file is refused: ${code}: ${message}`;
