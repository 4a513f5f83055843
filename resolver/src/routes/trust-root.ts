/** The trust root of the deployment, as this server's ledger has it: readers hold it against another ledger source, or against its published fingerprint. Spec: docs/spec/receipt.md. */
import { trustRootJson } from "@cardano-dpp/offchain/codec/trust-root";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { readTrustRoot } from "@cardano-dpp/offchain/usecases/trust-root";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import { TrustRootBody } from "../schemas/trust-root.js";

export interface TrustRootParts {
  readonly reading: Pick<Reading, "ledger" | "contracts">;
  readonly limit: (request: FastifyRequest) => void;
}

/** A config changes a few times in years. */
const MAX_AGE = 60;

export function registerTrustRootRoute(app: App, { reading, limit }: TrustRootParts): void {
  app.get(
    "/trust-root",
    {
      schema: {
        tags: ["events"],
        summary: "Trust root for receipts and proofs, as dpp trust export writes it",
        response: { 200: TrustRootBody } as Record<number, unknown>,
      },
    },
    async (request, reply) => {
      limit(request);
      const json = trustRootJson(await readTrustRoot(reading));
      reply.headers({ "access-control-allow-origin": "*", "cache-control": `public, max-age=${MAX_AGE}` });
      return reply.type("application/json; charset=utf-8").send(json);
    },
  );
}
