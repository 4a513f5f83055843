/** Unspent outputs by where they lie. */
import { encodeBech32 } from "../../codec/bech32.js";
import { fromHex } from "../../domain/bytes.js";
import { type UtxoAnswer, utxo } from "./answers.js";
import { eachOf, type Listing, readAll } from "./listing.js";
import type { Routes } from "./routes.js";
import type { BlockfrostServer } from "./server.js";

const AT = "/addresses/{address}/utxos";
const WITH_ASSET = "/addresses/{address}/utxos/{asset}";
const OF_CREDENTIAL = "/addresses/{payment credential}/utxos";

const IS_ADDRESS = /^addr(?:_test)?1/;

export const keyOf = (output: UtxoAnswer): string => `${output.tx_hash}#${output.output_index}`;

const listing = (route: string, page: Listing<UtxoAnswer>["page"]): Listing<UtxoAnswer> => ({
  route,
  page,
  item: utxo,
  key: keyOf,
  shrinks: true,
});

export class Addresses {
  private readonly server: BlockfrostServer;
  private readonly routes: Routes;

  constructor(server: BlockfrostServer, routes: Routes) {
    this.server = server;
    this.routes = routes;
  }

  /** @param address bech32, or a payment credential in CIP-5's form. */
  async utxosAt(address: string): Promise<readonly UtxoAnswer[]> {
    const listed = await readAll(
      this.server,
      listing(AT, (api, page) => api.addressesUtxos(address, page)),
    );
    if (IS_ADDRESS.test(address) && listed?.some((output) => output.address !== address))
      throw this.server.undocumented(AT, "an output at another address than the one asked for");
    return listed ?? [];
  }

  /** @param hash of a key or a script, which nothing tells apart, so both are asked for. @throws DppError `ledger/unsupported`. */
  async utxosByCredential(hash: string): Promise<readonly UtxoAnswer[]> {
    await this.routes.assertHas(OF_CREDENTIAL);
    const listed = await eachOf(["addr_vkh", "script"], (prefix) =>
      this.utxosAt(encodeBech32(prefix, fromHex(hash))),
    );
    return listed.flat();
  }

  /** Servers without the route for one asset (a devnet's) list all outputs of the address, and the ones with the unit are picked here. */
  async utxosWith(address: string, unit: string): Promise<readonly UtxoAnswer[]> {
    const listed = await readAll(
      this.server,
      listing(WITH_ASSET, (api, page) => api.addressesUtxosAsset(address, unit, page)),
    );
    const all = listed ?? ((await this.routes.has(WITH_ASSET)) ? [] : await this.utxosAt(address));
    return all.filter(({ amount }) => (amount[unit] ?? 0n) > 0n);
  }
}
