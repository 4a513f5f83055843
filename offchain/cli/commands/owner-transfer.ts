/** `dpp passport transfer`: give a product to whoever shows a receive request. Spec: docs/spec/ownership.md "Transfer". */
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { readStory } from "../../src/usecases/notices.js";
import { giveAway, planGift } from "../../src/usecases/ownership/transfer.js";
import { openHome } from "../home.js";
import { noticeText } from "../notice-text.js";
import { ada } from "../output.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";

export function transferCommand(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  program.commands
    .find((command) => command.name() === "passport")
    ?.command("transfer <passport>")
    .description("give a product to a new owner: what he shows (request, link) or his address")
    .requiredOption("--to <request>", "receive request, link to one, or address")
    .requiredOption("--as <key>", "key of the owner")
    .option("--no-keys", "hand no owner keys over: what was sealed to owners stays with you")
    .option("--yes", "do it; without it, at a terminal, only say what would be done")
    .action((reference: string, options: { to: string; as: string; keys: boolean; yes?: boolean }) =>
      run(async ({ output, home }) => {
        const { context, keys, index } = await openHome(home, env);
        const { id } = await namePassport(index, reference);
        const { signer, reading } = await keys.load(options.as);
        const gift = await planGift(context, id, options.to, signer.keyHash);
        const { owned, receiver } = gift;
        const withKeys = options.keys && receiver.readingKey !== null;
        const { notices } = await readStory(context, owned.state);
        const described = [
          ...notices.map(noticeText),
          `You give   ${owned.name}`,
          `           passport ${id}`,
          `to         ${receiver.address}`,
          withKeys
            ? `keys       yours and those of earlier owners, to the reading key ${receiver.readingKey}`
            : `keys       none: ${options.keys ? "the buyer showed no reading key" : "you said so"}`,
        ];
        if (process.stdin.isTTY && options.yes !== true) {
          throw new DppError("usage/confirm", "nothing was done yet: to do this, say it again with --yes", {
            details: { plan: described },
          });
        }
        for (const line of described) output.progress(line);
        const given = await giveAway(context, signer, gift, withKeys ? reading.secret() : null);
        output.result({ id, to: receiver.address, notices, ...given }, [
          `${owned.name} belongs to ${receiver.address}`,
          given.handedOver === 0
            ? "no owner keys changed hands"
            : `${given.handedOver} owner key${given.handedOver === 1 ? "" : "s"} changed hands`,
          ...(given.keysCut
            ? [
                "WARNING: more keys open something than one transfer carries: the oldest sealed sections stay closed to the buyer",
              ]
            : []),
          `record ${given.cid}`,
          `transaction ${given.txHash}  fee ${ada(given.fee)} ADA  ${given.size} bytes`,
        ]);
      }),
    );
}
