/** A passport's state with every element that one reader may read. */

import { MAX_DOCUMENT_BYTES } from "../domain/document.js";
import type { Element } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import type { Context } from "./context.js";
import type { Notice } from "./history/notices.js";
import { openManufacturerKeyring } from "./keyrings.js";
import { readStory } from "./notices.js";
import { requirePassport } from "./passports.js";
import { type Depth, depthOf, type PassportState, pendingOn } from "./resolve.js";
import { openPassport } from "./seal-open.js";
import { confirmationsOf } from "./track.js";

export interface ShownPassport {
  /** Recalls, thefts, losses that stand, and actions that cannot be read. */
  readonly notices: readonly Notice[];
  readonly state: PassportState;
  /** Id of the passport that this one succeeds. */
  readonly predecessor: string | null;
  /** Id of the passport that follows it. */
  readonly successor: string | null;
  /** Of the transaction that made the state. */
  readonly depth: Depth;
  /** What this home sent to change it and is in no block yet. */
  readonly pending: readonly { readonly txHash: string; readonly purpose: string }[];
  readonly groups: readonly { readonly name: string; readonly elements: readonly Element[] }[];
  readonly locked: readonly { readonly name: string; readonly access: string }[];
}

/** `reader`: attestation name and reading secret. @throws DppError `passport/unknown`, `passport/pending`, `content/missing`, `keyring/*`, `sealed/*`. */
export async function showPassport(
  context: Context,
  id: string,
  reader?: { readonly name: string; readonly secretKey: Uint8Array },
): Promise<ShownPassport> {
  const tip = await context.ledger.tip();
  const state = await requirePassport(context, id);
  const bytes = await context.content.get(state.content, { maxBytes: MAX_DOCUMENT_BYTES });
  if (bytes === null) throw new DppError("content/missing", `${state.content} is not on the content store`);
  const expected = {
    config: context.contracts.config.hash,
    issuer: state.sealedBy,
    dataRoot: state.dataRoot,
  };
  const keys =
    reader === undefined || state.sealer === null
      ? undefined
      : await openManufacturerKeyring(context, state.sealer, reader);
  const { groups, locked } = openPassport(bytes, expected, keys);
  const { notices, successor } = await readStory(context, state);
  return {
    notices,
    state,
    predecessor: state.predecessor,
    successor,
    depth: depthOf(state.anchor, tip, confirmationsOf(context.ledger)),
    pending: (await pendingOn(context, state.utxo)).map(({ hash, purpose }) => ({ txHash: hash, purpose })),
    groups: [...groups].map(([name, salted]) => ({ name, elements: salted.map(({ element }) => element) })),
    locked: locked.map(({ name, access }) => ({ name, access })),
  };
}
