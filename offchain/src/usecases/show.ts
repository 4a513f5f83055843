/** A passport's state with every element that one reader may read. */

import { MAX_DOCUMENT_BYTES } from "../domain/document.js";
import type { Element } from "../domain/element.js";
import { DppError } from "../domain/errors.js";
import type { Context } from "./context.js";
import { openManufacturerKeyring } from "./keyrings.js";
import { requirePassport } from "./passports.js";
import type { PassportState } from "./resolve.js";
import { openPassport } from "./seal-open.js";

export interface ShownPassport {
  readonly state: PassportState;
  readonly groups: readonly { readonly name: string; readonly elements: readonly Element[] }[];
  readonly locked: readonly { readonly name: string; readonly access: string }[];
}

/** `reader`: attestation name and reading secret. @throws DppError `content/missing`, `keyring/*`, `sealed/*`. */
export async function showPassport(
  context: Context,
  id: string,
  reader?: { readonly name: string; readonly secretKey: Uint8Array },
): Promise<ShownPassport> {
  const state = await requirePassport(context, id);
  const bytes = await context.content.get(state.content, { maxBytes: MAX_DOCUMENT_BYTES });
  if (bytes === null) throw new DppError("content/missing", `${state.content} is not on the content store`);
  const expected = {
    config: context.contracts.config.hash,
    issuer: state.issuerName,
    dataRoot: state.dataRoot,
  };
  const keys =
    reader === undefined || state.issuer === null
      ? undefined
      : await openManufacturerKeyring(context, state.issuer, reader);
  const { groups, locked } = openPassport(bytes, expected, keys);
  return {
    state,
    groups: [...groups].map(([name, salted]) => ({ name, elements: salted.map(({ element }) => element) })),
    locked: locked.map(({ name, access }) => ({ name, access })),
  };
}
