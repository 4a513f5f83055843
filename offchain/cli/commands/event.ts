/** `dpp event`: record what happened, seal it in packs, bring them on the ledger, read and check them. docs/events.md. */
import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { encodePack, MAX_PACK_BYTES } from "../../src/codec/pack.js";
import { fromHex } from "../../src/domain/bytes.js";
import type { EventType, Tier } from "../../src/domain/event.js";
import { packFileOf } from "../../src/usecases/events/pack-file.js";
import { recordEvents } from "../../src/usecases/events/record.js";
import { relay } from "../../src/usecases/events/relay.js";
import { sealPacks } from "../../src/usecases/events/seal.js";
import { showEvent } from "../../src/usecases/events/show.js";
import { takeIn } from "../../src/usecases/events/take-in.js";
import { verifyEvent } from "../../src/usecases/events/verify.js";
import { type RefusedInput, readEventInputs } from "../event-input.js";
import { checkLine, eventJson, eventLines, eventTable, packLine } from "../event-text.js";
import { recordingOf, sourceOf, withEvents } from "../events.js";
import { findAttestation } from "../home.js";
import { readInput } from "../input.js";
import { count, cursor, eventId, eventType, moment, subject, tier } from "../options.js";
import { ada } from "../output.js";
import type { RunVerb } from "../verb.js";
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
            const source = await sourceOf(opened, options.as);
            const { inputs, refused } = await readEventInputs(file, options);
            const recording = await recordingOf(opened, source);
            const recorded =
              inputs.length === 0
                ? []
                : await recordEvents(
                    opened.events,
                    recording,
                    inputs.map(({ input }) => input),
                  );
            output.result(
              {
                recorded: recorded.map(({ id, counter, tier: signedAs }) => ({
                  id,
                  counter,
                  tier: signedAs,
                })),
                refused,
              },
              [
                ...recorded.map(
                  ({ id, counter, tier: signedAs }) => `event ${counter} recorded  ${signedAs}  ${id}`,
                ),
                ...refused.map(refusedLine),
                ...(recorded.length === 0 ? [] : ["Seal it with the others: dpp event pack"]),
              ],
            );
            if (refused.length > 0) refuse();
          }),
        ),
    );

  event
    .command("pack")
    .description("seal the events that are in no pack yet: the source signs their root")
    .requiredOption("--as <key>", "key that acts for the source")
    .option("--max <n>", "events in a pack at most", count("--max", 1, 65_536), 10_000)
    .option(
      "--out <file>",
      "also write the packs as files for a relayer elsewhere (a second one gets -2 before its ending)",
    )
    .action((options: { as: string; max: number; out?: string }) =>
      run(({ output, home, refuse }) =>
        withEvents(home, env, async (opened) => {
          const { view, signer } = await sourceOf(opened, options.as);
          const { packs, held } = await sealPacks(opened.events, view, signer, { max: options.max });
          const files: string[] = [];
          for (const pack of packs) {
            if (options.out === undefined) break;
            const path = numbered(options.out, files.length + 1);
            await writeFile(path, encodePack(await packFileOf(opened.events.store, pack)));
            files.push(path);
          }
          output.result(
            { packs, files, held: held && { id: held.id, counter: held.counter, captured: held.captured } },
            [
              ...(packs.length === 0 ? ["nothing to seal"] : packs.map(packLine)),
              ...files.map((path) => `written ${path}`),
              ...(held === null
                ? []
                : [
                    `event ${held.counter} says that it was captured in the future, and no ledger takes it: give it up (dpp event gap --through ${held.counter} --reason refused) and record it again`,
                  ]),
              ...(packs.length === 0 ? [] : ["Bring it on the ledger: dpp event anchor"]),
            ],
          );
          if (held !== null) refuse();
        }),
      ),
    );

  event
    .command("import <file>")
    .description("take in a pack file from elsewhere, checked against its source's attestation")
    .action((file: string) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events }) => {
          const taken = await takeIn(events, await readInput(file, MAX_PACK_BYTES));
          output.result(taken, [
            packLine(taken.pack),
            `${taken.events.added} events taken in, ${taken.events.same} were here already`,
            ...taken.payloads.map(
              ({ counter, message }) => `event ${counter}: its payload was left out: ${message}`,
            ),
          ]);
        }),
      ),
    );

  event
    .command("anchor [file]")
    .description("bring waiting packs on the ledger, as anybody may; a pack file is taken in first")
    .requiredOption("--as <key>", "key that pays")
    .option("--source <attestation>", "only the packs of this source (its name, or the key that acts for it)")
    .action((file: string | undefined, options: { as: string; source?: string }) =>
      run(({ output, home, refuse }) =>
        withEvents(home, env, async ({ events, keys, context }) => {
          if (file !== undefined) await takeIn(events, await readInput(file, MAX_PACK_BYTES));
          const { signer } = await keys.load(options.as);
          const only =
            options.source === undefined
              ? undefined
              : (await findAttestation(context, keys, options.source)).name;
          const report = await relay(events, signer, {
            worker: `dpp ${process.pid}`,
            ...(only !== undefined && { source: only }),
          });
          output.result(report, [
            ...report.anchored.map(
              ({ pack, late, txHash }) =>
                `events ${pack.lo} to ${pack.hi - 1} of ${pack.source} are on the ledger${late ? ", marked late" : ""}  ${txHash}`,
            ),
            ...report.held.map(
              ({ pack, code, reason, final }) =>
                `events ${pack.lo} to ${pack.hi - 1} of ${pack.source} ${final ? "are refused" : "wait"}: ${code}: ${reason}`,
            ),
            ...report.transactions.map(
              ({ txHash, fee, size }) => `transaction ${txHash}  fee ${ada(fee)} ADA  ${size} bytes`,
            ),
            ...(report.anchored.length + report.held.length === 0 ? ["no pack waits"] : []),
          ]);
          if (report.held.length > 0) refuse();
        }),
      ),
    );

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
          output.result(eventJson(view), eventLines(view));
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
          output.result({ ok, id: view.event.id, checks }, [
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
      "only events of this trust tier or a stronger one: GATEWAY, INDIVIDUAL, DEVICE, MULTI_PARTY",
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
            const only =
              source === undefined ? {} : { source: (await findAttestation(context, keys, source)).name };
            const found = await events.store.list({ ...query, ...only });
            const last = found.length === options.limit ? found.at(-1)?.event : undefined;
            const next = last === undefined ? null : `${last.receivedAt}.${last.id}`;
            output.result(
              {
                events: found.map(({ event: { signed: _, payload, ...row }, pack }) => ({
                  ...row,
                  hasPayload: payload !== null,
                  pack: pack && { lo: pack.lo, hi: pack.hi, state: pack.state },
                })),
                next,
              },
              [...eventTable(found), ...(next === null ? [] : [`more: --after ${next}`])],
            );
          }),
        ),
    );

  event
    .command("erase-payloads")
    .description(
      "erase the payloads received before a day, when their retention is over; leaves, proofs and receipts stay",
    )
    .requiredOption("--received-before <date>", "a day or a UTC time", moment)
    .action((options: { receivedBefore: number }) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events }) => {
          const erased = await events.store.erasePayloads(options.receivedBefore);
          output.result({ erased }, [`${erased} payloads erased`]);
        }),
      ),
    );

  receiptCommand(event, run, env);
  threadVerbs(event, run, env);
}

const refusedLine = ({ at, code, message }: RefusedInput): string =>
  `event ${at} of the file is refused: ${code}: ${message}`;

/** `pack.dppp`, `pack-2.dppp`, … */
const numbered = (path: string, n: number): string =>
  n === 1 ? path : path.replace(/(\.[^./\\]*)?$/, `-${n}$1`);
