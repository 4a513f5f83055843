/** What stands between a look at a proposal and a signature: it is the one that was looked at, and somebody says yes. */
import { DppError } from "../../src/domain/errors.js";
import type { Proposal } from "../../src/domain/proposal.js";

export interface SignVerbOptions {
  readonly as: string;
  /** Hex. */
  readonly id?: string;
  readonly yes?: boolean;
  readonly offline?: boolean;
  readonly acceptUnseenInputs?: boolean;
  readonly out?: string;
}

/** The file may have changed since it was looked at. @throws DppError `proposal/other-proposal`. */
export function requireId({ id }: Proposal, wanted: string | undefined): void {
  if (wanted === undefined || wanted === id) return;
  throw new DppError(
    "proposal/other-proposal",
    `the file holds the proposal ${id}, and you want to sign ${wanted}: look at it again (dpp quorum show)`,
    { details: { file: id, wanted } },
  );
}

/** @throws DppError `usage/confirm` at a terminal. */
export function requireYes({ id }: Proposal, yes = false): void {
  if (yes || !process.stdin.isTTY) return;
  throw new DppError(
    "usage/confirm",
    `nothing was signed yet: to sign this, say it again with --yes --id ${id}`,
    { details: { id } },
  );
}
