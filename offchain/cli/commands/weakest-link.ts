/** `dpp weakest-link`: the weakest trust tier among ranges of events, and the file that proves it. docs/weakest-link.md. */
import type { Command } from "commander";
import { parseQuestion, rangeFromText } from "../../src/codec/weakest-link-question.js";
import { DppError } from "../../src/domain/errors.js";
import { TIERS, type Tier } from "../../src/domain/event.js";
import { isJointThread } from "../../src/domain/joint.js";
import type { ThreadRange } from "../../src/domain/weakest-link.js";
import { refText } from "../../src/usecases/events/receipt-chain.js";
import { askWeakestLink } from "../../src/usecases/weakest-link/ask.js";
import { proveWeakestLink } from "../../src/usecases/weakest-link/prove.js";
import { type EventHome, withEvents } from "../events.js";
import { findAttestation } from "../home.js";
import { readInput } from "../input.js";
import { tier } from "../options.js";
import { assertWritable, writeOutput } from "../output-file.js";
import type { RunVerb } from "../verb.js";
import { amendedJson, amendedLines, linkLines, linkMeets, proofLines } from "../weakest-link-text.js";

interface WeakestLinkOptions {
  readonly file?: string;
  readonly proof?: string;
  readonly minTier?: Tier;
}

export function weakestLinkCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  program
    .command("weakest-link [ranges...]")
    .description(
      "the weakest trust tier among ranges of events on the ledger, as it wrote it and as events count after amendments; a range is thread:lo-hi, hi one after the last event",
    )
    .option("--file <json>", "a list of {thread, lo, hi}")
    .option("--proof <file>", "write what proves it to who has no ledger at hand (dpp verify), a .dppw")
    .option("--min-tier <tier>", `exit 1 when something counts for less: ${TIERS.join(", ")}`, tier)
    .action((texts: readonly string[], options: WeakestLinkOptions) =>
      run(({ output, home, refuse }) =>
        withEvents(home, env, async (opened) => {
          const question = await questionOf(opened, texts, options.file);
          if (options.proof !== undefined) await assertWritable(options.proof);
          const made = options.proof === undefined ? null : await proveWeakestLink(opened.events, question);
          const { link, amended } = made?.asked ?? (await askWeakestLink(opened.events, question));
          if (made !== null && options.proof !== undefined) await writeOutput(options.proof, made.bytes);
          const meets = options.minTier === undefined || linkMeets(link, options.minTier);
          output.result(
            {
              ...link,
              amended: amendedJson(amended),
              ...(options.minTier !== undefined && { minTier: options.minTier, meets }),
              ...(made !== null && {
                proof: {
                  path: options.proof,
                  bytes: made.bytes.length,
                  states: made.states.map(refText),
                  leftOut: made.leftOut,
                },
              }),
            },
            [
              ...linkLines(link),
              ...amendedLines(amended),
              ...(meets ? [] : [`WEAKER than ${options.minTier}`]),
              ...(made === null ? [] : proofLines(made, options.proof ?? "")),
            ],
          );
          if (!meets) refuse();
        }),
      ),
    );
}

/** @throws DppError `usage/arguments`, `input/*`, `role/*`, those of `parseQuestion`. */
async function questionOf(
  { context, keys }: EventHome,
  texts: readonly string[],
  file: string | undefined,
): Promise<readonly ThreadRange[]> {
  const listed = file === undefined ? [] : parseQuestion(await readInput(file));
  if (texts.length + listed.length === 0)
    throw new DppError(
      "usage/arguments",
      "name ranges of events like supervisor:0-12, or a --file with a list of them",
    );
  const named: ThreadRange[] = [];
  for (const text of texts) {
    const { thread, lo, hi } = rangeFromText(text);
    // A key here stands for the source that it acts for.
    const name = isJointThread(thread) ? thread : (await findAttestation(context, keys, thread)).name;
    named.push({ thread: name, lo, hi });
  }
  return [...named, ...listed];
}
