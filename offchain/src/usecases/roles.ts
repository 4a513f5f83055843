/** What the consortium and its actors do with attestations. Signatures come from `signers`; `signers[0]` pays. */
import { isWeakKey } from "../crypto/ed25519.js";
import { requireWellFormed } from "../crypto/event-key-form.js";
import { isPublicKey } from "../crypto/x25519.js";
import type { Attestation } from "../domain/attestation.js";
import { fromHex } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import { SIGNATURE_FORMS } from "../domain/event-key.js";
import { gtinCheckDigit } from "../domain/gtin.js";
import type { Role } from "../domain/role.js";
import { userUnit } from "../domain/tokens.js";
import type { Signer } from "../ports/signer.js";
import { keyOf } from "../tx/presented.js";
import {
  type Keys,
  type NewAttestation,
  planBurnBadge,
  planIssueRoles,
  planRecover,
  planRenew,
  planRevokeRole,
  planRotateKeys,
  planSuspend,
  type Renewal,
} from "../tx/roles.js";
import type { Context } from "./context.js";
import { loadDeployment, quorumAmong } from "./deployment.js";
import { type AttestationView, readAttestation } from "./resolve.js";
import { type Submitted, seedOf, submitPlan, validityNow } from "./submit.js";

type Signers = readonly [Signer, ...Signer[]];

/** Accredits actors; answers their attestation names in the order given. */
export async function issueRoles(
  context: Context,
  signers: Signers,
  accredited: readonly NewAttestation[],
): Promise<Submitted & { readonly names: readonly string[] }> {
  for (const entry of accredited) requireUsable(entry);
  let names: readonly string[] = [];
  const submitted = await submitPlan(context, signers, async () => {
    const deployment = await loadDeployment(context);
    const seed = await seedOf(context, signers[0].address);
    const issue = planIssueRoles(
      context.contracts,
      deployment,
      seed,
      accredited,
      quorumAmong(deployment.state, signers),
    );
    names = issue.names;
    return issue.plan;
  });
  return { ...submitted, names };
}

/** The contract refuses such dates too, and says less. @throws DppError `role/dates`. */
function requireDates({ validFrom, validTo }: Renewal): void {
  if (validFrom >= validTo) throw new DppError("role/dates", "an attestation ends after it begins");
}

/**
 * What the ledger does not check of a new attestation: it takes any bytes as an operator's id, as a reading key and as an event key, and the actor could
 * neither seal nor read, or anybody could sign in his name.
 * @throws DppError `role/dates`, `role/operator`, `role/reading-key`, `role/event-key`, `key/*`, `role/kind`.
 */
export function requireUsable({ attestation }: NewAttestation): void {
  requireDates(attestation);
  requireReadingKey(attestation.encPk);
  requireEventKey(attestation);
  requireKind(attestation);
  if (!/^[!-~]{1,64}$/.test(attestation.operator)) {
    throw new DppError(
      "role/operator",
      "an operator's id is 1 to 64 printable ASCII characters, e.g. gln:9506000134307",
    );
  }
  const [, gln] = /^gln:(.*)$/.exec(attestation.operator) ?? [];
  if (gln !== undefined && (!/^\d{13}$/.test(gln) || gtinCheckDigit(gln.slice(0, 12)) !== Number(gln[12]))) {
    throw new DppError("role/operator", "a GLN has 13 digits, of which the last is a check digit");
  }
}

/** What a role says of itself must not promise a better tier than the role has: a gateway's messages are nobody's measurements. @throws DppError `role/kind`. */
function requireKind({ role, kind }: Pick<Attestation, "role" | "kind">): void {
  const fits =
    role === "GATEWAY" ? kind === "Gateway" : role === "STATION" ? kind === "Device" : kind !== "Gateway";
  if (!fits)
    throw new DppError(
      "role/kind",
      `a ${role} cannot be accredited as ${kind}: a GATEWAY is a Gateway, a STATION a Device, and nobody else is a Gateway`,
    );
}

/**
 * Of the forms that something checks. One of another form signs nothing that counts, and is the consortium's business.
 * @throws DppError `role/event-key` (Ed25519); `key/form`, `key/origin`, `key/point`, `key/table`.
 */
export function requireEventKey({ alg, pk }: Pick<Keys, "alg" | "pk">): void {
  if (alg === 1 && isWeakKey(fromHex(pk)))
    throw new DppError(
      "role/event-key",
      "the event key is not a usable Ed25519 public key: it is no point of the curve, or one of small order",
    );
  const form = SIGNATURE_FORMS[alg];
  if (form === "P-256" || form === "WebAuthn") requireWellFormed({ alg, pk });
}

export function requireReadingKey(encPk: string): void {
  if (!isPublicKey(fromHex(encPk)))
    throw new DppError("role/reading-key", "the reading key is not a usable X25519 public key");
}

/** @throws DppError `role/unknown`. */
export async function requireAttestation(context: Context, name: string): Promise<AttestationView> {
  const view = await readAttestation(context, name);
  if (view === null) throw new DppError("role/unknown", `no attestation ${name} in this deployment`);
  return view;
}

function requireStatus(
  view: AttestationView,
  allowed: readonly AttestationView["status"][],
  verb: string,
): void {
  if (!allowed.includes(view.status)) {
    throw new DppError("role/status", `cannot ${verb} an attestation that is ${view.status}`, {
      details: { status: view.status },
    });
  }
}

export const renewRole = (
  context: Context,
  signers: Signers,
  name: string,
  renewal: Renewal,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const deployment = await loadDeployment(context);
    const view = await requireAttestation(context, name);
    requireStatus(view, ["Active", "Suspended"], "renew");
    requireDates(renewal);
    return planRenew(
      context.contracts,
      deployment,
      view.utxo,
      renewal,
      quorumAmong(deployment.state, signers),
    );
  });

/** Any one freeze key, at once. `reason`: a code of `domain/reason.ts`. */
export const suspendRole = (
  context: Context,
  signers: Signers,
  name: string,
  reason = 0,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const deployment = await loadDeployment(context);
    const view = await requireAttestation(context, name);
    requireStatus(view, ["Active"], "suspend");
    const key = deployment.state.freezeKeys.find((freeze) =>
      signers.some(({ keyHash }) => keyHash === freeze),
    );
    if (key === undefined)
      throw new DppError("consortium/no-freeze-key", "none of the keys at hand may suspend");
    return planSuspend(context.contracts, deployment, view.utxo, key, reason);
  });

export const revokeRole = (
  context: Context,
  signers: Signers,
  name: string,
  reason = 0,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const deployment = await loadDeployment(context);
    const view = await requireAttestation(context, name);
    requireStatus(view, ["Active", "Suspended"], "revoke");
    return planRevokeRole(
      context.contracts,
      deployment,
      view.utxo,
      quorumAmong(deployment.state, signers),
      reason,
    );
  });

/** New keys, and with `badgeTo` (address) a new badge, for a holder who lost his. The status stays. @throws DppError `role/status`, `role/reading-key`. */
export const recoverRole = (
  context: Context,
  signers: Signers,
  name: string,
  keys: Keys,
  badgeTo?: string,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const deployment = await loadDeployment(context);
    const view = await requireAttestation(context, name);
    requireStatus(view, ["Active", "Suspended"], "recover");
    requireReadingKey(keys.encPk);
    requireEventKey(keys);
    return planRecover(
      context.contracts,
      deployment,
      view,
      keys,
      quorumAmong(deployment.state, signers),
      badgeTo,
    );
  });

/** Destroys a badge that lies with one of the signers. @throws DppError `role/no-badge`. */
export const burnBadge = (context: Context, signers: Signers, name: string): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const badges = await context.ledger.utxosWithUnit(userUnit(context.contracts.roles.hash, name));
    const held = badges.find((utxo) =>
      signers.some(({ address, keyHash }) => utxo.address === address || keyHash === keyOf(utxo)),
    );
    if (held === undefined)
      throw new DppError("role/no-badge", `the badge of ${name} is not in the wallet that signs`);
    return planBurnBadge(context.contracts, await loadDeployment(context), held, name);
  });

export const rotateKeys = (
  context: Context,
  signers: Signers,
  name: string,
  keys: Keys,
): Promise<Submitted> =>
  submitPlan(context, signers, async () => {
    const deployment = await loadDeployment(context);
    const view = await requireLive(context, name);
    requireReadingKey(keys.encPk);
    requireEventKey(keys);
    return planRotateKeys(context.contracts, deployment, view.utxo, keys, await validityNow(context, view));
  });

/** @throws DppError `role/not-live` when suspended, revoked or outside its dates: the ledger would refuse, and say less. */
export async function requireLive(context: Context, name: string): Promise<AttestationView> {
  const view = await requireAttestation(context, name);
  if (!view.live) {
    throw new DppError(
      "role/not-live",
      `attestation ${name} is ${view.status === "Active" ? "outside its dates" : view.status}`,
      {
        details: { status: view.status, validFrom: view.validFrom, validTo: view.validTo },
      },
    );
  }
  return view;
}

const NOT: Partial<Readonly<Record<Role, string>>> = {
  MANUFACTURER: "passport/not-manufacturer",
  AUTHORITY: "passport/not-authority",
  RECYCLER: "passport/not-recycler",
};

/** In force, as one of these roles. @throws DppError `role/not-live`, `passport/not-manufacturer`, `passport/not-authority`, `passport/not-recycler`. */
export async function requireRole(
  context: Context,
  name: string,
  ...roles: readonly [Role, ...Role[]]
): Promise<AttestationView> {
  const view = await requireLive(context, name);
  if (!roles.includes(view.role)) {
    throw new DppError(
      NOT[roles[0]] ?? "role/other",
      `${view.name} is accredited as ${view.role}, not as ${roles.join(" or ")}`,
    );
  }
  return view;
}
