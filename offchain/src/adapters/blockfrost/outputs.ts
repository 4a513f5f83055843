/**
 * Outputs as the port shows them. What lies plainly at an address is taken from the listing; an output with a datum, a datum's hash or a reference
 * script is read from the bytes of the transaction that made it, which are checked against its hash. So datums and scripts are exact however the
 * server re-encodes them, servers without `/scripts` do, and what is shown follows from the transaction's hash.
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { concat, fromHex, toHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import type { OutRef, Utxo } from "../../ports/ledger.js";
import { asInt, readOutput, type StoredOutput } from "../ledger-cbor/output.js";
import { arrayItems, endOf, headAt, mapEntries } from "../ledger-cbor/span.js";
import { transactionCbor, type UtxoAnswer } from "./answers.js";
import type { BlockfrostServer } from "./server.js";

const CBOR_ROUTE = "/txs/{hash}/cbor";
const ARRAY = 4;
const OUTPUTS = 1;
const COLLATERAL_RETURN = 16;
/** Bodies of at most 16 KiB. They never change, so nothing but room limits how long they stay. */
const MAX_CACHED = 2_000;

export class Outputs {
  private readonly server: BlockfrostServer;
  /** Transaction hash → body, also while it is on its way; the least recently used goes first. */
  private readonly bodies = new Map<string, Promise<Uint8Array>>();

  constructor(server: BlockfrostServer) {
    this.server = server;
  }

  /**
   * `null`: it lies at another address than the one it is listed at. There are servers that list, for an address, all that have its payment credential, and say
   * of each that it lies there. @throws DppError `ledger/unavailable` when the server's bytes are not the ones that the hash names.
   */
  async utxo(listed: UtxoAnswer): Promise<Utxo | null> {
    const ref = { txHash: listed.tx_hash, outputIndex: listed.output_index };
    const { address, data_hash: hash, inline_datum: datum, reference_script_hash: script } = listed;
    if (hash === null && datum === null && script === null)
      return { ...ref, address, assets: listed.amount, datum: null, datumHash: null, scriptRef: null };
    const made = await this.made(ref);
    // Our reader writes Byron and pointer addresses in hex, so only the others can be compared.
    if (made.credential !== null && made.utxo.address !== address) return null;
    return { ...made.utxo, address };
  }

  /** Signed bytes, hex, of a transaction that the server says is in a block. @throws DppError `ledger/unavailable`. */
  async bytes(hash: string): Promise<string> {
    const answer = await this.server.read(CBOR_ROUTE, (api) => api.txsCbor(hash), transactionCbor);
    if (answer === null)
      throw this.server.undocumented(CBOR_ROUTE, "nothing for a transaction that it knows");
    this.bodyOf(answer.cbor, hash);
    return answer.cbor;
  }

  /** The output as its transaction made it. */
  private async made(ref: OutRef): Promise<StoredOutput> {
    const body = await this.body(ref.txHash);
    try {
      const fields = new Map(mapEntries(body).map(([key, value]) => [Number(asInt(key)), value]));
      const outputs = arrayItems(fields.get(OUTPUTS) ?? Uint8Array.of(0x80));
      // A transaction whose scripts failed makes one output: what is left of its collateral, counted after the ones that it did not make.
      const output =
        outputs[ref.outputIndex] ??
        (ref.outputIndex === outputs.length ? fields.get(COLLATERAL_RETURN) : undefined);
      if (output === undefined)
        throw this.server.undocumented(CBOR_ROUTE, "a transaction without the output");
      return readOutput(ref, output);
    } catch (error) {
      if (error instanceof DppError && error.code === "ledger/unavailable") throw error;
      throw this.server.undocumented(CBOR_ROUTE, "an output that cannot be read");
    }
  }

  private body(hash: string): Promise<Uint8Array> {
    const body = this.bodies.get(hash) ?? this.bytes(hash).then((cbor) => this.bodyOf(cbor, hash));
    this.keep(hash, body);
    // What failed is asked for again next time.
    body.catch(() => this.bodies.delete(hash));
    return body;
  }

  /** Only the body: witnesses and metadata may nest deeper than our reader follows, and anybody can pay to a contract from such a transaction. */
  private bodyOf(cbor: string, hash: string): Uint8Array {
    const bytes = fromHex(cbor);
    const body = bodySpan(bytes);
    if (body === null || toHex(blake2b(body, { dkLen: 32 })) !== hash)
      throw this.server.undocumented(CBOR_ROUTE, "bytes of another transaction than the one asked for");
    // A copy: the span would keep the whole transaction in memory.
    return concat(body);
  }

  private keep(hash: string, body: Promise<Uint8Array>): void {
    this.bodies.delete(hash);
    this.bodies.set(hash, body);
    const [oldest] = this.bodies.keys();
    if (this.bodies.size > MAX_CACHED && oldest !== undefined) this.bodies.delete(oldest);
  }
}

function bodySpan(bytes: Uint8Array): Uint8Array | null {
  try {
    const { major, next } = headAt(bytes, 0);
    return major === ARRAY ? bytes.subarray(next, endOf(bytes, next)) : null;
  } catch {
    return null;
  }
}
