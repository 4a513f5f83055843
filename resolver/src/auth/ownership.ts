/** Challenges that the owner of a passport signs. Spec: docs/spec/ownership.md "Challenge". Nothing is stored until one is answered. */
import type { OwnershipChallenge } from "@cardano-dpp/offchain/usecases/ownership/challenge";
import type { ChallengeContext } from "./challenge.js";
import { macOf } from "./mac.js";
import { assertInTime, makeNonce, type NonceMac, openNonce } from "./nonce.js";

/** Two people hand a code from screen to screen, and one of them may have to fetch his wallet. */
export const OWNERSHIP_LIFETIME_MS = 15 * 60_000;

/** `passport`: id, hex. */
export function issueOwnershipChallenge(ctx: ChallengeContext, passport: string): OwnershipChallenge {
  const expires = ctx.clock.now() + OWNERSHIP_LIFETIME_MS;
  return named(ctx, passport, expires, makeNonce(ctx.random, expires, macFor(ctx, passport)));
}

/**
 * The challenge that this nonce stands for; it is not used up by that.
 * @throws DppError `auth/nonce-foreign`, `auth/nonce-expired`, `bytes/base64url`.
 */
export function openOwnershipChallenge(
  ctx: ChallengeContext,
  passport: string,
  nonce: string,
): OwnershipChallenge & { readonly id: string } {
  const { expires, id } = openNonce(nonce, macFor(ctx, passport));
  assertInTime(ctx.clock, { expires });
  return { ...named(ctx, passport, expires, nonce), id };
}

const named = (
  { host, network, configPolicy }: ChallengeContext,
  passport: string,
  expires: number,
  nonce: string,
): OwnershipChallenge => ({ verifier: host, network, deployment: configPolicy, passport, expires, nonce });

const macFor =
  ({ serverSecret, host, network, configPolicy }: ChallengeContext, passport: string): NonceMac =>
  (expires, id) =>
    macOf(serverSecret, "dpp/ownership-nonce/1", host, network, configPolicy, passport, expires, id);
