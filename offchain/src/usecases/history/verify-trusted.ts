/** What a reader of a history file knows already, what of the file it contradicts, and what stays open without it. Pure. */
import type { HistoryFile } from "../../codec/history-file.js";
import type { OutRef } from "../../domain/out-ref.js";
import type { HistoryEntry, Standing } from "./fold.js";

/** What a reader knows from a source that he trusts; each is optional, and its absence is among `notChecked`. */
export interface Trusted {
  /** Config policy of the deployment, hex. */
  readonly config?: string;
  /** Output that holds the passport's (100), or, of a burnt one, the hash of the transaction that burnt it. */
  readonly state?: OutRef | { readonly txHash: string; readonly outputIndex: null };
  /** Output that holds the ownership token. */
  readonly owner?: OutRef;
  /** POSIX ms of the block of the transaction in `state`. */
  readonly time?: number;
}

export function stateFaults(
  entries: readonly HistoryEntry[],
  now: Standing | null,
  { state, owner }: Trusted,
): readonly string[] {
  if (entries[0]?.act !== "Issue") return ["the history does not begin with the issue"];
  const faults: string[] = [];
  if (state !== undefined && !isAt(entries, now, state))
    faults.push(
      `the last state is not ${state.txHash}${state.outputIndex === null ? "" : `#${state.outputIndex}`}`,
    );
  if (owner !== undefined && !same(now?.owner ?? null, owner))
    faults.push(`the ownership token is not at ${owner.txHash}#${owner.outputIndex}`);
  return faults;
}

const same = (a: OutRef | null, b: OutRef): boolean =>
  a?.txHash === b.txHash && a.outputIndex === b.outputIndex;

function isAt(
  entries: readonly HistoryEntry[],
  now: Standing | null,
  state: NonNullable<Trusted["state"]>,
): boolean {
  if (state.outputIndex !== null) return same(now?.state ?? null, state);
  return now?.state === null && entries.some(({ act, txHash }) => act === "Erase" && txHash === state.txHash);
}

/** What no file can show, and what this reader's knowledge does not reach. */
export const beyond = ({ network }: HistoryFile, { config, state, owner }: Trusted): readonly string[] => [
  `that the block times are right, and that the network is ${network}: no transaction holds its block's slot or height; ask a ledger`,
  ...(state === undefined
    ? [
        "that a ledger holds these transactions, and that nothing came after: give the present state from a source that you trust",
      ]
    : ["that the state given is still the present one: ask a ledger"]),
  ...(owner === undefined ? ["that the ownership token did not move on: give the output that holds it"] : []),
  ...(config === undefined ? ["that this is the deployment that you mean: give its config policy"] : []),
  "that badges were among the inputs of revocations: the contract asks for them",
  "that statements are true: the file shows who made them, and when",
];
