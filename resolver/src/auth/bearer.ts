/** The token of `POST /auth/verify` in a request's Authorization header (RFC 6750). */
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import type { FastifyRequest } from "fastify";
import { openToken, type TokenClaims, type TokenContext } from "./token.js";

/** Null: no Authorization. @throws DppError `auth/token-invalid`, `auth/token-expired`; a bad token never reads as the public. */
export function bearerOf(ctx: TokenContext, request: FastifyRequest): TokenClaims | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const [, token] = /^Bearer ([A-Za-z0-9_.-]{1,4096})$/i.exec(authorization) ?? [];
  if (token === undefined)
    throw new DppError("auth/token-invalid", "expected Authorization: Bearer and a token");
  return openToken(ctx, token);
}
