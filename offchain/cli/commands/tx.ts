/** `dpp tx`: what was sent and is not settled yet. What the words mean: docs/rollbacks.md. */
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import type { Submissions } from "../../src/ports/pending-transactions.js";
import { isLost, type Standing, settle, survey } from "../../src/usecases/settle.js";
import { openSubmissions } from "../home.js";
import { count, hexOf } from "../options.js";
import { isoTime, type Output, table } from "../output.js";
import { SETTLE_EVERY } from "../settling.js";
import type { RunVerb } from "../verb.js";

const HASH_BYTES = 32;
const SECOND = 1_000;

/** `wait`: ms; a test makes a block instead. */
export function txCommands(
  program: Command,
  run: RunVerb,
  env: NodeJS.ProcessEnv,
  wait: (ms: number) => Promise<unknown> = pause,
): void {
  const tx = program.command("tx").description("transactions: what was sent and is not settled yet");

  tx.command("list")
    .description("every transaction that is under way or lost, oldest first")
    .action(() =>
      run(async ({ output, home }) => {
        const submissions = await openSubmissions(home, env);
        print(output, submissions, submissions === null ? [] : await survey(submissions));
      }),
    );

  tx.command("show")
    .argument("<hash>", "its hash", hexOf(HASH_BYTES))
    .description("one of them, with what it spends and its bytes")
    .action((hash: string) =>
      run(async ({ output, home }) => {
        const submissions = await openSubmissions(home, env);
        const standing = await findStanding(submissions, hash);
        const { transaction } = standing;
        const { rival = null } = transaction.trouble ?? {};
        output.result({ ...viewOf(standing), spends: transaction.spends, cbor: transaction.cbor }, [
          transaction.hash,
          ...table(
            ["", ""],
            [
              ["for", transaction.purpose],
              ["sent", isoTime(transaction.firstSent)],
              ["status", statusOf(standing, submissions?.confirmations ?? 1)],
              ...(transaction.trouble === null ? [] : [["because", transaction.trouble.reason]]),
              ...(rival === null ? [] : [["rival", rival]]),
              ...transaction.spends.map(({ txHash, outputIndex }) => ["spends", `${txHash}#${outputIndex}`]),
            ],
          ).slice(1),
        ]);
      }),
    );

  tx.command("settle")
    .description(
      "look at each once: drop what is settled, send again what is in no block; exit 1 when one is lost",
    )
    .option("--watch", "go on until nothing is under way any more")
    .option("--for <seconds>", "with --watch: at most so long", count("--for", 1, 86_400), 600)
    .action((options: { watch?: boolean; for: number }) =>
      run(async ({ output, home, refuse }) => {
        const submissions = await openSubmissions(home, env);
        let standings = submissions === null ? [] : await settle(submissions);
        for (let left = options.watch ? options.for * SECOND : 0; left > 0; left -= SETTLE_EVERY) {
          if (submissions === null || !standings.some(isUnderWay)) break;
          output.progress(`${standings.filter(isUnderWay).length} under way`);
          await wait(Math.min(SETTLE_EVERY, left));
          standings = await settle(submissions);
        }
        print(output, submissions, standings);
        if (standings.some(isLost)) refuse();
      }),
    );

  tx.command("forget")
    .argument("<hash>", "its hash", hexOf(HASH_BYTES))
    .description("take a lost transaction off the list")
    .option("--force", "also one that is under way: it is not sent again, and may stand all the same")
    .action((hash: string, options: { force?: boolean }) =>
      run(async ({ output, home }) => {
        const submissions = await openSubmissions(home, env);
        const standing = await findStanding(submissions, hash);
        if (!isLost(standing) && !options.force) {
          throw new DppError(
            "tx/under-way",
            `the transaction ${hash} is not lost: it is ${standing.status} and may stand yet (--force forgets it all the same)`,
            { details: { status: standing.status } },
          );
        }
        await submissions?.pending.remove(standing.transaction.hash);
        output.result({ forgotten: standing.transaction.hash }, [
          `${standing.transaction.hash} is forgotten`,
        ]);
      }),
    );
}

async function findStanding(submissions: Submissions | null, hash: string): Promise<Standing> {
  const standings = submissions === null ? [] : await survey(submissions);
  const found = standings.find(({ transaction }) => transaction.hash === hash);
  if (found === undefined) {
    throw new DppError(
      "tx/unknown",
      `no transaction ${hash} is kept here: it is settled, or was never sent from here`,
    );
  }
  return found;
}

const isUnderWay = (standing: Standing): boolean => standing.status !== "settled" && !isLost(standing);

const statusOf = (standing: Standing, needed: number): string => {
  const { status, confirmations } = standing;
  if (status === "shallow") return `in a block, ${confirmations} of ${needed} deep`;
  if (status === "settled") return `settled, ${confirmations} deep`;
  if (status === "waiting") return "in no block";
  return isLost(standing) ? `lost (${status})` : `${status}, for now`;
};

const viewOf = ({ transaction, status, confirmations }: Standing) => {
  const { hash, purpose, firstSent, trouble } = transaction;
  return { hash, purpose, firstSent, status, confirmations, lost: trouble?.final === true, trouble };
};

function print(output: Output, submissions: Submissions | null, standings: readonly Standing[]): void {
  const needed = submissions?.confirmations ?? 1;
  const rows = standings.map((standing) => [
    isoTime(standing.transaction.firstSent),
    statusOf(standing, needed),
    standing.transaction.purpose,
    standing.transaction.hash,
  ]);
  output.result(
    { settledAt: needed, transactions: standings.map(viewOf) },
    rows.length === 0 ? ["nothing is under way"] : table(["sent", "status", "for", "transaction"], rows),
  );
}
