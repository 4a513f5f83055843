/** `dpp passport amend, retire, succeed, reassign, erase`: a passport's later days. Transfer: `owner.ts`; actions: `action.ts`. */
import type { Command } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { identifierPath, parseIdentifier } from "../../src/domain/identifier.js";
import { amendPassport, erasePassport, reassignPassport, retirePassport } from "../../src/usecases/life.js";
import type { Submitted } from "../../src/usecases/submit.js";
import { succeedPassport } from "../../src/usecases/succession.js";
import { consortiumSigners } from "../consortium.js";
import { findAttestation, openHome } from "../home.js";
import { ownerElsewhere, ownerSigner, signerOf, together } from "../life-signers.js";
import { linkBase } from "../link-base.js";
import { commitOf, newLabel, putLabel } from "../new-label.js";
import { ada } from "../output.js";
import { addressOf, issuerOf, linkOf, readProduct } from "../passport-input.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";

const receipt = ({ txHash, fee, size }: Submitted): string =>
  `transaction ${txHash}  fee ${ada(fee)} ADA  ${size} bytes`;

export function lifeCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const passport = program.commands.find((command) => command.name() === "passport");
  if (passport === undefined) throw new Error("the passport verbs come first");

  passport
    .command("amend <passport>")
    .description(
      "bind the passport to its product anew, under a new label, when the keys of issuer and authority lie here (else: dpp quorum propose amend)",
    )
    .requiredOption("--as <key>", "key of the issuer")
    .requiredOption("--authority <key>", "key of the authority")
    .option("--base <url>", "where the new link leads (default: the resolver that npm start runs)")
    .action((reference: string, options: { as: string; authority: string; base?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, keys, index } = opened;
        const label = await newLabel(opened, reference, options.base);
        const { passport: id, gtin, serial } = label;
        const issuer = await findAttestation(context, keys, options.as, "MANUFACTURER");
        const authority = await findAttestation(context, keys, options.authority, "AUTHORITY");
        const submitted = await amendPassport(
          context,
          together(await signerOf(opened, issuer, "amend"), await signerOf(opened, authority, "amend")),
          id,
          { authority: authority.name, idCommit: commitOf(label) },
        );
        const link = await putLabel(index, label);
        output.result({ id, link, ...submitted }, [
          `${identifierPath(parseIdentifier(gtin, serial))} has a new label; the old one no longer opens`,
          `  link  ${link}`,
          receipt(submitted),
        ]);
      }),
    );

  passport
    .command("retire <passport>")
    .description(
      "the end of a product's life: a recycler with the owner, or with an authority, when both keys lie here (else: dpp quorum propose retire)",
    )
    .requiredOption("--as <key>", "key of the recycler")
    .option("--owner <key>", "key of the owner, when he is there")
    .option("--authority <key>", "else the key of an authority")
    .action((reference: string, options: { as: string; owner?: string; authority?: string }) =>
      run(async ({ output, home }) => {
        if (options.owner !== undefined && options.authority !== undefined)
          throw new DppError("usage/arguments", "give --owner or --authority, not both");
        const opened = await openHome(home, env);
        const { context, keys, index } = opened;
        const { id } = await namePassport(index, reference);
        const recycler = await findAttestation(context, keys, options.as, "RECYCLER");
        const authority =
          options.authority === undefined
            ? undefined
            : await findAttestation(context, keys, options.authority, "AUTHORITY");
        const submitted = await retirePassport(
          context,
          together(
            await signerOf(opened, recycler, "retire"),
            ...(authority === undefined ? [] : [await signerOf(opened, authority, "retire")]),
            ...(await ownerSigner(opened, options.owner)),
          ),
          id,
          { recycler: recycler.name, authority: authority?.name },
        ).catch(ownerElsewhere);
        output.result({ id, status: "Retired", ...submitted }, [`${id} is Retired`, receipt(submitted)]);
      }),
    );

  passport
    .command("succeed <passport> <file>")
    .description("the product starts a second life: its new passport names the old one")
    .requiredOption("--as <key>", "key of the recycler or manufacturer who repurposes")
    .requiredOption("--issuer <key>", "key of the manufacturer who answers for the product from now on")
    .option("--owner <key>", "key of the owner of the old passport (default: --as)")
    .option("--to <address>", "wallet or key that receives the new ownership token (default: the old owner)")
    .option("--policy <file>", "policy file, instead of the one that the product file names")
    .option("--base <url>", "where the printed link leads (default: the resolver that npm start runs)")
    .action((reference: string, path: string, options: SucceedOptions) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, keys, index } = opened;
        const { id } = await namePassport(index, reference);
        const base = await linkBase(opened, options.base);
        const { signer, issuer } = await issuerOf(opened, options.issuer);
        const actor = await findAttestation(context, keys, options.as);
        const [owner] = await ownerSigner(opened, options.owner ?? options.as);
        if (owner === undefined) throw new DppError("usage/arguments", "name the owner's key: --owner");
        const product = await readProduct(opened, path, options.policy);
        const { passport: made, submitted } = await succeedPassport(
          context,
          together(signer, await keys.signerOf(actor.holder), owner),
          id,
          {
            actor: actor.name,
            issuer,
            product,
            owner: options.to === undefined ? owner.address : await addressOf(opened, options.to),
          },
          index,
        );
        const link = linkOf(base, product.file.identifier, made);
        output.result({ predecessor: id, passport: { ...made, link }, ...submitted }, [
          `${id} is Repurposed`,
          `${made.name}`,
          `  id    ${made.id}`,
          `  link  ${link}`,
          receipt(submitted),
        ]);
      }),
    );

  passport
    .command("reassign <passport>")
    .description("another manufacturer answers for the product, when all keys lie here (else: dpp quorum)")
    .requiredOption("--to <key>", "key of the manufacturer who takes over")
    .requiredOption("--authority <key>", "key of the authority")
    .action((reference: string, options: { to: string; authority: string }) =>
      run(async ({ output, home }) => {
        const { context, keys, index } = await openHome(home, env);
        const { id } = await namePassport(index, reference);
        const heir = await findAttestation(context, keys, options.to, "MANUFACTURER");
        const authority = await findAttestation(context, keys, options.authority, "AUTHORITY");
        const [first, ...members] = await consortiumSigners(context, keys);
        const submitted = await reassignPassport(
          context,
          together(
            first,
            ...members,
            await keys.signerOf(heir.holder),
            await keys.signerOf(authority.holder),
          ),
          id,
          { authority: authority.name, issuer: heir.name },
        );
        output.result({ id, issuer: heir.name, ...submitted }, [
          `${heir.operator} answers for ${id} from now on`,
          receipt(submitted),
        ]);
      }),
    );

  passport
    .command("erase <passport>")
    .description("burn a retired passport, when the law no longer asks for it (authority)")
    .requiredOption("--as <key>", "key of the authority")
    .option("--owner <key>", "key of the owner, to burn the ownership token, too")
    .action((reference: string, options: { as: string; owner?: string }) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const { context, keys, index } = opened;
        const { id } = await namePassport(index, reference);
        const authority = await findAttestation(context, keys, options.as, "AUTHORITY");
        const submitted = await erasePassport(
          context,
          together(await keys.signerOf(authority.holder), ...(await ownerSigner(opened, options.owner))),
          id,
          authority.name,
        );
        output.result({ id, erased: true, ...submitted }, [
          `${id} is erased: its history stays on the ledger, its state is gone`,
          receipt(submitted),
        ]);
      }),
    );
}

interface SucceedOptions {
  readonly as: string;
  readonly issuer: string;
  readonly owner?: string;
  readonly to?: string;
  readonly policy?: string;
  readonly base?: string;
}
