/**
 * The ledger's answers in Blockfrost's shapes, so that the page speaks one dialect to every source of the ledger. Read only. Who asks here
 * trusts this server for the ledger's state; the page says so.
 */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Ledger, Utxo } from "@cardano-dpp/offchain/ports/ledger";
import type { App } from "../app-types.js";
import {
  AddressUtxos,
  AssetAddresses,
  AssetTransactions,
  LatestBlock,
  LedgerTransaction,
  TransactionsQuery,
  TxParams,
  UnitParams,
  UtxoParams,
} from "../schemas/ledger.js";

const PREFIX = "/ledger/api/v0";
const seconds = (ms: number): number => Math.floor(ms / 1000);
const notFound = (): DppError => new DppError("ledger/not-found", "the ledger does not hold this");

export function registerLedgerRoutes(app: App, ledger: Ledger): void {
  const tags = ["ledger"];
  // Public facts, and a page from elsewhere may want this server's word for them beside another's.
  app.addHook("onRequest", (request, reply, done) => {
    if (request.url.startsWith(PREFIX))
      reply.headers({ "access-control-allow-origin": "*", "cache-control": "no-cache" });
    done();
  });
  app.get(
    `${PREFIX}/assets/:unit/addresses`,
    { schema: { tags, params: UnitParams, response: { 200: AssetAddresses } } },
    async ({ params: { unit } }) => {
      const utxos = await ledger.utxosWithUnit(unit);
      if (utxos.length === 0) throw notFound();
      return utxos.map((utxo) => ({ address: utxo.address, quantity: String(utxo.assets[unit] ?? 0n) }));
    },
  );
  app.get(
    `${PREFIX}/addresses/:address/utxos/:unit`,
    { schema: { tags, params: UtxoParams, response: { 200: AddressUtxos } } },
    async ({ params: { address, unit } }) => {
      const utxos = await ledger.utxosWithUnit(unit);
      return utxos.filter((utxo) => utxo.address === address).map(utxoView);
    },
  );
  app.get(
    `${PREFIX}/assets/:unit/transactions`,
    {
      schema: {
        tags,
        params: UnitParams,
        querystring: TransactionsQuery,
        response: { 200: AssetTransactions },
      },
    },
    async ({ params: { unit }, query: { order = "asc", count = "100" } }) => {
      const transactions = await ledger.transactionsOf(unit);
      if (transactions.length === 0) throw notFound();
      const ordered = order === "desc" ? transactions.toReversed() : transactions;
      return ordered.slice(0, Number(count)).map(({ hash, height, time }) => ({
        tx_hash: hash,
        block_height: height,
        block_time: seconds(time),
      }));
    },
  );
  app.get(
    `${PREFIX}/txs/:hash`,
    { schema: { tags, params: TxParams, response: { 200: LedgerTransaction } } },
    async ({ params: { hash } }) => {
      const transaction = await ledger.transaction(hash);
      if (transaction === null) throw notFound();
      const { height, time, slot } = transaction;
      return { hash, block_height: height, block_time: seconds(time), slot };
    },
  );
  app.get(`${PREFIX}/blocks/latest`, { schema: { tags, response: { 200: LatestBlock } } }, async () => {
    const { height, slot, time } = await ledger.tip();
    return { height, slot, time: seconds(time) };
  });
}

const utxoView = (utxo: Utxo): AddressUtxos[number] => ({
  address: utxo.address,
  tx_hash: utxo.txHash,
  output_index: utxo.outputIndex,
  amount: Object.entries(utxo.assets).map(([unit, quantity]) => ({ unit, quantity: String(quantity) })),
  data_hash: utxo.datumHash ?? null,
  inline_datum: utxo.datum ?? null,
  reference_script_hash: null,
});
