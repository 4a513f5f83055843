/** `dpp supplier init, readers, export`: who opens a registry, and what a device gets of it. The ledger says who they are. */
import type { Command } from "commander";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import type { RegistryReader } from "../../src/domain/supplier-registry.js";
import { listAttestations } from "../../src/usecases/resolve.js";
import { exportDeviceList } from "../../src/usecases/suppliers/device-list.js";
import { foundRegistry } from "../../src/usecases/suppliers/found.js";
import { DEVICE_ROLES, REGISTRY_ROLES, readerFrom } from "../../src/usecases/suppliers/readers.js";
import { findAttestation, openHome } from "../home.js";
import { writeOutput } from "../output-file.js";
import { openPlace, openRegistry } from "../supplier-input.js";
import { collect, type Place, placed } from "../supplier-options.js";
import type { RunVerb } from "../verb.js";

const AS = "key here whose reading key opens the registry";
const many = (text: string, list?: readonly string[]): readonly string[] => collect(text, list);

export function supplierKeepingCommands(supplier: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const readersNamed = async (
    home: string,
    references: readonly string[],
    operator: string,
  ): Promise<readonly RegistryReader[]> => {
    if (references.length === 0) return [];
    const { context, keys } = await openHome(home, env);
    return Promise.all(
      references.map(async (one) =>
        readerFrom(await findAttestation(context, keys, one, "SUPERVISOR"), operator, REGISTRY_ROLES),
      ),
    );
  };

  supplier
    .command("init")
    .description("make the registry of an operator, which the key opens, and supervisors of the operator")
    .requiredOption("--as <key>", AS)
    .requiredOption("--operator <id>", "public identifier, as in the attestations, e.g. gln:9506000134307")
    .option("--reader <supervisor>", "attestation, or key here that holds one; repeat for more", many)
    .action((options: Required<Place> & { reader?: readonly string[] }) =>
      run(async ({ output, home }) => {
        const { operator, reader = [] } = options;
        const { key, config, partsOf } = await openPlace(home, env, options);
        const own = { name: key.signer.keyHash, publicKey: fromHex(key.reading.publicKey) };
        const readers = [own, ...(await readersNamed(home, reader, operator))];
        const sealer = { publicKey: key.reading.publicKey, secretKey: key.reading.secret() };
        await foundRegistry(partsOf(operator), { config, operator }, readers, sealer);
        output.result({ operator, sealer: sealer.publicKey, readers: readers.map(({ name }) => name) }, [
          `registry of ${operator}, opened by ${readers.length} keys`,
          `readers on other machines open it with --sealed-by ${sealer.publicKey}`,
          "copy the key file and the folder suppliers/ to another place: without a reader's key nobody opens it",
        ]);
      }),
    );

  placed(supplier.command("readers"))
    .description("who opens the registry; with an option: seal all of it anew, to others")
    .option("--add <supervisor>", "attestation, or key here that holds one; repeat for more", many)
    .option("--remove <name>", "attestation name or key hash of a reader; repeat for more", many)
    .action((options: Place & { add?: readonly string[]; remove?: readonly string[] }) =>
      run(async ({ output, home }) => {
        const { add = [], remove = [] } = options;
        const { registry, key } = await openRegistry(home, env, options);
        if (add.length + remove.length > 0) {
          const present = await registry.readers();
          const unknown = remove.find((name) => !present.some((reader) => reader.name === name));
          if (unknown !== undefined)
            throw new DppError("supplier/no-such-reader", `${unknown} is no reader of this registry`);
          const kept = present.filter(({ name }) => !remove.includes(name));
          if (!kept.some(({ publicKey }) => toHex(publicKey) === key.reading.publicKey))
            throw new DppError("supplier/readers", "remove yourself with the key of a reader who stays");
          await registry.setReaders([...kept, ...(await readersNamed(home, add, registry.name.operator))]);
        }
        const live = await liveNames(home);
        const rows = (await registry.readers()).map(({ name }) => ({ name, state: live(name) }));
        output.result(
          rows,
          rows.map(({ name, state }) => `${name}  ${state}`),
        );
      }),
    );

  /** A key is nobody's attestation; an attestation stands or is gone. */
  const liveNames = async (home: string): Promise<(name: string) => "key" | "live" | "gone"> => {
    const { context } = await openHome(home, env);
    const all = new Map((await listAttestations(context)).map(({ name, live }) => [name, live]));
    return (name) => {
      const live = all.get(name);
      return live === undefined ? "key" : live ? "live" : "gone";
    };
  };

  placed(supplier.command("export"))
    .description(
      "the list that a device needs: cards, dates, capacity; sealed to one attestation, signed by the key",
    )
    .requiredOption(
      "--to <attestation>",
      "SUPERVISOR, STATION or GATEWAY of the operator, or key here that holds it",
    )
    .requiredOption("--out <file>", "where to write it")
    .action((options: Place & { to: string; out: string }) =>
      run(async ({ output, home }) => {
        const { registry, key } = await openRegistry(home, env, options);
        const { context, keys } = await openHome(home, env);
        const view = await findAttestation(context, keys, options.to);
        const reader = readerFrom(view, registry.name.operator, DEVICE_ROLES);
        const { bytes, cards, revision } = await exportDeviceList(registry, reader, key.signer);
        // Private although it is sealed: nobody needs to know how many suppliers there are.
        await writeOutput(options.out, bytes, 0o600);
        output.result(
          {
            file: options.out,
            to: reader.name,
            cards,
            revision,
            bytes: bytes.length,
            signer: key.signer.keyHash,
          },
          [
            `${options.out}: ${cards} cards at revision ${revision}, for ${reader.name}, ${bytes.length} bytes`,
          ],
        );
      }),
    );
}
