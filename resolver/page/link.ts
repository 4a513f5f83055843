/** What the address of this page says: the product, and, from a QR, the passport's id and the salt that opens its commitment. */

import { DppError } from "@cardano-dpp/offchain/domain/errors";
import { type Identifier, parseIdentifier } from "@cardano-dpp/offchain/domain/identifier";
import { parseLinkQuery } from "@cardano-dpp/offchain/domain/identifier-link";

export interface PageLink {
  readonly identifier: Identifier;
  /** Null when the address was typed without the code's parameters. */
  readonly code: { readonly passportId: string; readonly salt: Uint8Array } | null;
}

/** @throws DppError `identifier/*`. */
export function parsePageLink({ pathname, search }: Pick<Location, "pathname" | "search">): PageLink {
  const [, gtin, serial] = /^\/01\/([^/]+)\/21\/([^/]+)$/.exec(pathname) ?? [];
  if (gtin === undefined || serial === undefined)
    throw new DppError("identifier/link-path", "this address names no product");
  const query = new URLSearchParams(search);
  return {
    identifier: parseIdentifier(gtin, decodeURIComponent(serial)),
    code: query.has("p") || query.has("s") ? parseLinkQuery(search) : null,
  };
}
