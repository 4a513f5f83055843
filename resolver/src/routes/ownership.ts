/** Who owns a passport, and proving it on demand. Spec: docs/spec/ownership.md. */
import { parseAddress, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { DppError, isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { formatOwnershipChallenge } from "@cardano-dpp/offchain/usecases/ownership/challenge";
import { verifyOwnership } from "@cardano-dpp/offchain/usecases/ownership/proof";
import { type Ownership, readOwnership } from "@cardano-dpp/offchain/usecases/ownership/read";
import { readPassport } from "@cardano-dpp/offchain/usecases/resolve";
import type { FastifyRequest } from "fastify";
import type { App } from "../app-types.js";
import { type ChallengeContext, consumeChallenge } from "../auth/challenge.js";
import { issueOwnershipChallenge, openOwnershipChallenge } from "../auth/ownership.js";
import type { OwnershipAnswers } from "../auth/ownership-answers.js";
import {
  DeploymentAnswer,
  OwnershipAnswerBody,
  OwnershipChallengeAnswer,
  OwnershipChallengeRequest,
  OwnershipParams,
  OwnershipPollAnswer,
  OwnershipPollRequest,
  OwnershipVerifyAnswer,
  OwnershipVerifyRequest,
} from "../schemas/ownership.js";

export interface OwnershipRouteParts extends ChallengeContext {
  readonly reading: Reading;
  readonly answers: OwnershipAnswers;
  readonly limit: (request: FastifyRequest) => void;
  /** A screen asks every few seconds whether its challenge was answered. */
  readonly limitPolls: (request: FastifyRequest) => void;
}

const tags = ["ownership"];

export function registerOwnershipRoutes(app: App, ctx: OwnershipRouteParts): void {
  const { network, configPolicy: deployment, reading } = ctx;
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/ownership/")) reply.header("cache-control", "no-store");
  });

  app.get("/ownership/deployment", { schema: { tags, response: { 200: DeploymentAnswer } } }, async () => ({
    network,
    deployment,
  }));

  app.get(
    "/ownership/:passport",
    { schema: { tags, params: OwnershipParams, response: { 200: OwnershipAnswerBody } } },
    async (request) => {
      ctx.limitPolls(request);
      const { passport } = request.params;
      const state = await readPassport(reading, passport);
      if (state === null) throw unknown(passport);
      const owned = await readOwnership(reading, passport).catch((error: unknown) => {
        if (isDppError(error) && error.code.startsWith("ownership/")) return error;
        throw error;
      });
      const { name, status } = state;
      return {
        passport,
        name,
        status,
        network,
        deployment,
        ...(owned instanceof DppError
          ? { owner: null, refused: owned.code }
          : { owner: { address: owned.address, ...sinceOf(owned) }, refused: null }),
      };
    },
  );

  app.post(
    "/ownership/challenge",
    { schema: { tags, body: OwnershipChallengeRequest, response: { 200: OwnershipChallengeAnswer } } },
    async (request) => {
      ctx.limit(request);
      const { passport } = request.body;
      if ((await readPassport(reading, passport)) === null) throw unknown(passport);
      const challenge = issueOwnershipChallenge(ctx, passport);
      const { nonce, expires } = challenge;
      return { nonce, message: formatOwnershipChallenge(challenge), expires };
    },
  );

  app.post(
    "/ownership/verify",
    { schema: { tags, body: OwnershipVerifyRequest, response: { 200: OwnershipVerifyAnswer } } },
    async (request) => {
      ctx.limit(request);
      const { passport, nonce, ...proof } = request.body;
      const challenge = openOwnershipChallenge(ctx, passport, nonce);
      const owned = await verifyOwnership(reading, challenge, proof);
      const { status } = owned;
      const address = toBech32Address(parseAddress(proof.address).bytes);
      await ctx.answers.put(challenge.id, challenge.expires, {
        ...proof,
        address,
        status,
        ...sinceOf(owned),
      });
      // Good answers alone use a challenge up, so that who sees one cannot spoil it; of two good ones the first wins.
      await consumeChallenge(ctx, challenge);
      return { owner: true as const, address: owned.address, status, ...sinceOf(owned) };
    },
  );

  app.post(
    "/ownership/answer",
    { schema: { tags, body: OwnershipPollRequest, response: { 200: OwnershipPollAnswer } } },
    async (request) => {
      ctx.limitPolls(request);
      const { passport, nonce } = request.body;
      const { id, expires } = openOwnershipChallenge(ctx, passport, nonce);
      return { answer: await ctx.answers.get(id, expires) };
    },
  );
}

const sinceOf = ({ since: { time, txHash } }: Ownership) => ({ since: time, txHash });

const unknown = (id: string): DppError =>
  new DppError("passport/unknown", `this deployment has no passport ${id}`);
