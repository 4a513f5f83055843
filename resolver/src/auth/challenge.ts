/**
 * Challenges that a wallet signs. Spec: docs/spec/role-proof.md "Challenge". The nonce authenticates itself, so nothing is stored
 * until it is answered; then its use is recorded once in the NonceStore.
 */
import { parseAddress, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { credentialOf } from "@cardano-dpp/offchain/crypto/cip8";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock, Random } from "@cardano-dpp/offchain/ports/clock";
import { type Network, networkId } from "@cardano-dpp/offchain/ports/ledger";
import type { NonceStore } from "../ports/nonce-store.js";
import { macOf } from "./mac.js";
import { assertInTime, makeNonce, openNonce } from "./nonce.js";

export const CHALLENGE_LIFETIME_MS = 5 * 60_000;

export interface ChallengeContext {
  /** Host (and port) of the public URL; never the request's Host header, which the client chooses. */
  readonly host: string;
  readonly network: Network;
  readonly configPolicy: string;
  readonly serverSecret: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly nonceStore: NonceStore;
}

export interface Challenge {
  readonly nonce: string;
  /** What the wallet signs, UTF-8. */
  readonly message: string;
  /** POSIX ms. */
  readonly expires: number;
  /** Credential that has to sign, hex. */
  readonly keyHash: string;
}

/**
 * What a challenge is for, bech32 or hex: the address whose key signs; `badgeOf` when it only shows that a badge lies there, and whose (the
 * holder's address). A signature for the one never serves as the other.
 */
export interface Purpose {
  readonly address: string;
  readonly badgeOf?: string | undefined;
}

/** @throws DppError `address/*`, `bech32/malformed`, `cip8/network`, `cip8/script-address`. */
export function issueChallenge(ctx: ChallengeContext, purpose: Purpose): Challenge {
  const { keyHash, ...named } = canonical(ctx, purpose);
  const expires = ctx.clock.now() + CHALLENGE_LIFETIME_MS;
  const nonce = makeNonce(ctx.random, expires, (at, id) => nonceMac(ctx, named, at, id));
  return { nonce, message: challengeMessage(ctx, named, nonce, expires), expires, keyHash };
}

/**
 * The challenge that this nonce stands for, unless it is foreign, forged or expired. Does not consume it.
 * @throws DppError `auth/nonce-foreign`, `auth/nonce-expired`, `address/*`, `cip8/*`.
 */
export function openChallenge(
  ctx: ChallengeContext,
  purpose: Purpose,
  nonce: string,
): Challenge & { id: string } {
  const { keyHash, ...named } = canonical(ctx, purpose);
  const { expires, id } = openNonce(nonce, (at, of) => nonceMac(ctx, named, at, of));
  assertInTime(ctx.clock, { expires });
  return { nonce, message: challengeMessage(ctx, named, nonce, expires), expires, keyHash, id };
}

/** @throws DppError `auth/nonce-used`. */
export async function consumeChallenge(
  ctx: ChallengeContext,
  challenge: { id: string; expires: number },
): Promise<void> {
  if (!(await ctx.nonceStore.consume(challenge.id, challenge.expires))) {
    throw new DppError("auth/nonce-used", "this challenge was already answered");
  }
}

interface Named {
  /** Bech32. */
  readonly address: string;
  /** Bech32; null: a proof of one's own. */
  readonly badgeOf: string | null;
}

function canonical(
  ctx: ChallengeContext,
  { address, badgeOf }: Purpose,
): Named & { readonly keyHash: string } {
  const signing = canonicalAddress(ctx, address);
  return { ...signing, badgeOf: badgeOf === undefined ? null : canonicalAddress(ctx, badgeOf).address };
}

function canonicalAddress(ctx: ChallengeContext, text: string): { address: string; keyHash: string } {
  const { address, bytes } = parseAddress(text);
  const { keyHash } = credentialOf(address, networkId(ctx.network));
  return { address: toBech32Address(bytes), keyHash };
}

const nonceMac = (
  ctx: ChallengeContext,
  { address, badgeOf }: Named,
  expires: number,
  id: string,
): Uint8Array =>
  macOf(
    ctx.serverSecret,
    "dpp/nonce/1",
    ctx.host,
    ctx.network,
    ctx.configPolicy,
    address,
    expires,
    id,
    ...(badgeOf === null ? [] : [badgeOf]),
  );

/** First line of every challenge: what the owner of a wallet reads before he signs. */
export const CHALLENGE_PREFIX = "I prove my role to read product passports. This moves no funds.";

/** Every line is something that the reader can check before signing: who asks, for which deployment, until when. */
const challengeMessage = (
  ctx: ChallengeContext,
  { address, badgeOf }: Named,
  nonce: string,
  expires: number,
): string =>
  [
    CHALLENGE_PREFIX,
    `host: ${ctx.host}`,
    `network: ${ctx.network}`,
    `deployment: ${ctx.configPolicy}`,
    `address: ${address}`,
    ...(badgeOf === null ? [] : [`badge of: ${badgeOf}`]),
    `expires: ${new Date(expires).toISOString()}`,
    `nonce: ${nonce}`,
  ].join("\n");
