/**
 * Bearer tokens: short-lived, bound to host, deployment, credential and attestations. Spec: docs/spec/role-proof.md "Token".
 * A token only saves a second signature: what it may read is judged against the ledger on each read.
 */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { Clock } from "@cardano-dpp/offchain/ports/clock";
import type { Prover } from "@cardano-dpp/offchain/usecases/role-proof";
import { macOf, sameMac } from "./mac.js";

export const TOKEN_LIFETIME_MS = 10 * 60_000;

export interface TokenContext {
  readonly host: string;
  readonly configPolicy: string;
  readonly serverSecret: Uint8Array;
  readonly clock: Clock;
}

export interface TokenClaims extends Prover {
  /** Attestation names (hex) that were granted. */
  readonly attestations: readonly string[];
  /** POSIX ms. */
  readonly expires: number;
}

export function issueToken(
  ctx: TokenContext,
  prover: Prover,
  attestations: readonly string[],
): { token: string; expires: number } {
  const expires = ctx.clock.now() + TOKEN_LIFETIME_MS;
  const { credential, keyHash, badgeKey = null } = prover;
  const body = toBase64url(utf8(JSON.stringify([credential, keyHash, attestations, expires, badgeKey])));
  return { token: `${body}.${toBase64url(tokenMac(ctx, body))}`, expires };
}

/** @throws DppError `auth/token-invalid`, `auth/token-expired`. */
export function openToken(ctx: TokenContext, token: string): TokenClaims {
  const invalid = new DppError("auth/token-invalid", "this token was not issued here");
  const [body, mac, ...rest] = token.split(".");
  if (body === undefined || mac === undefined || rest.length > 0) throw invalid;
  try {
    if (!sameMac(fromBase64url(mac), tokenMac(ctx, body))) throw invalid;
  } catch {
    throw invalid;
  }
  // Only this server writes what carries a valid MAC, so the shape needs no second check.
  const [credential, keyHash, attestations, expires, badgeKey] = JSON.parse(
    fromUtf8(fromBase64url(body)),
  ) as [Prover["credential"], string, string[], number, string | null];
  if (ctx.clock.now() >= expires)
    throw new DppError("auth/token-expired", "this token has expired: prove the role again");
  return { credential, keyHash, attestations, expires, ...(badgeKey === null ? {} : { badgeKey }) };
}

const tokenMac = (ctx: TokenContext, body: string): Uint8Array =>
  macOf(ctx.serverSecret, "dpp/token/2", ctx.host, ctx.configPolicy, body);
