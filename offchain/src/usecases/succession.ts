/** A product's next life: its passport ends as Repurposed, and a new one names it as predecessor. */
import { toHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { ID_SALT_BYTES, identifierPath } from "../domain/identifier.js";
import type { ProductIndex } from "../ports/product-index.js";
import type { Signer } from "../ports/signer.js";
import { planSucceed } from "../tx/life.js";
import { passportIds } from "../tx/passports.js";
import type { Context } from "./context.js";
import { loadDeployment } from "./deployment.js";
import { requireOwned, validityOf } from "./life.js";
import { requireActive, requireOwnNetwork, requirePassport } from "./passports.js";
import { absentPassport, readPassport } from "./resolve.js";
import { requireRole } from "./roles.js";
import { type IssuedPassport, type Issuer, newPassport, type ProductFile, seal, sealer } from "./sealing.js";
import { type Submitted, seedOf, submitPlan } from "./submit.js";

export interface Succession {
  /** Attestation name of the RECYCLER or MANUFACTURER who repurposes. */
  readonly actor: string;
  /** MANUFACTURER who answers for the product from now on. */
  readonly issuer: Issuer;
  readonly product: ProductFile;
  /** Address that receives the new ownership token. */
  readonly owner: string;
}

/**
 * The owner of the old passport, the actor and the new issuer sign; `signers[0]` pays. The new passport may keep the product's printed numbers: they
 * lead to it from then on.
 * @throws DppError `passport/not-owner`, `passport/status`, `passport/exists` when the numbers belong to a third passport, and what sealing throws.
 */
export async function succeedPassport(
  context: Context,
  signers: readonly [Signer, ...Signer[]],
  id: string,
  { actor, issuer, product, owner }: Succession,
  index: ProductIndex,
): Promise<{ readonly passport: IssuedPassport; readonly submitted: Submitted }> {
  requireOwnNetwork(context, owner);
  requireActive(await requirePassport(context, id), "repurpose");
  const { identifier } = product.file;
  const salt = context.random.bytes(ID_SALT_BYTES);
  const seals = sealer(context, issuer, (view, keys) =>
    seal(context, view, keys, product, { revision: 0, previous: null }),
  );
  await seals();
  return index.exclusive(async () => {
    const entry = await index.find(identifier.gtin, identifier.serial);
    if (entry !== null && entry.id !== id && (await readPassport(context, entry.id)) !== null)
      throw new DppError("passport/exists", `${identifierPath(identifier)} has a passport already`, {
        details: { id: entry.id },
      });
    let passport: IssuedPassport | null = null;
    const plan = async () => {
      const state = await requirePassport(context, id);
      requireActive(state, "repurpose");
      const { acting, sealed } = await seals();
      const view = await requireRole(context, actor, "RECYCLER", "MANUFACTURER");
      const owned = await requireOwned(context, signers, id);
      const seed = await seedOf(context, signers[0].address);
      const [successor = ""] = passportIds(seed, 1);
      passport = { ...sealed, id: successor, salt: toHex(salt) };
      // Before the ledger: a salt that is lost after the mint would make the passport unfindable from its printed numbers.
      await index.put(identifier.gtin, identifier.serial, { id: successor, salt: toHex(salt) });
      return planSucceed(context.contracts, await loadDeployment(context), {
        state: state.utxo,
        owned,
        seed,
        actor: view,
        issuer: acting,
        passport: newPassport(sealed, salt, owner),
        validity: await validityOf(context, acting, view),
      });
    };
    try {
      const submitted = await submitPlan(context, signers, plan);
      if (passport === null) throw new DppError("passport/unknown", "nothing was planned");
      return { passport, submitted };
    } catch (error) {
      // The printed numbers lead to the old passport as long as there is no new one, nor one under way.
      if (entry !== null && passport !== null && !(await existsOrWill(context, passport)))
        await index.put(identifier.gtin, identifier.serial, entry);
      throw error;
    }
  });
}

async function existsOrWill(context: Context, { id }: IssuedPassport): Promise<boolean> {
  const there = await readPassport(context, id);
  return there !== null || (await absentPassport(context, id)).code === "passport/pending";
}
