/** English texts on who is suspended or revoked. */
import { reasonName } from "@cardano-dpp/offchain/domain/reason";
import { roleList } from "./texts.js";

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const because = (reason: number | null): string =>
  reason === null || reason === 0 ? "no reason given" : reasonName(reason);
const VERBS: Readonly<Record<string, string>> = {
  Suspended: "suspended",
  Revoked: "withdrawn from accreditation",
};

export const STANDING_TEXTS = {
  /** Beside the verdict on the issuer. */
  since: (since: number, reason: number | null): string => `Since ${day(since)}: ${because(reason)}.`,
  doubted: (role: string, operator: string, actions: number): string =>
    `${actions === 1 ? "An action" : `${actions} actions`} in this product's history ${actions === 1 ? "was" : "were"} logged by ${operator} (${roleList([role])}), `,
  ended: (status: string, since: number, reason: number | null): string =>
    `which the consortium has ${VERBS[status] ?? status.toLowerCase()} since ${day(since)}: ${because(reason)}. What it logged is in doubt.`,
};
