/**
 * The ledger behind a server of Blockfrost's API: the hosted one for mainnet, preprod and preview, or one's own at another URL. What is asked of which
 * route, and what a server may leave out: docs/blockfrost.md. Leaves out what has no block yet: answers are of the chain, not of the mempool.
 */
import { parseAddress } from "../../codec/address.js";
import { DppError } from "../../domain/errors.js";
import type { Clock, Random } from "../../ports/clock.js";
import {
  type Ledger,
  type LedgerTx,
  type Network,
  networkId,
  type OutRef,
  type ProtocolParameters,
  type SlotConfig,
  type Tip,
  type Utxo,
} from "../../ports/ledger.js";
import { timeOfSlot } from "../public-networks.js";
import { Addresses, keyOf } from "./addresses.js";
import * as answers from "./answers.js";
import { Assets } from "./assets.js";
import { eachOf } from "./listing.js";
import { joinNetwork } from "./networks.js";
import { Outputs } from "./outputs.js";
import { readParameters } from "./parameters.js";
import { Routes } from "./routes.js";
import { BlockfrostServer } from "./server.js";
import { byTransaction, Spending } from "./spent.js";
import { submit } from "./submission.js";

export { PROJECT_ID_VARIABLE } from "./connect.js";

export interface BlockfrostOptions {
  /** Checked against the server's. */
  readonly network: Network;
  /** Needed by the hosted service. */
  readonly projectId?: string | undefined;
  /** Of another server, e.g. `http://127.0.0.1:3100/api/v0`; without it the hosted one of the network. */
  readonly url?: string | undefined;
  readonly clock: Clock;
  /** For the jitter of back-off. */
  readonly random: Random;
  /** ms for one request; default 20 s. */
  readonly timeoutMs?: number | undefined;
  /** Tries of a read and of a submission; default 5. */
  readonly attempts?: number | undefined;
  /** ms between two looks of `awaitTx`; default 5 s, on a devnet half a second. */
  readonly pollMs?: number | undefined;
  /** A devnet's, when it is known. */
  readonly networkMagic?: number | undefined;
  /** A devnet's, when its server does not say it rightly. */
  readonly slotConfig?: SlotConfig | undefined;
  /** How time passes between tries and looks; tests pass one that moves their clock. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

const TIMEOUT = 20_000;
const ATTEMPTS = 5;
const POLL = 5_000;
const POLL_DEVNET = 500;
/** Blocks of the public networks come every 20 s on average, now and then minutes apart. */
const AWAIT = 300_000;
/** Readings of a unit's holders and outputs before it counts as moving too fast. */
const MAX_MOVES = 5;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Connects, and checks that the server follows the network named.
 * @throws DppError `ledger/wrong-network`; `ledger/unauthorized` when the project id is missing or not accepted; `ledger/bad-url`;
 *   `ledger/unavailable`.
 */
export async function openBlockfrost(options: BlockfrostOptions): Promise<Ledger> {
  const { network, url, clock, random, networkMagic, slotConfig } = options;
  if (network === "embedded")
    throw new DppError("ledger/wrong-network", "the embedded ledger is in the process, not behind a server");
  const server = new BlockfrostServer({
    network,
    // Files and variables often end with a line break.
    projectId: options.projectId?.trim() || undefined,
    url,
    clock,
    random,
    wait: options.wait ?? sleep,
    timeoutMs: options.timeoutMs ?? TIMEOUT,
    attempts: options.attempts ?? ATTEMPTS,
  });
  const slots = await joinNetwork(server, { network, networkMagic, slotConfig });
  const pollMs = options.pollMs ?? (network === "devnet" ? POLL_DEVNET : POLL);
  return new BlockfrostLedger(server, network, slots, pollMs);
}

const HASH_28 = /^[0-9a-f]{56}$/;

class BlockfrostLedger implements Ledger {
  readonly network: Network;
  readonly slotConfig: SlotConfig;
  private readonly server: BlockfrostServer;
  private readonly addresses: Addresses;
  private readonly assets: Assets;
  private readonly outputs: Outputs;
  private readonly spending: Spending;
  private readonly pollMs: number;

  constructor(server: BlockfrostServer, network: Network, slots: SlotConfig, pollMs: number) {
    this.server = server;
    this.network = network;
    this.slotConfig = slots;
    this.pollMs = pollMs;
    const routes = new Routes(server);
    this.addresses = new Addresses(server, routes);
    this.assets = new Assets(server, routes);
    this.outputs = new Outputs(server);
    this.spending = new Spending(server, async (address) => {
      const listed = await this.addresses.utxosAt(address);
      return new Set(listed.map(keyOf));
    });
  }

  /** Of the latest block: slots after it are empty so far. */
  async tip(): Promise<Tip> {
    const { server } = this;
    const { slot, height, hash } = await server.require(
      "/blocks/latest",
      (api) => api.blocksLatest(),
      answers.block,
    );
    return { slot, height, time: timeOfSlot(this.slotConfig, slot), hash };
  }

  protocolParameters(): Promise<ProtocolParameters> {
    return readParameters(this.server);
  }

  async utxosAt(address: string): Promise<readonly Utxo[]> {
    return this.isAddressHere(address) ? this.shown(await this.addresses.utxosAt(address)) : [];
  }

  async utxosByCredential(hash: string): Promise<readonly Utxo[]> {
    return HASH_28.test(hash) ? this.shown(await this.addresses.utxosByCredential(hash)) : [];
  }

  async utxoByUnit(unit: string): Promise<Utxo | null> {
    const [found, ...others] = await this.utxosWithUnit(unit);
    if (others.length > 0) throw new DppError("ledger/not-unique", "several outputs hold this unit");
    return found ?? null;
  }

  /**
   * Two questions, who holds the unit and in which outputs, with a block between them now and then. A holder without an output shows that: asked again,
   * lest a unit in motion pass for one that nobody has.
   */
  async utxosWithUnit(unit: string): Promise<readonly Utxo[]> {
    if (!answers.UNIT.test(unit)) return [];
    for (let reading = 0; reading < MAX_MOVES; reading++) {
      const holders = await this.assets.holdersOf(unit);
      const listed = await eachOf(holders, (address) => this.addresses.utxosWith(address, unit));
      if (listed.every(({ length }) => length > 0)) return this.shown(listed.flat());
    }
    throw new DppError("ledger/unavailable", "the unit moved during each reading; try again", {
      details: { unit, reason: "busy" },
    });
  }

  async utxosByOutRef(refs: readonly OutRef[]): Promise<readonly Utxo[]> {
    const grouped = [...byTransaction(refs.filter(({ txHash }) => answers.HASH.test(txHash)))];
    const found = await eachOf(grouped, ([hash, indexes]) => this.spending.unspent(hash, indexes));
    const utxos = await this.shown(found.flatMap((listed) => listed ?? []));
    const byKey = new Map(utxos.map((utxo) => [`${utxo.txHash}#${utxo.outputIndex}`, utxo]));
    return refs.flatMap(({ txHash, outputIndex }) => byKey.get(`${txHash}#${outputIndex}`) ?? []);
  }

  /** `null` also for one whose scripts failed: all it did was to lose its collateral. */
  async transaction(hash: string): Promise<LedgerTx | null> {
    return (await this.withIndex(hash))?.tx ?? null;
  }

  async transactionsOf(unit: string): Promise<readonly LedgerTx[]> {
    if (!answers.UNIT.test(unit)) return [];
    const found = await eachOf(await this.assets.movesOf(unit), (hash) => this.withIndex(hash));
    return found
      .filter((entry) => entry !== null)
      .sort((a, b) => a.tx.height - b.tx.height || a.index - b.index)
      .map(({ tx }) => tx);
  }

  async unitsOf(policy: string): Promise<readonly string[]> {
    return HASH_28.test(policy) ? this.assets.unitsOf(policy) : [];
  }

  submit(cbor: string): Promise<string> {
    return submit(this.server, cbor, {
      isKnown: async (hash) => (await this.found(hash)) !== null || (await this.isWaiting(hash)),
      spentOf: (refs) => this.spending.spentOf(refs),
    });
  }

  async awaitTx(hash: string, timeoutMs: number = AWAIT): Promise<void> {
    const deadline = this.server.now() + timeoutMs;
    // Counted as well, so that a clock that stands still ends too.
    for (let looks = Math.ceil(timeoutMs / this.pollMs) + 1; looks > 0; looks--) {
      const found = await this.found(hash);
      if (found?.valid_contract === false)
        throw new DppError(
          "ledger/refused",
          "a script of the transaction failed, which cost its collateral",
          {
            details: { rule: "PlutusScript", hash },
          },
        );
      if (found !== null) return;
      const left = deadline - this.server.now();
      if (left <= 0) break;
      await this.server.wait(Math.min(this.pollMs, left));
    }
    throw new DppError("ledger/timeout", "the transaction is in no block yet", {
      details: { hash, timeoutMs },
    });
  }

  /** A text that is no address of this network names a place where nothing can lie. */
  private isAddressHere(address: string): boolean {
    try {
      return (
        address.startsWith("addr") && parseAddress(address).address.networkId === networkId(this.network)
      );
    } catch {
      return false;
    }
  }

  private async shown(listed: readonly answers.UtxoAnswer[]): Promise<Utxo[]> {
    const utxos = await eachOf(listed, (output) => this.outputs.utxo(output));
    return utxos.filter((utxo) => utxo !== null);
  }

  private async found(hash: string): Promise<answers.TransactionAnswer | null> {
    if (!answers.HASH.test(hash)) return null;
    return this.server.read("/txs/{hash}", (api) => api.txs(hash), answers.transaction);
  }

  /** With its place in the block. */
  private async withIndex(hash: string): Promise<{ readonly tx: LedgerTx; readonly index: number } | null> {
    const found = await this.found(hash);
    if (found === null || !found.valid_contract) return null;
    const { slot, block_height: height, index } = found;
    const cbor = await this.outputs.bytes(hash);
    return { tx: { hash, slot, height, time: timeOfSlot(this.slotConfig, slot), cbor }, index };
  }

  /** The hosted service shows its mempool; other servers have no such route, and then the answer is no. */
  private async isWaiting(hash: string): Promise<boolean> {
    return (await this.server.ask("/mempool/{hash}", (api) => api.mempoolTx(hash))).ok;
  }
}
