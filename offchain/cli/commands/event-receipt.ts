/** `dpp event receipt`: the proof of one event for who has no ledger at hand. docs/receipts.md. */
import type { Command } from "commander";
import { receiptToText } from "../../src/codec/receipt.js";
import { trustFingerprint } from "../../src/codec/trust-root.js";
import { makeReceipt } from "../../src/usecases/events/receipt-make.js";
import { withEvents } from "../events.js";
import { eventId } from "../options.js";
import { assertWritable, writeOutput } from "../output-file.js";
import { signerLines } from "../receipt-text.js";
import type { RunVerb } from "../verb.js";

/** `event`: the command that it becomes a verb of. */
export function receiptCommand(event: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  event
    .command("receipt")
    .argument("<id>", "the event's id", eventId)
    .description(
      "a receipt of an event that is on the ledger, as text or as a file: dpp verify checks it anywhere",
    )
    .option("--out <file>", "write it to a file: .dppr in binary, another ending as text")
    .option("--no-payload", "without what everybody may see of the payload")
    .action((id: string, { out, payload }: { out?: string; payload: boolean }) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events }) => {
          if (out !== undefined) await assertWritable(out);
          const made = await makeReceipt(events, id, { payload });
          const text = receiptToText(made.bytes);
          if (out !== undefined) await writeOutput(out, out.endsWith(".dppr") ? made.bytes : `${text}\n`);
          const fingerprint = trustFingerprint(made.root);
          const about = {
            id,
            bytes: made.bytes.length,
            payload: !made.withoutPayload,
            fingerprint,
            signers: made.signers,
          };
          output.result(out === undefined ? { ...about, receipt: text } : { ...about, path: out }, [
            ...(out === undefined
              ? [text]
              : [
                  `${out}: ${made.bytes.length} bytes${made.withoutPayload ? ", without the payload" : ""}`,
                  ...signerLines(made.signers),
                  `check it anywhere: dpp verify ${out} --trust <file from dpp trust export>`,
                ]),
          ]);
        }),
      ),
    );
}
