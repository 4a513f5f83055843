/** The text that an owner signs: who asks, for which passport, until when. Spec: docs/spec/ownership.md "Challenge". */
import { DppError } from "../../domain/errors.js";
import { RECEIVE_NETWORKS } from "../../domain/receive-request.js";
import { isPassportId } from "../../domain/tokens.js";
import type { Network } from "../../ports/ledger.js";
import type { Reading } from "../context.js";

export interface OwnershipChallenge {
  /** Who asks: a host, or a name. */
  readonly verifier: string;
  readonly network: Network;
  /** Config policy, hex. */
  readonly deployment: string;
  /** Passport id, hex. */
  readonly passport: string;
  /** POSIX ms. */
  readonly expires: number;
  /** Base64url. */
  readonly nonce: string;
}

/** First line: what the owner of a wallet reads before he signs. Never a role proof's. */
export const OWNERSHIP_PREFIX = "I prove that I own a product passport. This moves no funds.";

/** Longest challenge: its fields at their bounds. */
const MAX_TEXT = 600;
const VERIFIER = /^[!-~](?:[ -~]{0,98}[!-~])?$/;
const NONCE = /^[A-Za-z0-9_-]{22,128}$/;
const POLICY = /^[0-9a-f]{56}$/;

export const isVerifierName = (text: string): boolean => VERIFIER.test(text);

export const formatOwnershipChallenge = (challenge: OwnershipChallenge): string =>
  [
    OWNERSHIP_PREFIX,
    `verifier: ${challenge.verifier}`,
    `network: ${challenge.network}`,
    `deployment: ${challenge.deployment}`,
    `passport: ${challenge.passport}`,
    `expires: ${new Date(challenge.expires).toISOString()}`,
    `nonce: ${challenge.nonce}`,
  ].join("\n");

/** Strict: what this reads, `formatOwnershipChallenge` writes back. @throws DppError `ownership/challenge-malformed`. */
export function parseOwnershipChallenge(text: string): OwnershipChallenge {
  const message = text.replace(/\r?\n$/, "");
  const lines = message.length <= MAX_TEXT ? message.split("\n") : [];
  const field = (at: number, name: string): string => {
    const line = lines[at] ?? "";
    return line.startsWith(`${name}: `) ? line.slice(name.length + 2) : "";
  };
  const network = RECEIVE_NETWORKS.find((known) => known === field(2, "network"));
  const expires = Date.parse(field(5, "expires"));
  if (network === undefined || Number.isNaN(expires)) throw malformed();
  const challenge = {
    verifier: field(1, "verifier"),
    network,
    deployment: field(3, "deployment"),
    passport: field(4, "passport"),
    expires,
    nonce: field(6, "nonce"),
  };
  const { verifier, deployment, passport, nonce } = challenge;
  const bounded =
    isVerifierName(verifier) && POLICY.test(deployment) && isPassportId(passport) && NONCE.test(nonce);
  if (!bounded || formatOwnershipChallenge(challenge) !== message) throw malformed();
  return challenge;
}

const malformed = (): DppError =>
  new DppError(
    "ownership/challenge-malformed",
    "this is no ownership challenge: ask the verifier for its text again, whole and unchanged",
  );

/**
 * That the challenge is about this ledger and deployment, and in time.
 * @throws DppError `ownership/challenge-foreign`, `ownership/challenge-expired`.
 */
export function assertChallengeHere(
  { ledger, contracts, clock }: Reading,
  challenge: OwnershipChallenge,
): void {
  if (challenge.network !== ledger.network || challenge.deployment !== contracts.config.hash) {
    throw new DppError(
      "ownership/challenge-foreign",
      `the challenge is about a passport on ${challenge.network} of the deployment ${challenge.deployment}, and this is another one: use the home or resolver of that deployment`,
    );
  }
  if (clock.now() >= challenge.expires) {
    throw new DppError(
      "ownership/challenge-expired",
      `the challenge expired at ${new Date(challenge.expires).toISOString()}: ask for a new one`,
    );
  }
}
