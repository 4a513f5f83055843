/**
 * Settles now and then while a process runs: a resolver beside the command, or `dpp tx settle --watch`. So what a crash or a lost block left open is sent
 * again without a hand.
 */
import type { Submissions } from "../src/ports/pending-transactions.js";
import { type Standing, settle } from "../src/usecases/settle.js";

/** ms; of the order of a block's time. */
export const SETTLE_EVERY = 20_000;

export interface KeptSettling {
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
}

/** `onRound`, `onFailure`: for a log; a failure, e.g. of a node that is down, ends nothing. The timer holds no process open. */
export function keepSettling(
  submissions: Submissions,
  {
    every = SETTLE_EVERY,
    onRound = () => {},
    onFailure = () => {},
  }: {
    readonly every?: number;
    readonly onRound?: (standings: readonly Standing[]) => void;
    readonly onFailure?: (error: unknown) => void;
  } = {},
): KeptSettling {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    try {
      onRound(await settle(submissions));
    } catch (error) {
      onFailure(error);
    }
    schedule();
  };
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = round();
    }, every);
    timer.unref();
  };
  running = round();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
