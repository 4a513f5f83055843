/** `dpp passport`: issue, list, show, update, revoke, verify. */
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { identifierPath } from "../../src/domain/identifier.js";
import { reasonName } from "../../src/domain/reason.js";
import { issuePassports, revokePassport, updatePassport } from "../../src/usecases/passports.js";
import { readPassport } from "../../src/usecases/resolve.js";
import type { ProductFile } from "../../src/usecases/sealing.js";
import { showPassport } from "../../src/usecases/show.js";
import { inWords, verifyPassport } from "../../src/usecases/verify.js";
import { findAttestation, type Home, keyHolding, openHome } from "../home.js";
import { linkBase } from "../link-base.js";
import { noticeText, warningLines } from "../notice-text.js";
import { REASON_HELP, reason } from "../options.js";
import { ada, isoTime, table } from "../output.js";
import { addressOf, issuerOf, linkOf, readProduct } from "../passport-input.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";
import { showAsOf } from "./history.js";

export function passportCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const passport = program.command("passport").description("passports: issue, show, update, revoke, verify");

  passport
    .command("issue <files...>")
    .description("seal and issue passports from JSON files, up to 20 in one transaction")
    .requiredOption("--as <key>", "key of the manufacturer")
    .option(
      "--owner <address>",
      "wallet or key that receives the ownership token (default: the manufacturer)",
    )
    .option("--policy <file>", "policy file, instead of the one that the product files name")
    .option("--base <url>", "where the printed links lead (default: the resolver that npm start runs)")
    .action((files: string[], options: { as: string; owner?: string; policy?: string; base?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const base = await linkBase(opened, options.base);
        const { signer, issuer } = await issuerOf(opened, options.as);
        const products: ProductFile[] = [];
        for (const path of files) products.push(await readProduct(opened, path, options.policy));
        output.progress(`sealing ${products.length} passport${products.length === 1 ? "" : "s"}`);
        const owner = options.owner === undefined ? signer.address : await addressOf(opened, options.owner);
        const { passports, submitted } = await issuePassports(
          opened.context,
          [signer],
          issuer,
          products,
          owner,
          opened.index,
        );
        const linked = passports.map((issued) => ({
          ...issued,
          link: linkOf(base, issued.identifier, issued),
        }));
        output.result({ passports: linked, ...submitted }, [
          ...linked.flatMap(({ id, name, bytes, link, warnings }) => [
            `${name}`,
            `  id    ${id}`,
            `  link  ${link}`,
            `  sealed in ${bytes} bytes`,
            ...warnings.map(({ message }) => `  note: ${message}`),
          ]),
          `transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA  ${submitted.size} bytes`,
        ]);
      }),
    );

  passport
    .command("list")
    .description("the passports that this home knows")
    .option("--base <url>", "where the printed links lead (default: the resolver that npm start runs)")
    .action((options: { base?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, index } = opened;
        const base = await linkBase(opened, options.base);
        const rows = await Promise.all(
          (await index.list()).map(async (entry) => {
            const state = await readPassport(context, entry.id);
            return state === null ? [] : [{ entry, state }];
          }),
        );
        const known = rows.flat().map(({ entry, state }) => ({
          id: state.id,
          product: identifierPath(entry),
          name: state.name,
          status: state.status,
          revision: state.revision,
          link: linkOf(base, entry, entry),
        }));
        output.result(
          known,
          table(
            ["product", "status", "rev", "name"],
            known.map(({ product, status, revision, name }) => [product, status, String(revision), name]),
          ),
        );
      }),
    );

  passport
    .command("show <passport>")
    .description(
      "state on the ledger and every element that the key may read (link, id or 01/{gtin}/21/{serial})",
    )
    .option("--as <key>", "also open the sealed groups that this key's role reads")
    .option("--as-of <date>", "as it stood on a day (its end in UTC) or at a time (2027-03-01T12:00:00Z)")
    .action((reference: string, options: { as?: string; asOf?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        if (options.asOf !== undefined) return showAsOf(opened, output, reference, options.asOf, options.as);
        const { context, index } = opened;
        const { id } = await namePassport(index, reference);
        const reader = options.as === undefined ? undefined : await readerOf(opened, options.as);
        const shown = await showPassport(context, id, reader);
        const { state, groups, locked } = shown;
        if (reader?.live === false) {
          output.progress(
            `${options.as} is ${reader.status}: opened with keys handed out before; a resolver refuses`,
          );
        }
        output.result(shown, [
          ...shown.notices.map(noticeText),
          `${state.name}`,
          ...table(
            ["", ""],
            [
              ["id", state.id],
              ["status", `${state.status}, revision ${state.revision}`],
              [
                "issuer",
                `${state.issuer?.operator ?? "unknown"} (${state.issuer?.status ?? "no attestation"})`,
              ],
              ...(shown.predecessor === null ? [] : [["predecessor", shown.predecessor]]),
              ...(shown.successor === null ? [] : [["successor", shown.successor]]),
              ["issued", `${isoTime(state.issued.time)} in ${state.issued.txHash}`],
              ["anchored", `${isoTime(state.anchor.time)} in ${state.anchor.txHash}`],
              ["depth", inWords(shown.depth)],
              ...shown.pending.map(({ txHash, purpose }) => ["pending", `${purpose}, in ${txHash}`]),
              ["data root", state.dataRoot],
              ["content", state.content],
            ],
          ).slice(1),
          ...groups.flatMap(({ name, elements }) => [
            "",
            `${name} (${elements.length})`,
            ...table(
              ["", ""],
              elements.map(({ id: element, value, unit }) => [
                `  ${element}`,
                `${valueText(value)}${unit === null ? "" : ` ${unit}`}`,
              ]),
            ).slice(1),
          ]),
          ...(locked.length === 0
            ? []
            : ["", `sealed: ${locked.map(({ name, access }) => `${name} (${access})`).join(", ")}`]),
        ]);
      }),
    );

  passport
    .command("update <passport> <file>")
    .description("a new version of the data")
    .requiredOption("--as <key>", "key of the manufacturer")
    .option("--policy <file>", "policy file, instead of the one that the product file names")
    .action((reference: string, path: string, options: { as: string; policy?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const named = await namePassport(opened.index, reference);
        if (named.carrier === undefined) {
          throw new DppError("usage/reference", "name the passport by its link: the salt in it is needed");
        }
        const { signer, issuer } = await issuerOf(opened, options.as);
        const { passport: updated, submitted } = await updatePassport(
          opened.context,
          [signer],
          issuer,
          { id: named.id, salt: named.carrier.salt },
          await readProduct(opened, path, options.policy),
        );
        output.result({ id: named.id, ...updated, ...submitted }, [
          `${updated.name}: revision ${updated.revision}`,
          `transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA  ${submitted.size} bytes`,
        ]);
      }),
    );

  passport
    .command("revoke <passport>")
    .description("ends a passport; the badge of an authority must be in the wallet that signs")
    .requiredOption("--as <key>", "key of the authority")
    .option("--reason <code>", REASON_HELP, reason, 0)
    .action((reference: string, options: { as: string; reason: number }) =>
      run(async ({ output, home }) => {
        const { context, keys, index } = await openHome(home, env);
        const { id } = await namePassport(index, reference);
        const view = await findAttestation(context, keys, options.as, "AUTHORITY");
        const signer = await keys.signerOf(view.holder);
        const submitted = await revokePassport(context, [signer], view.name, id, options.reason);
        output.result({ id, status: "Revoked", reason: options.reason, ...submitted }, [
          `${id} is Revoked: ${reasonName(options.reason)}`,
          `transaction ${submitted.txHash}  fee ${ada(submitted.fee)} ADA  ${submitted.size} bytes`,
        ]);
      }),
    );

  passport
    .command("verify <passport>")
    .description(
      "check a passport against ledger and content store, without a resolver; exit 1 when a check fails; warns of recalls, thefts and losses",
    )
    .action((reference: string) =>
      run(async ({ output, home, refuse }) => {
        const { context, index } = await openHome(home, env);
        const { id, carrier } = await namePassport(index, reference);
        const verified = await verifyPassport(context, id, carrier);
        output.result(verified, [
          ...warningLines(verified.notices),
          ...verified.checks.map(
            ({ name, ok, detail }) => `${ok ? "ok  " : "FAIL"} ${name.padEnd(10)} ${detail}`,
          ),
          ...verified.notChecked.map((text) => `  -  not checked: ${text}`),
        ]);
        if (!verified.ok) refuse();
      }),
    );
}

const valueText = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

async function readerOf({ context, keys }: Home, reference: string) {
  const view = await findAttestation(context, keys, reference);
  const { reading } = await keyHolding(keys, view.holder);
  return { name: view.name, secretKey: reading.secret(), live: view.live, status: view.status };
}
