/**
 * For supervisors and load balancers. Live: the process answers. Ready: every part that a reading needs answers, each asked within a bound; what was
 * found holds for a moment, so that probes cannot hammer a node. Answers name parts and reasons, never addresses. Spec: docs/spec/http.md "Health".
 */
import { utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import { configUnit } from "@cardano-dpp/offchain/tx/contracts";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { type Static, Type } from "@sinclair/typebox";
import type { App } from "../app-types.js";

export interface HealthParts {
  readonly reading: Reading;
  readonly content: ContentStore;
  readonly limits?: HealthLimits;
}

export interface HealthLimits {
  /** ms that a part may take to answer. */
  readonly partMs?: number;
  /** ms for which an answer holds, by the clock. */
  readonly holdMs?: number;
}

const PART_MS = 3000;
const HOLD_MS = 2000;
const RETRY_AFTER = "5";
/** As long without a block is hardly chance on any network; what is read then may be of the past. */
const OLD_TIP = 20 * 60_000;

const Part = Type.Object({
  state: Type.Union([Type.Literal("ok"), Type.Literal("degraded"), Type.Literal("failing")]),
  reason: Type.Union([Type.String({ description: "One word, where the state is not ok" }), Type.Null()]),
});
type Part = Static<typeof Part>;

const Readiness = Type.Object({
  status: Type.Union([Type.Literal("ready"), Type.Literal("not-ready")]),
  network: Type.String(),
  height: Type.Union([Type.Integer({ description: "Of the newest block" }), Type.Null()]),
  parts: Type.Object({ ledger: Part, deployment: Part, content: Part }),
});
type Readiness = Static<typeof Readiness>;

const Live = Type.Object({ status: Type.Literal("live") });

export function registerHealthRoutes(app: App, parts: HealthParts): void {
  const tags = ["health"];
  const readiness = heldFor(parts, (found) => logChange(app, found));
  app.get("/health/live", { schema: { tags, response: { 200: Live } } }, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { status: "live" as const };
  });
  app.get(
    "/health/ready",
    { schema: { tags, response: { 200: Readiness, 503: Readiness } } },
    async (_request, reply) => {
      const found = await readiness();
      reply.header("cache-control", "no-store");
      if (found.status === "ready") return found;
      return reply.code(503).header("retry-after", RETRY_AFTER).send(found);
    },
  );
}

/** Asks at most once at a time and once per `holdMs`; `changed` hears of each new status. */
function heldFor(parts: HealthParts, changed: (found: Readiness) => void): () => Promise<Readiness> {
  const { clock } = parts.reading;
  const hold = parts.limits?.holdMs ?? HOLD_MS;
  const ask = readinessOf(parts);
  let held: { readonly until: number; readonly found: Readiness } | undefined;
  let asking: Promise<Readiness> | undefined;
  return () => {
    if (held !== undefined && clock.now() < held.until) return Promise.resolve(held.found);
    asking ??= ask()
      .then((found) => {
        if (found.status !== held?.found.status) changed(found);
        held = { until: clock.now() + hold, found };
        return found;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
}

function logChange(app: App, { status, parts }: Readiness): void {
  if (status === "ready") app.log.info({ parts }, "ready");
  else app.log.error({ parts }, "not ready");
}

const OK: Part = { state: "ok", reason: null };
const failing = (reason: string): Part => ({ state: "failing", reason });

function readinessOf({ reading, content, limits }: HealthParts): () => Promise<Readiness> {
  const { ledger, contracts, clock } = reading;
  const within = (work: () => Promise<Part>) => bounded(limits?.partMs ?? PART_MS, work);
  const hasContent = contentProbe(content);
  return async () => {
    let height: number | null = null;
    const [tip, deployment, store] = await Promise.all([
      within(async () => {
        const found = await ledger.tip();
        height = found.height;
        return clock.now() - found.time > OLD_TIP ? { state: "degraded", reason: "behind" } : OK;
      }),
      within(async () =>
        (await ledger.utxoByUnit(configUnit(contracts))) === null ? failing("not-found") : OK,
      ),
      within(hasContent),
    ]);
    const parts = { ledger: tip, deployment, content: store };
    const ready = Object.values(parts).every(({ state }) => state !== "failing");
    return { status: ready ? "ready" : "not-ready", network: ledger.network, height, parts };
  };
}

/** The same in every process, so that a store holds it once. */
const PROBE = utf8("cardano-dpp readiness\n");

/** Put once, then looked for: to ask for what a store does not have would send it searching. */
function contentProbe(content: ContentStore): () => Promise<Part> {
  let cid: string | undefined;
  return async () => {
    if (cid === undefined) {
      cid = await content.put(PROBE);
      return OK;
    }
    if (await content.has(cid)) return OK;
    cid = undefined;
    return failing("missing");
  };
}

async function bounded(ms: number, work: () => Promise<Part>): Promise<Part> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Part>((resolve) => {
    timer = setTimeout(resolve, ms, failing("timeout"));
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    // The code's second half: `unavailable`, `corrupt`, `not-unique`.
    return failing(isDppError(error) ? (error.code.split("/", 2)[1] ?? "error") : "error");
  } finally {
    clearTimeout(timer);
  }
}
