/** Issue, update and revoke passports: seal, store, then anchor. Nothing is anchored that is not stored; `signers[0]` pays. */

import { parseAddress } from "../codec/address.js";
import { fromHex, toHex } from "../domain/bytes.js";
import { cidToHex } from "../domain/cid.js";
import { DppError } from "../domain/errors.js";
import { ID_SALT_BYTES, type Identifier, idCommit, identifierPath } from "../domain/identifier.js";
import { userUnit } from "../domain/tokens.js";
import { networkId } from "../ports/ledger.js";
import type { ProductEntry, ProductIndex } from "../ports/product-index.js";
import type { Signer } from "../ports/signer.js";
import { passportIds, planIssuePassports, planRevokePassport, planUpdatePassport } from "../tx/passports.js";
import type { Context, Reading } from "./context.js";
import { loadDeployment } from "./deployment.js";
import { absentPassport, type PassportState, readPassport } from "./resolve.js";
import { requireRole } from "./roles.js";
import {
  type IssuedPassport,
  type Issuer,
  newPassport,
  type ProductFile,
  requireIssuer,
  type SealedProduct,
  seal,
  sealer,
} from "./sealing.js";
import { type Submitted, seedOf, submitPlan, validityNow } from "./submit.js";

type Signers = readonly [Signer, ...Signer[]];

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
