/** `dpp supplier`: the cooperative's registry of its suppliers, sealed on this machine; docs/suppliers.md. */
import type { Command } from "commander";
import { parsePhone } from "../../src/domain/supplier.js";
import { parseCard } from "../../src/domain/supplier-card.js";
import { holderOf } from "../../src/usecases/suppliers/cards.js";
import { enrolSuppliers, reEnrolSupplier } from "../../src/usecases/suppliers/enrol.js";
import { dueForReEnrolment, endSupplier, eraseSupplier } from "../../src/usecases/suppliers/leave.js";
import { readInput } from "../input.js";
import { count } from "../options.js";
import { isoTime, table } from "../output.js";
import {
  linesOf,
  newestCard,
  openRegistry,
  parseImport,
  rowOf,
  seasonOf,
  viewOf,
  whoOf,
} from "../supplier-input.js";
import {
  by,
  confirmation,
  type EnrolArguments,
  enrolling,
  number,
  type Place,
  placed,
} from "../supplier-options.js";
import type { RunVerb } from "../verb.js";
import { cardCommands, type Opened } from "./supplier-card.js";
import { supplierKeepingCommands } from "./supplier-keeping.js";

const DAY = 86_400_000;

export function supplierCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const supplier = program
    .command("supplier")
    .description(
      "the cooperative's own registry of its suppliers: sealed, on this machine, never on a ledger",
    );
  const opened: Opened = (place, work) =>
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
