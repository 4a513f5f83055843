/** A new label for a passport: a fresh salt, the commitment to it, and the link that is printed once the ledger has it. */
import type { WaitingLabel } from "../src/adapters/waiting-labels.js";
import { fromHex, toHex } from "../src/domain/bytes.js";
import { DppError } from "../src/domain/errors.js";
import { ID_SALT_BYTES, idCommit, parseIdentifier } from "../src/domain/identifier.js";
import type { ProductIndex } from "../src/ports/product-index.js";
import type { Home } from "./home.js";
import { linkBase } from "./link-base.js";
import { linkOf } from "./passport-input.js";
import { namePassport } from "./reference.js";

/** `reference`: the passport's link, or a name of it in the home that issued it. @throws DppError `usage/reference`, `passport/unknown`, `identifier/*`. */
export async function newLabel(
  home: Home,
  reference: string,
  base: string | undefined,
): Promise<WaitingLabel> {
  const { context, index } = home;
  const { id, carrier } = await namePassport(index, reference);
  if (carrier === undefined)
    throw new DppError("usage/reference", "name the passport by its link, or from the home that issued it");
  const { gtin, serial } = carrier.identifier;
  return {
    passport: id,
    gtin,
    serial,
    salt: toHex(context.random.bytes(ID_SALT_BYTES)),
    base: await linkBase(home, base),
  };
}

export const commitOf = ({ salt, gtin, serial }: WaitingLabel): string =>
  idCommit(fromHex(salt), parseIdentifier(gtin, serial));

/** The index leads to it from now on. Answers the link. */
export async function putLabel(index: ProductIndex, label: WaitingLabel): Promise<string> {
  const { passport: id, gtin, serial, salt, base } = label;
  await index.put(gtin, serial, { id, salt });
  return linkOf(base, parseIdentifier(gtin, serial), { id, salt });
}
