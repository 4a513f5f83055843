/** `dpp keyring`: hand the accredited readers the keys of what is sealed. */
import type { Command } from "commander";
import { fromHex } from "../../src/domain/bytes.js";
import { refreshManufacturerKeyring } from "../../src/usecases/keyrings.js";
import { findAttestation, keyHolding, openHome } from "../home.js";
import { ada } from "../output.js";
import { knownPolicies } from "../policies.js";
import { ensureResolverKey } from "../resolver-key.js";
import type { RunVerb } from "../verb.js";

export function keyringCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  program
    .command("keyring")
    .description("the manufacturer's keyring")
    .command("refresh")
    .description("wrap the group keys to every reader in force; a reader who is gone opens a new epoch")
    .requiredOption("--as <key>", "key of the manufacturer")
    .option("--open-with <key>", "key that opens the present keyring, after the reading key was replaced")
    .action((options: { as: string; openWith?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, keys } = opened;
        const view = await findAttestation(context, keys, options.as, "MANUFACTURER");
        const { signer, reading: own } = await keyHolding(keys, view.holder);
        const reading = options.openWith === undefined ? own : (await keys.load(options.openWith)).reading;
        const refreshed = await refreshManufacturerKeyring(context, [signer], {
          attestation: view.name,
          secretKey: reading.secret(),
          policies: await knownPolicies(opened.paths),
          resolvers: [fromHex((await ensureResolverKey(keys)).publicKey)],
        });
        const { change, bytes, recipients, unusable, content, submitted } = refreshed;
        output.result({ attestation: view.name, ...refreshed }, [
          `keyring ${content}: ${SAYS[change]}, ${recipients} readers, ${bytes} bytes`,
          ...unusable.map((name) => `left out, for its reading key is not a valid X25519 key: ${name}`),
          ...(submitted === null ? [] : [`transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA`]),
        ]);
      }),
    );
}

const SAYS = {
  created: "the first",
  none: "nobody came or went",
  extended: "readers were added",
  epoch: "a reader is gone, a new epoch begins",
} as const;
