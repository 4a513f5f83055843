/**
 * From an installed wallet to a token: find the key that holds a role and, where the badge lies under another key of the wallet, that key; have a
 * challenge signed for each; hand the proofs in. Spec: docs/spec/role-proof.md. Wallets: docs/wallets.md.
 */
import { parseAddress, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { verifySignData } from "@cardano-dpp/offchain/crypto/cip8";
import { fromHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import { type Holding, holdsBadge } from "@cardano-dpp/offchain/usecases/role-proof";
import {
  buildUnsubmittedTx,
  challengePayload,
  chooseCoin,
  verifyUnsubmittedTx,
} from "@cardano-dpp/offchain/usecases/role-proof-tx";
import { post } from "./api.js";
import { TEXTS } from "./texts.js";
import { type ConnectedWallet, connectWallet, isFinal, type Patience, type WalletKey } from "./wallet.js";
import type { InstalledWallet } from "./wallet-list.js";
import { WALLET_TEXTS } from "./wallet-texts.js";

interface Challenge {
  readonly nonce: string;
  readonly message: string;
}

export interface RoleSession {
  readonly token: string;
  readonly expires: number;
  readonly roles: readonly {
    readonly attestation: string;
    readonly role: string;
    readonly encPk: string;
    readonly validTo: number;
  }[];
  readonly refused: readonly { readonly role: string; readonly code: string; readonly message: string }[];
}

export interface SessionContext extends Patience {
  readonly networkId: 0 | 1;
  /** Of the page's address: no text that names another is signed. */
  readonly host: string;
  readonly configPolicy: string;
  /** Tells the reader what happens. */
  readonly step: (text: string) => void;
}

/** The server takes no more in one question; the keys that wallets name first are the ones in use. */
const MAX_KEYS = 256;
/** A key's addresses, and keys, for which a signature is tried: each may show the owner a window. */
const MAX_TRIED = 3;

/**
 * @throws DppError: `wallet/*`, `access/*`, `auth/*`, `cip8/*`; their sentences stand in `wallet-texts.ts` and `texts.ts`.
 */
export async function proveRole(wallet: InstalledWallet, ctx: SessionContext): Promise<RoleSession> {
  try {
    return await proveOnce(wallet, ctx);
  } catch (error) {
    // CIP-30: after a change of account, `enable` answers for the new one, without asking its owner.
    if (!isDppError(error, "wallet/account-changed")) throw error;
    ctx.step(WALLET_TEXTS.steps.again);
    return proveOnce(wallet, ctx);
  }
}

async function proveOnce(wallet: InstalledWallet, ctx: SessionContext): Promise<RoleSession> {
  ctx.step(TEXTS.wallet.connecting);
  const api = await connectWallet(wallet, ctx);
  ctx.step(TEXTS.wallet.choose);
  const candidates = await findHolders(await api.keys(ctx.networkId), ctx);
  const [own, lying] = await firstOf(candidates, async ({ holder, badge }) => {
    ctx.step(badge === null ? TEXTS.wallet.sign : WALLET_TEXTS.steps.first);
    const proof = await proveKey(api, holder, undefined, ctx);
    if (badge === null) return [proof, null];
    ctx.step(WALLET_TEXTS.steps.second);
    return [proof, await proveKey(api, badge, proof.address, ctx)];
  });
  ctx.step(TEXTS.wallet.reading);
  return post("/auth/verify", lying === null ? own : { ...own, badge: lying });
}

/** The first candidate that works out; the first one's error when none does. */
async function firstOf<T, R>(candidates: readonly T[], attempt: (one: T) => Promise<R>): Promise<R> {
  let failure: unknown = new DppError("access/no-role", TEXTS.wallet.noRole);
  for (const [at, candidate] of candidates.entries()) {
    try {
      return await attempt(candidate);
    } catch (error) {
      if (!isDppError(error, "wallet/cannot-sign")) throw error;
      if (at === 0) failure = error;
    }
  }
  throw failure;
}

interface Candidate {
  readonly holder: WalletKey;
  /** The other key under which the badge lies; null when it lies under the holder's. */
  readonly badge: WalletKey | null;
}

async function findHolders(
  keys: readonly WalletKey[],
  { networkId }: SessionContext,
): Promise<readonly Candidate[]> {
  const asked = [...new Set(keys.map(({ keyHash }) => keyHash))].slice(0, MAX_KEYS);
  const { holders } = await post<{ holders: readonly Holding[] }>("/auth/holders", { keys: asked });
  return candidatesOf(keys, holders, networkId);
}

/**
 * The keys worth a signature: those that need one first, then those whose badge lies under another key of the wallet.
 * @throws DppError what the server would refuse after the signature: `access/no-role`, `access/suspended`, `access/badge-elsewhere`, ….
 */
export function candidatesOf(
  keys: readonly WalletKey[],
  holdings: readonly Holding[],
  networkId: 0 | 1,
): readonly Candidate[] {
  const held = keys.flatMap((holder) =>
    holdings.filter(({ key }) => key === holder.keyHash).map((holding) => ({ holder, holding })),
  );
  const standing = held.filter(({ holding }) => holding.refused === null);
  const found = standing.flatMap(({ holder, holding }): readonly Candidate[] => {
    const address = badgeAddress(holding, networkId);
    if (address === null) return [];
    if (holdsBadge(address, holder)) return [{ holder, badge: null }];
    const badge = keys.find((key) => key.credential === "payment" && holdsBadge(address, key));
    return badge === undefined ? [] : [{ holder, badge }];
  });
  const ordered = [
    ...found.filter(({ badge }) => badge === null),
    ...found.filter(({ badge }) => badge !== null),
  ];
  const distinct = ordered.filter(
    ({ holder }, at) => ordered.findIndex((other) => other.holder === holder) === at,
  );
  if (distinct.length > 0) return distinct.slice(0, MAX_TRIED);
  throw refusalOf(standing[0]?.holding ?? held[0]?.holding);
}

function badgeAddress({ badge }: Holding, networkId: 0 | 1) {
  if (badge === null) return null;
  try {
    const { address } = parseAddress(badge);
    return address.networkId === networkId ? address : null;
  } catch {
    return null;
  }
}

function refusalOf(holding: Holding | undefined): DppError {
  if (holding === undefined) return new DppError("access/no-role", TEXTS.wallet.noRole);
  const { refused, badge } = holding;
  return refused === null
    ? new DppError("access/badge-elsewhere", WALLET_TEXTS.badgeElsewhere(badge), { details: { badge } })
    : new DppError(refused, TEXTS.problems[refused] ?? refused);
}

interface Proof extends Readonly<Record<string, unknown>> {
  readonly address: string;
  readonly nonce: string;
}

/** @throws DppError `wallet/cannot-sign` when the wallet signs neither texts nor transactions with this key; `wallet/*`. */
async function proveKey(
  api: ConnectedWallet,
  key: WalletKey,
  badgeOf: string | undefined,
  ctx: SessionContext,
): Promise<Proof> {
  const attempt = new Attempt(api, badgeOf, ctx);
  return (await attempt.bySignData(key)) ?? (await attempt.byTransaction(key));
}

/** What was tried for one key, and how it failed. */
class Attempt {
  private failure: DppError | null = null;
  private readonly api: ConnectedWallet;
  private readonly badgeOf: string | undefined;
  private readonly ctx: SessionContext;

  constructor(api: ConnectedWallet, badgeOf: string | undefined, ctx: SessionContext) {
    this.api = api;
    this.badgeOf = badgeOf;
    this.ctx = ctx;
  }

  /** Null: this wallet, or this key, signs no data. */
  async bySignData({ addresses }: WalletKey): Promise<Proof | null> {
    const { networkId } = this.ctx;
    for (const address of addresses.slice(0, MAX_TRIED)) {
      const { nonce, message } = await this.challenge(address);
      // CIP-30 lets a wallet answer hex alone, and demands that it takes both; some know but one of them.
      for (const spelling of [address, toBech32Address(fromHex(address))]) {
        const answer = await this.tried(() => this.api.signData(spelling, challengePayload(message)));
        if (this.failure?.code === "wallet/incomplete") return null;
        if (answer === null) continue;
        const right = await this.tried(async () =>
          verifySignData({ address, networkId, message: utf8(message), ...answer }),
        );
        // Its owner consented once, and the wallet signed something else: asking again the same way would be no better.
        return right === null ? null : { address, nonce, ...answer };
      }
    }
    return null;
  }

  /** Hardware wallets, and what else signs transactions only. */
  async byTransaction({ addresses: [address = ""] }: WalletKey): Promise<Proof> {
    const { networkId } = this.ctx;
    this.ctx.step(WALLET_TEXTS.steps.transaction);
    const { nonce, message } = await this.challenge(address);
    const utxo = chooseCoin(await this.api.coins(), address, networkId);
    const change = utxo === null ? await this.api.changeAddress() : undefined;
    const built = await this.tried(async () =>
      buildUnsubmittedTx({ utxo, address, networkId, message, ...(change === undefined ? {} : { change }) }),
    );
    // CIP-30: a partial signature is what the wallet can give. Those that know no partial signing give all there is to give.
    for (const partial of built === null ? [] : [true, false]) {
      const { body, transaction } = built as NonNullable<typeof built>;
      const witnesses = await this.tried(() => this.api.signTx(transaction, partial));
      if (witnesses === null) continue;
      const right = await this.tried(async () =>
        verifyUnsubmittedTx({ address, networkId, message, body, witnesses, tipSlot: 1 }),
      );
      if (right !== null) return { address, nonce, body, witnesses };
      break;
    }
    throw new DppError("wallet/cannot-sign", WALLET_TEXTS.cannotSign(this.failure, this.holderAddress), {
      cause: this.failure,
      details: { address },
    });
  }

  /** Bech32; null unless the badge's key is what should have signed. */
  private get holderAddress(): string | null {
    return this.badgeOf === undefined ? null : toBech32Address(fromHex(this.badgeOf));
  }

  private async challenge(address: string): Promise<Challenge> {
    const { networkId } = this.ctx;
    const of = this.badgeOf === undefined ? {} : { badgeOf: this.badgeOf };
    const challenge = await post<Challenge>("/auth/challenge", { address, networkId, ...of });
    assertOurs(challenge.message, this.ctx);
    return challenge;
  }

  /** Null: failed, and remembered. @throws what ends everything: its owner's no, another account. */
  private async tried<T>(action: () => Promise<T>): Promise<T | null> {
    try {
      return await action();
    } catch (error) {
      if (!isDppError(error) || isFinal(error)) throw error;
      // That a method is missing says least: every wallet lacks some.
      if (this.failure === null || error.code !== "wallet/incomplete") this.failure = error;
      return null;
    }
  }
}

/** A server that relays another resolver's challenge could read there with this wallet's proof. */
function assertOurs(message: string, { host, configPolicy }: SessionContext): void {
  const lines = message.split("\n");
  if (!lines.includes(`host: ${host}`) || !lines.includes(`deployment: ${configPolicy}`)) {
    throw new DppError("wallet/foreign-host", TEXTS.wallet.foreignHost);
  }
}
