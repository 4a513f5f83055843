/** Issue, update and revoke passports: seal, store, then anchor. Nothing is anchored that is not stored; `signers[0]` pays. */

import { parseAddress } from "../codec/address.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { cidToHex } from "../domain/cid.js";
import { checkElements, type PassportFile } from "../domain/document-input.js";
import { DppError, isDppError } from "../domain/errors.js";
import { ID_SALT_BYTES, type Identifier, idCommit, identifierPath } from "../domain/identifier.js";
import { ID_METHOD_DATA_CARRIER } from "../domain/passport.js";
import type { Policy } from "../domain/policy.js";
import { userUnit } from "../domain/tokens.js";
import { networkId } from "../ports/ledger.js";
import type { ProductEntry, ProductIndex } from "../ports/product-index.js";
import type { Signer } from "../ports/signer.js";
import {
  type NewPassport,
  passportIds,
  planIssuePassports,
  planRevokePassport,
  planUpdatePassport,
} from "../tx/passports.js";
import type { Context, Reading } from "./context.js";
import { loadDeployment } from "./deployment.js";
import { openManufacturerKeyring } from "./keyrings.js";
import { type AttestationView, absentPassport, type PassportState, readPassport } from "./resolve.js";
import { requireLive, requireRole } from "./roles.js";
import { sealPassport } from "./seal.js";
import { type Submitted, seedOf, submitPlan, validityNow } from "./submit.js";

type Signers = readonly [Signer, ...Signer[]];

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
async function seal(
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
async function requireIssuer(context: Context, issuer: Issuer) {
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
function sealer<T>(
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

/**
 * Issues up to a transaction's worth of passports at once.
 * @throws DppError `passport/exists`, `passport/pending`, `passport/too-many`, `passport/duplicate`, `address/network`, and what sealing throws.
 */
export async function issuePassports(
  context: Context,
  signers: Signers,
  issuer: Issuer,
  products: readonly ProductFile[],
  ownerAddress: string,
  index: ProductIndex,
): Promise<{ readonly passports: readonly IssuedPassport[]; readonly submitted: Submitted }> {
  if (products.length > MAX_PER_TRANSACTION) {
    throw new DppError("passport/too-many", `one transaction holds ${MAX_PER_TRANSACTION} passports`);
  }
  requireDistinct(products);
  requireOwnNetwork(context, ownerAddress);
  const seals = sealer(context, issuer, (view, keys) =>
    inTurn(products, async (product) => ({
      ...(await seal(context, view, keys, product, { revision: 0, previous: null })),
      salt: context.random.bytes(ID_SALT_BYTES),
    })),
  );
  // What cannot be sealed is refused before anybody waits for it.
  await seals();
  // Two issuers who both find a product without a passport would make two: the ledger cannot tell, for it knows no identifiers.
  return index.exclusive(async () => {
    for (const { file } of products) await requireUnissued(context, index, file.identifier);
    let passports: readonly IssuedPassport[] = [];
    const plan = async () => {
      const { acting, sealed } = await seals();
      const seed = await seedOf(context, signers[0].address);
      const ids = passportIds(seed, sealed.length);
      passports = sealed.map((product, at) => ({ ...product, id: ids[at] ?? "", salt: toHex(product.salt) }));
      // Before the ledger: a salt that is lost after the mint would make the passport unfindable from its printed numbers.
      for (const { identifier, id, salt } of passports) {
        await index.put(identifier.gtin, identifier.serial, { id, salt });
      }
      return planIssuePassports(
        context.contracts,
        await loadDeployment(context),
        seed,
        { utxo: acting.utxo, name: acting.name },
        sealed.map((product) => newPassport(product, product.salt, ownerAddress)),
        await validityNow(context, acting),
      );
    };
    const submitted = await submitPlan(context, signers, plan, issuePurpose(products));
    return { passports, submitted };
  });
}

function issuePurpose([first, ...others]: readonly ProductFile[]): string {
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `issue ${first === undefined ? "" : identifierPath(first.file.identifier)}${more}`;
}

const newPassport = (product: SealedProduct, salt: Uint8Array, ownerAddress: string): NewPassport => ({
  metadata: { name: product.name, image: product.image },
  dataRoot: product.dataRoot,
  content: cidToHex(product.content),
  idCommit: idCommit(salt, product.identifier),
  idMethod: ID_METHOD_DATA_CARRIER,
  ownerAddress,
});

export function requireOwnNetwork({ ledger }: Reading, address: string): void {
  if (parseAddress(address).address.networkId !== networkId(ledger.network)) {
    throw new DppError("address/network", `${address} belongs to another network`);
  }
}

/** Bound by the transaction's size. */
export const MAX_PER_TRANSACTION = 20;

async function inTurn<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await each(item));
  return results;
}

function requireDistinct(products: readonly ProductFile[]): void {
  const paths = products.map(({ file }) => identifierPath(file.identifier));
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice !== undefined) throw new DppError("passport/duplicate", `${twice} stands twice in this request`);
}

async function requireUnissued(context: Context, index: ProductIndex, identifier: Identifier): Promise<void> {
  const entry = await index.find(identifier.gtin, identifier.serial);
  if (entry === null) return;
  if ((await readPassport(context, entry.id)) !== null) {
    throw new DppError("passport/exists", `${identifierPath(identifier)} has a passport already`, {
      details: { id: entry.id },
    });
  }
  // An entry without a token is a mint that never happened, or one that is under way: a second one would give the product two passports.
  const absent = await absentPassport(context, entry.id);
  if (absent.code === "passport/pending") throw absent;
}

/** @throws DppError `passport/unknown`, `passport/pending`. */
export async function requirePassport(context: Context, id: string): Promise<PassportState> {
  const state = await readPassport(context, id);
  if (state === null) throw await absentPassport(context, id);
  return state;
}

/** @throws DppError `passport/status`. */
export function requireActive(state: PassportState, verb: string): void {
  if (state.status !== "Active") {
    throw new DppError("passport/status", `cannot ${verb} a passport that is ${state.status}`, {
      details: { status: state.status },
    });
  }
}

/**
 * A new version of the data, under a new root. The product stays the same.
 * @throws DppError `passport/not-issuer`, `passport/other-product`, `passport/changed` when somebody else's version came between.
 */
export async function updatePassport(
  context: Context,
  signers: Signers,
  issuer: Issuer,
  entry: ProductEntry,
  product: ProductFile,
): Promise<{
  readonly passport: SealedProduct & { readonly revision: number };
  readonly submitted: Submitted;
}> {
  const { view } = await requireIssuer(context, issuer);
  const state = await requirePassport(context, entry.id);
  requireActive(state, "update");
  if (state.issuerName !== view.name) {
    throw new DppError("passport/not-issuer", `only its issuer updates a passport: ${state.issuerName}`);
  }
  if (idCommit(bytesOfSalt(entry), product.file.identifier) !== state.idCommit) {
    throw new DppError("passport/other-product", "the file names another product than the passport");
  }
  const revision = state.revision + 1;
  const seals = sealer(context, issuer, (present, keys) =>
    seal(context, present, keys, product, { revision, previous: state.content }),
  );
  let passport = { ...(await seals()).sealed, revision };
  const plan = async () => {
    const present = await requirePassport(context, entry.id);
    requireSame(present, state);
    const { acting, sealed } = await seals();
    passport = { ...sealed, revision };
    return planUpdatePassport(
      context.contracts,
      await loadDeployment(context),
      present.utxo,
      { utxo: acting.utxo, name: acting.name },
      {
        dataRoot: sealed.dataRoot,
        content: cidToHex(sealed.content),
        metadata: { name: sealed.name, image: sealed.image },
      },
      await validityNow(context, acting),
    );
  };
  const purpose = `update ${identifierPath(product.file.identifier)} to revision ${revision}`;
  const submitted = await submitPlan(context, signers, plan, purpose);
  return { passport, submitted };
}

/**
 * The sealed header names the revision and the content before it, so a version that somebody else wrote meanwhile must not be overwritten, nor one
 * that took the place of a lost block's. @throws DppError `passport/changed`.
 */
function requireSame(present: PassportState, sealedOn: PassportState): void {
  const same =
    present.status === sealedOn.status &&
    present.revision === sealedOn.revision &&
    present.content === sealedOn.content &&
    present.dataRoot === sealedOn.dataRoot;
  if (!same) {
    throw new DppError("passport/changed", "the passport was changed meanwhile: look at it, then try again");
  }
}

const bytesOfSalt = ({ salt }: ProductEntry): Uint8Array => fromHex(salt);

/**
 * `authority`: attestation name (hex) of an AUTHORITY whose badge lies with `signers[0]`; `reason`: a code of `domain/reason.ts`.
 * @throws DppError `role/no-badge`, `passport/not-authority`.
 */
export async function revokePassport(
  context: Context,
  signers: Signers,
  authority: string,
  id: string,
  reason = 0,
): Promise<Submitted> {
  return submitPlan(context, signers, async () => {
    const state = await requirePassport(context, id);
    requireActive(state, "revoke");
    const view = await requireRole(context, authority, "AUTHORITY");
    const holders = await context.ledger.utxosWithUnit(userUnit(context.contracts.roles.hash, view.name));
    const badge = holders.find(({ address }) => address === signers[0].address);
    if (badge === undefined) {
      throw new DppError("role/no-badge", `the badge of ${view.name} is not in the wallet that signs`);
    }
    return planRevokePassport(
      context.contracts,
      await loadDeployment(context),
      state.utxo,
      { utxo: view.utxo, name: view.name },
      badge,
      reason,
      await validityNow(context, view),
    );
  });
}
