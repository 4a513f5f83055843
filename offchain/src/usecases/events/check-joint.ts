/** Whether a joint pack is what all of its parties signed, as the ledger asks it, and its events too. Spec: docs/spec/anchor.md "Joint threads". Pure. */
import { jointDigest } from "../../codec/pack.js";
import { decodeParties, type PartySignature } from "../../codec/parties.js";
import { SIGNED_FIRST_BYTE } from "../../codec/signed-event.js";
import { flawOf, type KeyVerify } from "../../crypto/event-signature.js";
import type { Attestation } from "../../domain/attestation.js";
import { fromHex } from "../../domain/bytes.js";
import { DppError } from "../../domain/errors.js";
import { formOf, POINT_BYTES } from "../../domain/event-key.js";
import type { Pack, SealedPack } from "../../domain/pack.js";
import { checkEvents, requireDeployment } from "./check.js";
import { type CheckedEvent, checkLeaf } from "./check-leaf.js";

/** What the ledger says of a party. */
export type PartyFacts = Pick<Attestation, "role" | "holder" | "alg" | "pk"> & { readonly name: string };

/** What each key signs, and what it signed; `signature` is empty while the party has not. */
export interface JointSeal {
  readonly digest: Uint8Array;
  readonly parties: readonly PartySignature[];
}

/** @throws DppError `pack/parties`, `pack/malformed`. */
export function readJointSeal(pack: SealedPack): JointSeal {
  const parties = decodeParties(fromHex(pack.signature));
  const names = parties.map(({ name }) => name);
  return { digest: jointDigest(pack, names), parties };
}

const DISTINCT = { role: "pack/party-role", holder: "pack/party-holder", pk: "pack/party-key" } as const;

/** Of several parties no two may be one: the same role, holder or key. @throws DppError `pack/party-role`, `pack/party-holder`, `pack/party-key`. */
export function requireDistinct(parties: readonly PartyFacts[]): void {
  for (const field of ["role", "holder", "pk"] as const) {
    // One P-256 key can be attested in two forms: what signs is its point, the first 33 bytes.
    const values = parties.map((party) =>
      party[field].slice(0, field === "pk" ? 2 * POINT_BYTES : undefined),
    );
    const again = values.findIndex((value, at) => values.indexOf(value) < at);
    if (again === -1) continue;
    const [one, other] = [values.indexOf(values[again] as never), again].map((at) => parties[at]?.name);
    throw new DppError(
      DISTINCT[field],
      `the parties ${one} and ${other} have the same ${field === "pk" ? "event key" : field}: a joint pack needs different ones`,
      { details: { field, parties: [one, other] } },
    );
  }
}

/**
 * One party's signature over the joint digest.
 * @throws DppError `key/*`, `webauthn/*`, `event/weak-key`; `pack/signature`. All name the party.
 */
export function checkParty(
  { name, signature }: PartySignature,
  { alg, pk, role }: Pick<PartyFacts, "alg" | "pk" | "role">,
  digest: Uint8Array,
  verify: KeyVerify,
): void {
  const refuse = (code: string, what: string, cause?: unknown): DppError =>
    new DppError(code, `the party ${partyText({ role, name })}: ${what}`, {
      cause,
      details: { party: name },
    });
  if (formOf(alg, pk) === null) throw refuse("key/form", "its key is of no form that is checked here");
  const [key, bytes] = [fromHex(pk), fromHex(signature)];
  if (verify(key, digest, bytes)) return;
  const flaw = flawOf(key, digest, bytes);
  if (flaw !== null && flaw.code !== "event/signature") throw refuse(flaw.code, flaw.message, flaw);
  throw refuse(
    "pack/signature",
    "it did not sign this: its key is another, or the pack or the list of parties was altered since",
  );
}

/** Of each party that the pack names, in their order. @throws DppError `role/unknown`. */
export const factsOf = ({ parties }: JointSeal, facts: readonly PartyFacts[]): readonly PartyFacts[] =>
  parties.map(({ name }) => {
    const known = facts.find((party) => party.name === name);
    if (known === undefined)
      throw new DppError("role/unknown", `this deployment has no attestation ${name}, which the pack names`);
    return known;
  });

/** @throws DppError `pack/unsigned`, with everybody who has not signed. */
function requireSigned({ parties }: JointSeal, known: readonly PartyFacts[]): void {
  const missing = known.filter((_, at) => parties[at]?.signature === "");
  if (missing.length === 0) return;
  throw new DppError(
    "pack/unsigned",
    `not everybody has signed yet: ${missing.map(partyText).join(", ")}: pass the file on to them (dpp joint sign)`,
    { details: { missing: missing.map(({ name }) => name) } },
  );
}

/** Role and name, as messages have them. */
const partyText = ({ role, name }: Pick<PartyFacts, "role" | "name">): string => `${role} ${name}`;

/**
 * The whole seal. `parties`: what the ledger says of each that the pack names.
 * @throws DppError as `readJointSeal`, `requireDistinct` and `checkParty`; `pack/unsigned`; `role/unknown` for a party of which nothing is known.
 */
export function checkJointSeal(
  pack: SealedPack,
  parties: readonly PartyFacts[],
  verify: KeyVerify,
): JointSeal {
  const seal = readJointSeal(pack);
  const known = factsOf(seal, parties);
  requireDistinct(known);
  requireSigned(seal, known);
  for (const [at, party] of seal.parties.entries())
    checkParty(party, known[at] as PartyFacts, seal.digest, verify);
  return seal;
}

export interface JointRules {
  /** Config policy, hex. */
  readonly config: string;
  /** At least those whom the pack names. */
  readonly parties: readonly PartyFacts[];
  readonly verify: KeyVerify;
  /** POSIX ms. */
  readonly now: number;
}

/**
 * The pack with its events. `previous` as in `checkPack`.
 * @throws DppError `pack/deployment`; as `checkJointSeal` and `checkJointEvents`.
 */
export function checkJointPack(
  pack: Pack,
  rules: JointRules,
  previous: string | null,
): readonly CheckedEvent[] {
  requireDeployment(pack, rules.config);
  const seal = checkJointSeal(pack, rules.parties, rules.verify);
  return checkJointEvents(pack, seal, rules, previous);
}

/**
 * What the parties sign. Whoever makes a joint pack need not have the event before it, which others made, and names none then.
 * @throws DppError as `checkEvents` and `checkLeaf`; `event/signature` for an event that is signed by itself; `role/unknown`.
 */
export function checkJointEvents(
  pack: Pack,
  seal: JointSeal,
  { config, parties, now }: JointRules,
  previous: string | null,
): readonly CheckedEvent[] {
  const roles = factsOf(seal, parties).map(({ role }) => role);
  const place = { config, thread: pack.source, roles, tier: pack.tier, now };
  return checkEvents(
    pack,
    (event) => checkLeaf(bare(event), place),
    (first) => first === "" || previous === null || first === previous,
  );
}

/** Nobody could say whose key would have to have signed it. */
function bare(event: Uint8Array): Uint8Array {
  if (event[0] === SIGNED_FIRST_BYTE)
    throw new DppError(
      "event/signature",
      "an event of a joint pack bears a signature of its own: the parties sign the pack, and its events are bare leaves",
    );
  return event;
}
