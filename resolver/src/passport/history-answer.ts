/** Puts a passport's history together as JSON. Spec: docs/spec/http.md "History". */
import { historyFileToJson } from "@cardano-dpp/offchain/codec/history-file-json";
import { deploymentOf } from "@cardano-dpp/offchain/tx/contracts";
import { actionSteps } from "@cardano-dpp/offchain/usecases/actions/chain";
import { type ReadAction, readActions } from "@cardano-dpp/offchain/usecases/actions/read";
import type { Context, Reading } from "@cardano-dpp/offchain/usecases/context";
import { exportSteps } from "@cardano-dpp/offchain/usecases/history/export";
import { noticesOf, toldRecords } from "@cardano-dpp/offchain/usecases/history/notices";
import { type HistoryEntry, outRefText } from "@cardano-dpp/offchain/usecases/history/read";
import { type RoleEntry, standingAt } from "@cardano-dpp/offchain/usecases/history/roles";
import type { Static } from "@sinclair/typebox";
import type { HistoryAnswer as Schema } from "../schemas/history.js";
import type { KnownHistory } from "./history-reader.js";

export type HistoryAnswer = Static<typeof Schema>;

/** A longer history is checked from a file: a phone is not sent megabytes that nobody asked for. */
export const MAX_EVIDENCE = 200;

/** Attestation name of the issuer that answers for the passport, or answered for it last; null: no state can be read. */
export const issuerOf = ({ history }: KnownHistory): string | null =>
  history.entries.findLast(({ after }) => after.datum !== null)?.after.datum?.extra.issuer ?? null;

/** `roles`: the life of the issuer's attestation. */
export async function historyAnswer(
  context: Reading & Pick<Context, "content">,
  known: KnownHistory,
  roles: readonly RoleEntry[],
): Promise<HistoryAnswer> {
  const { steps, history } = known;
  const { id, unit, entries, now } = history;
  const actions = await readActions(context, id, actionSteps(history));
  const byHash = new Map(actions.map((action) => [action.step.txHash, action]));
  const issuer = issuerOf(known);
  const standing = issuer === null ? null : standingAt(issuer, roles);
  const evidence = steps.length <= MAX_EVIDENCE ? (await exportSteps(context, id, steps)).file : null;
  const { network, configPolicy, rolesPolicy, passportPolicy } = deploymentOf(context.contracts);
  return {
    schema: "dpp/history-answer/1",
    passport: {
      id,
      unit,
      status: now.datum?.extra.status ?? null,
      revision: now.datum?.extra.revision ?? null,
      state: now.state === null ? null : outRefText(now.state),
      owner: now.owner === null ? null : outRefText(now.owner),
    },
    issuer:
      standing === null
        ? null
        : {
            attestation: standing.name,
            status: standing.status,
            since: standing.since,
            reason: standing.reason,
          },
    entries: entries.map((entry) => entryView(entry, byHash.get(entry.txHash))),
    notices: [...noticesOf(entries, toldRecords(actions))],
    deployment: { network, configPolicy, rolesPolicy, passportPolicy },
    withheld: [],
    evidence:
      evidence === null ? null : (historyFileToJson(evidence) as unknown as HistoryAnswer["evidence"]),
  };
}

function entryView(entry: HistoryEntry, action: ReadAction | undefined): HistoryAnswer["entries"][number] {
  const { after, txHash, slot, height, time, ownerBefore, act, ...fields } = entry;
  const datum = after.datum?.extra;
  return {
    act,
    txHash,
    slot,
    height,
    time,
    fields,
    status: datum?.status ?? null,
    revision: datum?.revision ?? null,
    issuer: datum?.issuer ?? null,
    dataRoot: datum?.dataRoot ?? null,
    owner: after.owner?.address ?? null,
    ownerBefore,
    action: action === undefined ? null : actionView(action),
  };
}

/**
 * The same for who has the printed numbers alone, which can be guessed and counted: what happened and when, without who owned it. The signed transactions name the
 * owners, so they are left out as well.
 */
export function withoutOwners(answer: HistoryAnswer): HistoryAnswer {
  return {
    ...answer,
    passport: { ...answer.passport, owner: null },
    // A send to the same address is a wallet that tidies up: without addresses it would look like a change of hands.
    entries: answer.entries.filter(changesHands).map((entry) => {
      // Where a transfer goes stands in its redeemer.
      const { to: _, ...fields } = entry.fields;
      return { ...entry, fields, owner: null, ownerBefore: null };
    }),
    withheld: ["owners", "evidence"],
    evidence: null,
  };
}

const changesHands = ({ act, owner, ownerBefore }: HistoryAnswer["entries"][number]): boolean =>
  act !== "Send" || ownerBefore === null || owner !== ownerBefore;

const actionView = ({ cid, action, mark }: ReadAction) => ({
  cid,
  type: action?.record.type ?? null,
  at: action?.record.at ?? null,
  actor: action?.record.actor ?? null,
  elements: [...(action?.record.elements ?? [])],
  sealed: action?.sections.map(({ name }) => name) ?? [],
  mark: mark === null ? null : { code: mark.code, message: mark.message },
});
