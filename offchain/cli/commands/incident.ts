/** `dpp incident`: reports of misbehaviour, from the report to who has to be told. Spec: docs/spec/incident.md. */
import { type Command, Option } from "commander";
import { DppError } from "../../src/domain/errors.js";
import {
  INCIDENT_CATEGORIES,
  INCIDENT_OUTCOMES,
  type IncidentOutcome,
  isSameSubject,
  parseIncidentReport,
  subjectName,
} from "../../src/domain/incident.js";
import type { Incident } from "../../src/domain/incident-events.js";
import { parseReason, reasonName } from "../../src/domain/reason.js";
import { suspendRole } from "../../src/usecases/roles.js";
import { consortiumSigners } from "../consortium.js";
import { findAttestation, openHome } from "../home.js";
import {
  deskOf,
  incidentNamed,
  stateText,
  subjectOf,
  subjectText,
  verbsFor,
  viewOf,
} from "../incident-input.js";
import { incidentReport } from "../incident-report.js";
import { REASON_HELP, reason as reasonOption } from "../options.js";
import { ada, isoTime, table } from "../output.js";
import type { RunVerb } from "../verb.js";
import { keepingCommands } from "./incident-keeping.js";

interface ReportOptions {
  readonly category: string;
  readonly text: string;
  readonly contact?: string;
  readonly evidence?: readonly string[];
}

const firstLine = (subjects: Incident["subjects"]): string =>
  subjectText(subjects[0]) + (subjects.length > 1 ? ` and ${subjects.length - 1} more` : "");

/** @throws DppError `incident/closed`. */
function assertOpen({ id, closed }: Incident): void {
  if (closed === null) return;
  throw new DppError(
    "incident/closed",
    `the incident ${id} is closed: take a new report, or act without one (dpp role suspend)`,
  );
}

/** @throws DppError `incident/not-linked`. */
function assertLinked({ id, subjects }: Incident, attestation: string): void {
  if (subjects.some((one) => isSameSubject(one, { attestation }))) return;
  throw new DppError(
    "incident/not-linked",
    `the incident ${id} does not name ${attestation}: if it is about it, say so first: dpp incident link ${id} --attestation ${attestation}`,
    { details: { incident: id, attestation } },
  );
}

export function incidentCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const incident = program
    .command("incident")
    .description("reports of misbehaviour: take, read, link, act, close; who is affected");

  incident
    .command("report <subject>")
    .description("report a passport (link, id or 01/{gtin}/21/{serial}) or an attestation")
    .addOption(
      new Option("--category <category>", "what is wrong")
        .choices([...INCIDENT_CATEGORIES])
        .makeOptionMandatory(),
    )
    .requiredOption("--text <text>", "what happened, up to 2,000 characters")
    .option("--contact <text>", "how the reporter can be reached; kept sealed (dpp incident key)")
    .option("--evidence <uri...>", "CIDs or links")
    .action((reference: string, options: ReportOptions) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const subject = subjectName(await subjectOf(opened, reference));
        const receipt = await deskOf(opened).report(parseIncidentReport({ ...options, subject }), "local");
        output.result(receipt, [`incident ${receipt.id}`, `received ${isoTime(receipt.receivedAt)}`]);
      }),
    );

  incident
    .command("list")
    .description("every report, newest last; exit 1 when the log was tampered with")
    .option("--open", "only those that wait")
    .action(({ open }: { open?: boolean }) =>
      run(async ({ output, home }) => {
        const { book } = deskOf(await openHome(home, env));
        const all = await book.list();
        const shown = open ? all.filter(({ closed }) => closed === null) : all;
        output.result(
          { ...book.head, incidents: shown.map(viewOf) },
          table(
            ["incident", "received", "state", "category", "about"],
            shown.map((one) => [
              one.id,
              isoTime(one.receivedAt).slice(0, 16),
              stateText(one),
              one.category,
              firstLine(one.subjects),
            ]),
          ),
        );
      }),
    );

  incident
    .command("show <incident>")
    .description("what a report says, whom it is about and how they stand on the ledger, what was done")
    .option("--as <key>", "key that the contact is sealed to: shows the contact")
    .action((reference: string, options: { as?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const desk = deskOf(opened);
        const { id } = await incidentNamed(desk, reference);
        const { value, lines } = await incidentReport(opened, await desk.read(id), options.as);
        output.result(value, lines);
      }),
    );

  incident
    .command("link <incident>")
    .description("what else the incident is about")
    .option("--passport <passport>", "link, id or 01/{gtin}/21/{serial}")
    .option("--attestation <attestation>", "its name, or the key that holds it")
    .action((reference: string, { passport, attestation }: { passport?: string; attestation?: string }) =>
      run(async ({ output, home }) => {
        const named = passport ?? attestation;
        if (named === undefined || (passport !== undefined && attestation !== undefined))
          throw new DppError("usage/arguments", "give either --passport or --attestation");
        const opened = await openHome(home, env);
        const desk = deskOf(opened);
        const { id } = await incidentNamed(desk, reference);
        const subject = await subjectOf(opened, named);
        if ("passport" in subject !== (passport !== undefined))
          throw new DppError("usage/reference", `${named} is ${subjectText(subject)}`);
        const linked = await desk.link(id, subject);
        output.result(viewOf(linked), [
          `${id} is about`,
          ...linked.subjects.map((one) => `  ${subjectText(one)}`),
        ]);
      }),
    );

  incident
    .command("act <incident>")
    .description("suspend an actor and note it here; without --suspend: the verbs that act on what it names")
    .option(
      "--suspend <attestation>",
      "one freeze key, at once; only while the incident is open, and only whom it is about (dpp incident link)",
    )
    .option("--reason <code>", `${REASON_HELP}; without it, what the category stands for`, reasonOption)
    .action((reference: string, options: { suspend?: string; reason?: number }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, keys } = opened;
        const desk = deskOf(opened);
        const found = await incidentNamed(desk, reference);
        assertOpen(found);
        const { id, category, subjects } = found;
        const reason = options.reason ?? parseReason(category) ?? 0;
        if (options.suspend === undefined) {
          const verbs = verbsFor(subjects, id, reason);
          return output.result({ incident: id, verbs }, verbs);
        }
        const { name } = await findAttestation(context, keys, options.suspend);
        assertLinked(found, name);
        output.progress(
          `suspending ${name}: ${reasonName(reason)} (${options.reason === undefined ? `from the category ${category}` : "--reason"})`,
        );
        const submitted = await suspendRole(context, await consortiumSigners(context, keys), name, reason);
        const measure = {
          measure: "suspend",
          attestation: name,
          reason,
          transaction: submitted.txHash,
        } as const;
        await desk.note(id, measure);
        output.result({ incident: id, ...measure, ...submitted }, [
          `${name} is Suspended: ${reasonName(reason)}${options.reason === undefined ? ` (reason ${reason}, from the category ${category})` : ""}`,
          `transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA  ${submitted.size} bytes`,
          `who is affected: dpp incident affected ${id}`,
        ]);
      }),
    );

  incident
    .command("close <incident>")
    .description("end an incident; the reporter sees the outcome, and never the note")
    .addOption(new Option("--outcome <outcome>").choices([...INCIDENT_OUTCOMES]).makeOptionMandatory())
    .option("--note <text>", "for the consortium's files; it cannot be erased, so nobody's personal data")
    .action((reference: string, { outcome, note }: { outcome: IncidentOutcome; note?: string }) =>
      run(async ({ output, home }) => {
        const desk = deskOf(await openHome(home, env));
        const { id } = await incidentNamed(desk, reference);
        const closed = await desk.close(id, outcome, note);
        output.result(viewOf(closed), [`${id} is closed: ${outcome}`]);
      }),
    );

  keepingCommands(incident, run, env);
}
