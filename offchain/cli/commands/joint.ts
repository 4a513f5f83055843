/** `dpp joint open`, `pack`, `show`, `sign`, `digest`, `threads`: events that several parties sign together, on a file that goes from one to the next. docs/joint.md. */
import type { Command } from "commander";
import { decodeEventKey } from "../../src/codec/event-key.js";
import { encodePack, MAX_PACK_BYTES } from "../../src/codec/pack.js";
import { fromHex, toBase64url } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import { isJointThread } from "../../src/domain/joint.js";
import { readJointDraft } from "../../src/usecases/events/joint-draft.js";
import { makeJointPack } from "../../src/usecases/events/joint-make.js";
import { openJoint } from "../../src/usecases/events/joint-open.js";
import { addJointSignature, draftFor, signJointPack } from "../../src/usecases/events/joint-sign.js";
import { listThreads } from "../../src/usecases/events/threads.js";
import { withEvents } from "../events.js";
import { findAttestation, openHome } from "../home.js";
import { readInput } from "../input.js";
import { deviceEvidence, jointInputs, partySigner, readingPairs } from "../joint-input.js";
import { draftJson, draftLines } from "../joint-text.js";
import { assertKind } from "../our-files.js";
import { ada, isoTime, table } from "../output.js";
import { assertWritable, writeOutput } from "../output-file.js";
import { readSignature } from "../signature-input.js";
import type { RunVerb } from "../verb.js";

const list = (text: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...text.split(",").filter((name) => name !== ""),
];

/** @throws DppError `input/*`. */
async function readPackFile(path: string): Promise<Uint8Array> {
  const bytes = await readInput(path, MAX_PACK_BYTES);
  assertKind(path, bytes, "dpp/pack/", "joint pack");
  return bytes;
}

export function jointCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const joint = program
    .command("joint")
    .description(
      "events that several parties sign together: an upgrade of a grade, a dispatch, an amendment",
    );

  joint
    .command("open")
    .description(
      "open a joint thread, which any accredited actor may; whoever signs on it is named pack by pack",
    )
    .requiredOption("--as <key>", "key that acts for an attestation, and pays")
    .action((options: { as: string }) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const { name } = await findAttestation(context, keys, options.as);
        const opened = await openJoint(context, [(await keys.load(options.as)).signer], name);
        output.result({ thread: opened.name, ...opened }, [
          `joint thread ${opened.name}`,
          `transaction ${opened.txHash}  fee ${ada(opened.fee)} ADA`,
          `Write what is to be signed on it: dpp joint pack <file> --thread ${opened.name} --as ${options.as} --with <attestation> -o joint.dppp`,
        ]);
      }),
    );

  joint
    .command("threads")
    .description("the joint threads of this deployment, as the ledger has them")
    .action(() =>
      run(async ({ output, home }) => {
        const { context } = await openHome(home, env);
        const threads = (await listThreads(context))
          .map(({ thread }) => thread)
          .filter(({ source }) => isJointThread(source));
        output.result(
          threads.map(({ source, ...thread }) => ({ thread: source, ...thread })),
          threads.length === 0
            ? ["no joint thread: dpp joint open makes one"]
            : table(
                ["thread", "events", "packs", "last captured"],
                threads.map(({ source, total, seq, lastCmax }) => [
                  source,
                  `${total}`,
                  `${seq}`,
                  lastCmax === 0 ? "" : isoTime(lastCmax),
                ]),
              ),
        );
      }),
    );

  joint
    .command("pack <inputs...>")
    .description("write events that several are to sign into a file that nobody has signed yet")
    .requiredOption("--thread <name>", "joint thread that they will stand on (dpp joint threads)")
    .requiredOption("--as <key>", "key that acts for the party who writes the events, or its attestation")
    .requiredOption("--with <attestations>", "the other parties, by name, separated by commas", list, [])
    .requiredOption("-o, --out <file>", "the file that goes from party to party")
    .action((inputs: string[], options: { thread: string; as: string; with: string[]; out: string }) =>
      run(({ output, home }) =>
        withEvents(home, env, async (opened) => {
          await assertWritable(options.out);
          const { context, keys, events } = opened;
          const author = await findAttestation(context, keys, options.as);
          const others: string[] = [];
          for (const name of options.with) others.push((await findAttestation(context, keys, name)).name);
          const making = {
            thread: options.thread,
            author: author.name,
            others,
            evidence: await deviceEvidence(opened),
          };
          const pack = await makeJointPack(events, making, await jointInputs(inputs));
          const file = encodePack(pack);
          await writeOutput(options.out, file);
          const draft = await readJointDraft(events, file, await readingPairs(keys, options.as));
          output.result({ file: options.out, ...draftJson(draft) }, [
            ...draftLines(draft),
            `written ${options.out}: each party signs it (dpp joint sign ${options.out} --as <key>), in any order`,
          ]);
        }),
      ),
    );

  joint
    .command("show <file>")
    .description("what is to be signed, who signs it, and who has")
    .option("--as <key>", "open what is sealed to this key")
    .action((file: string, options: { as?: string }) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events, keys }) => {
          const draft = await readJointDraft(
            events,
            await readPackFile(file),
            await readingPairs(keys, options.as),
          );
          output.result(draftJson(draft), draftLines(draft));
        }),
      ),
    );

  joint
    .command("digest <file>")
    .description("what a key that lies elsewhere is to sign: the digest, and the challenge for WebAuthn")
    .action((file: string) =>
      run(({ output, home }) =>
        withEvents(home, env, async ({ events }) => {
          const { digest, parties } = await readJointDraft(events, await readPackFile(file));
          const challenge = toBase64url(fromHex(digest));
          output.result({ digest, challenge }, [
            `digest     ${digest}`,
            `challenge  ${challenge}`,
            "Ed25519 signs the 32 bytes of the digest; P-256 too, with SHA-256; a WebAuthn key answers the challenge.",
            `Then: dpp joint sign ${file} --party <${parties.map(({ name }) => name).join("|")}> --signature <file>`,
          ]);
        }),
      ),
    );

  joint
    .command("sign <file>")
    .description("sign it as one of its parties, after all of it was checked and shown")
    .option("--as <key>", "key here that acts for the party")
    .option("--party <attestation>", "instead: the party whose key lies elsewhere")
    .option(
      "--signature <file>",
      "and its signature: 64 bytes, DER, or a browser's WebAuthn answer in JSON (dpp joint digest says over what)",
    )
    .option("-o, --out <file>", "where the signed file goes (default: in its place)")
    .action((file: string, options: SignOptions) =>
      run(({ output, home }) =>
        withEvents(home, env, async (opened) => {
          const out = options.out ?? file;
          await assertWritable(out);
          const { events, keys, context } = opened;
          const bytes = await readPackFile(file);
          const given = givenSignature(options);
          const signed =
            given === null
              ? await (async () => {
                  const { view, signer, pairs } = await partySigner(opened, bytes, options.as ?? "");
                  return signJointPack(events, bytes, view.name, signer, pairs);
                })()
              : await (async () => {
                  const { name } = await findAttestation(context, keys, given.party);
                  const { draft, view } = await draftFor(events, bytes, name);
                  const key = decodeEventKey(view);
                  const signature = await readSignature(given.signature, key, fromHex(draft.digest));
                  return addJointSignature(events, bytes, name, signature);
                })();
          await writeOutput(out, signed.file);
          const missing = signed.draft.parties.filter((party) => !party.signed);
          output.result({ file: out, added: signed.added, ...draftJson(signed.draft) }, [
            ...draftLines(signed.draft),
            signed.added ? `signed: ${out}` : `it was signed already: ${out}`,
            missing.length === 0
              ? `All have signed. Bring it on the ledger: dpp event anchor ${out} --as <key that pays>`
              : `Pass it on to ${missing.map(({ role, operator }) => `${role} ${operator}`).join(", ")}`,
          ]);
        }),
      ),
    );
}

interface SignOptions {
  readonly as?: string;
  readonly party?: string;
  readonly signature?: string;
  readonly out?: string;
}

/** @throws DppError `usage/arguments`. */
function givenSignature({
  as,
  party,
  signature,
}: SignOptions): { readonly party: string; readonly signature: string } | null {
  if (as !== undefined && party === undefined && signature === undefined) return null;
  if (as === undefined && party !== undefined && signature !== undefined) return { party, signature };
  throw new DppError(
    "usage/arguments",
    "give --as with a key here, or --party and --signature of a key that lies elsewhere",
  );
}
