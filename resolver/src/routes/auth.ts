/** Proving a role with a wallet. Spec: docs/spec/role-proof.md. */
import { verifySignData } from "@cardano-dpp/offchain/crypto/cip8";
import { utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { networkId } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { attestationsOfHolder } from "@cardano-dpp/offchain/usecases/resolve";
import { holdingsOf, type Prover, proveRoles, requireRole } from "@cardano-dpp/offchain/usecases/role-proof";
import { verifyUnsubmittedTx } from "@cardano-dpp/offchain/usecases/role-proof-tx";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import {
  type ChallengeContext,
  consumeChallenge,
  issueChallenge,
  openChallenge,
  type Purpose,
} from "../auth/challenge.js";
import { issueToken } from "../auth/token.js";
import {
  type AddressProof,
  ChallengeAnswer,
  ChallengeRequest,
  HoldersAnswer,
  HoldersRequest,
  VerifyAnswer,
  VerifyRequest,
} from "../schemas/auth.js";

export function registerAuthRoutes(
  app: App,
  ctx: ChallengeContext & { readonly reading: Reading },
  limit: (request: FastifyRequest) => void,
): void {
  const tags = ["role proof"];
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/auth/")) reply.header("cache-control", "no-store");
  });

  app.post(
    "/auth/holders",
    { schema: { tags, body: HoldersRequest, response: { 200: HoldersAnswer } } },
    async (request) => {
      limit(request);
      return { holders: [...(await holdingsOf(ctx.reading, request.body.keys))] };
    },
  );

  app.post(
    "/auth/challenge",
    { schema: { tags, body: ChallengeRequest, response: { 200: ChallengeAnswer } } },
    async (request) => {
      limit(request);
      const { address, badgeOf, networkId: wallet } = request.body;
      if (wallet !== undefined && wallet !== networkId(ctx.network)) {
        throw new DppError(
          "auth/network",
          `the wallet is on another network: switch it to ${ctx.network}, where these passports are`,
        );
      }
      const challenge = issueChallenge(ctx, { address, badgeOf });
      const attestations = await attestationsOfHolder(ctx.reading, challenge.keyHash);
      return {
        nonce: challenge.nonce,
        message: challenge.message,
        expires: challenge.expires,
        roles: attestations.length,
      };
    },
  );

  app.post(
    "/auth/verify",
    { schema: { tags, body: VerifyRequest, response: { 200: VerifyAnswer } } },
    async (request) => {
      limit(request);
      const { badge, ...own } = request.body;
      const holder = await verifyAnswer(ctx, own, { address: own.address });
      const lying =
        badge && (await verifyAnswer(ctx, badge, { address: badge.address, badgeOf: own.address }));
      if (lying !== undefined && lying.credential !== "payment") {
        throw new DppError(
          "auth/badge-address",
          "a badge lies under a payment key: prove it, not the stake key",
        );
      }
      // Only valid answers use nonces up; of two equal answers one wins.
      await consumeChallenge(ctx, holder.challenge);
      if (lying !== undefined) await consumeChallenge(ctx, lying.challenge);
      const { credential, keyHash } = holder;
      const prover: Prover = { credential, keyHash, ...(lying && { badgeKey: lying.keyHash }) };
      const proof = requireRole(await proveRoles(ctx.reading, prover));
      const names = proof.granted.map(({ name }) => name);
      return {
        ...issueToken(ctx, prover, names),
        roles: proof.granted.map(({ name, role, operator, validTo, encPk }) => ({
          attestation: name,
          role,
          operator,
          validTo,
          encPk,
        })),
        refused: [...proof.refused],
      };
    },
  );
}

/** The credential that answered the challenge, and the challenge, which is not used up yet. */
async function verifyAnswer(
  ctx: ChallengeContext & { readonly reading: Reading },
  proof: AddressProof,
  purpose: Purpose,
) {
  const challenge = openChallenge(ctx, purpose, proof.nonce);
  const claim = { address: proof.address, networkId: networkId(ctx.network) };
  if ("signature" in proof) {
    const { signature, key } = proof;
    const proven = verifySignData({ ...claim, message: utf8(challenge.message), signature, key });
    return { ...proven, challenge };
  }
  const { body, witnesses } = proof;
  const { slot: tipSlot } = await ctx.reading.ledger.tip();
  const proven = verifyUnsubmittedTx({ ...claim, message: challenge.message, body, witnesses, tipSlot });
  return { ...proven, challenge };
}
