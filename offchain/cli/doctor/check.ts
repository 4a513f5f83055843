/** One check of the doctor: bounded in time, and never an exception. */
import { isDppError } from "../../src/domain/errors.js";

export type State = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  readonly state: State;
  /** What was found. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

export interface Check extends Finding {
  readonly name: string;
}

export const ok = (found: string): Finding => ({ state: "ok", found });
export const warning = (found: string, advice: string): Finding => ({ state: "warning", found, advice });
export const failed = (found: string, advice: string): Finding => ({ state: "failed", found, advice });
export const skipped = (found: string): Finding => ({ state: "skipped", found });

/** What to do, by the code of the error that a part threw. */
const ADVICE: Readonly<Record<string, string>> = {
  "ledger/unavailable":
    "see that the node or service runs, and that ledger.url and its credentials are right",
  "ledger/unauthorized": "put the network's project id into ledger.projectId or its file",
  "ledger/unsupported":
    "use a server that has the route, or a node's UTxO RPC (docs/blockfrost.md, docs/node.md)",
  "ledger/wrong-network": "configure ledger.network as the ledger serves it, or another ledger",
  "ledger/bad-url": "correct ledger.url",
  "ledger/corrupt-journal": "restore the ledger directory from a copy, or use another DPP_HOME",
  "ledger/not-unique": "the ledger contradicts the contracts: compare with another source of the ledger",
  "deployment/not-found": "see that deployment.json belongs to this ledger, and that the node is in sync",
  "home/other-contracts": "use the version of this software that founded the deployment",
  "home/deployment": "restore deployment.json from a copy",
  "event-store/unavailable": "see that events.url is right, and docs/event-store.md",
  "event-store/unsupported": "update PostgreSQL",
  "event-store/newer": "use the version of this software that the other processes use",
  "event-store/foreign": "configure another database: this one was not made by this software",
  "event-store/damaged": "restore the event store from a copy",
  "content/unavailable": "see that the IPFS node runs, and that content.nodes names its RPC address",
  "content/corrupt": "the store hands out wrong bytes: check its disk",
};

/** `limitMs`: how long the check may take; what it started then goes on unheard. */
export async function runCheck(name: string, limitMs: number, work: () => Promise<Finding>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const finding = failed(
      `no answer within ${limitMs / 1000} s`,
      "see that the part runs and that the way to it is not blocked",
    );
    timer = setTimeout(resolve, limitMs, finding);
  });
  try {
    const { state, found, advice } = await Promise.race([attempt(work), late]);
    return { name, state, found, ...(advice === undefined ? {} : { advice }) };
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    return findingOf(error);
  }
}

/** Messages of our own errors hold no secret; others are named by their kind alone. */
function findingOf(error: unknown): Finding {
  if (isDppError(error)) {
    return failed(`${error.code}: ${error.message}`, ADVICE[error.code] ?? "see the message");
  }
  const { code, name } = (error ?? {}) as NodeJS.ErrnoException;
  return failed(`unexpected: ${code ?? name ?? "unknown"}`, "DPP_DEBUG=1 with another verb shows where");
}
