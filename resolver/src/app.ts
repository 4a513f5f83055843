/**
 * Builds the resolver from its parts; `server.ts` listens. Spec: docs/spec/http.md. Holds no state of its own beyond caches: everything
 * durable lies behind the ports, so that several processes may serve one address.
 */
import { nodeEd25519 } from "@cardano-dpp/offchain/adapters/ed25519-node";
import { nodeP256 } from "@cardano-dpp/offchain/adapters/p256-node";
import { keyVerifier } from "@cardano-dpp/offchain/crypto/event-signature";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { PRESETS } from "@cardano-dpp/offchain/policies/presets";
import type { Random } from "@cardano-dpp/offchain/ports/clock";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { ProductIndex } from "@cardano-dpp/offchain/ports/product-index";
import type { TxBuilder } from "@cardano-dpp/offchain/tx/builder";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { IncidentDesk, type IncidentParts } from "@cardano-dpp/offchain/usecases/incidents/desk";
import Fastify, { type FastifyHttpOptions, type RawServerDefault } from "fastify";
import type { App, TypeBoxProvider } from "./app-types.js";
import { createMemoryAnswers, type OwnershipAnswers } from "./auth/ownership-answers.js";
import { type Demo, registerDemo } from "./demo/demo.js";
import { WALLETS_SCRIPT } from "./demo/wallets.js";
import { EventDesk } from "./events/desk.js";
import { PassportFeed } from "./feed/feed.js";
import { KnownPolicies, type ReadPolicies } from "./passport/policies.js";
import { PassportResolver } from "./passport/resolver.js";
import {
  createRateLimit,
  MAX_BODY,
  MAX_HEADERS,
  type RateLimit,
  registerUrlBound,
  TIMES,
} from "./plugins/limits.js";
import { type Log, logOptions, newId, registerLogging } from "./plugins/logging.js";
import { registerOpenApi, serveOpenApi } from "./plugins/openapi.js";
import { clientErrorHandler } from "./plugins/parser-errors.js";
import { frameworkErrors, registerProblems } from "./plugins/problems.js";
import { registerSecurityHeaders } from "./plugins/security-headers.js";
import { registerUnknownRoutes } from "./plugins/unknown-routes.js";
import type { EventAccess } from "./ports/event-access.js";
import type { NonceStore } from "./ports/nonce-store.js";
import type { ReadLog } from "./ports/read-log.js";
import { registerAuthRoutes } from "./routes/auth.js";
import { registerContentRoutes } from "./routes/content.js";
import { registerEventRoutes } from "./routes/events.js";
import { registerFeedRoute } from "./routes/feed.js";
import { type HealthLimits, registerHealthRoutes } from "./routes/health.js";
import { registerHistoryRoute } from "./routes/history.js";
import { registerIncidentRoutes } from "./routes/incidents.js";
import { registerLedgerRoutes } from "./routes/ledger.js";
import { registerOwnershipRoutes } from "./routes/ownership.js";
import { registerTransferRoutes } from "./routes/ownership-transfer.js";
import { loadPage, registerPageRoutes } from "./routes/page.js";
import { registerProductRoute } from "./routes/product.js";
import { registerTrustRootRoute } from "./routes/trust-root.js";
import { registerWeakestLinkRoutes } from "./routes/weakest-link.js";
import { registerWeakestLinkPage } from "./routes/weakest-link-page.js";

export interface ResolverParts extends Reading {
  readonly content: ContentStore;
  readonly random: Random;
  readonly index: ProductIndex;
  readonly nonceStore: NonceStore;
  readonly readLog: ReadLog;
  /** Where reports of misbehaviour go. Without it nothing can be reported here. */
  readonly incidents?: Pick<IncidentParts, "store" | "contactKey">;
  /** Events of sources. Without it none are shown. */
  readonly events?: EventAccess;
  /** Answers of ownership challenges, shared by all processes of one address. Default: of this process alone. */
  readonly ownershipAnswers?: OwnershipAnswers;
  /** Builds the transfers that wallets sign. Without it products are not sold by the page. */
  readonly builder?: TxBuilder;
  /** X25519 secret (32 bytes) that escrow groups are sealed to; null: this resolver opens none. */
  readonly resolverKey: Uint8Array | null;
  /** At least 32 random bytes, shared by all processes of one address. Changing it ends all tokens and challenges. */
  readonly serverSecret: Uint8Array;
  /** Origin that readers see, e.g. `https://passports.example`. Challenges name its host. */
  readonly publicUrl: string;
  /** Reads the policies beyond the presets: at the start, and again when a document names an unknown one, at most once a minute. */
  readonly policies?: ReadPolicies;
  /** `true`: JSON lines on stdout. Default: silent. */
  readonly log?: Log;
  /** ms for which the ledger's tip may be reused; default 0 for a ledger in the process, 2,000 for a remote one. */
  readonly tipAge?: number;
  /** Set when a reverse proxy gives the client's address in X-Forwarded-For: the proxy's address or network (Fastify `trustProxy`). */
  readonly trustProxy?: string;
  /** For `npm start` alone. */
  readonly demo?: Demo;
  readonly limits?: {
    readonly auth?: RateLimit;
    readonly index?: RateLimit;
    /** Reports that are taken. */
    readonly reports?: RateLimit;
    /** Reports that are sent, whether they are taken or refused. */
    readonly reportTries?: RateLimit;
    readonly feed?: RateLimit;
    readonly history?: RateLimit;
    readonly events?: RateLimit;
    readonly ownershipPolls?: RateLimit;
    readonly roleReads?: RateLimit;
    readonly health?: HealthLimits;
  };
}

/** Where `build-page.mjs` writes, seen from `src/` and from `dist/`. */
const PAGE_FOLDER = new URL("../public/dist/", import.meta.url);
const REMOTE_TIP_AGE = 2000;

/** The app, ready to listen or to be injected. @throws DppError `resolver/bad-secret`, `resolver/bad-public-url`, `page/not-built`. */
export async function buildApp(parts: ResolverParts): Promise<App> {
  const { ledger, contracts, clock, content } = parts;
  const reading: Reading = { ledger, contracts, clock };
  const publicUrl = parsePublicUrl(parts.publicUrl);
  if (parts.serverSecret.length < 32)
    throw new DppError("resolver/bad-secret", "the server secret needs 32 bytes");
  const page = await loadPage(PAGE_FOLDER, parts.demo === undefined ? [] : [WALLETS_SCRIPT]);

  const options: FastifyHttpOptions<RawServerDefault> = {
    bodyLimit: MAX_BODY,
    requestTimeout: TIMES.requestTimeout,
    http: { maxHeaderSize: MAX_HEADERS, connectionsCheckingInterval: TIMES.connectionsCheckingInterval },
    // A slash or case that differs is another address: one product, one cache entry.
    routerOptions: { maxParamLength: 160 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    ...(parts.trustProxy === undefined ? {} : { trustProxy: parts.trustProxy }),
    frameworkErrors,
    clientErrorHandler: clientErrorHandler(() => newId(parts.random)),
    ...logOptions(parts.log ?? false, parts),
  };
  const app: App = Fastify(options).withTypeProvider<TypeBoxProvider>();

  // Bodies are JSON: Fastify would read plain text too.
  app.removeContentTypeParser("text/plain");
  registerProblems(app);
  registerLogging(app);
  registerSecurityHeaders(app, publicUrl);
  registerUrlBound(app);
  registerUnknownRoutes(app);
  await registerOpenApi(app, publicUrl);

  const identity = {
    host: publicUrl.host,
    configPolicy: contracts.config.hash,
    serverSecret: parts.serverSecret,
    clock,
  };
  const limit = (own: RateLimit | undefined, burst: number, perMinute: number) =>
    createRateLimit(clock, own ?? { burst, perMinute });
  const resolver = new PassportResolver({
    reading,
    content,
    index: parts.index,
    readLog: parts.readLog,
    policies: await knownPolicies(app, parts),
    resolverKey: parts.resolverKey,
    tipAge: parts.tipAge ?? (ledger.network === "embedded" ? 0 : REMOTE_TIP_AGE),
  });
  registerFeedRoute(app, {
    resolver,
    feed: new PassportFeed({
      histories: resolver.histories,
      content,
      config: contracts.config.hash,
      publicUrl,
    }),
    limit: limit(parts.limits?.feed, 60, 60),
  });
  const limitHistory = limit(parts.limits?.history, 60, 120);
  registerHistoryRoute(app, { resolver, limit: limitHistory });
  registerProductRoute(app, {
    resolver,
    tokens: identity,
    page,
    limitHistory,
    limitIndex: limit(parts.limits?.index, 60, 60),
    limitRoleReads: limit(parts.limits?.roleReads, 120, 240),
  });
  const proofs = {
    ...identity,
    network: ledger.network,
    random: parts.random,
    nonceStore: parts.nonceStore,
    reading,
  };
  const limitProofs = limit(parts.limits?.auth, 40, 40);
  registerAuthRoutes(app, proofs, limitProofs);
  registerOwnershipRoutes(app, {
    ...proofs,
    answers: parts.ownershipAnswers ?? createMemoryAnswers(clock),
    limit: limitProofs,
    limitPolls: limit(parts.limits?.ownershipPolls, 60, 60),
  });
  if (parts.builder !== undefined) {
    registerTransferRoutes(app, {
      context: { ...reading, content, builder: parts.builder },
      histories: resolver.histories,
      limit: limitProofs,
      limitHistory,
    });
  }
  if (parts.incidents !== undefined) {
    const { random } = parts;
    registerIncidentRoutes(app, {
      desk: new IncidentDesk({ ...parts.incidents, config: contracts.config.hash, clock, random }),
      limitReports: limit(parts.limits?.reports, 10, 2),
      limitTries: limit(parts.limits?.reportTries, 60, 60),
      limitReads: limit(undefined, 60, 60),
    });
  }
  if (parts.events !== undefined) {
    const desk = new EventDesk(reading, parts.events, keyVerifier(nodeEd25519(), nodeP256()));
    const limitEvents = limit(parts.limits?.events, 60, 120);
    registerEventRoutes(app, { desk, page, limit: limitEvents });
    registerWeakestLinkRoutes(app, { desk, limit: limitEvents });
    registerWeakestLinkPage(app, page);
    registerTrustRootRoute(app, { reading, limit: limitEvents });
  }
  registerContentRoutes(app, content);
  registerLedgerRoutes(app, ledger);
  registerHealthRoutes(app, {
    reading,
    content,
    ...(parts.limits?.health && { limits: parts.limits.health }),
  });
  registerPageRoutes(app, page);
  if (parts.demo !== undefined) registerDemo(app, parts.demo, publicUrl.origin);
  serveOpenApi(app);
  return app;
}

const knownPolicies = ({ log }: App, { policies, clock }: ResolverParts): Promise<KnownPolicies> =>
  KnownPolicies.read(
    async () => [...Object.values(PRESETS), ...((await policies?.()) ?? [])],
    clock,
    (err) => log.error({ err }, "policies cannot be read again"),
  );

function parsePublicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== "/" ||
    url.search !== "" ||
    url.username !== ""
  ) {
    throw new DppError(
      "resolver/bad-public-url",
      "the public URL should be an origin such as https://passports.example",
    );
  }
  return url;
}
