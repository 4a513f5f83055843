/** What `verify.ts` says of an event on a joint thread: its parties take the place of one source. */
import { isDppError } from "../../domain/errors.js";
import { isWritten, type SealedPack } from "../../domain/pack.js";
import { checkJointSeal } from "./check-joint.js";
import type { EventReading } from "./context.js";
import { factsAsWritten, readParties } from "./parties.js";
import type { EventView } from "./show.js";
import type { EventCheck } from "./verify.js";

/** The keys are those of the ledger's entry: they may have been replaced since. */
export async function jointSealCheck(
  reading: EventReading,
  { parties, written }: EventView,
  pack: SealedPack,
): Promise<EventCheck> {
  const views = await readParties(
    reading,
    parties.map(({ name }) => name),
  );
  const entry = written?.entry.kind === "co-append" ? written.entry : null;
  try {
    checkJointSeal(pack, entry === null ? views : factsAsWritten(views, entry), reading.verify);
    const who = parties.map(({ role, operator }) => `${role} ${operator}`).join(", ");
    return {
      name: "seal",
      ok: true,
      says: `all ${parties.length} parties signed the pack's root, for this deployment and with each other: ${who}`,
    };
  } catch (error) {
    if (!isDppError(error)) throw error;
    return { name: "seal", ok: false, says: error.message };
  }
}

export function jointTierCheck({ leaf, parties, written, givenUp }: EventView): EventCheck {
  const roles = parties.map(({ role }) => role);
  if (parties.length > 0 && !roles.includes(leaf.role))
    return {
      name: "tier",
      ok: false,
      says: `it says that ${leaf.role} wrote it, and ${roles.join(", ")} signed`,
    };
  if (written !== null && isWritten(written.entry)) {
    const { tier } = written.entry;
    return {
      name: "tier",
      ok: tier === leaf.tier,
      says:
        tier === leaf.tier
          ? `${leaf.tier}: ${parties.length} parties with different roles and keys, as the ledger saw their attestations`
          : `it claims ${leaf.tier}, and the ledger wrote ${tier}`,
    };
  }
  const later = givenUp === null ? "has not written it yet" : "never will write it";
  return {
    name: "tier",
    ok: leaf.tier === "MULTI_PARTY_SIGNED" ? null : false,
    says: `it claims ${leaf.tier}; a joint thread gives MULTI_PARTY_SIGNED, and the ledger ${later}`,
  };
}

export function jointStandingCheck({ parties }: EventView): EventCheck {
  const others = parties.filter(({ live }) => !live);
  const notes = parties.flatMap(({ role, note }) => (note === null ? [] : [`${role} is ${note}`]));
  if (parties.length === 0) return { name: "standing", ok: null, says: "who signed it is not known here" };
  if (others.length === 0)
    return {
      name: "standing",
      ok: true,
      says: ["all its parties are accredited today", ...notes].join("; "),
    };
  const who = others.map(({ role, standing }) => `${role} (${standing || "not accredited here"})`).join(", ");
  return {
    name: "standing",
    ok: null,
    says: [`not accredited today: ${who}: look at what was written before`, ...notes].join("; "),
  };
}
