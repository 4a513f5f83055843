/**
 * Builds the resolver from its parts; `server.ts` listens. Spec: docs/spec/http.md. Holds no state of its own beyond caches: everything
 * durable lies behind the ports, so that several processes may serve one address.
 */

import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock, Random } from "@cardano-dpp/offchain/ports/clock";
import type { ContentStore } from "@cardano-dpp/offchain/ports/content-store";
import type { Ledger } from "@cardano-dpp/offchain/ports/ledger";
import { type Contracts, deploymentOf } from "@cardano-dpp/offchain/tx/contracts";
import Fastify, { type FastifyBaseLogger, type FastifyServerOptions } from "fastify";
import type { App, TypeBoxProvider } from "./app-types.js";
import {
  createRateLimit,
  MAX_BODY,
  MAX_HEADERS,
  type RateLimit,
  registerUrlBound,
} from "./plugins/limits.js";
import { type LogDestination, logOptions, registerLogging } from "./plugins/logging.js";
import { registerOpenApi } from "./plugins/openapi.js";
import { registerProblems } from "./plugins/problems.js";
import { registerSecurityHeaders } from "./plugins/security-headers.js";
import type { NonceStore } from "./ports/nonce-store.js";
import type { ProductIndex } from "./ports/product-index.js";
import type { ReadLog } from "./ports/read-log.js";
import { registerAuthRoutes } from "./routes/auth.js";
import { registerContentRoutes } from "./routes/content.js";
import { registerHealthRoutes } from "./routes/health.js";
import { registerLedgerRoutes } from "./routes/ledger.js";
import { registerPageRoutes } from "./routes/page.js";
import { registerProductRoute } from "./routes/product.js";
