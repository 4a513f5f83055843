/** How people name a passport: its link, `01/{gtin}/21/{serial}`, `{gtin} {serial}` joined by a slash, or its id. */

import { toHex } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import { type Identifier, parseIdentifier } from "../src/domain/identifier.js";
import { parsePassportLink } from "../src/domain/identifier-link.js";
import { isPassportId } from "../src/domain/tokens.js";
import type { ProductIndex } from "../src/ports/product-index.js";

export interface NamedPassport {
  readonly id: string;
  /** What the link or the index says; absent when only the id was given. */
  readonly carrier?: { readonly identifier: Identifier; readonly salt: string };
}

/** @throws DppError `passport/unknown` when the index has no such product; `identifier/*` for a malformed name. */
export async function namePassport(index: ProductIndex, text: string): Promise<NamedPassport> {
  if (isPassportId(text)) {
    const entry = (await index.list()).find(({ id }) => id === text);
    return entry === undefined
      ? { id: text }
      : { id: text, carrier: { identifier: entry, salt: entry.salt } };
  }
  if (/^https?:/.test(text)) {
    const { passportId, identifier, salt } = parsePassportLink(text);
    return { id: passportId, carrier: { identifier, salt: toHex(salt) } };
  }
  const [, gtin, serial] = /^\/?(?:01\/)?(\d+)\/(?:21\/)?(.+)$/.exec(text) ?? [];
  if (gtin === undefined || serial === undefined) {
    throw new DppError("usage/reference", "name a passport by its link, its id, or 01/{gtin}/21/{serial}");
  }
  const identifier = parseIdentifier(gtin, serial);
  const entry = await index.find(identifier.gtin, identifier.serial);
  if (entry === null) {
    throw new DppError(
      "passport/unknown",
      `no passport of ${text} is known here: a home knows by their numbers only the products that were issued in it; name the passport by its link (as on the label) or its id, which work anywhere`,
    );
  }
  return { id: entry.id, carrier: { identifier, salt: entry.salt } };
}
