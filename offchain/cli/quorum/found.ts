/** `dpp quorum propose found` and `dpp quorum join`: a deployment whose members' keys lie on different machines. */
import type { Command } from "commander";
import { loadConfiguration } from "../../src/adapters/configuration/load.js";
import { networkOf } from "../../src/adapters/configuration/open.js";
import { homePaths, readDeployment, writeDeployment } from "../../src/adapters/home.js";
import type { Keystore } from "../../src/adapters/keystore.js";
import { DppError } from "../../src/domain/errors.js";
import type { Proposal } from "../../src/domain/proposal.js";
import type { Network } from "../../src/ports/ledger.js";
import { proposalStatus } from "../../src/usecases/quorum/status.js";
import { keyHashOf } from "../actor.js";
import { forgetSeed, prepareFounding } from "../founding.js";
import { keystoreOf, openGround } from "../home.js";
import { count } from "../options.js";
import type { RunVerb } from "../verb.js";
import { type ProposeVerbOptions, proposeWith, withCommon } from "./make.js";
import { type OnlineDesk, openOnline, readProposals } from "./place.js";

export interface ConsortiumOptions {
  readonly member?: readonly string[];
  readonly threshold?: number;
  readonly freezeKey?: readonly string[];
}

export const consortiumOptions = (command: Command): Command =>
  command
    .option("--member <key...>", "every member: key hashes, addresses or names of keys here")
    .option("--threshold <m>", "how many must sign", count("--threshold", 1, 32))
    .option("--freeze-key <key...>", "every key that may suspend alone");

export async function consortiumOf(
  keys: Keystore,
  network: Network,
  { member, threshold, freezeKey }: ConsortiumOptions,
) {
  const hashes = (named: readonly string[]) =>
    Promise.all(named.map((text) => keyHashOf(keys, network, text)));
  return {
    ...(member && { members: await hashes(member) }),
    ...(threshold && { threshold }),
    ...(freezeKey && { freezeKeys: await hashes(freezeKey) }),
  };
}

/** Before there is a deployment: the founder's machine carries the scripts, and the members sign the config token's mint. */
export function foundCommand(group: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const command = consortiumOptions(
    group
      .command("found")
      .description(
        "a new deployment, whose members' keys lie on different machines; carries its scripts first",
      ),
  );
  withCommon(command).action((options: ProposeVerbOptions & ConsortiumOptions) =>
    run(async ({ output, home }) => {
      const paths = homePaths(home);
      if ((await readDeployment(paths)) !== null)
        throw new DppError("home/founded", `${paths.directory} has a deployment already`);
      const { configuration } = await loadConfiguration(paths, env);
      const network = networkOf(configuration.ledger);
      const keys = keystoreOf(paths, env, network);
      const { members, threshold, freezeKeys } = await consortiumOf(keys, network, options);
      if (members === undefined || threshold === undefined || freezeKeys === undefined)
        throw new DppError("usage/arguments", "a consortium has --member, --threshold and --freeze-key");
      if (threshold > members.length)
        throw new DppError("usage/arguments", `${threshold} of ${members.length} members cannot sign`);
      const ground = await openGround(configuration, paths);
      const { signer } = await keys.load(options.as);
      const { contracts } = await prepareFounding(ground, paths, signer, output.progress);
      const desk = { home, context: { ...ground, contracts }, keys };
      await proposeWith(desk, output, { act: "found", members, threshold, freezeKeys }, options);
    }),
  );
}

/** Of one who has no deployment.json yet: it is written once the founding stands. */
export async function settleFounding({ paths, context }: OnlineDesk, { action }: Proposal): Promise<void> {
  if (action.act !== "found" || (await readDeployment(paths)) !== null) return;
  await writeDeployment(paths, context.contracts);
  await forgetSeed(paths);
}

export function joinCommand(quorum: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  quorum
    .command("join <file>")
    .description("write deployment.json of a founding that stands on the ledger")
    .action((file: string) =>
      run(async ({ output, home }) => {
        const proposal = await readProposals([file]);
        if (proposal.action.act !== "found")
          throw new DppError("usage/arguments", "only the proposal of a founding makes a deployment.json");
        if ((await readDeployment(homePaths(home))) !== null)
          throw new DppError("home/founded", `${homePaths(home).directory} has a deployment already`);
        const desk = await openOnline(home, env, proposal);
        const { done } = await proposalStatus(desk.context, proposal);
        if (done === null)
          throw new DppError(
            "proposal/open",
            "this founding does not stand on the ledger yet: dpp quorum status",
          );
        await settleFounding(desk, proposal);
        output.result({ deployment: proposal.deployment, file: desk.paths.deployment }, [
          `${desk.paths.deployment} names the deployment ${proposal.deployment.configPolicy}`,
        ]);
      }),
    );
}
