/** `dpp quorum again`, `list` and `drop`: what this home proposed. */
import type { Command } from "commander";
import { type HomePaths, homePaths } from "../../src/adapters/home.js";
import { proposalsIn } from "../../src/adapters/proposals.js";
import { waitingLabelsIn } from "../../src/adapters/waiting-labels.js";
import { ownerKey as ownerKeyOf } from "../../src/crypto/owner-key.js";
import { fromHex } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import type { Proposal } from "../../src/domain/proposal.js";
import { sameOutRef } from "../../src/tx/plan.js";
import { intentOf, type RecordAfter } from "../../src/usecases/quorum/prepare.js";
import { composeAgain, recordIn } from "../../src/usecases/quorum/record.js";
import { feesOf } from "../../src/usecases/quorum/reserve.js";
import { proposalStatus } from "../../src/usecases/quorum/status.js";
import { submitPlan } from "../../src/usecases/submit.js";
import { hexOf, moment } from "../options.js";
import { isoTime, table } from "../output.js";
import { knownPolicies } from "../policies.js";
import type { RunVerb } from "../verb.js";
import { copyLabel, linkLines, settleLabel } from "./labels.js";
import { type ProposerDesk, proposeWith } from "./make.js";
import { type OnlineDesk, openOnline, readProposals } from "./place.js";
import { claimOf } from "./words.js";

export function ownCommands(quorum: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  quorum
    .command("again <file>")
    .description("the same act as a new proposal, on the ledger of today; signatures do not carry over")
    .requiredOption("--as <key>", "your key: it pays the fee and signs")
    .option("--expires <date>", "nobody signs or submits it after (default: in 14 days)", moment)
    .option(
      "--at <time>",
      "for an act within an hour: when it begins (default: as when it is proposed)",
      moment,
    )
    .option(
      "--owner-key <hex>",
      "of an action with sealed groups: the owner's key, so that he reads them",
      hexOf(32),
    )
    .option("--out <file>", "the new proposal's file")
    .action((file: string, options: AgainOptions) =>
      run(async ({ output, home }) => {
        const old = await readProposals([file]);
        const { context, keys, paths } = await openOnline(home, env, old);
        const { done } = await proposalStatus(context, old);
        if (done !== null)
          throw new DppError("proposal/done", `this act stands already, in the transaction ${done.txHash}`);
        const lost = old.signatures.length;
        output.progress(`${lost} signatures of ${old.id} do not carry over: everybody signs the new file`);
        const kept = proposalsIn(paths);
        const own = await kept.find(old.id);
        // Free for a moment: on the same output at most one of the two can stand.
        await kept.remove(old.id);
        try {
          const desk = { home, context, keys };
          const intent = intentOf(old.action, recordAnew(desk, paths, old, options));
          const before = ({ id }: Proposal): Promise<void> => copyLabel(paths, old.id, id);
          await proposeWith(desk, output, intent, options, { prefer: feesOf(old), before });
        } catch (error) {
          if (own !== null) await kept.keep(own);
          throw error;
        }
      }),
    );

  quorum
    .command("list")
    .description("what this home proposed and is open; the ADA for it is reserved")
    .action(() =>
      run(async ({ output, home }) => {
        const open = await proposalsIn(homePaths(home)).list();
        const rows = await Promise.all(
          open.map(async (proposal) => {
            const { context } = await openOnline(home, env, proposal);
            const { state } = await proposalStatus(context, proposal);
            const link = state === "done" ? await settleLabel(homePaths(home), context, proposal) : null;
            if (state === "done") await proposalsIn(homePaths(home)).remove(proposal.id);
            const listed = { id: proposal.id, claim: claimOf(proposal), expires: proposal.expires, state };
            return link === null ? listed : { ...listed, link };
          }),
        );
        output.result(
          rows,
          rows.length === 0
            ? ["nothing is open"]
            : [
                ...table(
                  ["proposal", "state", "open until", "says"],
                  rows.map(({ id, state, expires, claim }) => [id, state, isoTime(expires), claim]),
                ),
                ...rows.flatMap((row) => ("link" in row ? linkLines(row.link) : [])),
              ],
        );
      }),
    );

  quorum
    .command("drop <id>")
    .description(
      "end a proposal of this home for good: spends its output, so that nobody can submit it any more",
    )
    .option(
      "--only-forget",
      "give the coins free without spending them; whoever has all signatures may still submit it",
    )
    .action((id: string, options: { onlyForget?: boolean }) =>
      run(async ({ output, home }) => {
        const proposal = await findOpen(home, id);
        const txHash = options.onlyForget
          ? null
          : await ended(await openOnline(home, env, proposal), proposal);
        await proposalsIn(homePaths(home)).remove(proposal.id);
        // What only is forgotten may still stand some day, and then its label is wanted.
        if (txHash !== null) await waitingLabelsIn(homePaths(home)).remove(proposal.id);
        output.result({ dropped: proposal.id, txHash }, [
          `${proposal.id} is dropped`,
          ...(txHash === null ? [] : [`transaction ${txHash}: its output is spent, it can stand no more`]),
        ]);
      }),
    );
}

interface AgainOptions {
  readonly as: string;
  readonly expires?: number;
  readonly at?: number;
  readonly ownerKey?: string;
  readonly out?: string;
}

/** An action's record after another action, with what the proposer's key opens of it. Several outputs may be tried for the fee: it is composed once. */
function recordAnew(
  { context, keys }: ProposerDesk,
  paths: HomePaths,
  { action }: Proposal,
  { as: key, ownerKey }: AgainOptions,
): RecordAfter {
  let made: { readonly head: string; readonly bytes: Uint8Array } | null = null;
  return async (head) => {
    if (action.act !== "log") throw new DppError("proposal/malformed", "only an action has a record");
    if (made?.head !== head) {
      const { reading, signer } = await keys.load(key);
      const secret = reading.secret();
      const isOwner = signer.keyHash === action.owner.key;
      const derived = isOwner ? ownerKeyOf(secret, recordIn(action)).publicKey : null;
      const { bytes } = await composeAgain(context, action, head, {
        readingSecrets: [secret],
        ownerKey: ownerKey === undefined ? derived : fromHex(ownerKey),
        policies: await knownPolicies(paths),
      });
      made = { head, bytes };
    }
    return made.bytes;
  };
}

async function findOpen(home: string, id: string): Promise<Proposal> {
  const open = (await proposalsIn(homePaths(home)).list()).filter((each) => each.id.startsWith(id));
  const [only] = open;
  if (only !== undefined && open.length === 1 && id.length >= 8) return only;
  throw new DppError("proposal/unknown", `no open proposal of this home is named ${id} (dpp quorum list)`);
}

/** The proposer pays himself with what the proposal would spend. `null`: it is spent already. */
async function ended(desk: OnlineDesk, proposal: Proposal): Promise<string | null> {
  const { context, keys } = desk;
  const { done } = await proposalStatus(context, proposal);
  if (done !== null) return null;
  const { seed } = context.contracts;
  const coins = (await context.ledger.utxosByOutRef(feesOf(proposal))).filter(
    // The founding goes on with its seed.
    (utxo) => proposal.action.act !== "found" || !sameOutRef(utxo, seed),
  );
  if (coins.length === 0) return null;
  const signer = await keys.signerOf(proposal.proposer);
  const inputs = coins.map((utxo) => ({ utxo }));
  const plan = { inputs, referenceInputs: [], mints: [], outputs: [], signers: [], scripts: [] };
  const submitted = await submitPlan(context, [signer], async () => plan, "end a proposal");
  return submitted.txHash;
}
