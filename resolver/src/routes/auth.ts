/** Proving a role with a wallet. Spec: docs/spec/role-proof.md. */
import { verifySignData } from "@cardano-dpp/offchain/crypto/cip8";
import { utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { networkId } from "@cardano-dpp/offchain/ports/ledger";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { attestationsOfHolder } from "@cardano-dpp/offchain/usecases/resolve";
import { type Prover, proveRoles, requireRole } from "@cardano-dpp/offchain/usecases/role-proof";
import { verifyUnsubmittedTx } from "@cardano-dpp/offchain/usecases/role-proof-tx";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import { type ChallengeContext, consumeChallenge, issueChallenge, openChallenge } from "../auth/challenge.js";
import { issueToken } from "../auth/token.js";
import { ChallengeAnswer, ChallengeRequest, VerifyAnswer, VerifyRequest } from "../schemas/auth.js";

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
    "/auth/challenge",
    { schema: { tags, body: ChallengeRequest, response: { 200: ChallengeAnswer } } },
    async (request) => {
      limit(request);
      const { address, networkId: wallet } = request.body;
      if (wallet !== undefined && wallet !== networkId(ctx.network)) {
        throw new DppError(
          "auth/network",
          `the wallet is on another network; these passports are on ${ctx.network}`,
        );
      }
      const challenge = issueChallenge(ctx, address);
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
      const challenge = openChallenge(ctx, request.body.address, request.body.nonce);
      const prover = await verifyAnswer(ctx, request.body, challenge.message);
      // Only a valid answer uses the nonce up; of two equal answers one wins.
      await consumeChallenge(ctx, challenge);
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

async function verifyAnswer(
  ctx: ChallengeContext & { readonly reading: Reading },
  body: VerifyRequest,
  message: string,
): Promise<Prover> {
  const claim = { address: body.address, networkId: networkId(ctx.network) };
  if ("signature" in body)
    return verifySignData({ ...claim, message: utf8(message), signature: body.signature, key: body.key });
  const tip = await ctx.reading.ledger.tip();
  return verifyUnsubmittedTx({
    ...claim,
    message,
    body: body.body,
    witnesses: body.witnesses,
    tipSlot: tip.slot,
  });
}
