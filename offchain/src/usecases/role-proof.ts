/**
 * Which roles a proven credential may use at this moment: the live attestations whose `holder` it is, with the badge lying under the same
 * credential. Spec: docs/spec/role-proof.md. Leaves out how the credential was proven (`crypto/cip8.ts`, `usecases/role-proof-tx.ts`).
 */
import { parseAddress } from "../codec/address.js";
import type { ProvenCredential } from "../crypto/cip8.js";
import { DppError } from "../domain/errors.js";
import { userUnit } from "../domain/tokens.js";
import type { Reading } from "./context.js";
import { type AttestationView, attestationsOfHolder, readAttestation } from "./resolve.js";

export type Prover = Pick<ProvenCredential, "credential" | "keyHash">;

export interface RoleRefusal {
  readonly attestation: string;
  readonly role: string;
  readonly code:
    | "access/suspended"
    | "access/revoked"
    | "access/expired"
    | "access/badge-elsewhere"
    | "access/not-holder";
  readonly message: string;
}

export interface RoleProof {
  readonly granted: readonly AttestationView[];
  readonly refused: readonly RoleRefusal[];
}

/** Every attestation of the credential's key, granted or refused with the reason. */
export async function proveRoles(ctx: Reading, prover: Prover): Promise<RoleProof> {
  const attestations = await attestationsOfHolder(ctx, prover.keyHash);
  const judged = await Promise.all(attestations.map((view) => judge(ctx, prover, view)));
  return collect(judged);
}

/** The same judgement for attestations that were granted before: a badge sold or a role suspended since then is refused. */
export async function recheckRoles(
  ctx: Reading,
  prover: Prover,
  names: readonly string[],
): Promise<RoleProof> {
  const views = await Promise.all(names.map((name) => readAttestation(ctx, name)));
  const present = views.filter((view) => view !== null);
  return collect(await Promise.all(present.map((view) => judge(ctx, prover, view))));
}

/**
 * The proof, when it grants at least one role.
 * @throws DppError `access/no-role` when the key holds no attestation; the refusal's own code when it holds one; `access/no-live-role` when it holds several.
 */
export function requireRole(proof: RoleProof): RoleProof {
  if (proof.granted.length > 0) return proof;
  const [only, ...others] = proof.refused;
  if (only === undefined) throw new DppError("access/no-role", "this wallet's key holds no role");
  const details = { refused: proof.refused };
  if (others.length === 0) throw new DppError(only.code, only.message, { details });
  throw new DppError("access/no-live-role", "none of this wallet's roles is in force", { details });
}

type Judgement = { readonly granted: AttestationView } | { readonly refused: RoleRefusal };

const collect = (judged: readonly Judgement[]): RoleProof => ({
  granted: judged.flatMap((one) => ("granted" in one ? [one.granted] : [])),
  refused: judged.flatMap((one) => ("refused" in one ? [one.refused] : [])),
});

async function judge(ctx: Reading, prover: Prover, view: AttestationView): Promise<Judgement> {
  const refuse = (code: RoleRefusal["code"], message: string): Judgement => ({
    refused: { attestation: view.name, role: view.role, code, message },
  });
  if (view.holder !== prover.keyHash) return refuse("access/not-holder", "the role was moved to another key");
  if (view.status === "Suspended") return refuse("access/suspended", "the role is suspended");
  if (view.status === "Revoked") return refuse("access/revoked", "the role is revoked");
  if (!view.live) return refuse("access/expired", "the role is outside its dates");
  if (!(await badgeLiesUnder(ctx, prover, view.name))) {
    return refuse("access/badge-elsewhere", "the role's badge does not lie in this wallet");
  }
  return { granted: view };
}

/** A badge in a script, in a Byron address or in two places is nobody's. */
async function badgeLiesUnder(ctx: Reading, prover: Prover, name: string): Promise<boolean> {
  const holders = await ctx.ledger.utxosWithUnit(userUnit(ctx.contracts.roles.hash, name));
  const [utxo] = holders;
  if (utxo === undefined || holders.length !== 1) return false;
  try {
    const credential = parseAddress(utxo.address).address[prover.credential];
    return credential?.kind === "key" && credential.hash === prover.keyHash;
  } catch {
    return false;
  }
}
