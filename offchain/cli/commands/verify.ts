/** `dpp verify`, `dpp trust export`, `dpp trust show`: receipts, checked by who has no ledger at hand, and what they are checked against. docs/receipts.md. */
import type { Command } from "commander";
import { receiptBytes } from "../../src/codec/receipt.js";
import {
  MAX_TRUST_ROOT_BYTES,
  parseTrustRoot,
  trustFingerprint,
  trustRootJson,
} from "../../src/codec/trust-root.js";
import { isWeakestLinkFile } from "../../src/codec/weakest-link.js";
import { DppError, isDppError } from "../../src/domain/errors.js";
import type { OutRef } from "../../src/domain/out-ref.js";
import { MAX_WEAKEST_LINK_BYTES } from "../../src/domain/weakest-link-proof.js";
import { askLedger } from "../../src/usecases/events/receipt-ledger.js";
import { verifyReceipt } from "../../src/usecases/events/receipt-verify.js";
import { readTrustRoot } from "../../src/usecases/trust-root.js";
import { askLedgerForLink } from "../../src/usecases/weakest-link/online.js";
import { verifyWeakestLink } from "../../src/usecases/weakest-link/verify.js";
import { openHome } from "../home.js";
import { readInput } from "../input.js";
import { assertKind } from "../our-files.js";
import { writeOutput } from "../output-file.js";
import { openQuestions, receiptLines, summaryOf, trustLines } from "../receipt-text.js";
import type { RunVerb } from "../verb.js";
import { isShown, linkVerificationJson, linkVerificationLines } from "../weakest-link-text.js";

interface VerifyOptions {
  readonly trust: string;
  readonly state?: readonly string[];
  readonly online?: boolean;
}

export function verifyCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  program
    .command("verify <file>")
    .description(
      "check an event's receipt, or the proof of a weakest link: needs neither a ledger nor a home; exit 0 verified, 1 refused, 2 called wrongly",
    )
    .requiredOption("--trust <file>", "trust root that you got from somebody you trust (dpp trust show)")
    .option(
      "--state <txhash#index>",
      "output of the thread, from a ledger that you trust; of a weakest link one for each thread, given again",
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option(
      "--online",
      "also ask the ledger that is configured here, and for the standing of who signed today",
    )
    .action((path: string, options: VerifyOptions) =>
      run(async ({ output, home, refuse }) => {
        const root = parseTrustRoot(await readInput(options.trust, MAX_TRUST_ROOT_BYTES));
        const states = (options.state ?? []).map(outputOf);
        const file = await readInput(path, MAX_WEAKEST_LINK_BYTES);
        if (isWeakestLinkFile(file)) {
          const proof = verifyWeakestLink(file, root, { states });
          const verified = options.online
            ? await askLedgerForLink((await openHome(home, env)).context, root, proof)
            : proof;
          output.result(linkVerificationJson(verified, root), linkVerificationLines(verified, root));
          if (!isShown(verified)) refuse();
          return;
        }
        const [state, ...others] = states;
        if (others.length > 0)
          throw new DppError("usage/arguments", "a receipt is of one thread: give --state once");
        const given = state === undefined ? {} : { state };
        const offline = verifyReceipt(receiptIn(path, file), root, given);
        const verified = options.online
          ? await askLedger((await openHome(home, env)).context, root, offline)
          : { ...offline, standings: null };
        output.result(
          {
            ok: verified.ok,
            summary: summaryOf(verified),
            fingerprint: trustFingerprint(root),
            checks: verified.checks,
            facts: verified.facts,
            standings: verified.standings,
            notShown: openQuestions(verified, verified.standings),
          },
          receiptLines(verified, root, verified.standings),
        );
        if (!verified.ok) refuse();
      }),
    );

  const trust = program.command("trust").description("trust roots: what receipts are checked against");
  trust
    .command("export")
    .description("the trust root of the deployment here, as its ledger has it")
    .option("--out <file>", "write it to a file")
    .action(({ out }: { out?: string }) =>
      run(async ({ output, home }) => {
        const root = await readTrustRoot((await openHome(home, env)).context);
        const text = trustRootJson(root);
        if (out !== undefined) await writeOutput(out, text);
        const fingerprint = trustFingerprint(root);
        output.result(out === undefined ? JSON.parse(text) : { path: out, fingerprint }, [
          ...(out === undefined ? [text.trimEnd()] : [`written ${out}`]),
          ...(out === undefined
            ? []
            : [
                `fingerprint ${fingerprint}: read it to whoever gets the file, by another way than the file goes`,
              ]),
        ]);
      }),
    );
  trust
    .command("show <file>")
    .description("what a trust root says, and its fingerprint to compare by voice; needs no home")
    .action((path: string) =>
      run(async ({ output }) => {
        const root = parseTrustRoot(await readInput(path, MAX_TRUST_ROOT_BYTES));
        output.result({ fingerprint: trustFingerprint(root), ...root }, trustLines(root));
      }),
    );
}

/** @throws DppError `input/other-file` for another kind of file; one that is damaged is for the check of its form. */
function receiptIn(path: string, file: Uint8Array): Uint8Array {
  assertKind(path, file, "dpp/receipt/", "receipt");
  try {
    return receiptBytes(file);
  } catch (error) {
    if (isDppError(error, "receipt/malformed")) return file;
    throw error;
  }
}

/** @throws DppError `usage/arguments`. */
function outputOf(text: string): OutRef {
  const [, txHash, index] = /^([0-9a-f]{64})#(\d{1,5})$/.exec(text) ?? [];
  if (txHash === undefined)
    throw new DppError(
      "usage/arguments",
      `${text}: give an output as the hash of its transaction, # and its position`,
    );
  return { txHash, outputIndex: Number(index) };
}
