/** A product file becomes a sealed, stored document under the manufacturer's keyring of the moment: what issue, update and succession share. */
import { cidToHex } from "../domain/cid.js";
import { checkElements, type PassportFile } from "../domain/document-input.js";
import { DppError, isDppError } from "../domain/errors.js";
import { type Identifier, idCommit } from "../domain/identifier.js";
import { ID_METHOD_DATA_CARRIER } from "../domain/passport.js";
import type { Policy } from "../domain/policy.js";
import type { ProductEntry } from "../ports/product-index.js";
import type { NewPassport } from "../tx/passports.js";
import type { Context } from "./context.js";
import { openManufacturerKeyring } from "./keyrings.js";
import type { AttestationView } from "./resolve.js";
import { requireLive, requireRole } from "./roles.js";
import { sealPassport } from "./seal.js";

/** What a manufacturer seals with: his attestation and the secret of its reading key. */
export interface Issuer {
  readonly attestation: string;
  readonly secretKey: Uint8Array;
}

export interface ProductFile {
  readonly file: PassportFile;
  readonly policy: Policy;
}

export interface SealedProduct {
  readonly identifier: Identifier;
  readonly name: string;
  readonly image: string;
  readonly dataRoot: string;
  /** CID of the sealed document. */
  readonly content: string;
  readonly bytes: number;
  readonly warnings: ReturnType<typeof checkElements>["warnings"];
}

export interface IssuedPassport extends SealedProduct, ProductEntry {}

/** Checks a file against its policy, seals it, and stores it. */
export async function seal(
  context: Context,
  issuer: AttestationView,
  keys: Awaited<ReturnType<typeof openManufacturerKeyring>>,
  { file, policy }: ProductFile,
  version: { readonly revision: number; readonly previous: string | null },
): Promise<SealedProduct> {
  const { elements, warnings } = checkElements(policy, file);
  const { name, image, category, language } = file.product;
  const { bytes, root } = sealing(policy, () =>
    sealPassport({
      config: context.contracts.config.hash,
      policy,
      header: {
        identifier: file.identifier,
        category,
        issuer: { attestation: issuer.name, operator: issuer.operator },
        name,
        image,
        language,
        ...version,
        issuedAt: context.clock.now(),
      },
      elements,
      keys,
      random: context.random,
    }),
  );
  const content = await context.content.put(bytes);
  return { identifier: file.identifier, name, image, dataRoot: root, content, bytes: bytes.length, warnings };
}

/** A keyring knows the readers of the policies it was made for: say what to do for a new one. */
function sealing<T>(policy: Policy, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isDppError(cause, "keyring/no-key")) throw cause;
    throw new DppError(
      "keyring/no-key",
      `the keyring does not know the policy ${policy.name} yet: run \`dpp keyring refresh\``,
      {
        cause,
      },
    );
  }
}

/** @throws DppError `passport/not-manufacturer`, `role/not-live`, `keyring/none`. */
export async function requireIssuer(context: Context, issuer: Issuer) {
  const view = await requireRole(context, issuer.attestation, "MANUFACTURER");
  return {
    view,
    keys: await openManufacturerKeyring(context, view, { name: view.name, secretKey: issuer.secretKey }),
  };
}

/**
 * Seals under the keyring that the ledger names, and again when that was replaced meanwhile, by a refresh or by a block that was lost: a document
 * sealed under another keyring than the attestation's could not be opened. Answers the attestation that acts with what was sealed under it.
 */
export function sealer<T>(
  context: Context,
  issuer: Issuer,
  sealAll: (view: AttestationView, keys: Awaited<ReturnType<typeof openManufacturerKeyring>>) => Promise<T>,
): () => Promise<{ readonly acting: AttestationView; readonly sealed: T }> {
  let last: { readonly keyring: string | null; readonly sealed: T } | null = null;
  return async () => {
    const present = await requireLive(context, issuer.attestation);
    if (last !== null && last.keyring === present.keyring) return { acting: present, sealed: last.sealed };
    const { view, keys } = await requireIssuer(context, issuer);
    last = { keyring: view.keyring, sealed: await sealAll(view, keys) };
    return { acting: view, sealed: last.sealed };
  };
}

/** `ownerAddress`: wallet that receives the ownership token. */
export const newPassport = (product: SealedProduct, salt: Uint8Array, ownerAddress: string): NewPassport => ({
  metadata: { name: product.name, image: product.image },
  dataRoot: product.dataRoot,
  content: cidToHex(product.content),
  idCommit: idCommit(salt, product.identifier),
  idMethod: ID_METHOD_DATA_CARRIER,
  ownerAddress,
});
