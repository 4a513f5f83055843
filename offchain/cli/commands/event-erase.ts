/** `dpp event erase-payloads`: the end of a retention. docs/events.md. */
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { withEvents } from "../events.js";
import { moment } from "../options.js";
import type { RunVerb } from "../verb.js";

/** `event`: the command that it becomes a verb of. */
export function erasingVerb(event: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  event
    .command("erase-payloads")
    .description(
      "erase the payloads received before a day, when their retention is over; leaves, proofs and receipts stay",
    )
    .requiredOption("--received-before <date>", "a day or a UTC time that is over", moment)
    .option("--yes", "do it; without it, only say what would be erased")
    .action(({ receivedBefore, yes }: { receivedBefore: number; yes?: boolean }) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events }) => {
          if (receivedBefore > events.clock.now())
            throw new DppError(
              "usage/arguments",
              `--received-before ${new Date(receivedBefore).toISOString()} is still to come: name a day that is over`,
            );
          const { payloads, unanchored } = await events.store.countPayloads(receivedBefore);
          const about = `${payloads} payloads${unanchored === 0 ? "" : `, ${unanchored} of them of events that are not on the ledger`}`;
          if (yes !== true && payloads > 0)
            throw new DppError(
              "usage/confirm",
              `nothing was erased yet: this erases ${about}, and nobody brings them back; to do this, say it again with --yes`,
              { details: { payloads, unanchored } },
            );
          const erased = await events.store.erasePayloads(receivedBefore);
          output.result({ erased, unanchored }, [
            `${erased} payloads erased${unanchored === 0 ? "" : `, ${unanchored} of them of events that are not on the ledger`}`,
          ]);
        }),
      ),
    );
}
