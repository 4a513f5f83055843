/**
 * A connected wallet, as far as a role proof needs it (CIP-30 "Full API"). Its whole surface here is a few calls on an object that the wallet itself
 * provides, so a wallet library (Mesh: 101 MB installed) would add weight and trust without work saved. Wallets differ: methods are missing, lists come
 * as null, addresses as bech32, errors as texts; nothing of what they answer is believed.
 */

import { parseAddress } from "@cardano-dpp/offchain/codec/address";
import { credentialOf, type SignDataAnswer } from "@cardano-dpp/offchain/crypto/cip8";
import { toHex } from "@cardano-dpp/offchain/domain/bytes";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { coinAddress } from "@cardano-dpp/offchain/usecases/role-proof-tx";
import { type InstalledWallet, plainText } from "./wallet-list.js";

/** One key of the wallet, and the addresses that it signs for. */
export interface WalletKey {
  readonly keyHash: string;
  readonly credential: "payment" | "stake";
  /** Hex, in the order in which the wallet named them; at least one. */
  readonly addresses: readonly string[];
}

export interface ConnectedWallet {
  /**
   * The keys that the wallet can sign with, as far as its lists name them.
   * @throws DppError `auth/network`, `cip8/script-address`, `address/*`, `wallet/no-address`, `wallet/no-answer`, `wallet/failed`, `wallet/incomplete`.
   */
  keys(networkId: 0 | 1): Promise<readonly WalletKey[]>;
  /** What `getUtxos` gives; empty when the wallet holds nothing, or does not say. */
  coins(): Promise<readonly string[]>;
  /** Hex or bech32; undefined when the wallet does not say. */
  changeAddress(): Promise<string | undefined>;
  signData(address: string, payload: string): Promise<SignDataAnswer>;
  signTx(transaction: string, partial: boolean): Promise<string>;
}

export interface Patience {
  /** Aborts every wait for the wallet. */
  readonly signal: AbortSignal;
  /** ms for answers that need nobody's consent; signing and connecting wait for their owner, until he cancels. */
  readonly answerWithin: number;
}

const LISTS = ["getUsedAddresses", "getChangeAddress", "getUnusedAddresses", "getRewardAddresses"] as const;
const MAX_LISTED = 2000;

/** @throws DppError `wallet/declined`, `wallet/incomplete`, `wallet/failed`, `wallet/cancelled`. */
export async function connectWallet(wallet: InstalledWallet, patience: Patience): Promise<ConnectedWallet> {
  const api = await waitFor(() => wallet.enable(), patience.signal).catch((error) => {
    throw walletError(error, "enable");
  });
  if (typeof api !== "object" || api === null) throw incomplete("enable");
  const call = (method: string, args: readonly unknown[], within?: number): Promise<unknown> =>
    waitFor(
      async () => {
        const found = (api as Record<string, unknown>)[method];
        if (typeof found !== "function") throw incomplete(method);
        return found.apply(api, args);
      },
      patience.signal,
      within,
    ).catch((error) => {
      throw walletError(error, method);
    });
  const failures: unknown[] = [];
  /** A list that cannot be had is an empty one: another may name the same address. */
  const read = async (method: string): Promise<unknown> => {
    try {
      return await call(method, [], patience.answerWithin);
    } catch (error) {
      if (isFinal(error)) throw error;
      failures.push(error);
      return undefined;
    }
  };
  const list = async (method: string): Promise<string[]> => {
    const answer = await read(method);
    const items: unknown[] = Array.isArray(answer) ? answer.slice(0, MAX_LISTED) : [answer];
    return items.filter((item) => typeof item === "string");
  };
  return {
    async keys(networkId) {
      const own = await read("getNetworkId");
      if (own !== undefined && own !== networkId) throw otherNetwork(networkId);
      const lists = await Promise.all(LISTS.map(list));
      // Some wallets hold coins at addresses that none of their lists names.
      const holding = (await list("getUtxos")).flatMap((utxo) => coinAddress(utxo) ?? []);
      const named = [...lists.flat(), ...holding];
      if (named.length === 0 && failures.length > 0) throw failures[0];
      return keysOf(named, networkId);
    },
    coins: () => list("getUtxos"),
    changeAddress: async () => (await list("getChangeAddress"))[0],
    async signData(address, payload) {
      const answer = await call("signData", [address, payload]);
      const { signature, key } = (answer ?? {}) as Partial<Record<keyof SignDataAnswer, unknown>>;
      // Before CIP-30 settled, wallets answered the signature alone; without the key nothing can be verified.
      if (typeof signature !== "string" || typeof key !== "string") throw incomplete("signData");
      return { signature: signature.toLowerCase(), key: key.toLowerCase() };
    },
    async signTx(transaction, partial) {
      const witnesses = await call("signTx", [transaction, partial]);
      if (typeof witnesses !== "string") throw incomplete("signTx");
      return witnesses.toLowerCase();
    },
  };
}

/** Sorts addresses by the key that signs for them; what no key signs for is left out, and named when nothing else is there. */
export function keysOf(named: readonly string[], networkId: 0 | 1): readonly WalletKey[] {
  const keys = new Map<string, WalletKey & { addresses: string[] }>();
  const refused: DppError[] = [];
  for (const text of named) {
    try {
      const { address, bytes } = parseAddress(unwrapped(text));
      const { credential, keyHash } = credentialOf(address, networkId);
      const id = `${credential} ${keyHash}`;
      const key = keys.get(id) ?? { keyHash, credential, addresses: [] };
      if (!key.addresses.includes(toHex(bytes))) key.addresses.push(toHex(bytes));
      keys.set(id, key);
    } catch (error) {
      if (isDppError(error)) refused.push(error);
    }
  }
  if (keys.size > 0) return [...keys.values()];
  const script = refused.find(({ code }) => code === "cip8/script-address");
  throw script ?? refused[0] ?? new DppError("wallet/no-address", "the wallet names no address");
}

/** The first drafts of CIP-30 wrapped an address into a CBOR byte string; 57 and 29 bytes are a Shelley address' lengths. */
const unwrapped = (text: string): string => text.replace(/^(5839(?=.{114}$)|581d(?=.{58}$))/i, "");

const otherNetwork = (networkId: 0 | 1): DppError =>
  new DppError("auth/network", "the wallet is on another network", { details: { networkId } });
const incomplete = (method: string): DppError =>
  new DppError("wallet/incomplete", `the wallet lacks CIP-30's ${method}, or answers it otherwise`, {
    details: { method },
  });

/** Their owner's decision, or the account's change: nothing more may be asked of the wallet. */
const FINAL = ["wallet/declined", "wallet/account-changed", "wallet/cancelled"];
export const isFinal = (error: unknown): boolean => isDppError(error) && FINAL.includes(error.code);

/** Wallets without error codes say it in words. */
const DECLINED_WORDS = /declin|reject|denied|cancel/i;

/** CIP-30's APIError, DataSignError and TxSignError, whose numbers mean different things by method. */
function walletError(error: unknown, method: string): DppError {
  if (isDppError(error)) return error;
  const { code, info, message } = (typeof error === "object" && error !== null ? error : {}) as Record<
    "code" | "info" | "message",
    unknown
  >;
  const said = [info, message, error].find((text) => typeof text === "string");
  const words = typeof said === "string" ? plainText(said, 160) : "";
  const details = {
    method,
    ...(typeof code === "number" ? { code } : {}),
    ...(words === "" ? {} : { words }),
  };
  const named = (name: string, text: string): DppError =>
    new DppError(`wallet/${name}`, text, { details, cause: error });
  if (code === -4) return named("account-changed", "the wallet's account has changed");
  const declined =
    code === -3 || (method === "signData" && code === 3) || (method === "signTx" && code === 2);
  if (declined || (typeof code !== "number" && DECLINED_WORDS.test(words))) {
    return named("declined", "the wallet's owner declined");
  }
  return named("failed", `the wallet failed at ${method}${words === "" ? "" : `: ${words}`}`);
}

/** @throws DppError `wallet/cancelled`, `wallet/no-answer`; what `ask` throws. A wallet that answers later is not listened to. */
function waitFor<T>(ask: () => Promise<T>, signal: AbortSignal, within?: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new DppError("wallet/cancelled", "cancelled"));
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    const timer =
      within === undefined
        ? undefined
        : setTimeout(() => reject(new DppError("wallet/no-answer", "the wallet does not answer")), within);
    ask()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", cancel);
      });
  });
}
