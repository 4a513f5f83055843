/** Makes a proposal for any act: the options that all acts share, and what is done with the result. */
import type { Command } from "commander";
import { replaceFile } from "../../src/adapters/durable-file.js";
import { homePaths } from "../../src/adapters/home.js";
import type { Keystore, OpenKey } from "../../src/adapters/keystore.js";
import { proposalsIn } from "../../src/adapters/proposals.js";
import { printProposal } from "../../src/codec/proposal.js";
import { utf8 } from "../../src/domain/bytes.js";
import type { OutRef } from "../../src/domain/out-ref.js";
import { needsQuorum, type Proposal } from "../../src/domain/proposal.js";
import { planPay } from "../../src/tx/pay.js";
import type { Context } from "../../src/usecases/context.js";
import type { QuorumIntent } from "../../src/usecases/quorum/prepare.js";
import { propose } from "../../src/usecases/quorum/propose.js";
import { feesOf } from "../../src/usecases/quorum/reserve.js";
import { submitPlan } from "../../src/usecases/submit.js";
import { keyHashOf } from "../actor.js";
import { count, moment } from "../options.js";
import { ada, type Output } from "../output.js";
import { headLines, signatureLines } from "./words.js";

export interface ProposeVerbOptions {
  readonly as: string;
  readonly expires?: number;
  readonly sign?: readonly string[];
  readonly out?: string;
  readonly feeOutput?: number;
  readonly at?: number;
}

export interface ProposerDesk {
  readonly home: string;
  readonly context: Context;
  readonly keys: Keystore;
}

/** Options of every act of the quorum. */
export const withCommon = (command: Command): Command =>
  withBasics(command)
    .option("--expires <date>", "nobody signs or submits it after (default: in 14 days)", moment)
    .option("--sign <key...>", "only these members will sign: key hashes, addresses or names of keys here");

/** Options of every act. */
export function withBasics(command: Command): Command {
  return command
    .requiredOption("--as <key>", "your key: it pays the fee and signs")
    .option(
      "--fee-output <ada>",
      "first set aside an output of so many ADA for the fee",
      count("--fee-output", 3, 10_000),
    )
    .option("--out <file>", "the proposal's file (default: proposal-<id>.json here)");
}

export interface MakeMore {
  /** Outputs to pay with. */
  readonly prefer?: readonly OutRef[];
  /** What must be kept before anybody has the file. */
  readonly before?: (proposal: Proposal) => Promise<void>;
}

/** Makes the proposal, keeps it in the home, writes its file. */
export async function proposeWith(
  { home, context, keys }: ProposerDesk,
  output: Output,
  intent: QuorumIntent,
  options: ProposeVerbOptions,
  { prefer = [], before }: MakeMore = {},
): Promise<Proposal> {
  const key = await keys.load(options.as);
  await setAside(context, key, options.feeOutput);
  const among = await Promise.all(
    (options.sign ?? []).map((text) => keyHashOf(keys, context.ledger.network, text)),
  );
  const proposal = await propose(context, key.signer, {
    intent,
    prefer,
    ...(options.expires === undefined ? {} : { expires: options.expires }),
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(among.length === 0 ? {} : { among }),
  });
  await before?.(proposal);
  // First kept, so that its coins are reserved before anybody has the file.
  await proposalsIn(homePaths(home)).keep(proposal);
  const file = options.out ?? `proposal-${proposal.id.slice(0, 8)}.json`;
  await replaceFile(file, utf8(printProposal(proposal)));
  const names = new Map((await keys.list()).map(({ name, keyHash }) => [keyHash, name]));
  const coins = await context.ledger.utxosByOutRef(feesOf(proposal));
  const lovelace = coins.reduce((sum, { assets }) => sum + (assets.lovelace ?? 0n), 0n);
  output.result(
    { file, id: proposal.id, expires: proposal.expires, window: proposal.window, reserved: lovelace },
    [
      ...headLines(proposal),
      ...signatureLines(proposal, names),
      `reserved   ${ada(lovelace)} ADA of ${options.as}, until it is done, expired or dropped`,
      `file       ${file}: send it to ${needsQuorum(proposal.action) ? "the members" : "who signs with you"}, to run: dpp quorum sign ${file} --as <key>`,
    ],
  );
  return proposal;
}

/** An output of its own, so that the proposer's other coins stay free. */
async function setAside(context: Context, { signer }: OpenKey, feeOutput: number | undefined): Promise<void> {
  if (feeOutput === undefined) return;
  const lovelace = BigInt(feeOutput) * 1_000_000n;
  await submitPlan(context, [signer], async () => planPay(signer.address, lovelace));
}
