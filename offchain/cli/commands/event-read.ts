/** `dpp event show`, `verify`, `list`: what the store has of events, and what the ledger says of them. docs/events.md. */
import type { Command } from "commander";
import { fromHex } from "../../src/domain/bytes.js";
import { type EventType, TIERS, type Tier } from "../../src/domain/event.js";
import { loadDeployment } from "../../src/usecases/deployment.js";
import { AmendmentReader } from "../../src/usecases/events/amendments.js";
import { givenUpAmong } from "../../src/usecases/events/given-up.js";
import { keyStanding } from "../../src/usecases/events/key-standing.js";
import { listCounted } from "../../src/usecases/events/list.js";
import { showEvent } from "../../src/usecases/events/show.js";
import { verifyEvent } from "../../src/usecases/events/verify.js";
import { checkLine, eventJson, eventLines, eventTable } from "../event-text.js";
import { withEvents } from "../events.js";
import { threadNamed } from "../joint-input.js";
import { count, cursor, eventId, eventType, subject, tier } from "../options.js";
import type { RunVerb } from "../verb.js";

/** `event`: the command that they become verbs of. */
export function readingVerbs(event: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  event
    .command("show")
    .argument("<id>", "its id", eventId)
    .description("one event: what it says, who vouches for it, where it stands on the ledger")
    .option("--as <key>", "open what is sealed to this key")
    .action((id: string, options: { as?: string }) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events, keys }) => {
          const reading = options.as === undefined ? [] : [(await keys.load(options.as)).reading];
          const pairs = reading.map((key) => ({
            secretKey: key.secret(),
            publicKey: fromHex(key.publicKey),
          }));
          const view = await showEvent(events, id, pairs);
          const { state } = await loadDeployment(events);
          const eventKey = view.source && keyStanding(view.source, state);
          output.result(eventJson(view, eventKey), eventLines(view, eventKey));
        }),
      ),
    );

  event
    .command("verify")
    .argument("<id>", "its id", eventId)
    .description("check an event here against its source's signature and the ledger, step by step")
    .action((id: string) =>
      run(({ output, home, refuse }) =>
        withEvents(home, env, async ({ events }) => {
          const { checks, ok, view } = await verifyEvent(events, id);
          const { tier, counts, amendments } = view.amended;
          output.result({ ok, id: view.event.id, checks, tier, counts, amendments }, [
            ...checks.map(checkLine),
            ok ? "on the ledger, and nothing is wrong with it" : "NOT proven",
          ]);
          if (!ok) refuse();
        }),
      ),
    );

  event
    .command("list")
    .description("events in the store, newest first")
    .option(
      "--min-tier <tier>",
      `only events that count for this trust tier or a stronger one, amendments applied: ${TIERS.join(", ")}; device is short for DEVICE_SIGNED`,
      tier,
    )
    .option("--type <type>", "only this type", eventType)
    .option("--source <attestation>", "only of this source (its name, or the key that acts for it)")
    .option("--subject <hex>", "only about this", subject)
    .option("--anchored", "only what is on the ledger")
    .option("--limit <n>", "at most", count("--limit", 1, 1000), 50)
    .option("--after <cursor>", "where the page before ended", cursor)
    .action(
      (options: {
        minTier?: Tier;
        type?: EventType;
        source?: string;
        subject?: string;
        anchored?: boolean;
        limit: number;
        after?: { receivedAt: number; id: string };
      }) =>
        run(({ output, home }) =>
          withEvents(home, env, async ({ events, keys, context }) => {
            const { source, ...query } = options;
            const only = source === undefined ? {} : { source: await threadNamed(context, keys, source) };
            const found = await listCounted(events.store, new AmendmentReader(events), { ...query, ...only });
            const givenUp = await givenUpAmong(events, found);
            const last = found.length === options.limit ? found.at(-1)?.event : undefined;
            const next = last === undefined ? null : `${last.receivedAt}.${last.id}`;
            output.result(
              {
                events: found.map(({ event: { signed: _, payload, ...row }, pack, amended }) => ({
                  ...row,
                  counts: amended === null ? row.tier : amended.counts,
                  amendments: amended?.amendments ?? [],
                  hasPayload: payload !== null,
                  pack: pack && { lo: pack.lo, hi: pack.hi, state: pack.state },
                  givenUp: givenUp.get(row.id) ?? null,
                })),
                next,
              },
              [...eventTable(found, givenUp), ...(next === null ? [] : [`more: --after ${next}`])],
            );
          }),
        ),
    );
}
