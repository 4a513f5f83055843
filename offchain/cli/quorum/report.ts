/** What the verbs on a proposal print of it. */
import type { Proposal } from "../../src/domain/proposal.js";
import type { Inspection } from "../../src/usecases/quorum/inspect.js";
import type { ProposalStatus } from "../../src/usecases/quorum/status.js";
import { isoTime } from "../output.js";
import { aboutLines, aboutOf } from "./about.js";
import type { Desk } from "./place.js";
import { effectLines, headLines, recordLines, signatureLines, uncomparedLines } from "./words.js";

export const namesOf = async ({ keys }: Desk): Promise<ReadonlyMap<string, string>> =>
  new Map((await keys.list()).map(({ name, keyHash }) => [keyHash, name]));

/** Of the key that is named: its reading key opens what is sealed to it. */
export const secretsOf = async ({ keys }: Desk, key: string | undefined): Promise<readonly Uint8Array[]> =>
  key === undefined ? [] : [(await keys.load(key)).reading.secret()];

export const describe = async (
  desk: Desk,
  proposal: Proposal,
  inspection: Inspection,
  secrets: readonly Uint8Array[],
): Promise<readonly string[]> => [
  ...headLines(proposal),
  ...aboutLines(await aboutOf(desk.place.reading, proposal)),
  ...effectLines(desk.place.contracts, inspection),
  ...(await recordLines(proposal, secrets)),
  ...uncomparedLines(inspection),
  ...signatureLines(proposal, await namesOf(desk)),
];

export const viewOf = (
  { id, action, expires, window, signatures }: Proposal,
  { effect, uncompared }: Inspection,
) => ({
  id,
  action,
  expires,
  window,
  effect,
  uncompared,
  signatures: signatures.length,
});

export function statusLines(
  { state, done, gone }: ProposalStatus,
  files: readonly string[],
): readonly string[] {
  switch (state) {
    case "done":
      return [`done       in the transaction ${done?.txHash} of ${isoTime(done?.time ?? 0)}`];
    case "gone":
      return [
        ...gone.map(({ ref, what }) => `gone       ${what} (${ref})`),
        `It can stand no more. Its signatures are worth nothing: dpp quorum again ${files[0]} --as <key>`,
      ];
    case "expired":
      return [`expired    dpp quorum again ${files[0]} --as <key>`];
    case "early":
      return ["ready      but for its hour: dpp quorum submit --wait"];
    case "ready":
      return [`ready      dpp quorum submit ${files.join(" ")}`];
    case "open":
      return ["open       everything it needs is on the ledger"];
  }
}
