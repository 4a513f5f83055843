/** `dpp supplier`: the cooperative's registry of its suppliers, sealed on this machine; docs/suppliers.md. */
import { type Command, InvalidArgumentError } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { BLOCK_REASONS, type BlockReason, type Confirmation, parsePhone } from "../../src/domain/supplier.js";
import { cardText, parseCard } from "../../src/domain/supplier-card.js";
import { blockCard, holderOf, issueCard, replaceCard } from "../../src/usecases/suppliers/cards.js";
import { type Declared, enrolSuppliers, reEnrolSupplier } from "../../src/usecases/suppliers/enrol.js";
import { dueForReEnrolment, endSupplier, eraseSupplier } from "../../src/usecases/suppliers/leave.js";
import { readInput } from "../input.js";
import { count, moment } from "../options.js";
import { isoTime, table } from "../output.js";
import {
  by,
  confirmation,
  declared,
  linesOf,
  newestCard,
  type OpenRegistry,
  openRegistry,
  type Place,
  parseImport,
  phones,
  rowOf,
  seasonOf,
  viewOf,
  whoOf,
} from "../supplier-input.js";
import type { RunVerb, Verb } from "../verb.js";
import { supplierKeepingCommands } from "./supplier-keeping.js";

const number = count("the supplier's number", 1, 0xffff_fffe);
const DAY = 86_400_000;

/** Options that every verb of a registry has. */
const placed = (command: Command): Command =>
  command
    .requiredOption("--as <key>", "key here whose reading key opens the registry")
    .option("--operator <id>", "whose registry, when several lie here");

const dated = (command: Command): Command =>
  command
    .option("--from <date>", "card valid from (default: now)", moment)
    .option("--to <date>", "card valid until this day begins; without it no card is made", moment);

const enrolling = (command: Command, standard: Confirmation): Command =>
  dated(placed(command))
    .option("--phone <number>", "phone number in E.164; repeat for more", phones)
    .option("--declare <season:product:kg[:m2@cell,…]>", "what the supplier says he can deliver", declared)
    .option("--confirmed <how>", "in-person, document, biometric or phone", confirmation, standard)
    .option("--reference <file>", "paper or biometric template: its hash is kept, never the file")
    .option("--by <name>", "attestation name or key hash of who enrolled (default: the key's)", by)
    .option("--shared-phone", "another supplier has this phone too");

interface EnrolArguments extends Place {
  readonly name?: string;
  readonly phone?: readonly string[];
  readonly declare?: readonly Declared[];
  readonly confirmed: Confirmation;
  readonly reference?: string;
  readonly by?: string;
  readonly sharedPhone?: boolean;
  readonly from?: number;
  readonly to?: number;
}

export function supplierCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const supplier = program
    .command("supplier")
    .description(
      "the cooperative's own registry of its suppliers: sealed, on this machine, never on a ledger",
    );
  const opened = (place: Place, work: (open: OpenRegistry, verb: Verb) => Promise<void>): Promise<void> =>
    run(async (verb) => work(await openRegistry(verb.home, env, place), verb));

  supplierKeepingCommands(supplier, run, env);

  enrolling(supplier.command("enrol"), "in-person")
    .description("take a supplier into the registry; with --to also make a card")
    .option("--name <text>", "as the cooperative writes it; may stay empty", "")
    .action((options: EnrolArguments) =>
      opened(options, async ({ registry, key }, { output }) => {
        const { name = "", phone = [], declare = [], sharedPhone = false } = options;
        const person = { name, phones: phone, card: seasonOf(options) ?? null, declared: declare };
        const [made] = await enrolSuppliers(registry, [person], await whoOf(options, key), { sharedPhone });
        if (made !== undefined)
          output.result(viewOf(made), [`supplier ${made.number} is enrolled`, newestCard(made)]);
      }),
    );

  enrolling(supplier.command("re-enrol <number>"), "in-person")
    .description("somebody saw the supplier again; with --to a card for the season in place of those before")
    .action((text: string, options: EnrolArguments) =>
      opened(options, async ({ registry, key }, { output }) => {
        const { phone, declare = [], sharedPhone = false } = options;
        const card = seasonOf(options);
        const again = {
          number: number(text),
          declared: declare,
          ...(phone === undefined ? {} : { phones: phone }),
          ...(card === undefined ? {} : { card }),
        };
        const made = await reEnrolSupplier(registry, again, await whoOf(options, key), { sharedPhone });
        output.result(viewOf(made), [`supplier ${made.number} is enrolled again`, newestCard(made)]);
      }),
    );

  placed(supplier.command("import <file>"))
    .description("enrol all suppliers of a JSON file, or none (docs/suppliers.md)")
    .option("--confirmed <how>", "in-person, document, biometric or phone", confirmation, "document")
    .option("--by <name>", "attestation name or key hash of who enrolled (default: the key's)", by)
    .option("--shared-phone", "suppliers may share phones")
    .action((path: string, options: Omit<EnrolArguments, "reference">) =>
      opened(options, async ({ registry, key }, { output }) => {
        const people = parseImport(await readInput(path, 8 * 1024 * 1024));
        const { sharedPhone = false } = options;
        const made = await enrolSuppliers(registry, people, await whoOf(options, key), { sharedPhone });
        output.result(made.map(viewOf), [
          `${made.length} suppliers are enrolled`,
          ...made.map((one) => `${one.number}  ${newestCard(one)}`),
        ]);
      }),
    );

  cardCommands(supplier, opened);

  placed(supplier.command("list"))
    .description("every supplier: usable cards, and when somebody last saw him in person")
    .action((options: Place) =>
      opened(options, async ({ registry }, { output }) => {
        const all = await registry.suppliers();
        const head = await registry.head();
        output.result({ head, suppliers: all.map(viewOf) }, [
          ...table(["number", "cards", "in person", "name"], all.map(rowOf)),
          `revision ${head.revision}, ${head.hash}`,
        ]);
      }),
    );

  placed(supplier.command("show <number>"))
    .description("all that is kept of a supplier, with who did what when")
    .action((text: string, options: Place) =>
      opened(options, async ({ registry }, { output }) => {
        const found = await registry.supplier(number(text));
        output.result(viewOf(found), linesOf(found));
      }),
    );

  placed(supplier.command("find <card-or-phone>"))
    .description("who has this card or phone number; exit 1 when nobody has")
    .action((text: string, options: Place) =>
      opened(options, async ({ registry }, { output, refuse }) => {
        const phone = text.trim().startsWith("+");
        const found = phone
          ? await registry.find("phone", parsePhone(text))
          : [await holderOf(registry, parseCard(text))];
        output.result(
          found.map(viewOf),
          found.length === 0 ? ["nobody here has it"] : found.flatMap(linesOf),
        );
        if (found.length === 0) refuse();
      }),
    );

  placed(supplier.command("end <number>"))
    .description("the supplier delivers no more: all his cards are blocked; re-enrol brings him back")
    .option("--by <name>", "attestation name or key hash of who ended it (default: the key's)", by)
    .action((text: string, options: Place & { by?: string }) =>
      opened(options, async ({ registry, key }, { output }) => {
        const made = await endSupplier(registry, number(text), options.by ?? key.signer.keyHash);
        output.result(viewOf(made), [`supplier ${made.number} delivers no more`]);
      }),
    );

  placed(supplier.command("erase <number>"))
    .description("remove all that is kept of a supplier, for good; his cards are never given again")
    .requiredOption("--yes", "really")
    .action((text: string, options: Place) =>
      opened(options, async ({ registry }, { output }) => {
        const erased = number(text);
        await eraseSupplier(registry, erased);
        output.result({ erased }, [
          `supplier ${erased} is erased here; erase him in your backups and on paper too`,
        ]);
      }),
    );

  placed(supplier.command("due"))
    .description("suppliers whom nobody has seen in person for long: exit 1 when there are some")
    .option("--days <n>", "for longer than this", count("--days", 1, 3650), 365)
    .action((options: Place & { days: number }) =>
      opened(options, async ({ registry }, { output, refuse }) => {
        const due = await dueForReEnrolment(registry, options.days * DAY);
        const rows = due.map((one) => [
          String(one.number),
          one.lastInPerson === null ? "never" : isoTime(one.lastInPerson).slice(0, 10),
        ]);
        output.result(due, due.length === 0 ? ["nobody is due"] : table(["number", "in person"], rows));
        if (due.length > 0) refuse();
      }),
    );
}

type Opened = (place: Place, work: (open: OpenRegistry, verb: Verb) => Promise<void>) => Promise<void>;

function cardCommands(supplier: Command, opened: Opened): void {
  const card = supplier.command("card").description("suppliers' cards: new, lost, replace");

  dated(placed(card.command("new <number>")))
    .description("one more card for a season; its text goes into a QR code or an NFC tag")
    .action((text: string, options: Place & { from?: number; to?: number }) =>
      opened(options, async ({ registry, key }, { output }) => {
        const season = seasonOf(options);
        if (season === undefined)
          throw new DppError("usage/arguments", "a card ends: give --to, the day after its last one");
        const made = await issueCard(registry, number(text), season, key.signer.keyHash);
        output.result(viewOf(made), [newestCard(made)]);
      }),
    );

  for (const [verb, act, description] of [
    ["lost", blockCard, "block a card for good"],
    ["replace", replaceCard, "block a card and make another, valid from now until the same day"],
  ] as const)
    placed(card.command(`${verb} <card>`))
      .description(description)
      .option("--reason <reason>", BLOCK_REASONS.join(", "), reason, "lost")
      .action((text: string, options: Place & { reason: BlockReason }) =>
        opened(options, async ({ registry, key }, { output }) => {
          const id = parseCard(text);
          const made = await act(registry, id, options.reason, key.signer.keyHash);
          const fresh = verb === "replace" ? [newestCard(made)] : [];
          output.result(viewOf(made), [`${cardText(id)} of supplier ${made.number} is blocked`, ...fresh]);
        }),
      );
}

function reason(text: string): BlockReason {
  const found = BLOCK_REASONS.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`One of ${BLOCK_REASONS.join(", ")}.`);
  return found;
}
