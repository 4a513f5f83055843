/** `dpp quorum`: what the consortium decides, as files that go from member to member. How it is used: docs/quorum.md. */
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
import { type ProposalStatus, proposalStatus } from "../../src/usecases/quorum/status.js";
import { submitProposal } from "../../src/usecases/quorum/submit.js";
import { isoTime } from "../output.js";
import { proposeCommands } from "../quorum/acts.js";
import { joinCommand, settleFounding } from "../quorum/found.js";
import { ownCommands } from "../quorum/own.js";
import { type Desk, openOffline, openOnline, readProposals } from "../quorum/place.js";
import { claimOf, effectLines, headLines, signatureLines, uncomparedLines } from "../quorum/words.js";
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
    .description("acts of the consortium that members sign on their own machines");
  proposeCommands(quorum, run, env);

  quorum
    .command("show <file...>")
    .description(
      "what the proposal does, read off its bytes; signs nothing; exit 1 when it is not what it says",
    )
    .option("--offline", OFFLINE)
    .action((files: string[], options: { offline?: boolean }) =>
      run(async ({ output, home, refuse }) => {
        const proposal = await readProposals(files);
        const desk = await (options.offline ? openOffline : openOnline)(home, env, proposal);
        const inspection = await inspect(desk.place, proposal, null);
        const { reading } = desk.place;
        const status = reading === null ? null : await proposalStatus(reading, proposal);
        // Held against a ledger on which it stands, every act would be one too many.
        const mismatches = status?.state === "done" ? [] : inspection.mismatches;
        output.result({ ...viewOf(proposal, inspection), mismatches, state: status?.state ?? null }, [
          ...(await describe(desk, proposal, inspection)),
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
    .option("--offline", OFFLINE)
    .option("--out <file>", "where the signed proposal goes (default: back into the first file)")
    .action((files: string[], options: { as: string; offline?: boolean; out?: string }) =>
      run(async ({ output, home }) => {
        const proposal = await readProposals(files);
        const desk = await (options.offline ? openOffline : openOnline)(home, env, proposal);
        const { signer } = await desk.keys.load(options.as);
        const { proposal: signed, inspection } = await signProposal(desk.place, desk.clock, proposal, signer);
        const file = await written(desk, signed, options.out ?? files[0]);
        output.result({ file, ...viewOf(signed, inspection) }, [
          ...(await describe(desk, signed, inspection)),
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
        output.result({ id: proposal.id, act: proposal.action.act, expires: proposal.expires, ...status }, [
          ...headLines(proposal),
          ...signatureLines(proposal, await namesOf(desk)),
          ...statusLines(status, files),
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
        output.result({ id: proposal.id, txHash, already }, [
          `${claimOf(proposal)}: ${already ? "it stands already" : "done"}`,
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

const namesOf = async ({ keys }: Desk): Promise<ReadonlyMap<string, string>> =>
  new Map((await keys.list()).map(({ name, keyHash }) => [keyHash, name]));

const describe = async (
  desk: Desk,
  proposal: Proposal,
  inspection: Inspection,
): Promise<readonly string[]> => [
  ...headLines(proposal),
  ...effectLines(desk.place.contracts, inspection),
  ...uncomparedLines(inspection),
  ...signatureLines(proposal, await namesOf(desk)),
];

const viewOf = (
  { id, action, expires, window, signatures }: Proposal,
  { effect, uncompared }: Inspection,
) => ({
  id,
  action,
  expires,
  window,
  effect,
  uncompared,
  signatures: signatures.length,
});

function statusLines({ state, done, gone }: ProposalStatus, files: readonly string[]): readonly string[] {
  switch (state) {
    case "done":
      return [`done       in the transaction ${done?.txHash} of ${isoTime(done?.time ?? 0)}`];
    case "gone":
      return [
        ...gone.map(({ ref, what }) => `gone       ${what} (${ref})`),
        `It can stand no more. Its signatures are worth nothing: dpp quorum again ${files[0]} --as <key>`,
      ];
    case "expired":
      return [`expired    dpp quorum again ${files[0]} --as <key>`];
    case "early":
      return ["ready      but for its hour: dpp quorum submit --wait"];
    case "ready":
      return [`ready      dpp quorum submit ${files.join(" ")}`];
    case "open":
      return ["open       everything it needs is on the ledger"];
  }
}
