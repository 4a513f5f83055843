/** `dpp passport history`, `dpp passport as-of`, `dpp history verify`: the life of a passport, its archive, and a file that proves it. docs/history.md. */
import type { Command } from "commander";
import { toBlocks } from "../../src/adapters/content-blocks.js";
import {
  decodeHistoryFile,
  encodeHistoryFile,
  type HistoryFile,
  MAX_HISTORY_BYTES,
} from "../../src/codec/history-file.js";
import { historyFileToJson, parseHistoryFile } from "../../src/codec/history-file-json.js";
import { fromUtf8, utf8 } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import { parseMoment } from "../../src/domain/moment.js";
import { reasonName } from "../../src/domain/reason.js";
import { actionSteps } from "../../src/usecases/actions/chain.js";
import { type ReadAction, readActions } from "../../src/usecases/actions/read.js";
import type { Context } from "../../src/usecases/context.js";
import { type PassportAsOf, readAsOf } from "../../src/usecases/history/archive.js";
import { exportHistory } from "../../src/usecases/history/export.js";
import { type HistoryEntry, outRefText, readHistory } from "../../src/usecases/history/read.js";
import { type Trusted, verifyHistory } from "../../src/usecases/history/verify.js";
import { checkMark, describeEntry } from "../history-text.js";
import { findAttestation, type Home, keyHolding, openHome } from "../home.js";
import { readInput } from "../input.js";
import { isoTime, type Output, table } from "../output.js";
import { writeOutput } from "../output-file.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";

export function historyCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const passport = program.commands.find((command) => command.name() === "passport");
  if (passport === undefined) throw new Error("the passport verbs come first");

  passport
    .command("history <passport>")
    .description("everything that ever happened to a passport; --out writes a file that proves it")
    .option("--out <file>", "write a history file: .cbor or .json")
    .option("--documents", "with the sealed document of every revision in the file")
    .action((reference: string, options: { out?: string; documents?: boolean }) =>
      run(async ({ output, home }) => {
        const { context, index } = await openHome(home, env);
        const { id } = await namePassport(index, reference);
        if (options.out !== undefined)
          return writeHistory(context, id, options.out, options.documents === true, output);
        const history = await readHistory(context, id);
        const actions = new Map(
          (await readActions(context, id, actionSteps(history))).map((action) => [
            action.step.txHash,
            action,
          ]),
        );
        const { now } = history;
        output.result(
          {
            ...history,
            entries: history.entries.map((entry) => ({
              ...entry,
              action: actionOf(actions.get(entry.txHash)),
            })),
          },
          [
            ...table(
              ["when", "what", ""],
              history.entries.map((entry) => [
                isoTime(entry.time),
                entry.act,
                inWords(entry, actions.get(entry.txHash)),
              ]),
            ),
            "",
            now.datum === null
              ? "the passport is no longer on the ledger"
              : `${now.datum.extra.status}, revision ${now.datum.extra.revision}`,
            `owner ${now.owner?.address ?? "nobody: the ownership token was burnt"}`,
          ],
        );
      }),
    );

  passport
    .command("as-of <passport> <date>")
    .description("the passport as it stood on a day (its end in UTC) or at a time (2027-03-01T12:00:00Z)")
    .option("--as <key>", "also open the sealed groups that this key's role reads today")
    .action((reference: string, date: string, options: { as?: string }) =>
      run(async ({ output, home }) =>
        showAsOf(await openHome(home, env), output, reference, date, options.as),
      ),
    );

  program
    .command("history")
    .description("history files: check one without a network")
    .command("verify <file>")
    .description("check a history file: needs neither a ledger nor a home; exit 1 when a check fails")
    .option(
      "--state <txhash#index>",
      "the output that holds the passport now; of an erased one, the hash of the transaction that erased it",
    )
    .option("--owner <txhash#index>", "the output that holds the ownership token now")
    .option("--config <policy>", "config policy of the deployment that you trust")
    .action((path: string, options: { state?: string; owner?: string; config?: string }) =>
      run(async ({ output, refuse }) => {
        const file = fileFrom(await readInput(path, 2 * MAX_HISTORY_BYTES));
        const verified = await verifyHistory(
          file,
          trustedOf(options),
          async (bytes) => (await toBlocks(bytes)).cid,
        );
        const { checks, faults, warnings, notChecked, entries } = verified;
        output.result({ passport: file.passport, network: file.network, config: file.config, ...verified }, [
          `passport ${file.passport} on ${file.network}, deployment ${file.config}`,
          ...entries.map(
            (entry) => `  ${isoTime(entry.time)}  ${entry.act.padEnd(9)} ${describeEntry(entry)}`,
          ),
          ...checks.map(({ name, ok, detail }) => `${checkMark(ok)} ${name.padEnd(10)} ${detail}`),
          ...faults.map(
            ({ check, transaction, message }) =>
              `  !  ${check}: ${transaction === null ? "" : `transaction ${transaction}: `}${message}`,
          ),
          ...warnings.map((text) => `  !  ${text}`),
          ...notChecked.map((text) => `  -  not checked: ${text}`),
        ]);
        if (!verified.ok) refuse();
      }),
    );
}

async function writeHistory(
  context: Context,
  id: string,
  path: string,
  documents: boolean,
  output: Output,
): Promise<void> {
  const asJson = path.endsWith(".json");
  if (!asJson && !path.endsWith(".cbor"))
    throw new DppError("usage/arguments", "name the file with .cbor or .json at its end");
  const { file, missing } = await exportHistory(context, id, { documents });
  // Encoded in any case: it holds the bound on what a reader takes.
  const cbor = encodeHistoryFile(file);
  const bytes = asJson ? utf8(`${JSON.stringify(historyFileToJson(file))}\n`) : cbor;
  await writeOutput(path, bytes);
  const transactions = file.transactions.length;
  output.result(
    {
      id,
      path,
      bytes: bytes.length,
      transactions,
      records: file.records.length,
      documents: file.documents.length,
      missing,
    },
    [
      `${path}: ${transactions} transactions, ${file.records.length} records, ${file.documents.length} documents, ${bytes.length} bytes`,
      ...missing.map((cid) => `  not on the content store: ${cid}`),
      `check it anywhere: dpp history verify ${path}`,
    ],
  );
}

const JSON_BEGINS = 0x7b;

function fileFrom(bytes: Uint8Array): HistoryFile {
  if (bytes[0] !== JSON_BEGINS) return decodeHistoryFile(bytes);
  try {
    return parseHistoryFile(fromUtf8(bytes));
  } catch (cause) {
    if (cause instanceof DppError) throw cause;
    throw new DppError("history/malformed", "the file is no UTF-8 text", { cause });
  }
}

function trustedOf({ state, owner, config }: { state?: string; owner?: string; config?: string }): Trusted {
  if (config !== undefined && !/^[0-9a-f]{56}$/.test(config))
    throw new DppError("usage/arguments", "a config policy has 56 hexadecimal digits");
  return {
    ...(config === undefined ? {} : { config }),
    ...(state === undefined ? {} : { state: refOf(state) }),
    ...(owner === undefined ? {} : { owner: requireIndex(refOf(owner)) }),
  };
}

function refOf(text: string): NonNullable<Trusted["state"]> {
  const [, txHash, index] = /^([0-9a-f]{64})(?:#(\d{1,5}))?$/.exec(text) ?? [];
  if (txHash === undefined)
    throw new DppError(
      "usage/arguments",
      `${text}: give an output as the hash of its transaction, # and its position`,
    );
  return index === undefined ? { txHash, outputIndex: null } : { txHash, outputIndex: Number(index) };
}

function requireIndex(ref: NonNullable<Trusted["state"]>): NonNullable<Trusted["owner"]> {
  const { txHash, outputIndex } = ref;
  if (outputIndex === null)
    throw new DppError("usage/arguments", "give the output's position, too: hash#index");
  return { txHash, outputIndex };
}

const actionOf = (read: ReadAction | undefined) =>
  read === undefined
    ? null
    : {
        cid: read.cid,
        mark: read.mark,
        type: read.action?.record.type ?? null,
        at: read.action?.record.at ?? null,
        elements: read.action?.record.elements ?? [],
      };

function inWords(entry: HistoryEntry, read: ReadAction | undefined): string {
  const told = describeEntry(entry);
  if (read === undefined) return told;
  const { action, mark } = read;
  if (action === null) return `${told}: ${mark?.message ?? "the record is not here"}`;
  const facts = action.record.elements.map(({ value }) =>
    typeof value === "object" ? JSON.stringify(value) : value,
  );
  return `${action.record.type} ${told}${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
}

/** What `passport as-of` and `passport show --as-of` print. */
export async function showAsOf(
  { context, keys, index }: Home,
  output: Output,
  reference: string,
  date: string,
  key: string | undefined,
): Promise<void> {
  const time = momentOf(date, context.clock.now());
  const { id } = await namePassport(index, reference);
  const view = key === undefined ? null : await findAttestation(context, keys, key);
  const reader =
    view === null
      ? undefined
      : { name: view.name, secretKey: (await keyHolding(keys, view.holder)).reading.secret() };
  const past = await readAsOf(context, id, time, reader);
  if (view !== null && !view.live)
    output.progress(`${key} is ${view.status}: opened with keys handed out before; a resolver refuses`);
  output.result(past, asOfLines(past));
}

/** A malformed date is a misuse of the command. */
function momentOf(text: string, now: number): number {
  try {
    return parseMoment(text, now);
  } catch (cause) {
    throw new DppError("usage/moment", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function asOfLines({ state, content, issuer, groups, locked, refused }: PassportAsOf): readonly string[] {
  const { datum, entry, until, recorded, burnt } = state;
  const standing = issuer.standing;
  const why = standing?.reason == null ? "" : `, ${reasonName(standing.reason)}`;
  const rows: (readonly [string, string])[] = [
    ["as of", isoTime(state.at)],
    [
      "status",
      `${datum.extra.status}, revision ${datum.extra.revision}${burnt ? "; erased from the ledger by then" : ""}`,
    ],
    ["made by", `${entry.act} at ${isoTime(entry.time)} in ${entry.txHash}`],
    [
      "until",
      until === null
        ? "it is the present state"
        : `${until.act} at ${isoTime(until.time)} in ${until.txHash}`,
    ],
    [
      "issuer",
      `${issuer.attestation?.operator ?? datum.extra.issuer} (${standing?.status ?? "no attestation"} then${why})`,
    ],
    ["", `${issuer.presentStanding?.status ?? "no attestation"} today`],
    ["recorded", `${isoTime(recorded.time)} in ${recorded.txHash}`],
    ["owner", state.owner?.address ?? "nobody: the ownership token was burnt"],
    ["state", entry.after.state === null ? "none" : outRefText(entry.after.state)],
    ["data root", datum.extra.dataRoot],
    ["content", content],
  ];
  return [
    datum.metadata.name,
    ...table(["", ""], rows).slice(1),
    ...groups.flatMap(({ name, elements }) => [
      "",
      `${name} (${elements.length})`,
      ...table(
        ["", ""],
        elements.map(({ id, value, unit }) => [
          `  ${id}`,
          `${typeof value === "object" ? JSON.stringify(value) : String(value)}${unit === null ? "" : ` ${unit}`}`,
        ]),
      ).slice(1),
    ]),
    ...(locked.length === 0
      ? []
      : ["", `sealed: ${locked.map(({ name, access }) => `${name} (${access})`).join(", ")}`]),
    ...(refused === null ? [] : [`the keyring of the issuer has nothing for this reader (${refused})`]),
  ];
}
