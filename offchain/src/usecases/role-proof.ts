/**
 * Which roles a proven credential may use at this moment: the live attestations whose `holder` it is, with the badge lying under the same
 * credential. Spec: docs/spec/role-proof.md. Leaves out how the credential was proven (`crypto/cip8.ts`, `usecases/role-proof-tx.ts`).
 */
import { type Address, parseAddress } from "../codec/address.js";
import type { ProvenCredential } from "../crypto/cip8.js";
import { DppError } from "../domain/errors.js";
import { userUnit } from "../domain/tokens.js";
import type { Reading } from "./context.js";
import { type AttestationView, attestationsOfHolder, listAttestations, readAttestation } from "./resolve.js";

export interface Prover extends Pick<ProvenCredential, "credential" | "keyHash"> {
  /**
   * Key hash of a second payment key, proven by a signature of its own for this prover: wallets with many addresses keep the badge under another
   * key than the holder's. It shows where the badge lies; it never stands for the holder's key.
   */
  readonly badgeKey?: string;
}

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

/** What the ledger says of an attestation held by one of the keys asked for: enough for a wallet to choose the address to sign with. */
export interface Holding {
  /** One of the key hashes asked for. */
  readonly key: string;
  readonly attestation: string;
  readonly role: string;
  /** Null: in force, as far as status and dates go. */
  readonly refused: RoleRefusal["code"] | null;
  /** Bech32 address of the one output that holds the badge; null when there is none, or several. */
  readonly badge: string | null;
}

/** Every attestation held by one of these keys (hex). All of it is public on the ledger. */
export async function holdingsOf(ctx: Reading, keys: readonly string[]): Promise<readonly Holding[]> {
  const asked = new Set(keys);
  const held = (await listAttestations(ctx)).filter(({ holder }) => asked.has(holder));
  return Promise.all(
    held.map(async (view) => ({
      key: view.holder,
      attestation: view.name,
      role: view.role,
      refused: standingOf(view)?.code ?? null,
      badge: await badgeAddress(ctx, view.name),
    })),
  );
}

/**
 * Whether a badge at this address lies under the credential. A script holds no badge, even beside a stake key: sales contracts keep the seller's
 * stake key on what he has put up for sale.
 */
export function holdsBadge(
  address: Pick<Address, "payment" | "stake">,
  { credential, keyHash }: Pick<Prover, "credential" | "keyHash">,
): boolean {
  const part = address[credential];
  return address.payment?.kind === "key" && part?.kind === "key" && part.hash === keyHash;
}

type Judgement = { readonly granted: AttestationView } | { readonly refused: RoleRefusal };

const collect = (judged: readonly Judgement[]): RoleProof => ({
  granted: judged.flatMap((one) => ("granted" in one ? [one.granted] : [])),
  refused: judged.flatMap((one) => ("refused" in one ? [one.refused] : [])),
});

type Refusal = Pick<RoleRefusal, "code" | "message">;

/** Null: active, and inside its dates. */
function standingOf({ status, live }: AttestationView): Refusal | null {
  if (status === "Suspended") return { code: "access/suspended", message: "the role is suspended" };
  if (status === "Revoked") return { code: "access/revoked", message: "the role is revoked" };
  return live ? null : { code: "access/expired", message: "the role is outside its dates" };
}

async function judge(ctx: Reading, prover: Prover, view: AttestationView): Promise<Judgement> {
  const refuse = (refusal: Refusal): Judgement => ({
    refused: { attestation: view.name, role: view.role, ...refusal },
  });
  if (view.holder !== prover.keyHash) {
    return refuse({ code: "access/not-holder", message: "the role was moved to another key" });
  }
  const standing = standingOf(view);
  if (standing !== null) return refuse(standing);
  if (!(await badgeLiesUnder(ctx, prover, view.name))) {
    return refuse({
      code: "access/badge-elsewhere",
      message: "the role's badge does not lie under a key that was proven",
    });
  }
  return { granted: view };
}

/** A badge in a script, in a Byron or pointer address or in two places is nobody's. */
async function badgeLiesUnder(ctx: Reading, prover: Prover, name: string): Promise<boolean> {
  const text = await badgeAddress(ctx, name);
  if (text === null) return false;
  const { badgeKey } = prover;
  try {
    const { address } = parseAddress(text);
    return (
      holdsBadge(address, prover) ||
      (badgeKey !== undefined && holdsBadge(address, { credential: "payment", keyHash: badgeKey }))
    );
  } catch {
    return false;
  }
}

async function badgeAddress(ctx: Reading, name: string): Promise<string | null> {
  const [utxo, ...others] = await ctx.ledger.utxosWithUnit(userUnit(ctx.contracts.roles.hash, name));
  return utxo === undefined || others.length > 0 ? null : utxo.address;
}
