/** `dpp incident erase, affected, verify, key`: who has to be told, and how the log is kept. */
import type { Command } from "commander";
import { readContactKey, writeContactKey } from "../../src/adapters/incidents-contact-key.js";
import { incidentsFolder } from "../../src/adapters/incidents-disk.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import { verifyIncidents } from "../../src/usecases/incidents/desk.js";
import { openHome } from "../home.js";
import { deskOf, incidentNamed, viewOf } from "../incident-input.js";
import { affectedReport } from "../incident-report.js";
import { hexOf } from "../options.js";
import type { RunVerb } from "../verb.js";

export function keepingCommands(incident: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  incident
    .command("erase <incident>")
    .description(
      "remove the words and the contact of a closed report, for good; the log keeps that there was one",
    )
    .action((reference: string) =>
      run(async ({ output, home }) => {
        const desk = deskOf(await openHome(home, env));
        const { id } = await incidentNamed(desk, reference);
        output.result(viewOf(await desk.erase(id)), [`the report of ${id} is erased`]);
      }),
    );

  incident
    .command("affected <subject>")
    .description("every passport that an incident, an attestation or a passport touches, and who owns it now")
    .action((reference: string) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { value, lines } = await affectedReport(opened, reference, output.progress);
        output.result(value, lines);
      }),
    );

  incident
    .command("verify")
    .description("read the whole log and every report again; exit 1 when one was tampered with")
    .action(() =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const found = await verifyIncidents(deskOf(opened).book.store, opened.context.clock);
        output.result({ ok: true, ...found }, [
          `${found.length} entries of ${found.incidents} incidents follow from one another`,
          `head ${found.head}: note it elsewhere, since entries missing at the end leave no trace`,
        ]);
      }),
    );

  incident
    .command("key")
    .description("the public key that reporters' contacts are sealed to; with an option: set it up")
    .option("--key <name>", "the reading key of a key here")
    .option(
      "--reading-key <hex>",
      "another public reading key (X25519): its secret need not lie here",
      hexOf(32),
    )
    .action((options: { key?: string; readingKey?: string }) =>
      run(async ({ output, home }) => {
        const { paths, keys } = await openHome(home, env);
        const folder = incidentsFolder(paths.directory);
        if (options.key !== undefined && options.readingKey !== undefined)
          throw new DppError("usage/arguments", "give either --key or --reading-key");
        const named =
          options.key === undefined ? undefined : (await keys.load(options.key)).reading.publicKey;
        const chosen = named ?? options.readingKey;
        if (chosen !== undefined) await writeContactKey(folder, fromHex(chosen));
        const present = await readContactKey(folder);
        const publicKey = present === null ? null : toHex(present);
        output.result({ publicKey }, [
          publicKey ?? "no key: reports may name no contact (dpp incident key --key <name>)",
        ]);
      }),
    );
}
