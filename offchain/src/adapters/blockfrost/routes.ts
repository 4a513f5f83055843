/**
 * Finds out what a server leaves out. Two answers mislead: 404 is both "there is no such asset" and "no such route", with the same text, and a payment
 * credential, which some servers do not take for an address, may be a bad request or an address where nothing lies, depending on its first byte. So
 * each such route is asked once for something whose answer is telling, and that is remembered.
 */
import type { BlockFrostAPI } from "@blockfrost/blockfrost-js";
import { encodeBech32 } from "../../codec/bech32.js";
import { DppError } from "../../domain/errors.js";
import type { BlockfrostServer } from "./server.js";

const ONE = { page: 1, count: 1, order: "asc" } as const;
/** What no server takes for an asset, a policy or an address: those that have the route answer 400. */
const NONSENSE = "x";
/** Read as an address, this is one with a stake part that is cut off: those that take only addresses answer 400. */
const ZERO_CREDENTIAL = encodeBech32("addr_vkh", new Uint8Array(28));

interface Probe {
  readonly ask: (api: BlockFrostAPI) => Promise<unknown>;
  /** The status that shows that the server lacks the route. */
  readonly missing: 400 | 404;
}

const PROBES = {
  "/addresses/{payment credential}/utxos": {
    ask: (api) => api.addressesUtxos(ZERO_CREDENTIAL, ONE),
    missing: 400,
  },
  "/addresses/{address}/utxos/{asset}": {
    ask: (api) => api.addressesUtxosAsset(NONSENSE, NONSENSE, ONE),
    missing: 404,
  },
  "/assets/{asset}/transactions": { ask: (api) => api.assetsTransactions(NONSENSE, ONE), missing: 404 },
  "/assets/{asset}/history": { ask: (api) => api.assetsHistory(NONSENSE, ONE), missing: 404 },
  "/assets/policy/{policy_id}": { ask: (api) => api.assetsPolicyById(NONSENSE, ONE), missing: 404 },
} as const satisfies Readonly<Record<string, Probe>>;

export type OptionalRoute = keyof typeof PROBES;

export class Routes {
  private readonly server: BlockfrostServer;
  private readonly known = new Map<OptionalRoute, boolean>();

  constructor(server: BlockfrostServer) {
    this.server = server;
  }

  /** @throws DppError `ledger/unavailable`. */
  async has(route: OptionalRoute): Promise<boolean> {
    const known = this.known.get(route);
    if (known !== undefined) return known;
    const { ask, missing } = PROBES[route];
    const outcome = await this.server.ask(route, ask);
    const there = outcome.ok || outcome.failure.status !== missing;
    this.known.set(route, there);
    return there;
  }

  /**
   * @throws DppError `ledger/unsupported` when the server lacks the route. It can never answer, so trying again does not help: that is what tells
   *   this from `ledger/unavailable`.
   */
  async assertHas(route: OptionalRoute): Promise<void> {
    if (await this.has(route)) return;
    throw new DppError(
      "ledger/unsupported",
      `${this.server.origin} has no ${route}, which this query needs: use a server that has it, or another ledger adapter`,
      { details: { route } },
    );
  }
}
