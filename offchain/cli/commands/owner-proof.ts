/** `dpp owner challenge`, `prove`, `verify`: who says that he owns a product shows it. Spec: docs/spec/ownership.md. */
import type { Command } from "commander";
import { fromUtf8, toBase64url } from "../../src/domain/bytes.js";
import { DppError } from "../../src/domain/errors.js";
import {
  assertChallengeHere,
  formatOwnershipChallenge,
  isVerifierName,
  parseOwnershipChallenge,
} from "../../src/usecases/ownership/challenge.js";
import {
  decodeOwnershipProof,
  encodeOwnershipProof,
  proveOwnership,
  verifyOwnership,
} from "../../src/usecases/ownership/proof.js";
import { type Ownership, readOwnership } from "../../src/usecases/ownership/read.js";
import { openHome } from "../home.js";
import { readInput } from "../input.js";
import { count } from "../options.js";
import { isoTime } from "../output.js";
import { writeOutput } from "../output-file.js";
import { assertOpen, keepChallenge, markAnswered } from "../owner-challenges.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";

const MINUTE = 60_000;
const NONCE_BYTES = 32;

export function proofCommands(owner: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  owner
    .command("challenge <passport>")
    .description(
      "a text that only the owner can sign; keep it, and hand it to whoever says that he owns the product",
    )
    .option("--verifier <name>", "who asks: the owner reads it before he signs", "dpp command")
    .option("--minutes <n>", "how long it is good for", count("--minutes", 1, 7 * 24 * 60), 60)
    .option("--out <file>", "write it to a file")
    .action((reference: string, options: { verifier: string; minutes: number; out?: string }) =>
      run(async ({ output, home }) => {
        if (!isVerifierName(options.verifier))
          throw new DppError("usage/arguments", "--verifier is 1 to 100 printable ASCII characters");
        const { context, index, paths } = await openHome(home, env);
        const { id } = await namePassport(index, reference);
        // A passport that is not there has no owner who could answer.
        await readOwnership(context, id);
        const challenge = {
          verifier: options.verifier,
          network: context.ledger.network,
          deployment: context.contracts.config.hash,
          passport: id,
          expires: context.clock.now() + options.minutes * MINUTE,
          nonce: toBase64url(context.random.bytes(NONCE_BYTES)),
        };
        await keepChallenge(paths, context.clock, challenge);
        const message = formatOwnershipChallenge(challenge);
        if (options.out !== undefined) await writeOutput(options.out, `${message}\n`);
        output.result({ ...challenge, message }, [message]);
      }),
    );

  owner
    .command("prove <challenge>")
    .description("sign a challenge file with the key that holds the ownership token; prints the proof")
    .requiredOption("--as <key>", "key of the owner")
    .option("--out <file>", "write the proof to a file")
    .action((path: string, options: { as: string; out?: string }) =>
      run(async ({ output, home }) => {
        const { context, keys } = await openHome(home, env);
        const challenge = await readChallenge(path);
        const { signer } = await keys.load(options.as);
        const { proof, owned } = await proveOwnership(context, challenge, signer);
        output.progress(`${challenge.verifier} learns that your key owns ${owned.name} (${owned.passport})`);
        const text = encodeOwnershipProof({ nonce: challenge.nonce, ...proof });
        if (options.out !== undefined) await writeOutput(options.out, text);
        output.result(JSON.parse(text), [text.trimEnd()]);
      }),
    );

  owner
    .command("verify <challenge> <proof>")
    .description("check a proof for a challenge of yours against the ledger as it is now")
    .action((challengePath: string, proofPath: string) =>
      run(async ({ output, home }) => {
        const { context, paths } = await openHome(home, env);
        const challenge = await readChallenge(challengePath);
        const proof = decodeOwnershipProof(textOf(await readInput(proofPath)));
        if (proof.nonce !== challenge.nonce) {
          throw new DppError(
            "ownership/proof-foreign",
            "the proof answers another challenge than this one: hand this one to the owner",
          );
        }
        assertChallengeHere(context, challenge);
        await assertOpen(paths, challenge);
        const owned = await verifyOwnership(context, challenge, proof);
        await markAnswered(paths, challenge);
        output.result({ owner: true, ...ownerFacts(owned) }, [
          `ok   whoever signed owns ${owned.name} (${owned.passport})`,
          `     at ${owned.address}`,
          `     since ${isoTime(owned.since.time)}, by transaction ${owned.since.txHash}`,
          `     the passport is ${owned.status}`,
          "  -  not checked: that the person before you is the one who signed",
        ]);
      }),
    );
}

export const ownerFacts = ({ passport, name, status, address, since }: Ownership) => ({
  passport,
  name,
  status,
  address,
  since: since.time,
  txHash: since.txHash,
});

const readChallenge = async (path: string) => parseOwnershipChallenge(textOf(await readInput(path)));

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new DppError("input/file", "this file is no text", { cause });
  }
}
