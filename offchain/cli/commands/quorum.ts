/** `dpp quorum`: acts that several must sign, as files that go from machine to machine. How it is used: docs/quorum.md. */
import { setTimeout as timer } from "node:timers/promises";
import type { Command } from "commander";
import { replaceFile } from "../../src/adapters/durable-file.js";
import { homePaths } from "../../src/adapters/home.js";
import { proposalsIn } from "../../src/adapters/proposals.js";
import { printProposal } from "../../src/codec/proposal.js";
import { utf8 } from "../../src/domain/bytes.js";
import type { Proposal } from "../../src/domain/proposal.js";
import { type Inspection, inspect } from "../../src/usecases/quorum/inspect.js";
import { signProposal } from "../../src/usecases/quorum/sign.js";
import { proposalStatus } from "../../src/usecases/quorum/status.js";
import { submitProposal } from "../../src/usecases/quorum/submit.js";
import { hexOf } from "../options.js";
import { isoTime } from "../output.js";
import { proposeCommands } from "../quorum/acts.js";
import { requireId, requireYes, type SignVerbOptions } from "../quorum/confirm.js";
import { joinCommand, settleFounding } from "../quorum/found.js";
import { linkLines, settleLabel } from "../quorum/labels.js";
import { ownCommands } from "../quorum/own.js";
import { type Desk, openOffline, openOnline, readProposals } from "../quorum/place.js";
import { describe, namesOf, secretsOf, statusLines, viewOf } from "../quorum/report.js";
import { claimOf, headLines, signatureLines } from "../quorum/words.js";
import type { RunVerb } from "../verb.js";

/** ms between two looks while `submit --wait` waits, and how many: two days. */
const EVERY = 20_000;
const LOOKS = 8_640;

const OFFLINE = "ask no ledger; says what could not be compared";

/** `pause`: ms; a test moves on instead. */
export function quorumCommands(
  program: Command,
  run: RunVerb,
  env: NodeJS.ProcessEnv,
  pause: (ms: number) => Promise<unknown> = timer,
): void {
  const quorum = program
    .command("quorum")
    .description(
      "acts that several must sign, on separate machines: the consortium's members, or an actor and an owner",
    );
  proposeCommands(quorum, run, env);

  quorum
    .command("show <file...>")
    .description(
      "what the proposal does, read off its bytes; signs nothing; exit 1 when it is not what it says",
    )
    .option("--offline", OFFLINE)
    .option("--as <key>", "also open what the action's record seals to this key")
    .action((files: string[], options: { offline?: boolean; as?: string }) =>
      run(async ({ output, home, refuse }) => {
        const proposal = await readProposals(files);
        const desk = await (options.offline ? openOffline : openOnline)(home, env, proposal);
        const inspection = await inspect(desk.place, proposal, null);
        const { reading } = desk.place;
        const status = reading === null ? null : await proposalStatus(reading, proposal);
        // Held against a ledger on which it stands, every act would be one too many.
        const mismatches = status?.state === "done" ? [] : inspection.mismatches;
        output.result({ ...viewOf(proposal, inspection), mismatches, state: status?.state ?? null }, [
          ...(await describe(desk, proposal, inspection, await secretsOf(desk, options.as))),
          ...(status === null ? [] : statusLines(status, files)),
          ...(mismatches.length === 0
            ? []
            : ["DO NOT SIGN: it is not what it says", ...mismatches.map((what) => `  ${what}`)]),
        ]);
        if (mismatches.length > 0) refuse();
      }),
    );

  quorum
    .command("sign <file...>")
    .description("check what it does, and sign it with this one key; copies are merged")
    .requiredOption("--as <key>", "your key")
    .option("--id <id>", "sign this proposal only: its id as `show` printed it", hexOf(32))
    .option("--yes", "sign; without it, at a terminal, only say what would be signed")
    .option("--offline", "ask no ledger; refused without --accept-unseen-inputs")
    .option("--accept-unseen-inputs", "with --offline: sign though it may spend coins of your own, unseen")
    .option("--out <file>", "where the signed proposal goes (default: back into the first file)")
    .action((files: string[], options: SignVerbOptions) =>
      run(async ({ output, home }) => {
        const proposal = await readProposals(files);
        requireId(proposal, options.id);
        const desk = await (options.offline ? openOffline : openOnline)(home, env, proposal);
        const { signer } = await desk.keys.load(options.as);
        const before = async (inspection: Inspection): Promise<void> => {
          const secrets = await secretsOf(desk, options.as);
          for (const line of await describe(desk, proposal, inspection, secrets)) output.progress(line);
          requireYes(proposal, options.yes);
        };
        const acceptUnseenInputs = options.acceptUnseenInputs === true;
        const { proposal: signed, inspection } = await signProposal(
          desk.place,
          desk.clock,
          proposal,
          signer,
          { acceptUnseenInputs, before },
        );
        const file = await written(desk, signed, options.out ?? files[0]);
        output.result({ file, ...viewOf(signed, inspection) }, [
          `proposal   ${signed.id}`,
          ...signatureLines(signed, await namesOf(desk)),
          `signed     with ${options.as}, in ${file}`,
        ]);
      }),
    );

  quorum
    .command("merge <file...>")
    .description("copies of one proposal as one, with the signatures of all")
    .option("--out <file>", "where it goes (default: into the first file)")
    .action((files: string[], options: { out?: string }) =>
      run(async ({ output, home }) => {
        const proposal = await readProposals(files);
        const file = options.out ?? files[0] ?? "";
        await replaceFile(file, utf8(printProposal(proposal)));
        await keptAnew(home, proposal);
        output.result({ file, id: proposal.id, signatures: proposal.signatures.length }, [
          ...signatureLines(proposal, new Map()),
          `merged     in ${file}`,
        ]);
      }),
    );

  quorum
    .command("status <file...>")
    .description("who signed, who is missing, whether it can still stand")
    .action((files: string[]) =>
      run(async ({ output, home }) => {
        const proposal = await readProposals(files);
        const desk = await openOnline(home, env, proposal);
        const status = await proposalStatus(desk.context, proposal);
        const link = status.state === "done" ? await settleLabel(desk.paths, desk.context, proposal) : null;
        const { id, action, expires } = proposal;
        output.result({ id, act: action.act, expires, ...status, ...(link === null ? {} : { link }) }, [
          ...headLines(proposal),
          ...signatureLines(proposal, await namesOf(desk)),
          ...statusLines(status, files),
          ...linkLines(link),
        ]);
      }),
    );

  quorum
    .command("submit <file...>")
    .description("send it when enough have signed; needs no key")
    .option("--wait", "wait for the hour in which the ledger takes it")
    .action((files: string[], options: { wait?: boolean }) =>
      run(async ({ output, home }) => {
        const proposal = await readProposals(files);
        const desk = await openOnline(home, env, proposal);
        const progress = (opens: number): void => output.progress(`waiting for ${isoTime(opens)} …`);
        const wait = options.wait ? { pause, every: EVERY, looks: LOOKS, progress } : null;
        const { txHash, already } = await submitProposal(desk.context, proposal, wait);
        await proposalsIn(desk.paths).remove(proposal.id);
        await settleFounding(desk, proposal);
        const link = await settleLabel(desk.paths, desk.context, proposal);
        output.result({ id: proposal.id, txHash, already, ...(link === null ? {} : { link }) }, [
          `${claimOf(proposal)}: ${already ? "it stands already" : "done"}`,
          ...linkLines(link),
          `transaction ${txHash}`,
        ]);
      }),
    );

  ownCommands(quorum, run, env);
  joinCommand(quorum, run, env);
}

/** The proposer's copy knows what others signed, too. */
async function keptAnew(home: string, proposal: Proposal): Promise<void> {
  const kept = proposalsIn(homePaths(home));
  if ((await kept.find(proposal.id)) !== null) await kept.keep(proposal);
}

async function written({ paths }: Desk, proposal: Proposal, file = ""): Promise<string> {
  await replaceFile(file, utf8(printProposal(proposal)));
  await keptAnew(paths.directory, proposal);
  return file;
}
