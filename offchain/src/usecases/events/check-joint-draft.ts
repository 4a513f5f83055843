/**
 * A joint pack on its way from one party to the next: all that each of them is about to sign, before all have. Spec: docs/spec/anchor.md "Joint threads". Once
 * everybody has signed: `check-joint.ts`. Pure.
 */
import type { Pack } from "../../domain/pack.js";
import { requireDeployment } from "./check.js";
import {
  checkJointEvents,
  checkParty,
  factsOf,
  type JointRules,
  type JointSeal,
  type PartyFacts,
  readJointSeal,
  requireDistinct,
} from "./check-joint.js";
import type { CheckedEvent } from "./check-leaf.js";

export interface CheckedDraft {
  readonly events: readonly CheckedEvent[];
  readonly seal: JointSeal;
  /** Names of those whose signature is there and good. */
  readonly signed: readonly string[];
}

/**
 * All but the signatures that are not there yet. `signer`: name of the party who signs now; what it signed before may be of a key that was replaced since.
 * @throws DppError as `checkJointPack`, but for `pack/unsigned`.
 */
export function checkJointDraft(
  pack: Pack,
  rules: JointRules,
  previous: string | null,
  signer?: string,
): CheckedDraft {
  requireDeployment(pack, rules.config);
  const seal = readJointSeal(pack);
  const known = factsOf(seal, rules.parties);
  requireDistinct(known);
  const events = checkJointEvents(pack, seal, rules, previous);
  const signed: string[] = [];
  for (const [at, party] of seal.parties.entries()) {
    if (party.signature === "" || party.name === signer) continue;
    checkParty(party, known[at] as PartyFacts, seal.digest, rules.verify);
    signed.push(party.name);
  }
  return { events, seal, signed };
}
