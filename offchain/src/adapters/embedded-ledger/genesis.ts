/**
 * What a ledger starts from: when slot 0 began and who holds the first coins. Spec: docs/spec/journal.md. Every ledger hash chain hangs
 * on the hash of these bytes, so two ledgers never mix.
 */
import { encode } from "cborg";
import { parseAddress } from "../../codec/address.js";
import { fromUtf8, toHex, utf8 } from "../../domain/bytes.js";
import { DppError, isDppError } from "../../domain/errors.js";
import { readOutput, type StoredOutput } from "../ledger-cbor/output.js";
import { hashBytes } from "./block.js";

export interface GenesisFund {
  readonly address: string;
  readonly lovelace: bigint;
}

export interface Genesis {
  readonly networkMagic: number;
  /** POSIX ms of slot 0. */
  readonly zeroTime: number;
  /** ms per slot. */
  readonly slotLength: number;
  readonly funds: readonly GenesisFund[];
}

const FORMAT = 1;
const MAX_FUNDS = 1000;
const MAX_LOVELACE = 45_000_000_000_000_000n;

export function encodeGenesis(genesis: Genesis): Uint8Array {
  const funds = genesis.funds.map(({ address, lovelace }) => ({ address, lovelace: lovelace.toString() }));
  return utf8(`${JSON.stringify({ format: FORMAT, ...genesis, funds }, null, 2)}\n`);
}

const corrupt = (cause?: unknown): DppError =>
  new DppError("ledger/corrupt-journal", "genesis.json is damaged or of another format", { cause });

/** @throws DppError `ledger/corrupt-journal`. */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  try {
    const json = JSON.parse(fromUtf8(bytes)) as Record<string, unknown>;
    const { format, networkMagic, zeroTime, slotLength, funds } = json;
    if (format !== FORMAT || slotLength !== 1000 || !Array.isArray(funds)) throw corrupt();
    return checkGenesis({
      networkMagic: networkMagic as number,
      zeroTime: zeroTime as number,
      slotLength,
      funds: funds.map((fund: { address: string; lovelace: string }) => ({
        address: fund.address,
        lovelace: BigInt(fund.lovelace),
      })),
    });
  } catch (cause) {
    throw isDppError(cause, "ledger/corrupt-journal") ? cause : corrupt(cause);
  }
}

/** @throws DppError `ledger/bad-genesis`. */
export function checkGenesis(genesis: Genesis): Genesis {
  const { networkMagic, zeroTime, funds } = genesis;
  const total = funds.reduce((sum, { lovelace }) => sum + lovelace, 0n);
  const whole = Number.isSafeInteger(zeroTime) && zeroTime >= 0 && zeroTime % genesis.slotLength === 0;
  if (!whole || !Number.isSafeInteger(networkMagic) || networkMagic < 0)
    throw bad("times and magic are whole numbers");
  if (funds.length < 1 || funds.length > MAX_FUNDS) throw bad(`1 to ${MAX_FUNDS} funds`);
  if (funds.some(({ lovelace }) => lovelace < 1_000_000n) || total > MAX_LOVELACE) {
    throw bad("each fund holds at least 1 ADA, all together at most 45 billion");
  }
  if (funds.some(({ address }) => parseAddress(address).address.networkId !== 0)) {
    throw bad("funds lie at addresses of a test network");
  }
  return genesis;
}

const bad = (why: string): DppError => new DppError("ledger/bad-genesis", `genesis: ${why}`);

/** The first unspent outputs: their transaction hash is the hash of the genesis bytes. */
export function genesisOutputs(genesis: Genesis, bytes: Uint8Array): StoredOutput[] {
  const txHash = toHex(hashBytes(bytes));
  return genesis.funds.map(({ address, lovelace }, outputIndex) => {
    const output = encode(
      new Map<number, unknown>([
        [0, parseAddress(address).bytes],
        [1, lovelace],
      ]),
    );
    return readOutput({ txHash, outputIndex }, output);
  });
}
