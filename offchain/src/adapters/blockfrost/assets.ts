/** Who holds a unit, which transactions moved it, and which units a policy has. */
import * as answers from "./answers.js";
import { eachOf, readAll } from "./listing.js";
import type { Routes } from "./routes.js";
import type { BlockfrostServer } from "./server.js";

const OF_POLICY = "/assets/policy/{policy_id}";

export class Assets {
  private readonly server: BlockfrostServer;
  private readonly routes: Routes;

  constructor(server: BlockfrostServer, routes: Routes) {
    this.server = server;
    this.routes = routes;
  }

  /** Addresses. */
  async holdersOf(unit: string): Promise<readonly string[]> {
    const holders = await readAll(this.server, {
      route: "/assets/{asset}/addresses",
      page: (api, page) => api.assetsAddresses(unit, page),
      item: answers.holder,
      key: ({ address }) => address,
      shrinks: true,
    });
    return (holders ?? []).filter(({ quantity }) => quantity > 0n).map(({ address }) => address);
  }

  /**
   * Hashes of the transactions that minted, burnt or moved it, in no order. `/transactions` lists those with an output that holds it, so not the one that
   * burns the last of it; minting and burning are in `/history`.
   * @throws DppError `ledger/unsupported`.
   */
  async movesOf(unit: string): Promise<readonly string[]> {
    const listed = await eachOf(["transactions", "history"] as const, (kind) => this.listed(unit, kind));
    return [...new Set(listed.flat())];
  }

  private async listed(unit: string, kind: "transactions" | "history"): Promise<readonly string[]> {
    const route = `/assets/{asset}/${kind}` as const;
    const moves = await readAll(this.server, {
      route,
      page: (api, page) =>
        kind === "history" ? api.assetsHistory(unit, page) : api.assetsTransactions(unit, page),
      item: answers.moved,
      key: ({ tx_hash: hash }) => hash,
      shrinks: false,
    });
    if (moves === null) await this.routes.assertHas(route);
    return (moves ?? []).map(({ tx_hash: hash }) => hash);
  }

  /** Those of which there are some now: what was burnt stays listed, with quantity 0. @throws DppError `ledger/unsupported`. */
  async unitsOf(policy: string): Promise<readonly string[]> {
    const listed = await readAll(this.server, {
      route: OF_POLICY,
      page: (api, page) => api.assetsPolicyById(policy, page),
      item: answers.policyAsset,
      key: ({ asset }) => asset,
      shrinks: false,
    });
    if (listed === null) await this.routes.assertHas(OF_POLICY);
    return (listed ?? []).filter(({ quantity }) => quantity > 0n).map(({ asset }) => asset);
  }
}
