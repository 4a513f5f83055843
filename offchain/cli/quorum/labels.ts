/** What an amendment that stands leaves to do on the issuer's machine: the new label's salt into his index, and its link on the screen. */
import type { HomePaths } from "../../src/adapters/home.js";
import { productIndexOnDisk } from "../../src/adapters/product-index.js";
import { waitingLabelsIn } from "../../src/adapters/waiting-labels.js";
import type { Proposal } from "../../src/domain/proposal.js";
import type { Reading } from "../../src/usecases/context.js";
import { readPassport } from "../../src/usecases/resolve.js";
import { commitOf, putLabel } from "../new-label.js";

/** The proposal stands. `null`: no label waits for it here, or the passport has another one since. */
export async function settleLabel(
  paths: HomePaths,
  reading: Reading,
  { id, action }: Pick<Proposal, "id" | "action">,
): Promise<string | null> {
  if (action.act !== "amend") return null;
  const waiting = waitingLabelsIn(paths);
  const label = await waiting.find(id);
  if (label === null) return null;
  const state = await readPassport(reading, label.passport);
  // An old salt must not take the place of a newer one.
  const link =
    state?.idCommit === commitOf(label) ? await putLabel(productIndexOnDisk(paths.products), label) : null;
  await waiting.remove(id);
  return link;
}

export const linkLines = (link: string | null): readonly string[] =>
  link === null ? [] : [`link       ${link}`];

/** The same act as another proposal: whichever stands, its label is known. */
export async function copyLabel(paths: HomePaths, from: string, to: string): Promise<void> {
  const waiting = waitingLabelsIn(paths);
  const label = await waiting.find(from);
  if (label !== null) await waiting.keep(to, label);
}
