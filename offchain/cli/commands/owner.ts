/** `dpp owner`: what a buyer shows to a seller, and what he checks when he has it. Proofs and `dpp passport transfer` have files of their own. */
import type { Command } from "commander";
import {
  encodeReceiveRequest,
  formatReceiveLink,
  receivingAddress,
} from "../../src/codec/receive-request.js";
import { DppError } from "../../src/domain/errors.js";
import type { ReceiveRequest } from "../../src/domain/receive-request.js";
import { checkReceipt } from "../../src/usecases/ownership/receipt.js";
import { type Home, openHome } from "../home.js";
import { linkBase } from "../link-base.js";
import { noticeText } from "../notice-text.js";
import { writeOutput } from "../output-file.js";
import { svgQr, terminalQr } from "../qr.js";
import { namePassport } from "../reference.js";
import type { RunVerb } from "../verb.js";
import { ownerFacts, proofCommands } from "./owner-proof.js";
import { transferCommand } from "./owner-transfer.js";

export function ownerCommands(program: Command, run: RunVerb, env: NodeJS.ProcessEnv): void {
  const owner = program
    .command("owner")
    .description("owners: show where to receive, check what came, prove and verify ownership");

  owner
    .command("receive")
    .description("what a buyer shows to a seller: address and reading key, as text and QR code")
    .requiredOption("--as <key>", "key that will own the product")
    .option("--passport <passport>", "the passport that you expect, so that you cannot be given another one")
    .option("--address <address>", "another address of yours than the key's own")
    .option("--no-keys", "leave the reading key out: what was sealed to earlier owners stays closed to you")
    .option("--base <url>", "resolver whose page shows the request (default: the one of this home)")
    .option("--out <file>", "also write the QR code, as SVG")
    .action((options: ReceiveOptions) =>
      run(async ({ output, home }) => {
        const opened = await openHome(home, env);
        const request = await requestOf(opened, options);
        const text = encodeReceiveRequest(request);
        const link = formatReceiveLink(await linkBase(opened, options.base), request);
        // A phone cannot open a page on this machine's loopback; the text alone can be scanned by a seller's page.
        const shown = link.startsWith("https:") ? link : text;
        if (options.out !== undefined) await writeOutput(options.out, await svgQr(shown));
        output.result({ ...request, text, link, qr: shown }, [
          ...(process.stdout.isTTY ? [await terminalQr(shown, true)] : []),
          text,
          `link      ${link}`,
          `network   ${request.network}`,
          `address   ${request.address}`,
          `keys      ${request.readingKey === null ? "none: no reading key is shown" : `to the reading key ${request.readingKey}`}`,
          `passport  ${request.passport ?? "any"}`,
          ...(options.out === undefined ? [] : [`QR code in ${options.out}`]),
        ]);
      }),
    );

  owner
    .command("check <passport>")
    .alias("verify-receipt")
    .description(
      "the buyer's check: is it mine, does it verify, which keys came with it; exit 1 when it is not yours, does not verify, or a notice stands",
    )
    .requiredOption("--as <key>", "key of the buyer")
    .action((reference: string, options: { as: string }) =>
      run(async ({ output, home, refuse }) => {
        const { context, keys, index } = await openHome(home, env);
        const { id, carrier } = await namePassport(index, reference);
        const { signer, reading } = await keys.load(options.as);
        const receipt = await checkReceipt(
          context,
          id,
          { keyHash: signer.keyHash, readingSecret: reading.secret() },
          carrier,
        );
        const { owned, yours, verification, noticeCheck, arrival, arrivedIn, sections, marked } = receipt;
        const line = (ok: boolean, name: string, detail: string): string =>
          `${ok ? "ok  " : "FAIL"} ${name.padEnd(10)} ${detail}`;
        output.result(
          {
            ...ownerFacts(owned),
            yours,
            verification,
            notices: verification.notices,
            noticeCheck,
            ok: receipt.ok,
            arrival,
            arrivedIn,
            keys: receipt.keys,
            sections,
            marked,
          },
          [
            ...(noticeCheck.ok
              ? [line(true, noticeCheck.name, noticeCheck.detail)]
              : verification.notices.map((notice) => line(false, noticeCheck.name, noticeText(notice)))),
            line(
              yours,
              "owner",
              yours
                ? `it lies under your key, at ${owned.address}`
                : `it lies at ${owned.address}, which is not yours`,
            ),
            ...verification.checks.map(({ name, ok, detail }) => line(ok, name, detail)),
            `  -  came by   ${ARRIVALS[arrival]}`,
            ...(sections === null ? [] : [`  -  keys      ${keysInWords(receipt.keys, sections)}`]),
            ...(marked === 0
              ? []
              : [`  -  actions   ${marked} cannot be read: dpp passport history says which`]),
          ],
        );
        if (!receipt.ok) refuse();
      }),
    );

  proofCommands(owner, run, env);
  transferCommand(program, run, env);
}

interface ReceiveOptions {
  readonly as: string;
  readonly passport?: string;
  readonly address?: string;
  readonly keys: boolean;
  readonly base?: string;
  readonly out?: string;
}

async function requestOf(
  { context, keys, index }: Home,
  { as, passport, address, keys: withKeys }: ReceiveOptions,
): Promise<ReceiveRequest> {
  const { network } = context.ledger;
  const { signer, reading } = await keys.load(as);
  const receiving = receivingAddress(address ?? signer.address, network);
  if (receiving.keyHash !== signer.keyHash) {
    throw new DppError(
      "usage/address",
      `${address} is not an address of the key ${as}: you could not give on what comes there`,
    );
  }
  return {
    network,
    address: receiving.text,
    readingKey: withKeys ? reading.publicKey : null,
    passport: passport === undefined ? null : (await namePassport(index, passport)).id,
  };
}

const ARRIVALS = {
  Issue: "its issue: nobody owned it before",
  Transfer: "a transfer with a record",
  Send: "a plain send by a wallet: a valid transfer, but no record tells of it and no keys came with it",
  Other: "something else than a transfer: dpp passport history says what",
} as const;

function keysInWords(
  handed: number,
  { all, opened }: { readonly all: number; readonly opened: number },
): string {
  const from = handed === 0 ? "none of earlier owners" : `${handed} of earlier owners`;
  return `${from}; ${opened} of ${all} sections sealed to owners open with what you have`;
}
