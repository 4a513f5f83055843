/** A sale with a wallet: the transfer is built here and signed there. Spec: docs/spec/ownership.md "Sale with a wallet". This server holds no key of anybody's. */
import { fromHex } from "@cardano-dpp/offchain/domain/bytes";
import { cidFromHex } from "@cardano-dpp/offchain/domain/cid";
import { actionSteps } from "@cardano-dpp/offchain/usecases/actions/chain";
import type { Context } from "@cardano-dpp/offchain/usecases/context";
import { planSale, submitSale } from "@cardano-dpp/offchain/usecases/ownership/sale-plan";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import type { HistoryReader } from "../passport/history-reader.js";
import { OwnershipParams } from "../schemas/ownership.js";
import {
  RecordsAnswer,
  TransferAnswer,
  TransferRequest,
  TransferSubmission,
  TransferSubmitted,
} from "../schemas/ownership-transfer.js";

export interface TransferRouteParts {
  readonly context: Pick<Context, "ledger" | "contracts" | "clock" | "builder" | "content">;
  /** What other routes have read of a history serves here, too. */
  readonly histories: Pick<HistoryReader, "passport">;
  readonly limit: (request: FastifyRequest) => void;
  /** Shared with the other routes that read histories. */
  readonly limitHistory: (request: FastifyRequest) => void;
}

const tags = ["ownership"];

export function registerTransferRoutes(app: App, parts: TransferRouteParts): void {
  const { context, histories, limit, limitHistory } = parts;
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/transfers")) reply.header("cache-control", "no-store");
  });

  app.get(
    "/ownership/:passport/records",
    { schema: { tags, params: OwnershipParams, response: { 200: RecordsAnswer } } },
    async (request) => {
      limitHistory(request);
      const { history } = await histories.passport(request.params.passport);
      return { records: actionSteps(history).map(({ record }) => cidFromHex(record)) };
    },
  );

  app.post(
    "/transfers",
    { schema: { tags, body: TransferRequest, response: { 200: TransferAnswer } } },
    async (request) => {
      limit(request);
      const { record, ...rest } = request.body;
      const { built, buyer } = await planSale(context, { ...rest, record: fromHex(record) });
      return { tx: built.cbor, txHash: built.bodyHash, fee: String(built.fee), buyer };
    },
  );

  app.post(
    "/transfers/submit",
    { schema: { tags, body: TransferSubmission, response: { 200: TransferSubmitted } } },
    async (request) => {
      limit(request);
      const { record, ...rest } = request.body;
      const { txHash, cid } = await submitSale(context, { ...rest, record: fromHex(record) });
      return { txHash, record: cid };
    },
  );
}
