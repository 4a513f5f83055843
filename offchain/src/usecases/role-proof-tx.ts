/**
 * The role proof for wallets that cannot `signData` (hardware wallets): a transaction that carries the challenge as its metadata, is signed, and can
 * never be submitted, because its validity ended before it was made. Built as CIP-21 asks for devices: canonical CBOR, no tagged sets, no empty
 * optional parts. Spec: docs/spec/role-proof.md "By transaction".
 */
import { blake2b } from "@noble/hashes/blake2.js";
import { type DecodeOptions, decode, encode } from "cborg";
import { decodeAddressBytes, parseAddress } from "../codec/address.js";
import { credentialOf, keyHashOf, type ProvenCredential, verifyEd25519 } from "../crypto/cip8.js";
import { equalBytes, fromHex, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";

/** CIP-20: messages that wallets show before they sign. */
const MESSAGE_LABEL = 674;
/** The ledger bounds a metadata text to 64 bytes; the challenge is ASCII. */
const LINE = 64;
const BODY = {
  inputs: 0,
  outputs: 1,
  fee: 2,
  ttl: 3,
  auxiliaryHash: 7,
  requiredSigners: 14,
  networkId: 15,
} as const;
/** Slot after which the transaction is invalid: long past on every network. */
const ENDED = 1;
const MAX_BYTES = 16 * 1024;
/** A coin with more tokens than fit here would not fit a request, nor the memory of a device. */
const MAX_COIN_BYTES = 2048;
const MAX_COINS = 256;

const refuse = (code: string, message: string): DppError => new DppError(`cip8/${code}`, message);
const malformed = (what: string, cause?: unknown): DppError =>
  new DppError("cose/malformed", `malformed role proof: ${what}`, { cause });

/** Sets come tagged since Conway (258); datums inside an output come as embedded CBOR (24). */
const OPTIONS: DecodeOptions = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  tags: { 258: (content) => content(), 24: (content) => content() },
};

function decodeCbor(hex: string, what: string): unknown {
  const bytes = fromHex(hex);
  if (bytes.length > MAX_BYTES) throw malformed(`${what} is too long`);
  try {
    return decode(bytes, OPTIONS);
  } catch (cause) {
    throw malformed(`${what} is not CBOR`, cause);
  }
}

/** The auxiliary data that carries the challenge; both sides derive it, so that its bytes are never in doubt. */
export function encodeChallengeMetadata(message: string): Uint8Array {
  const lines = message.split("\n").flatMap((line) => line.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [""]);
  return encode(new Map([[MESSAGE_LABEL, new Map([["msg", lines]])]]));
}

const hash256 = (bytes: Uint8Array): Uint8Array => blake2b(bytes, { dkLen: 32 });

export interface UnsubmittedTx {
  /** Transaction body, CBOR hex: what the server verifies. */
  readonly body: string;
  /** Whole transaction with an empty witness set, CBOR hex: what `signTx(transaction, true)` takes. */
  readonly transaction: string;
}

/**
 * The coin to name as input, out of what CIP-30 `getUtxos` gives: one that the signing key can spend, since devices sign for their inputs first of
 * all; the smallest, since tokens count. Null when there is none that can be read.
 */
export function chooseCoin(utxos: readonly string[], address: string, networkId: 0 | 1): string | null {
  const { keyHash } = credentialOf(parseAddress(address).address, networkId);
  const coins = utxos.slice(0, MAX_COINS).flatMap((utxo) => {
    try {
      const others = ownerOf(readCoin(utxo).address) !== keyHash;
      return utxo.length > 2 * MAX_COIN_BYTES ? [] : [{ utxo, others }];
    } catch {
      return [];
    }
  });
  const [best] = coins.toSorted(
    (a, b) => Number(a.others) - Number(b.others) || a.utxo.length - b.utxo.length,
  );
  return best?.utxo ?? null;
}

/** An input and an output that gives its value back; the format of the output stays as the wallet has it. */
function readCoin(utxo: string): { input: unknown; output: unknown; address: Uint8Array } {
  const pair = decodeCbor(utxo, "the UTxO");
  if (!Array.isArray(pair) || pair.length !== 2) throw malformed("the UTxO is no pair");
  const [input, output] = pair as [unknown, unknown];
  const [id, index] = Array.isArray(input) ? input : [];
  if (!(id instanceof Uint8Array) || id.length !== 32 || !isCount(index)) {
    throw malformed("the UTxO's transaction input");
  }
  const [address, value] =
    output instanceof Map ? [output.get(0), output.get(1)] : Array.isArray(output) ? output : [];
  if (!(address instanceof Uint8Array) || value === undefined) throw malformed("the UTxO's output");
  const back = withoutEmptyTokens(value);
  return {
    input: [id, index],
    output:
      output instanceof Map
        ? new Map<number, unknown>([
            [0, address],
            [1, back],
          ])
        : [address, back],
    address,
  };
}

/** Address (hex) of a coin as CIP-30 `getUtxos` gives it; null when it cannot be read. */
export function coinAddress(utxo: string): string | null {
  try {
    return toHex(readCoin(utxo).address);
  } catch {
    return null;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** CIP-21: ADA alone stands alone. */
const withoutEmptyTokens = (value: unknown): unknown =>
  Array.isArray(value) && value[1] instanceof Map && value[1].size === 0 ? value[0] : value;

/** Null: a script, a Byron address, or nothing that can be read. */
function ownerOf(address: Uint8Array): string | null {
  try {
    const { payment } = decodeAddressBytes(address);
    return payment?.kind === "key" ? payment.hash : null;
  } catch {
    return null;
  }
}

/** For a wallet that holds nothing: an input that no transaction ever made, and a coin for the wallet's own address. */
function withoutCoin(wallet: {
  readonly address: string;
  readonly change?: string;
  readonly message: string;
}) {
  const { address, bytes } = parseAddress(wallet.change ?? wallet.address);
  if (address.kind === "reward") {
    throw refuse("no-coin", "the wallet names neither a coin nor an address that a transaction could pay");
  }
  return { input: [hash256(utf8(`dpp/no-coin/1${wallet.message}`)), 0], output: [bytes, 1_000_000] };
}

/**
 * `utxo`: as CIP-30 `getUtxos` gives it (wallets recognise what they sign by its inputs); null when the wallet holds none. `change`: an address of the
 * wallet that can be paid, asked for only without a coin.
 * @throws DppError `cose/malformed`, `address/*`, `cip8/network`, `cip8/script-address`, `cip8/no-coin`.
 */
export function buildUnsubmittedTx(wallet: {
  readonly utxo: string | null;
  readonly change?: string;
  readonly address: string;
  readonly networkId: 0 | 1;
  readonly message: string;
}): UnsubmittedTx {
  const { keyHash } = credentialOf(parseAddress(wallet.address).address, wallet.networkId);
  const { input, output } = wallet.utxo === null ? withoutCoin(wallet) : readCoin(wallet.utxo);
  const metadata = encodeChallengeMetadata(wallet.message);
  const body = encode(
    new Map<number, unknown>([
      [BODY.inputs, [input]],
      [BODY.outputs, [output]],
      [BODY.fee, 0],
      [BODY.ttl, ENDED],
      [BODY.auxiliaryHash, hash256(metadata)],
      [BODY.requiredSigners, [fromHex(keyHash)]],
      [BODY.networkId, wallet.networkId],
    ]),
  );
  // [body, witnesses, valid, auxiliary data]; spliced, so that the signed body's bytes stay as they are.
  const transaction = `84${toHex(body)}a0f5${toHex(metadata)}`;
  return { body: toHex(body), transaction };
}

/**
 * @throws DppError `cip8/submittable`, `cip8/payload-mismatch`, `cip8/key-mismatch`, `cip8/bad-signature`, `cip8/network`, `cip8/script-address`;
 *   `cose/malformed`, `address/*`.
 */
export function verifyUnsubmittedTx(claim: {
  readonly address: string;
  readonly networkId: 0 | 1;
  readonly message: string;
  /** Transaction body, CBOR hex. */
  readonly body: string;
  /** Witness set, CBOR hex, as CIP-30 `signTx` answers. */
  readonly witnesses: string;
  /** Slot of the ledger's tip. */
  readonly tipSlot: number;
}): ProvenCredential {
  const proven = credentialOf(parseAddress(claim.address).address, claim.networkId);
  const body = decodeCbor(claim.body, "the transaction body");
  if (!(body instanceof Map)) throw malformed("the transaction body is no map");
  const ttl: unknown = body.get(BODY.ttl);
  // A proof that could be submitted could cost its owner money: never ask for one, never take one.
  if (!isCount(ttl) || ttl > claim.tipSlot) {
    throw refuse(
      "submittable",
      "the signed transaction could still be submitted: its validity has to have ended",
    );
  }
  const network: unknown = body.get(BODY.networkId);
  if (network !== undefined && network !== claim.networkId) {
    throw refuse("network", "the transaction belongs to another network");
  }
  const committed: unknown = body.get(BODY.auxiliaryHash);
  const expected = hash256(encodeChallengeMetadata(claim.message));
  if (!(committed instanceof Uint8Array) || !equalBytes(committed, expected)) {
    throw refuse("payload-mismatch", "the transaction does not carry the challenge");
  }
  const { publicKey, signature } = witnessOf(claim.witnesses, proven.keyHash);
  if (!verifyEd25519(signature, hash256(fromHex(claim.body)), publicKey)) {
    throw refuse("bad-signature", "the signature does not verify: it was made for another transaction body");
  }
  return proven;
}

function witnessOf(hex: string, keyHash: string): { publicKey: Uint8Array; signature: Uint8Array } {
  const set = decodeCbor(hex, "the witness set");
  const keys: unknown = set instanceof Map ? set.get(0) : undefined;
  if (!Array.isArray(keys)) throw malformed("the witness set holds no key signatures");
  for (const witness of keys.slice(0, 16)) {
    const [publicKey, signature, more] = Array.isArray(witness) ? witness : [];
    if (!(publicKey instanceof Uint8Array) || !(signature instanceof Uint8Array) || more !== undefined)
      throw malformed("a key witness");
    if (keyHashOf(publicKey) === keyHash) return { publicKey, signature };
  }
  throw refuse("key-mismatch", "the address's key did not sign the transaction");
}

/** Bytes of the message as `signData` takes them. */
export const challengePayload = (message: string): string => toHex(utf8(message));
