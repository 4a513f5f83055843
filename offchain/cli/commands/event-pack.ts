/** `dpp event pack`, `import`, `anchor`: events under a root that their source signs, and on their way to the ledger. docs/events.md. */
import type { Command } from "commander";
import { encodePack } from "../../src/codec/pack.js";
import { DppError } from "../../src/domain/errors.js";
import type { StoredPack } from "../../src/ports/event-store.js";
import { waitingPacks } from "../../src/usecases/events/losses.js";
import { packFileOf } from "../../src/usecases/events/pack-file.js";
import { relay } from "../../src/usecases/events/relay.js";
import { type Sealed, sealPacks } from "../../src/usecases/events/seal.js";
import { readThreadState } from "../../src/usecases/events/threads.js";
import type { AttestationView } from "../../src/usecases/resolve.js";
import { packLine } from "../event-text.js";
import { type EventHome, recorderOf, sourceOf, standingWarning, withEvents } from "../events.js";
import { threadNamed } from "../joint-input.js";
import { count } from "../options.js";
import { ada } from "../output.js";
import { assertWritable, writeOutput } from "../output-file.js";
import { completePack, writeToSign } from "../pack-elsewhere.js";
import { payloadLine, takeInFile } from "../pack-input.js";
import type { RunVerb } from "../verb.js";

/** `event`: the command that they become verbs of. */
export function packVerbs(event: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  event
    .command("pack")
    .description("seal the events that are in no pack yet: the source signs their root")
    .requiredOption(
      "--as <key>",
      "key that acts for the source; its attestation, when the event key lies elsewhere",
    )
    .option(
      "--unsigned <file>",
      "the event key lies elsewhere: only write what it is to sign (digest and WebAuthn challenge)",
    )
    .option(
      "--signature <file>",
      "the signature of it: 64 bytes, DER, or a browser's WebAuthn answer in JSON",
    )
    .option("--of <file>", "and the file of --unsigned that it is of")
    .option("--max <n>", "events in a pack at most", count("--max", 1, 65_536), 10_000)
    .option(
      "--out <file>",
      "also write every pack of the source that waits as a file for a relayer elsewhere (a second one gets -2 before its ending)",
    )
    .action((options: PackOptions) =>
      run(({ output, home, refuse }) =>
        withEvents(home, env, async (opened) => {
          requireTogether(options);
          if (options.out !== undefined) await assertWritable(options.out);
          if (options.unsigned !== undefined) {
            const { view } = await recorderOf(opened, options.as);
            const { pack, held, lines } = await writeToSign(
              opened.events,
              view,
              options.unsigned,
              options.max,
            );
            output.result({ pack, held: heldFacts(held) }, [
              ...lines,
              ...(await heldLines(opened.events, view.name, held)),
            ]);
            if (held !== null) refuse();
            return;
          }
          const { view, ...sealed } = await sealedBy(opened, options);
          const files =
            options.out === undefined ? [] : await writePacks(opened.events, view.name, options.out);
          const { packs, held } = sealed;
          const warnings = standingWarning(view, opened.context.clock.now());
          output.result(
            {
              packs,
              files: files.map(({ path }) => path),
              held: heldFacts(held),
              warnings,
            },
            [
              ...(packs.length === 0 ? ["nothing to seal"] : packs.map(packLine)),
              ...files.map(({ path, pack }) => `written ${path}  events ${pack.lo} to ${pack.hi - 1}`),
              ...(options.out !== undefined && files.length === 0 ? ["no pack waits: no file written"] : []),
              ...(await heldLines(opened.events, view.name, held)),
              ...(packs.length === 0 ? [] : ["Bring it on the ledger: dpp event anchor"]),
              ...warnings.map((warning) => `WARNING: ${warning}`),
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
          const taken = await takeInFile(events, file);
          output.result(taken, [
            packLine(taken.pack),
            `${taken.events.added} events taken in, ${taken.events.same} were here already`,
            ...taken.payloads.map(payloadLine),
          ]);
        }),
      ),
    );

  event
    .command("anchor [file]")
    .description("bring waiting packs on the ledger, as anybody may; a pack file is taken in first")
    .requiredOption("--as <key>", "key that pays")
    .option(
      "--source <attestation>",
      "only the packs of this source (its name, or the key that acts for it), or of this joint thread",
    )
    .action((file: string | undefined, options: { as: string; source?: string }) =>
      run(({ output, home, refuse }) =>
        withEvents(home, env, async ({ events, keys, context }) => {
          if (file !== undefined) await takeInFile(events, file);
          const { signer } = await keys.load(options.as);
          const only =
            options.source === undefined ? undefined : await threadNamed(context, keys, options.source);
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
}

/** Every pack of the source that waits and that the ledger can still take, also of earlier calls. @throws DppError `output/file`, `pack/events-missing`. */
async function writePacks(
  events: EventHome["events"],
  source: string,
  out: string,
): Promise<readonly { readonly path: string; readonly pack: StoredPack }[]> {
  const next = (await readThreadState(events, source))?.thread.next ?? 0;
  const files: { path: string; pack: StoredPack }[] = [];
  const packs = await waitingPacks(events.store, source, next);
  for (const pack of packs.filter(({ state }) => state.kind === "waiting")) {
    const path = numbered(out, files.length + 1);
    await writeOutput(path, encodePack(await packFileOf(events.store, pack)));
    files.push({ path, pack });
  }
  return files;
}

/** What to do about an event from the future. A gap begins at the thread's next counter: what waits before it goes first, or it would be given up as well. */
async function heldLines(
  reading: EventHome["events"],
  source: string,
  held: Sealed["held"],
): Promise<readonly string[]> {
  if (held === null) return [];
  const next = (await readThreadState(reading, source))?.thread.next ?? 0;
  const gap = `dpp event gap --through ${held.counter} --reason refused`;
  return [
    `event ${held.counter} says that it was captured in the future, and no ledger takes it: it holds up all after it.`,
    next < held.counter
      ? `First have the events before it anchored (dpp event anchor), or they are given up with it; then give it up (${gap}) and record it again`
      : `Give it up (${gap}) and record it again`,
  ];
}

interface PackOptions {
  readonly as: string;
  readonly max: number;
  readonly out?: string;
  readonly unsigned?: string;
  readonly signature?: string;
  readonly of?: string;
}

/** @throws DppError `usage/arguments`. */
function requireTogether({ unsigned, signature, of, out }: PackOptions): void {
  if ((signature === undefined) !== (of === undefined))
    throw new DppError(
      "usage/arguments",
      "--signature and --of go together: the file of --unsigned says what was signed",
    );
  if (unsigned !== undefined && (signature !== undefined || out !== undefined))
    throw new DppError(
      "usage/arguments",
      "--unsigned only writes what is to be signed: there is no pack yet",
    );
}

/** With the key here, or with the signature that it made elsewhere. */
async function sealedBy(
  opened: EventHome,
  { as, max, signature, of }: PackOptions,
): Promise<Sealed & { readonly view: AttestationView }> {
  if (signature === undefined || of === undefined) {
    const { view, signer } = await sourceOf(opened, as);
    return { view, ...(await sealPacks(opened.events, view, signer, { max })) };
  }
  const { view } = await recorderOf(opened, as);
  return { view, packs: [await completePack(opened.events, view, signature, of)], held: null };
}

const heldFacts = (held: Sealed["held"]) =>
  held && { id: held.id, counter: held.counter, captured: held.captured };

/** `pack.dppp`, `pack-2.dppp`, … */
const numbered = (path: string, n: number): string =>
  n === 1 ? path : path.replace(/(\.[^./\\]*)?$/, `-${n}$1`);
