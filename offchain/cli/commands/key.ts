/** `dpp key`: the keystore, and coins for it on the embedded ledger. */
import type { Command } from "commander";
import { loadConfiguration } from "../../src/adapters/configuration/load.js";
import { networkOf } from "../../src/adapters/configuration/open.js";
import { homePaths } from "../../src/adapters/home.js";
import { DppError } from "../../src/domain/errors.js";
import { planPay } from "../../src/tx/pay.js";
import { submitPlan } from "../../src/usecases/submit.js";
import { FAUCET } from "../consortium.js";
import { keystoreOf, openHome } from "../home.js";
import { count } from "../options.js";
import { ada, table } from "../output.js";
import type { RunVerb } from "../verb.js";

export function keyCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const key = program.command("key").description("keys: one file each, encrypted when DPP_PASSPHRASE is set");

  key
    .command("new <name>")
    .description("make a signing key and a reading key")
    .action((name: string) =>
      run(async ({ output, home }) => {
        // Also before there is a deployment: members of a consortium make their keys first.
        const paths = homePaths(home);
        const { configuration } = await loadConfiguration(paths, env);
        const network = networkOf(configuration.ledger);
        const made = await keystoreOf(paths, env, network).create(name);
        const isEmbedded = network === "embedded";
        const next = isEmbedded
          ? `fund it: dpp key fund ${made.name}`
          : "send ADA to its address before it signs";
        output.result(made, [`${made.name}  ${made.address}`, next]);
      }),
    );

  key
    .command("list")
    .description("names, key hashes, addresses, balances")
    .action(() =>
      run(async ({ output, home }) => {
        const { keys, context } = await openHome(home, env);
        const rows = await Promise.all(
          (await keys.list()).map(async (entry) => {
            const utxos = await context.ledger.utxosAt(entry.address);
            const lovelace = utxos.reduce((sum, { assets }) => sum + (assets.lovelace ?? 0n), 0n);
            return { ...entry, lovelace };
          }),
        );
        output.result(
          rows,
          table(
            ["name", "key hash", "ADA", "address"],
            rows.map(({ name, keyHash, lovelace, address }) => [name, keyHash, ada(lovelace), address]),
          ),
        );
      }),
    );

  key
    .command("fund <name>")
    .description("give a key coins of the embedded ledger")
    .option("--ada <n>", "how many ADA", count("--ada", 2, 1_000_000), 1000)
    .action((name: string, options: { ada: number }) =>
      run(async ({ output, home }) => {
        const { keys, context } = await openHome(home, env);
        const { address } = (await keys.load(name)).signer;
        if (context.ledger.network !== "embedded") {
          throw new DppError(
            "key/no-faucet",
            `only the embedded ledger gives coins away: send ADA to ${address}`,
            {
              details: { address },
            },
          );
        }
        const faucet = (await keys.load(FAUCET)).signer;
        const plan = planPay(address, BigInt(options.ada) * 1_000_000n, 2);
        const { txHash } = await submitPlan(context, [faucet], async () => plan);
        output.result({ name, address, ada: options.ada, txHash }, [
          `${options.ada} ADA to ${name} in ${txHash}`,
        ]);
      }),
    );

  key
    .command("export <name>")
    .description("print the reading key, for the page's 'open sealed data' (keep it secret)")
    .action((name: string) =>
      run(async ({ output, home }) => {
        const { keys } = await openHome(home, env);
        const file = await keys.exportReadingKey(name);
        output.result(file, [JSON.stringify(file)]);
      }),
    );
}
