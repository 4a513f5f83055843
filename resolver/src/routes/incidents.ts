/** Reporting misbehaviour, and asking what became of a report. Nobody needs an account. Spec: docs/spec/incident.md "HTTP". */
import {
  INCIDENT_CATEGORIES,
  MAX_CONTACT,
  MAX_EVIDENCE,
  MAX_INCIDENT_TEXT,
  parseIncidentReport,
} from "@cardano-dpp/offchain/domain/incident";
import type { IncidentDesk } from "@cardano-dpp/offchain/usecases/incidents/desk";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import type { RateGuard } from "../plugins/limits.js";
import {
  IncidentForm,
  IncidentParams,
  IncidentReceipt,
  IncidentRequest,
  IncidentState,
} from "../schemas/incident.js";

export interface IncidentRouteParts {
  readonly desk: IncidentDesk;
  /** Counts reports that are taken. */
  readonly limitReports: RateGuard;
  /** Counts every try: wider, since who is told what is wrong tries again. */
  readonly limitTries: (request: FastifyRequest) => void;
  readonly limitReads: (request: FastifyRequest) => void;
}

export function registerIncidentRoutes(
  app: App,
  { desk, limitReports, limitTries, limitReads }: IncidentRouteParts,
): void {
  const tags = ["incidents"];
  app.addHook("onSend", async (request, reply) => {
    if (/^\/incidents(?:[/?]|$)/.test(request.url)) reply.header("cache-control", "no-store");
  });

  app.get("/incidents", { schema: { tags, response: { 200: IncidentForm } } }, async (request) => {
    limitReads(request);
    return {
      contact: await desk.takesContacts(),
      categories: [...INCIDENT_CATEGORIES],
      maxText: MAX_INCIDENT_TEXT,
      maxContact: MAX_CONTACT,
      maxEvidence: MAX_EVIDENCE,
    };
  });

  app.post(
    "/incidents",
    { schema: { tags, body: IncidentRequest, response: { 201: IncidentReceipt } } },
    async (request, reply) => {
      limitTries(request);
      const report = parseIncidentReport(request.body);
      limitReports(request);
      try {
        return reply.code(201).send(await desk.report(report, "web"));
      } catch (error) {
        limitReports.giveBack(request);
        throw error;
      }
    },
  );

  // The state alone: neither the words nor whom they are about, for an id may be seen by others than the reporter.
  app.get(
    "/incidents/:id",
    { schema: { tags, params: IncidentParams, response: { 200: IncidentState } } },
    async (request) => {
      limitReads(request);
      const { id, receivedAt, closed } = await desk.state(request.params.id);
      return {
        id,
        receivedAt,
        state: closed === null ? ("open" as const) : ("closed" as const),
        outcome: closed?.outcome ?? null,
        closedAt: closed?.time ?? null,
      };
    },
  );
}
