/** `dpp policy`: policies of one's own, beside the presets. */
import type { Command } from "commander";
import { homePaths } from "../../src/adapters/home.js";
import { policyHash } from "../../src/codec/policy.js";
import { table } from "../output.js";
import { addPolicy, knownPolicies } from "../policies.js";
import type { RunVerb } from "../verb.js";

export function policyCommands(program: Command, run: RunVerb): void {
  const policy = program
    .command("policy")
    .description("policies: which elements there are, and who reads them");

  policy
    .command("add <file>")
    .description("remember a policy; the next keyring refresh wraps the keys of its groups")
    .action((file: string) =>
      run(async ({ output, home }) => {
        const added = await addPolicy(homePaths(home), file);
        const hash = policyHash(added);
        output.result({ name: added.name, version: added.version, hash }, [
          `${added.name} version ${added.version}, ${hash}`,
          "then: dpp keyring refresh --as <manufacturer>",
        ]);
      }),
    );

  policy
    .command("list")
    .description("the presets and what was added")
    .action(() =>
      run(async ({ output, home }) => {
        const known = (await knownPolicies(homePaths(home))).map((entry) => ({
          name: entry.name,
          version: entry.version,
          hash: policyHash(entry),
          groups: entry.groups.map(({ name, access, roles }) => ({ name, access, roles })),
        }));
        output.result(
          known,
          table(
            ["policy", "version", "groups", "hash"],
            known.map(({ name, version, hash, groups }) => [
              name,
              String(version),
              groups.map((group) => group.name).join(" "),
              hash,
            ]),
          ),
        );
      }),
    );
}
