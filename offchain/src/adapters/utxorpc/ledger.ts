/**
 * A node of one's own as the ledger, over UTxO RPC. Nothing is kept here: every question goes to the node, so that a reorganisation shows at once.
 * Outputs and transactions are read from the bytes that the node hands out, not from its rendering of them.
 */
import type { query } from "@utxorpc/spec";
import { parseAddress } from "../../codec/address.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { Clock } from "../../ports/clock.js";
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
import { readOutput } from "../ledger-cbor/output.js";
import { readTransaction } from "../ledger-cbor/transaction.js";
import { PUBLIC_NETWORKS, publicNetwork, timeOfSlot } from "../public-networks.js";
import { type ClientOptions, connectUtxoRpc, type UtxoRpcClient, wait } from "./client.js";
import { scanBlocks, walkBack } from "./history.js";
import { readParameters, slotsOf } from "./parameters.js";
import { refusalOf } from "./refusal.js";

export interface UtxoRpcOptions extends ClientOptions {
  readonly network: Exclude<Network, "embedded">;
  readonly clock: Clock;
  /** ms between two looks for a transaction that is to come. */
  readonly pollMs?: number;
  /** The protocol parameters, where the node states them better elsewhere than over UTxO RPC (docs/node.md). */
  readonly parameters?: () => Promise<ProtocolParameters>;
}

const PAGE = 100;
const MAX_PAGES = 1_000;
const POLL = 1_000;
const AWAIT = 180_000;
const POLICY_HEX = 56;

/**
 * The specification's `payment_part` is the bare 28-byte credential. Dingo (0.66) wants an address there, by which it finds every address with that payment
 * credential. It takes some credentials for an address and answers with nothing, so it is asked once with one that cannot be mistaken. Headers of
 * enterprise addresses: CIP-19.
 */
const NOBODY = new Uint8Array(28);
const PAYMENT_PART_REFUSED = /payment part/i;
const ENTERPRISE_KEY = 0x60;
const ENTERPRISE_SCRIPT = 0x70;
const REFUSED = Symbol("refused");

/** Bytes in the form that the client's types ask for. */
const raw = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(fromHex(hex));

/** @throws DppError `ledger/wrong-network` when the node serves another; `ledger/unavailable`, `ledger/bad-url`. */
export async function openUtxoRpc(options: UtxoRpcOptions): Promise<Ledger> {
  const client = connectUtxoRpc(options);
  const genesis = await client.read(() => client.query.readGenesis({}));
  if (genesis === null || genesis.config.case !== "cardano")
    throw new DppError("ledger/unavailable", "the node does not state its genesis");
  const stated = genesis.config.value;
  const named = publicNetwork(options.network);
  // A devnet has the magic that its maker gave it, but never a public network's.
  const fits =
    named === null
      ? !Object.values(PUBLIC_NETWORKS).some(({ networkMagic }) => networkMagic === stated.networkMagic)
      : stated.networkMagic === named.networkMagic;
  if (!fits) {
    throw new DppError(
      "ledger/wrong-network",
      `the node serves the network with magic ${stated.networkMagic}, not ${options.network}`,
      { details: { magic: stated.networkMagic, network: options.network } },
    );
  }
  return new NodeLedger(client, slotsOf(options.network, stated), options);
}

class NodeLedger implements Ledger {
  readonly network: Network;
  readonly slotConfig: SlotConfig;
  private readonly client: UtxoRpcClient;
  private readonly clock: Clock;
  private readonly pollMs: number;
  private takesCredentials: Promise<boolean> | undefined;
  private readonly parameters: (() => Promise<ProtocolParameters>) | undefined;

  constructor(
    client: UtxoRpcClient,
    slots: SlotConfig,
    { network, clock, pollMs = POLL, parameters }: UtxoRpcOptions,
  ) {
    this.client = client;
    this.network = network;
    this.slotConfig = slots;
    this.clock = clock;
    this.pollMs = pollMs;
    this.parameters = parameters;
  }

  async tip(): Promise<Tip> {
    const answer = await this.client.read(() => this.client.sync.readTip({}));
    if (answer?.tip === undefined) throw new DppError("ledger/unavailable", "the node has no block yet");
    const slot = Number(answer.tip.slot);
    const { height, hash } = answer.tip;
    return { slot, height: Number(height), time: timeOfSlot(this.slotConfig, slot), hash: toHex(hash) };
  }

  async protocolParameters(): Promise<ProtocolParameters> {
    if (this.parameters !== undefined) return this.parameters();
    const answer = await this.client.read(() => this.client.query.readParams({}));
    const params = answer?.values?.params;
    if (params?.case !== "cardano")
      throw new DppError("ledger/unavailable", "the node states no protocol parameters");
    return readParameters(params.value);
  }

  async utxosAt(address: string): Promise<readonly Utxo[]> {
    const { bytes } = parseAddress(address);
    const found = await this.search({ address: { exactAddress: Uint8Array.from(bytes) } });
    return found.filter((utxo) => utxo.address === address);
  }

  async utxosByCredential(hash: string): Promise<readonly Utxo[]> {
    this.takesCredentials ??= this.search({ address: { paymentPart: NOBODY } }, PAYMENT_PART_REFUSED).then(
      (found) => found !== null,
    );
    this.takesCredentials.catch(() => {
      this.takesCredentials = undefined;
    });
    if (await this.takesCredentials) return this.search({ address: { paymentPart: raw(hash) } });
    const id = networkId(this.network);
    const forms = await Promise.all(
      [ENTERPRISE_KEY, ENTERPRISE_SCRIPT].map((type) =>
        this.search({ address: { paymentPart: Uint8Array.of(type | id, ...raw(hash)) } }),
      ),
    );
    return forms.flat();
  }

  async utxoByUnit(unit: string): Promise<Utxo | null> {
    const [found, ...others] = await this.utxosWithUnit(unit);
    if (others.length > 0) throw new DppError("ledger/not-unique", "several outputs hold this unit");
    return found ?? null;
  }

  async utxosWithUnit(unit: string): Promise<readonly Utxo[]> {
    const asset = {
      policyId: raw(unit.slice(0, POLICY_HEX)),
      assetName: raw(unit.slice(POLICY_HEX)),
    };
    return (await this.search({ asset })).filter(({ assets }) => (assets[unit] ?? 0n) > 0n);
  }

  async unitsOf(policy: string): Promise<readonly string[]> {
    const held = await this.search({ asset: { policyId: raw(policy) } });
    const units = held.flatMap(({ assets }) => Object.keys(assets).filter((unit) => unit.startsWith(policy)));
    return [...new Set(units)].sort();
  }

  private search(pattern: Pattern): Promise<Utxo[]>;
  private search(pattern: Pattern, refused: RegExp): Promise<Utxo[] | null>;
  /** @param refused a server's words for a pattern that it cannot read; the answer is `null` then. */
  private async search(pattern: Pattern, refused?: RegExp): Promise<Utxo[] | null> {
    const predicate = { match: { utxoPattern: { case: "cardano" as const, value: pattern } } };
    const found: Utxo[] = [];
    let startToken = "";
    for (let page = 0; page < MAX_PAGES; page++) {
      const token = startToken;
      const answer = await this.client.read(async () => {
        try {
          return await this.client.query.searchUtxos({ predicate, maxItems: PAGE, startToken: token });
        } catch (error) {
          if (refused?.test(String(error))) return REFUSED;
          throw error;
        }
      });
      if (answer === REFUSED) return null;
      found.push(...(answer?.items ?? []).map(readUtxo));
      startToken = answer?.nextToken ?? "";
      if (startToken === "") return found;
    }
    throw new DppError("ledger/unavailable", `the node answers with more than ${PAGE * MAX_PAGES} outputs`);
  }

  /** One by one: a node may refuse the whole question for one output that is gone. */
  async utxosByOutRef(refs: readonly OutRef[]): Promise<readonly Utxo[]> {
    const found: Utxo[] = [];
    for (const { txHash, outputIndex } of refs) {
      const answer = await this.client.read(async () => {
        try {
          return await this.client.query.readUtxos({ keys: [{ hash: raw(txHash), index: outputIndex }] });
        } catch (error) {
          if (/not found/i.test(String(error))) return null;
          throw error;
        }
      });
      found.push(...(answer?.items ?? []).map(readUtxo));
    }
    return found;
  }

  async transaction(hash: string): Promise<LedgerTx | null> {
    const answer = await this.client.read(() => this.client.query.readTx({ hash: raw(hash) }));
    const tx = answer?.tx;
    if (tx?.blockRef === undefined) return null;
    const cbor = toHex(tx.nativeBytes);
    if (readTransaction(cbor).hash !== hash)
      throw new DppError("ledger/unavailable", "the node answered with another transaction", {
        details: { hash },
      });
    const slot = Number(tx.blockRef.slot);
    return { hash, slot, height: Number(tx.blockRef.height), time: timeOfSlot(this.slotConfig, slot), cbor };
  }

  async transactionsOf(unit: string): Promise<readonly LedgerTx[]> {
    const holders = await this.utxosWithUnit(unit);
    if (holders.length > 0) {
      return walkBack(
        unit,
        holders.map(({ txHash }) => txHash),
        (hash) => this.transaction(hash),
      );
    }
    const hashes = await scanBlocks(this.client, unit);
    const found = await Promise.all(hashes.map((hash) => this.transaction(hash)));
    return found.filter((tx) => tx !== null);
  }

  async submit(cbor: string): Promise<string> {
    const { hash, bytes } = readTransaction(cbor);
    try {
      await this.client.submit.submitTx({ tx: { type: { case: "raw", value: bytes } } });
    } catch (error) {
      throw refusalOf(error);
    }
    return hash;
  }

  async awaitTx(hash: string, timeoutMs: number = AWAIT): Promise<void> {
    const deadline = this.clock.now() + timeoutMs;
    while ((await this.transaction(hash)) === null) {
      if (this.clock.now() >= deadline)
        throw new DppError("ledger/timeout", "the transaction is in no block yet", { details: { hash } });
      await wait(this.pollMs);
    }
  }
}

interface Pattern {
  readonly address?: {
    readonly exactAddress?: Uint8Array<ArrayBuffer>;
    readonly paymentPart?: Uint8Array<ArrayBuffer>;
  };
  readonly asset?: {
    readonly policyId: Uint8Array<ArrayBuffer>;
    readonly assetName?: Uint8Array<ArrayBuffer>;
  };
}

function readUtxo({ txoRef, nativeBytes }: query.AnyUtxoData): Utxo {
  if (txoRef === undefined || nativeBytes.length === 0)
    throw new DppError("ledger/unavailable", "the node hands out outputs without their bytes");
  return readOutput({ txHash: toHex(txoRef.hash), outputIndex: txoRef.index }, nativeBytes).utxo;
}
