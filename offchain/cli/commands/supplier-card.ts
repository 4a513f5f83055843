/** `dpp supplier card new, lost, replace`. */
import { type Command, InvalidArgumentError } from "commander";
import { DppError } from "../../src/domain/errors.js";
import { BLOCK_REASONS, type BlockReason } from "../../src/domain/supplier.js";
import { cardText, parseCard } from "../../src/domain/supplier-card.js";
import { blockCard, issueCard, replaceCard } from "../../src/usecases/suppliers/cards.js";
import { newestCard, type OpenRegistry, seasonOf, viewOf } from "../supplier-input.js";
import { dated, number, type Place, placed } from "../supplier-options.js";
import type { Verb } from "../verb.js";

export type Opened = (place: Place, work: (open: OpenRegistry, verb: Verb) => Promise<void>) => Promise<void>;

export function cardCommands(supplier: Command, opened: Opened): void {
  const card = supplier.command("card").description("suppliers' cards: new, lost, replace");

  dated(placed(card.command("new <number>")))
    .description("one more card for a season; its text goes into a QR code or an NFC tag")
    .action((text: string, options: Place & { from?: number; to?: number }) =>
      opened(options, async ({ registry, key }, { output }) => {
        const season = seasonOf(options);
        if (season === undefined)
          throw new DppError("usage/arguments", "a card ends: give --to, the day after its last one");
        const made = await issueCard(registry, number(text), season, key.signer.keyHash);
        output.result(viewOf(made), [newestCard(made)]);
      }),
    );

  for (const [verb, act, description] of [
    ["lost", blockCard, "block a card for good"],
    ["replace", replaceCard, "block a card and make another, valid from now until the same day"],
  ] as const)
    placed(card.command(`${verb} <card>`))
      .description(description)
      .option("--reason <reason>", BLOCK_REASONS.join(", "), reason, "lost")
      .action((text: string, options: Place & { reason: BlockReason }) =>
        opened(options, async ({ registry, key }, { output }) => {
          const id = parseCard(text);
          const made = await act(registry, id, options.reason, key.signer.keyHash);
          const fresh = verb === "replace" ? [newestCard(made)] : [];
          output.result(viewOf(made), [`${cardText(id)} of supplier ${made.number} is blocked`, ...fresh]);
        }),
      );
}

function reason(text: string): BlockReason {
  const found = BLOCK_REASONS.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`One of ${BLOCK_REASONS.join(", ")}.`);
  return found;
}
