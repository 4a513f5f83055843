/** What verbs on passports read from their arguments: product files, the issuer's keys, addresses, printed links. */
import { fromHex } from "../src/domain/bytes.js";
import { parsePassportFile } from "../src/domain/document-input.js";
import type { Identifier } from "../src/domain/identifier.js";
import { formatPassportLink } from "../src/domain/identifier-link.js";
import type { ProductEntry } from "../src/ports/product-index.js";
import type { ProductFile } from "../src/usecases/sealing.js";
import { payableAddress } from "./actor.js";
import { findAttestation, type Home, keyHolding } from "./home.js";
import { readInput } from "./input.js";
import { policyFor } from "./policies.js";

export async function readProduct(home: Home, path: string, policy?: string): Promise<ProductFile> {
  const file = parsePassportFile(await readInput(path));
  return { file, policy: await policyFor(home.paths, file.policy, policy) };
}

export async function issuerOf({ context, keys }: Home, reference: string) {
  const view = await findAttestation(context, keys, reference, "MANUFACTURER");
  const { signer, reading } = await keyHolding(keys, view.holder);
  return { signer, issuer: { attestation: view.name, secretKey: reading.secret() } };
}

/** An address, or the name of a key here. */
export async function addressOf({ keys, context }: Home, text: string): Promise<string> {
  return /^(addr|stake)(_test)?1/.test(text)
    ? payableAddress(text, context.ledger.network)
    : (await keys.load(text)).signer.address;
}

export const linkOf = (base: string, identifier: Identifier, { id, salt }: ProductEntry): string =>
  formatPassportLink({ base, identifier, passportId: id, salt: fromHex(salt) });
