/** For supervisors and load balancers: the process runs; the ledger answers and holds the deployment. */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { configUnit } from "@cardano-dpp/offchain/tx/contracts";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { Type } from "@sinclair/typebox";
import type { App } from "../app-types.js";

export function registerHealthRoutes(app: App, { ledger, contracts }: Reading): void {
  const tags = ["health"];
  const Live = Type.Object({ status: Type.Literal("live") });
  app.get("/health/live", { schema: { tags, response: { 200: Live } } }, async () => ({
    status: "live" as const,
  }));

  const Ready = Type.Object({
    status: Type.Literal("ready"),
    network: Type.String(),
    height: Type.Integer(),
  });
  app.get("/health/ready", { schema: { tags, response: { 200: Ready } } }, async () => {
    const [tip, config] = await Promise.all([ledger.tip(), ledger.utxoByUnit(configUnit(contracts))]);
    if (config === null)
      throw new DppError("ledger/unavailable", "the ledger does not hold this deployment yet");
    return { status: "ready" as const, network: ledger.network, height: tip.height };
  });
}
