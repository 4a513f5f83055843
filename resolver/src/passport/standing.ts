/**
 * How those who made and touched a passport stand today: why and since when its issuer is suspended or revoked, and who of those that logged actions on it is.
 * The statuses are in the attestations; reasons and times in the transactions that changed them. Spec: docs/spec/http.md "Passport".
 */
import { isDppError } from "@cardano-dpp/offchain/domain/errors";
import type { Reading } from "@cardano-dpp/offchain/usecases/context";
import { standingAt } from "@cardano-dpp/offchain/usecases/history/roles";
import { touchesOf } from "@cardano-dpp/offchain/usecases/incidents/touches";
import {
  type AttestationView,
  type PassportState,
  readAttestation,
} from "@cardano-dpp/offchain/usecases/resolve";
import type { Static } from "@sinclair/typebox";
import type { DoubtedActor, EndedStanding } from "../schemas/standing.js";
import type { HistoryReader } from "./history-reader.js";

export interface Standings {
  /** `null`: Active, or the reason cannot be read. */
  readonly issuer: Static<typeof EndedStanding> | null;
  readonly actors: readonly Static<typeof DoubtedActor>[];
}

/** A passport with more is looked at in its history. */
const MAX_ACTORS = 100;

export async function readStandings(
  reading: Reading,
  histories: HistoryReader,
  state: PassportState,
): Promise<Standings> {
  return {
    issuer: state.issuer === null ? null : await standingOf(histories, state.issuer),
    actors: await doubtedActors(reading, histories, state),
  };
}

async function standingOf(
  histories: HistoryReader,
  { name, status }: Pick<AttestationView, "name" | "status">,
): Promise<Standings["issuer"]> {
  if (status === "Active") return null;
  const standing = standingAt(name, await histories.role(name));
  // A block may have come between.
  if (standing === null || standing.status !== status) return null;
  return { status, since: standing.since, reason: standing.reason };
}

/** Those in whose name an action is logged, but for the issuer, who has a place of his own. */
async function doubtedActors(
  reading: Reading,
  histories: HistoryReader,
  { id, actionHead, issuerName }: PassportState,
): Promise<Standings["actors"]> {
  // Most passports: nothing was logged, and their history is not read.
  if (actionHead === "") return [];
  const actions = new Map<string, number>();
  for (const { as, attestation } of touchesOf(await entriesOf(histories, id)))
    if (as === "logged" && attestation !== issuerName)
      actions.set(attestation, (actions.get(attestation) ?? 0) + 1);
  const found = await Promise.all(
    [...actions].slice(-MAX_ACTORS).map(async ([name, count]) => {
      const view = await readAttestation(reading, name);
      const standing = view === null ? null : await standingOf(histories, view);
      if (view === null || standing === null) return [];
      return [{ attestation: name, role: view.role, operator: view.operator, ...standing, actions: count }];
    }),
  );
  return found.flat();
}

/** A history that is too long to be read does not keep the passport from being shown. */
async function entriesOf(histories: HistoryReader, id: string) {
  try {
    return (await histories.passport(id)).history.entries;
  } catch (error) {
    if (isDppError(error) && (error.code.startsWith("history/") || error.code.startsWith("passport/")))
      return [];
    throw error;
  }
}
