/** Who signed, or has to sign, a joint pack: each party as this deployment has it. Spec: docs/spec/anchor.md "Joint threads". */
import { decodeParties } from "../../codec/parties.js";
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { formOf, formOfLength, SIGNATURE_FORMS, type SignatureForm } from "../../domain/event-key.js";
import type { CoAppendEntry, SealedPack } from "../../domain/pack.js";
import type { Role } from "../../domain/role.js";
import type { Reading } from "../context.js";
import { type AttestationView, readAttestation } from "../resolve.js";
import type { PartyFacts } from "./check-joint.js";
import { standingText } from "./standing.js";

export interface PartyView {
  /** Attestation name. */
  readonly name: string;
  /** `null`: this deployment has no such attestation. */
  readonly role: Role | null;
  readonly operator: string | null;
  /** Form of the key that signed, or has to. `null`: of none that is checked here. */
  readonly form: SignatureForm | null;
  /** Where the attestation stands now, as `standingText` says; "" without one. */
  readonly standing: string;
  readonly live: boolean;
  /** What a reader must know of it, in words; `null`: nothing. */
  readonly note: string | null;
}

/** @throws DppError `pack/parties`. */
export const partyNames = ({ signature }: Pick<SealedPack, "signature">): readonly string[] =>
  decodeParties(fromHex(signature)).map(({ name }) => name);

/** Those of the names that this deployment has. @throws DppError `ledger/*`, `datum/shape`. */
export async function readParties(
  reading: Reading,
  names: readonly string[],
): Promise<readonly AttestationView[]> {
  const views = await Promise.all(names.map((name) => readAttestation(reading, name)));
  return views.filter((view) => view !== null);
}

/** @throws DppError `role/unknown` for a name that this deployment has not. */
export async function requireParties(
  reading: Reading,
  names: readonly string[],
): Promise<readonly AttestationView[]> {
  const views = await readParties(reading, names);
  const missing = names.filter((name) => !views.some((view) => view.name === name));
  if (missing.length > 0)
    throw new DppError("role/unknown", `this deployment has no attestation ${missing.join(", ")}`);
  return views;
}

/** The facts of the time when the ledger wrote the pack: its keys may have been replaced since, and that the holders differed then it saw itself. */
export const factsAsWritten = (
  views: readonly AttestationView[],
  { parties }: CoAppendEntry,
): readonly PartyFacts[] =>
  views.map((view) => {
    const pk = parties.find(({ name }) => name === view.name)?.pk ?? view.pk;
    return { ...view, pk, alg: algOfLength(pk), holder: view.name };
  });

/** The lengths of the forms do not overlap. `pk`: hex. */
export function algOfLength(pk: string): number {
  const form = formOfLength(pk.length / 2);
  return form === null ? -1 : SIGNATURE_FORMS.indexOf(form);
}

/** @param keys by name, as the ledger wrote them; else today's count. */
export function partyViews(
  names: readonly string[],
  views: readonly AttestationView[],
  now: number,
  keys: CoAppendEntry["parties"] = [],
): readonly PartyView[] {
  const found = names.map((name) => views.find((view) => view.name === name) ?? null);
  return names.map((name, at): PartyView => {
    const view = found[at] ?? null;
    const pk = keys.find((party) => party.name === name)?.pk ?? view?.pk ?? "";
    return {
      name,
      role: view?.role ?? null,
      operator: view?.operator ?? null,
      form: view !== null && pk === view.pk ? formOf(view.alg, pk) : formOfLength(pk.length / 2),
      standing: view === null ? "" : standingText(view, now),
      live: view?.live ?? false,
      note: view === null ? "not accredited here" : sharedText(view, found),
    };
  });
}

/** The consortium decides whom it accredits: that two signatures come from one company is for the reader to weigh. */
function sharedText(view: AttestationView, all: readonly (AttestationView | null)[]): string | null {
  const others = all.filter(
    (other) => other !== null && other.name !== view.name && other.operator === view.operator,
  );
  return others.length === 0
    ? null
    : `not independent: the same operator as ${others.map((other) => other?.role).join(", ")}`;
}
