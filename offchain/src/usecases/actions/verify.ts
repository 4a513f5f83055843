/** Holds all actions of a passport against the ledger, without believing a resolver. Spec: docs/spec/action.md "Reading a chain". */
import { DppError, isDppError } from "../../domain/errors.js";
import type { Context } from "../context.js";
import { type HistoryEntry, readHistory } from "../history/read.js";
import type { Check } from "../verify.js";
import { type ActionStep, actionSteps, verifyActionChain } from "./chain.js";
import { type ReadAction, readActions } from "./read.js";

export interface ActionVerification {
  /** The chain leads to the ledger's head, and every record is there and in its place. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What these checks cannot say. */
  readonly notChecked: readonly string[];
  /** `action_head` on the ledger, hex; the last one, when the passport was erased. */
  readonly head: string;
  readonly actions: readonly ReadAction[];
}

/** `readingSecrets`: of a reader; sections of his that do not open count, too. @throws DppError `passport/unknown`, `ledger/*`, `history/too-long`. */
export async function verifyActions(
  context: Pick<Context, "ledger" | "contracts" | "clock" | "content">,
  id: string,
  readingSecrets: readonly Uint8Array[] = [],
): Promise<ActionVerification> {
  const history = await readHistory(context, id);
  const steps = actionSteps(history);
  const head = headOf(history.entries);
  const actions = await readActions(context, id, steps, readingSecrets);
  const checks = [chainCheck(steps, head), recordsCheck(actions)];
  return { ok: checks.every(({ ok }) => ok), checks, notChecked: NOT_CHECKED, head, actions };
}

/** Of the last state that can be read. */
const headOf = (entries: readonly HistoryEntry[]): string =>
  entries.findLast(({ after }) => after.datum !== null)?.after.datum?.extra.actionHead ?? "";

const counted = (count: number): string => `${count} action${count === 1 ? "" : "s"}`;

function chainCheck(steps: readonly ActionStep[], head: string): Check {
  try {
    verifyActionChain(steps, head);
    const detail =
      head === ""
        ? "no action was logged, and the ledger's head is empty"
        : `${counted(steps.length)} lead to the ledger's head ${head}`;
    return { name: "chain", ok: true, detail };
  } catch (error) {
    if (!(error instanceof DppError) || !isDppError(error, "action/chain")) throw error;
    return { name: "chain", ok: false, detail: error.message };
  }
}

function recordsCheck(actions: readonly ReadAction[]): Check {
  const faults = actions.flatMap(({ place, mark, action }) => [
    ...(mark === null ? [] : [`${place} ${mark.code}`]),
    ...(action?.sections ?? []).flatMap(({ name, mark: why }) =>
      why === null ? [] : [`${place} ${name}: ${why.code}`],
    ),
  ]);
  const detail =
    faults.length === 0
      ? `${counted(actions.length)}, each record stored and made for its place`
      : `of ${counted(actions.length)}: ${faults.join(", ")}`;
  return { name: "records", ok: faults.length === 0, detail };
}

const NOT_CHECKED: readonly string[] = [
  "that what an action says is true: the ledger shows who said it and when",
  "that everything which was done was logged",
  "sealed sections for which no key is at hand",
];
