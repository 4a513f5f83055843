/**
 * CIP-30 wallets of our own, with real keys, that behave as CIP-30, CIP-8 and CIP-21 describe, and in the ways in which wallets are known to differ. They
 * stand for kinds of wallets, not for any one extension.
 */
import {
  type Address,
  encodeAddressBytes,
  parseAddress,
  toBech32Address,
} from "@cardano-dpp/offchain/codec/address";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { blake2b } from "@noble/hashes/blake2.js";
import { decode, encode } from "cborg";

const key = (hash: string) => ({ kind: "key" as const, hash });
const script = (hash: string) => ({ kind: "script" as const, hash });
const bech32 = (address: Omit<Address, "networkId">, networkId: 0 | 1 = 0): string =>
  toBech32Address(encodeAddressBytes({ ...address, networkId }));

/** Addresses, bech32, of key hashes. */
export const addresses = {
  base: (payment: string, stake: string, networkId: 0 | 1 = 0): string =>
    bech32({ kind: "base", payment: key(payment), stake: key(stake) }, networkId),
  enterprise: (payment: string, networkId: 0 | 1 = 0): string =>
    bech32({ kind: "enterprise", payment: key(payment), stake: null }, networkId),
  reward: (stake: string, networkId: 0 | 1 = 0): string =>
    bech32({ kind: "reward", payment: null, stake: key(stake) }, networkId),
  /** Payment key, stake script. */
  keyBesideScript: (payment: string, stake: string): string =>
    bech32({ kind: "base", payment: key(payment), stake: script(stake) }),
  /** Payment script, stake key: as sales contracts use. */
  scriptBesideKey: (payment: string, stake: string): string =>
    bech32({ kind: "base", payment: script(payment), stake: key(stake) }),
  script: (payment: string): string => bech32({ kind: "enterprise", payment: script(payment), stake: null }),
  rewardScript: (stake: string): string => bech32({ kind: "reward", payment: null, stake: script(stake) }),
};

export const hexOf = (address: string): string => toHex(parseAddress(address).bytes);

/** CIP-30's TransactionUnspentOutput: `tokens` of an invented policy beside 5 ADA. */
export const coinAt = (address: string, { tokens = 0, map = false, nth = 0 } = {}): string => {
  const bytes = parseAddress(address).bytes;
  const names = new Map(Array.from({ length: tokens }, (_, at) => [new Uint8Array(32).fill(at), 1] as const));
  const value = tokens === 0 ? 5_000_000 : [5_000_000, new Map([[new Uint8Array(28).fill(1), names]])];
  const output = map
    ? new Map<number, unknown>([
        [0, bytes],
        [1, value],
      ])
    : [bytes, value];
  return toHex(encode([[new Uint8Array(32).fill(7), nth], output]));
};

export type Cip30Api = Record<string, (...args: never[]) => Promise<unknown>>;

export interface Behaviour {
  readonly networkId?: number;
  readonly used?: readonly string[];
  readonly unused?: readonly string[];
  readonly change?: string;
  readonly rewards?: readonly string[];
  readonly coins?: readonly string[] | null;
  /** How it writes addresses: CIP-30 says hex. */
  readonly spells?: "hex" | "bech32" | "cbor";
  /** Which spelling `signData` knows: CIP-30 says both. */
  readonly reads?: "hex" | "bech32";
  /** Addresses (bech32) that `signData` takes; default: those whose key it has. */
  readonly accepts?: (address: string) => boolean;
  /** What `signData` throws. */
  readonly dataError?: unknown;
  /** What `signTx` throws, by `partialSign`. */
  readonly txError?: (partial: boolean) => unknown;
  /** Witness set with the array of keys in a tagged set (258), as Conway encodes sets. */
  readonly tagged?: boolean;
  /** It writes the body in its own way before it signs, as a device would sign something else. */
  readonly rewrites?: boolean;
  readonly missing?: readonly string[];
}

/** `asked` counts the questions that show their owner a window. */
export interface TestWallet {
  readonly api: Cip30Api;
  readonly asked: { readonly method: string; readonly address: string }[];
}

/** A wallet over these keys. Addresses are given in bech32. */
export function cip30Wallet(keys: readonly Signer[], behaviour: Behaviour): TestWallet {
  const asked: { method: string; address: string }[] = [];
  const { spells = "hex", used = [], unused = [], rewards = [], coins = [] } = behaviour;
  const spell = (address: string): string => {
    if (spells === "bech32") return address;
    const { bytes } = parseAddress(address);
    return toHex(spells === "cbor" ? encode(bytes) : bytes);
  };
  const api: Cip30Api = {
    getNetworkId: async () => behaviour.networkId ?? 0,
    getUsedAddresses: async () => used.map(spell),
    getUnusedAddresses: async () => unused.map(spell),
    getChangeAddress: async () => spell(behaviour.change ?? used[0] ?? unused[0] ?? ""),
    getRewardAddresses: async () => rewards.map(spell),
    getUtxos: async () => coins,
    signData: async (address: string, payload: string) => {
      const isHex = /^[0-9a-f]+$/.test(address);
      const text = isHex ? toBech32Address(fromHex(address)) : address;
      if (behaviour.reads !== undefined && behaviour.reads !== (isHex ? "hex" : "bech32")) {
        throw { code: -1, info: "unknown address" };
      }
      if (behaviour.dataError !== undefined) throw behaviour.dataError;
      const { address: parsed } = parseAddress(text);
      const owner = parsed.kind === "reward" ? parsed.stake : parsed.payment;
      if (owner?.kind !== "key") throw { code: 2, info: "not a key address" };
      const signer = keys.find(({ keyHash }) => keyHash === owner.hash);
      if (signer === undefined || behaviour.accepts?.(text) === false) {
        throw { code: 1, info: "address not found" };
      }
      asked.push({ method: "signData", address: text });
      return signer.signData(text, payload);
    },
    signTx: async (transaction: string, partial: boolean) => {
      const refusal = behaviour.txError?.(partial);
      if (refusal !== undefined) throw refusal;
      asked.push({ method: "signTx", address: "" });
      return signTransaction(keys, transaction, behaviour);
    },
  };
  for (const method of behaviour.missing ?? []) delete api[method];
  return { api, asked };
}

/** Signs for what the body names: its required signers. A device signs what it can write itself, canonical CBOR (CIP-21). */
export async function signTransaction(
  keys: readonly Signer[],
  transaction: string,
  { tagged = false, rewrites = false }: Pick<Behaviour, "tagged" | "rewrites"> = {},
): Promise<string> {
  const bytes = fromHex(transaction);
  const parts = decode(bytes, { useMaps: true }) as unknown[];
  const body = parts[0] as Map<number, unknown>;
  const rest = parts.slice(1).reduce<number>((sum, part) => sum + encode(part).length, 0);
  const original = bytes.slice(1, bytes.length - rest);
  if (toHex(encode(body)) !== toHex(original)) throw { code: 1, info: "the body is not canonical" };
  if (rewrites) body.set(2, 170_000);
  const hash = toHex(blake2b(rewrites ? encode(body) : original, { dkLen: 32 }));
  const required = (body.get(14) as Uint8Array[]).map(toHex);
  const signers = keys.filter(({ keyHash }) => required.includes(keyHash));
  const witnesses = await Promise.all(
    signers.map(async (signer) => {
      const { publicKey, signature } = await signer.signTx(hash);
      return [fromHex(publicKey), fromHex(signature)];
    }),
  );
  const list = toHex(encode(witnesses));
  // {0: witnesses}, {0: 258(witnesses)}
  return witnesses.length === 0 ? "a0" : `a100${tagged ? "d90102" : ""}${list}`;
}
