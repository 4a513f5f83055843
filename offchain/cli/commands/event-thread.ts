/** `dpp event threads`, `gap`, `close`: what the ledger has of each source, and what is given up. docs/events.md. */
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { MAX_EVENT_INTEGER } from "../../src/domain/event.js";
import { writtenForms } from "../../src/domain/event-key-words.js";
import { isJointThread } from "../../src/domain/joint.js";
import { GAP_REASONS, isWritten } from "../../src/domain/pack.js";
import { gapWords } from "../../src/domain/tier-words.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { keyStanding } from "../../src/usecases/events/key-standing.js";
import { lossesOf } from "../../src/usecases/events/losses.js";
import { standingText } from "../../src/usecases/events/standing.js";
import { listThreads, readThreadHistory } from "../../src/usecases/events/threads.js";
import { closeThread, giveUp } from "../../src/usecases/events/wardens.js";
import { listAttestations } from "../../src/usecases/resolve.js";
import { consortiumSigners } from "../consortium.js";
import { withEvents } from "../events.js";
import { findAttestation, type Home, openHome } from "../home.js";
import { threadNamed } from "../joint-input.js";
import { closeLossText, gapLossText, unconfirmed } from "../loss-text.js";
import { count, gapReason } from "../options.js";
import { ada, isoTime, table } from "../output.js";
import type { RunVerb } from "../verb.js";

interface WardenOptions {
  readonly as?: string;
  readonly quorum?: string;
  readonly yes?: boolean;
}

export function threadVerbs(event: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  /** Who acts, and what the store here has from the thread's next counter up to `through`. The store is let go before anything is sent. */
  async function wardenAt(home: string, options: WardenOptions, through: number) {
    return withEvents(home, env, async (opened) => {
      const warden = await wardenOf(opened, options);
      return { opened, ...warden, losses: await lossesOf(opened.events, warden.source, through) };
    });
  }

  event
    .command("threads")
    .description("every source's thread as the ledger has it")
    .action(() =>
      run(async ({ output, home }) => {
        const { context } = await openHome(home, env);
        const [threads, attestations, { state }] = await Promise.all([
          listThreads(context),
          listAttestations(context),
          loadDeployment(context),
        ]);
        const rows = threads.map(({ thread, utxo }) => {
          const source = attestations.find(({ name }) => name === thread.source);
          return {
            ...thread,
            lost: thread.next - thread.total,
            role: source?.role ?? null,
            operator: source?.operator ?? null,
            status: source?.status ?? null,
            standing: source === undefined ? null : standingText(source, context.clock.now()),
            kind: source?.kind ?? null,
            eventKey: source === undefined ? null : keyStanding(source, state),
            utxo: `${utxo.txHash}#${utxo.outputIndex}`,
          };
        });
        output.result(
          rows,
          table(
            ["role", "kind", "operator", "event key", "events", "lost", "packs and gaps", "", "source"],
            rows.map((row) => [
              row.role ?? (isJointThread(row.source) ? "several" : "?"),
              row.kind ?? (isJointThread(row.source) ? "joint" : "?"),
              row.operator ?? (isJointThread(row.source) ? "" : "?"),
              row.eventKey?.words ?? "?",
              `${row.total}`,
              `${row.lost}`,
              `${row.seq}`,
              row.closed ? "closed" : (row.standing ?? ""),
              row.source,
            ]),
          ),
        );
      }),
    );

  event
    .command("thread <attestation>")
    .description("the history of one thread, a source's or a joint one: packs, tiers, late marks, gaps")
    .action((reference: string) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const name = await threadNamed(context, keys, reference);
        const { entries, now } = await readThreadHistory(context, name);
        output.result(
          {
            source: name,
            thread: now.thread,
            entries: entries.map(({ entry, tx, after, signature }) => ({
              ...entry,
              signature,
              signedWith: writtenForms(entry),
              txHash: tx.hash,
              slot: tx.slot,
              time: tx.time,
              next: after.next,
            })),
          },
          [
            ...table(
              ["written", "", ""],
              entries.map(({ entry, tx }) => [
                isoTime(tx.time),
                isWritten(entry)
                  ? `events ${entry.lo} to ${entry.hi - 1}`
                  : gapWords(entry.lo, entry.hi, entry.reason),
                isWritten(entry)
                  ? `${entry.tier}${entry.late ? ", late" : ""}, ${writtenForms(entry).join(" and ")}`
                  : "gap",
              ]),
            ),
            `${now.thread.total} events, ${now.thread.next - now.thread.total} lost, next ${now.thread.next}${now.thread.closed ? ", closed" : ""}`,
          ],
        );
      }),
    );

  event
    .command("gap")
    .description("give up events that will never come, so that those after them can: for good")
    .requiredOption(
      "--through <n>",
      "the last counter that is given up; the first is the thread's next",
      count("--through", 0, Number.MAX_SAFE_INTEGER - 1),
    )
    .option("--reason <reason>", `why: ${GAP_REASONS.join(", ")}, or a number`, gapReason, 0)
    .option("--as <key>", "key that acts for the source")
    .option("--quorum <attestation>", "instead: the source, in whose place the consortium's keys here sign")
    .option("--yes", "do it, also when events are lost that lie here, or counters that nobody has used")
    .action((options: WardenOptions & { through: number; reason: number }) =>
      run(async ({ output, home }) => {
        const { opened, source, signers, as, losses } = await wardenAt(home, options, options.through);
        const lost = gapLossText(losses, options.through);
        if (lost !== null && options.yes !== true)
          throw unconfirmed("nothing was given up yet", lost, losses);
        const done = await giveUp(opened.context, signers, source, {
          through: options.through,
          reason: options.reason,
          as,
        });
        output.result({ source, ...done }, [
          gapWords(done.lo, done.hi, options.reason),
          `transaction ${done.txHash}  fee ${ada(done.fee)} ADA`,
        ]);
      }),
    );

  event
    .command("close")
    .description("end a thread: nothing is written to it any more, for good; its history stays")
    .option("--as <key>", "key that acts for the source")
    .option("--quorum <attestation>", "instead: the source, in whose place the consortium's keys here sign")
    .option("--yes", "do it; without it, only say what would be lost")
    .action((options: WardenOptions) =>
      run(async ({ output, home }) => {
        const { opened, source, signers, as, losses } = await wardenAt(home, options, MAX_EVENT_INTEGER);
        if (options.yes !== true)
          throw unconfirmed("the thread is not closed yet", closeLossText(losses), { ...losses, beyond: 0 });
        const done = await closeThread(opened.context, signers, source, as);
        output.result({ source, closed: true, ...done }, [
          `the thread of ${source} is closed`,
          `transaction ${done.txHash}  fee ${ada(done.fee)} ADA`,
        ]);
      }),
    );
}

/** @throws DppError `usage/arguments`, `role/*`, `keystore/*`. */
async function wardenOf({ context, keys }: Home, { as, quorum }: WardenOptions) {
  if ((as === undefined) === (quorum === undefined))
    throw new DppError(
      "usage/arguments",
      "give --as with the key that acts for the source, or --quorum with the source",
    );
  if (quorum !== undefined) {
    const { name } = await findAttestation(context, keys, quorum);
    return { source: name, signers: await consortiumSigners(context, keys), as: "quorum" } as const;
  }
  const { name } = await findAttestation(context, keys, as ?? "");
  return { source: name, signers: [(await keys.load(as ?? "")).signer], as: "source" } as const;
}
