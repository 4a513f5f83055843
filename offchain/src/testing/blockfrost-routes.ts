/**
 * What the local server of Blockfrost's API answers (see `blockfrost-server.ts`): documented shapes, not verified against the hosted service. Answers are
 * typed by the library's own description of the API; order, 404s and what a history leaves out follow Blockfrost's published backend.
 */
import type { Responses } from "@blockfrost/blockfrost-js";
import { blake2b } from "@noble/hashes/blake2.js";
import type { EmbeddedLedger } from "../adapters/embedded-ledger/ledger.js";
import { asInt, assetsOf } from "../adapters/ledger-cbor/output.js";
import { arrayItems, mapEntries } from "../adapters/ledger-cbor/span.js";
import { type LedgerTransaction, readTransaction } from "../adapters/ledger-cbor/transaction.js";
import { parseAddress } from "../codec/address.js";
import { decodeBech32 } from "../codec/bech32.js";
import { fromHex, toHex, utf8 } from "../domain/bytes.js";
import { isDppError } from "../domain/errors.js";
import type { OutRef, Utxo } from "../ports/ledger.js";
import { nodeText } from "./blockfrost-refusals.js";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** How this server differs from a whole one. */
export interface Differences {
  /** Routes that it does not have: how their paths read, `*` for one part, e.g. `/assets/policy/*`. */
  readonly without?: readonly string[];
  /** Leaves `consumed_by_tx` null for spent outputs too. */
  readonly tellsSpending?: boolean;
  /** Refuses every transaction with this text. */
  readonly refusal?: string;
}

/** Blockfrost's documented error body. */
export const problem = (status: number, error: string, message: string) => ({
  status_code: status,
  error,
  message,
});

const NOT_FOUND: Answer = {
  status: 404,
  body: problem(404, "Not Found", "The requested component has not been found."),
};
const badRequest = (message: string): Answer => ({ status: 400, body: problem(400, "Bad Request", message) });
const found = (body: unknown): Answer => ({ status: 200, body });

interface Sent {
  readonly tx: LedgerTransaction;
  readonly minted: Readonly<Record<string, bigint>>;
  /** Outputs that it spent, as they were. */
  readonly spent: readonly Utxo[];
  /** Units in its outputs. */
  readonly units: ReadonlySet<string>;
}

const keyOf = ({ txHash, outputIndex }: OutRef): string => `${txHash}#${outputIndex}`;

export class BlockfrostRoutes {
  private readonly ledger: EmbeddedLedger;
  private readonly sent = new Map<string, Sent>();
  /** Output → transaction that spent it. */
  private readonly spentBy = new Map<string, string>();

  constructor(ledger: EmbeddedLedger) {
    this.ledger = ledger;
  }

  /** @param path below the base, with the query. */
  async answer(method: string, path: string, body: Uint8Array, differences: Differences): Promise<Answer> {
    const url = new URL(path, "http://localhost");
    const parts = url.pathname.split("/").slice(1);
    if (differences.without?.some((route) => matches(route, parts))) return NOT_FOUND;
    const page = pageOf(url.searchParams);
    if (page === null) return badRequest("querystring/count should be integer");
    const [area, one = "", what, two = ""] = parts;
    if (method === "POST" && url.pathname === "/tx/submit") return this.submit(body, differences);
    if (method !== "GET") return NOT_FOUND;
    switch (area) {
      case "genesis":
        return found(this.genesis());
      case "network":
        return one === "eras" ? found(await this.eras()) : NOT_FOUND;
      case "blocks":
        return one === "latest" ? found(await this.latestBlock()) : NOT_FOUND;
      case "epochs":
        return url.pathname === "/epochs/latest/parameters" ? found(await this.parameters()) : NOT_FOUND;
      case "addresses":
        return what === "utxos" ? this.utxos(one, parts.length > 3 ? two : null, page) : NOT_FOUND;
      case "assets":
        return one === "policy" ? this.policy(what ?? "", page) : this.asset(one, what ?? "", page);
      case "txs":
        return this.transaction(one, what ?? "", differences.tellsSpending ?? true);
      default:
        return NOT_FOUND;
    }
  }

  private genesis(): Responses["genesis_content"] {
    const { zeroTime, slotLength } = this.ledger.slotConfig;
    return {
      active_slots_coefficient: 0.05,
      update_quorum: 5,
      max_lovelace_supply: "45000000000000000",
      network_magic: this.ledger.networkMagic,
      epoch_length: 432_000,
      system_start: zeroTime / 1000,
      slots_per_kes_period: 129_600,
      slot_length: slotLength / 1000,
      max_kes_evolutions: 62,
      security_param: 2160,
    };
  }

  private async eras(): Promise<Responses["network-eras"]> {
    const { zeroTime, zeroSlot, slotLength } = this.ledger.slotConfig;
    const start = { time: zeroTime / 1000, slot: zeroSlot, epoch: 0 };
    const end = { time: (zeroTime + 432_000 * slotLength) / 1000, slot: zeroSlot + 432_000, epoch: 1 };
    const parameters = { epoch_length: 432_000, slot_length: slotLength / 1000, safe_zone: 129_600 };
    return [{ start, end, parameters }];
  }

  private async latestBlock(): Promise<Responses["block_content"]> {
    const { slot, height, time } = await this.ledger.tip();
    return {
      time: time / 1000,
      height,
      hash: blockHash(height),
      slot,
      epoch: 0,
      epoch_slot: slot,
      slot_leader: "pool1pu5jlj4q9w9jlxeu370a3c9myx47md5j5m2str0naunn2q3lkdy",
      size: 3,
      tx_count: 1,
      output: null,
      fees: null,
      block_vrf: null,
      op_cert: null,
      op_cert_counter: null,
      previous_block: height === 0 ? null : blockHash(height - 1),
      next_block: null,
      confirmations: 0,
    };
  }

  /** The parameters that the product's ledgers have; the documented answer has more of governance and pools. */
  private async parameters(): Promise<Partial<Responses["epoch_param_content"]>> {
    const p = await this.ledger.protocolParameters();
    return {
      epoch: 0,
      min_fee_a: p.minFeeA,
      min_fee_b: p.minFeeB,
      max_block_size: 90_112,
      max_tx_size: p.maxTxSize,
      max_block_header_size: 1100,
      key_deposit: p.keyDeposit.toString(),
      pool_deposit: p.poolDeposit.toString(),
      protocol_major_ver: 10,
      protocol_minor_ver: 0,
      cost_models: null,
      cost_models_raw: { ...p.costModels },
      price_mem: p.priceMem,
      price_step: p.priceStep,
      max_tx_ex_mem: p.maxTxExMem.toString(),
      max_tx_ex_steps: p.maxTxExSteps.toString(),
      max_val_size: p.maxValSize.toString(),
      collateral_percent: p.collateralPercentage,
      max_collateral_inputs: p.maxCollateralInputs,
      coins_per_utxo_size: p.coinsPerUtxoByte.toString(),
      coins_per_utxo_word: p.coinsPerUtxoByte.toString(),
      gov_action_deposit: p.govActionDeposit.toString(),
      drep_deposit: p.drepDeposit.toString(),
      min_fee_ref_script_cost_per_byte: p.minFeeRefScriptCostPerByte,
    };
  }

  private async utxos(address: string, asset: string | null, page: Page): Promise<Answer> {
    const all = await this.atAddress(address);
    if (all === null) return badRequest("Invalid address for this network or malformed address format.");
    if (asset !== null && !ASSET.test(asset)) return badRequest("Invalid or malformed asset format.");
    const utxos = asset === null ? all : all.filter(({ assets }) => asset in assets);
    if (utxos.length === 0) return NOT_FOUND;
    const listed: Responses["address_utxo_content"] = page.of(utxos).map((utxo) => ({
      ...outputOf(utxo),
      address: utxo.address,
      tx_hash: utxo.txHash,
      tx_index: utxo.outputIndex,
      output_index: utxo.outputIndex,
      block: blockHash(0),
    }));
    return found(listed);
  }

  /** An address, or a payment credential in CIP-5's form. */
  private async atAddress(text: string): Promise<readonly Utxo[] | null> {
    try {
      if (text.startsWith("addr_test1")) {
        parseAddress(text);
        return await this.ledger.utxosAt(text);
      }
      const { prefix, bytes } = decodeBech32(text);
      if (bytes.length !== 28 || (prefix !== "addr_vkh" && prefix !== "script")) return null;
      const kind = prefix === "script" ? "script" : "key";
      const utxos = await this.ledger.utxosByCredential(toHex(bytes));
      return utxos.filter(({ address }) => parseAddress(address).address.payment?.kind === kind);
    } catch {
      return null;
    }
  }

  private async asset(asset: string, what: string, page: Page): Promise<Answer> {
    if (!ASSET.test(asset)) return badRequest("Invalid or malformed asset format.");
    const history = [...this.sent].flatMap(([hash, { minted }]) => {
      const amount = minted[asset];
      return amount === undefined ? [] : [{ hash, amount }];
    });
    if (history.length === 0) return NOT_FOUND;
    if (what === "history") {
      const actions: Responses["asset_history"] = page.of(history).map(({ hash, amount }) => ({
        tx_hash: hash,
        action: amount > 0n ? "minted" : "burned",
        amount: (amount > 0n ? amount : -amount).toString(),
      }));
      return found(actions);
    }
    if (what === "transactions") return found(await this.assetTransactions(asset, page));
    if (what !== "addresses") return NOT_FOUND;
    const held = new Map<string, bigint>();
    for (const { address, assets } of await this.ledger.utxosWithUnit(asset))
      held.set(address, (held.get(address) ?? 0n) + (assets[asset] ?? 0n));
    const holders: Responses["asset_addresses"] = page
      .of([...held])
      .map(([address, quantity]) => ({ address, quantity: quantity.toString() }));
    return found(holders);
  }

  /** As the published backend's SQL: transactions with an output that holds the asset, so without the burning of the last of it. */
  private async assetTransactions(asset: string, page: Page): Promise<Responses["asset_transactions"]> {
    const hashes = [...this.sent].filter(([, { units }]) => units.has(asset)).map(([hash]) => hash);
    return Promise.all(
      page.of(hashes).map(async (hash) => {
        const { height, time } = await this.placeOf(hash);
        return { tx_hash: hash, tx_index: 0, block_height: height, block_time: time / 1000 };
      }),
    );
  }

  private policy(policy: string, page: Page): Answer {
    if (!/^[0-9a-f]{56}$/.test(policy)) return badRequest("Invalid or malformed policy format.");
    const totals = new Map<string, bigint>();
    for (const { minted } of this.sent.values())
      for (const [unit, amount] of Object.entries(minted))
        if (unit.startsWith(policy)) totals.set(unit, (totals.get(unit) ?? 0n) + amount);
    if (totals.size === 0) return NOT_FOUND;
    const listed: Responses["asset_policy"] = page
      .of([...totals])
      .map(([asset, quantity]) => ({ asset, quantity: quantity.toString() }));
    return found(listed);
  }

  private async transaction(hash: string, what: string, tellsSpending: boolean): Promise<Answer> {
    const known = this.sent.get(hash);
    const stands = await this.ledger.transaction(hash);
    if (known === undefined || stands === null) return NOT_FOUND;
    if (what === "cbor") {
      const answer: Responses["tx_content_cbor"] = { cbor: stands.cbor };
      return found(answer);
    }
    if (what === "utxos") return found(this.transactionUtxos(known, tellsSpending));
    return what === "" ? found(contentOf(known, stands)) : NOT_FOUND;
  }

  private transactionUtxos({ tx, spent }: Sent, tellsSpending: boolean): Responses["tx_content_utxo"] {
    return {
      hash: tx.hash,
      inputs: spent.map((utxo) => ({
        ...outputOf(utxo),
        address: utxo.address,
        tx_hash: utxo.txHash,
        output_index: utxo.outputIndex,
        collateral: false,
        reference: false,
      })),
      outputs: tx.outputs.map(({ ref, utxo }) => ({
        ...outputOf(utxo),
        address: utxo.address,
        output_index: ref.outputIndex,
        collateral: false,
        consumed_by_tx: tellsSpending ? (this.spentBy.get(keyOf(ref)) ?? null) : null,
      })),
    };
  }

  private async submit(bytes: Uint8Array, { refusal }: Differences): Promise<Answer> {
    if (refusal !== undefined) return badRequest(refusal);
    try {
      const tx = readTransaction(bytes);
      const spent = await this.ledger.utxosByOutRef(tx.inputs);
      await this.ledger.submit(toHex(bytes));
      const units = new Set(tx.outputs.flatMap(({ utxo }) => Object.keys(utxo.assets)));
      this.sent.set(tx.hash, { tx, spent, units, minted: mintOf(bytes) });
      for (const input of tx.inputs) this.spentBy.set(keyOf(input), tx.hash);
      return found(tx.hash);
    } catch (error) {
      if (!isDppError(error)) throw error;
      return badRequest(nodeText(error));
    }
  }

  private async placeOf(hash: string) {
    const place = await this.ledger.transaction(hash);
    if (place === null) throw new Error("a sent transaction is gone");
    return place;
  }
}

const ASSET = /^[0-9a-f]{56,120}$/;

const matches = (route: string, parts: readonly string[]): boolean => {
  const wanted = route.split("/").slice(1);
  return wanted.length === parts.length && wanted.every((part, at) => part === "*" || part === parts[at]);
};

interface Page {
  of<T>(items: readonly T[]): T[];
}

function pageOf(query: URLSearchParams): Page | null {
  const count = Number(query.get("count") ?? 100);
  const page = Number(query.get("page") ?? 1);
  if (!Number.isInteger(count) || count < 1 || count > 100 || !Number.isInteger(page) || page < 1)
    return null;
  return { of: (items) => items.slice((page - 1) * count, page * count) };
}

const blockHash = (height: number): string => toHex(blake2b(utf8(`block ${height}`), { dkLen: 32 }));

const amountOf = (assets: Utxo["assets"]) =>
  Object.entries(assets).map(([unit, quantity]) => ({ unit, quantity: quantity.toString() }));

/** An inline datum's hash is shown too, as db-sync keeps it. */
const outputOf = ({ assets, datum, datumHash, scriptRef }: Utxo) => ({
  amount: amountOf(assets),
  data_hash: datum ? toHex(blake2b(fromHex(datum), { dkLen: 32 })) : (datumHash ?? null),
  inline_datum: datum ?? null,
  reference_script_hash: scriptRef ? toHex(blake2b(fromHex(scriptRef.script), { dkLen: 28 })) : null,
});

const MINT = 9;

function mintOf(bytes: Uint8Array): Record<string, bigint> {
  const [body] = arrayItems(bytes);
  const mint = mapEntries(body ?? Uint8Array.of(0xa0)).find(([key]) => asInt(key) === BigInt(MINT))?.[1];
  return mint === undefined ? {} : assetsOf(mint);
}

function contentOf(
  { tx, minted, spent }: Sent,
  { slot, height, time }: { slot: number; height: number; time: number },
): Responses["tx_content"] {
  return {
    hash: tx.hash,
    block: blockHash(height),
    block_height: height,
    block_time: time / 1000,
    slot,
    index: 0,
    output_amount: [],
    fees: tx.fee.toString(),
    deposit: "0",
    size: tx.bytes.length,
    invalid_before: null,
    invalid_hereafter: null,
    utxo_count: spent.length + tx.outputs.length,
    withdrawal_count: 0,
    mir_cert_count: 0,
    delegation_count: 0,
    stake_cert_count: 0,
    pool_update_count: 0,
    pool_retire_count: 0,
    asset_mint_or_burn_count: Object.keys(minted).length,
    redeemer_count: 0,
    valid_contract: true,
    treasury_donation: "0",
  };
}
