/** Attacks on acts that need a live attestation: on its dates, its status, its holder's signature, its role and itself. */
import { decodeAttestationDatum, encodeAttestationDatum } from "../../src/codec/datum.js";
import type { Utxo } from "../../src/ports/ledger.js";
import { emptyPlan } from "../../src/testing/transact.js";
import { type ActorName, HOUR, type World } from "../../src/testing/world.js";
import { sameOutRef, type TxPlan } from "../../src/tx/plan.js";
import { renew, revoke, suspend } from "./acts.js";
import type { Attack } from "./attack.js";
import { counterfeitAttestation } from "./counterfeit.js";

/** Traced when a range has an open end. */
export const NOT_FINITE =
  "expect ValidityRange { lower: IntervalBound { bound: Finite(from), .. }, upper: IntervalBound { bound: Finite(to), .. }, } = self.validity_range";

/** Traced when no reference input holds the expected token. */
export const NO_SUCH_REFERENCE = "expect [Input { output, .. }, ..rest] = reference_inputs";

/** Traced when a script is to run as a withdrawal, and does not. */
export const NO_PROOFS = "expect [Pair(purpose, redeemer), ..rest] = redeemers";

/** A builtin that halts leaves no words of its own: nothing was traced before. */
export const BUILTIN_HALTS = "";

/** On the validity range of an act by a live attestation. */
export const rangeForgeries: readonly Attack[] = [
  {
    name: "act in a range without end",
    rule: NOT_FINITE,
    change: (plan) => ({ ...plan, validity: { from: plan.validity?.from ?? 0 } }),
  },
  {
    name: "act in a range without beginning",
    rule: NOT_FINITE,
    change: (plan) => ({ ...plan, validity: { to: plan.validity?.to ?? 0 } }),
  },
  { name: "act in a range without bounds", rule: NOT_FINITE, change: ({ validity: _, ...plan }) => plan },
  {
    name: "act in a range longer than an hour",
    rule: "is_range_short",
    change: (plan) => ({
      ...plan,
      validity: { from: plan.validity?.from ?? 0, to: (plan.validity?.from ?? 0) + HOUR + 1000 },
    }),
  },
];

/** What stops an attestation that is not in force, whoever signs. */
export const currencyForgeries = (who: ActorName): readonly Attack[] => [
  {
    name: "act while suspended",
    rule: "is_attestation_active",
    before: (world) => suspend(world, who),
    change: (plan) => plan,
  },
  {
    name: "act after being revoked",
    rule: "is_attestation_active",
    before: (world) => revoke(world, who),
    change: (plan) => plan,
  },
  {
    name: "act after the attestation has expired",
    rule: "is_not_late",
    before: (world) => renew(world, who, { validFrom: 0, validTo: world.clock.now() - HOUR }),
    change: (plan) => plan,
  },
  {
    name: "act before the attestation begins",
    rule: "is_not_early",
    before: (world) =>
      renew(world, who, { validFrom: world.clock.now() + HOUR, validTo: world.clock.now() + 48 * HOUR }),
    change: (plan) => plan,
  },
  {
    name: "act in a range that ends after the attestation",
    rule: "is_not_late",
    before: (world) => renew(world, who, { validFrom: 0, validTo: world.clock.now() + 600_000 }),
    change: (plan) => plan,
  },
];

/** What stops an actor whose attestation is not in force. `who` acts in the control. */
export const standingForgeries = (who: ActorName): readonly Attack[] => [
  ...currencyForgeries(who),
  ...signatureForgeries(who),
];

/** All that stops an act by an attestation that is referred to. */
export const liveForgeries = (who: ActorName): readonly Attack[] => [
  ...standingForgeries(who),
  ...rangeForgeries,
  counterfeitOf(who),
  withoutAttestation(who),
];

/** The same in short, for a second attestation of an act: one rule judges the dates of both. */
export const briefLiveForgeries = (who: ActorName): readonly Attack[] =>
  [
    {
      name: "act while suspended",
      rule: "is_attestation_active",
      before: (world: World) => suspend(world, who),
      change: (plan: TxPlan) => plan,
    },
    ...signatureForgeries(who),
    counterfeitOf(who),
    withoutAttestation(who),
  ].map((attack) => ({ ...attack, name: `${attack.name} (${who})` }));

/** Key hashes that sign, the stranger in somebody's place. */
const strangerFor = (who: ActorName, plan: TxPlan, { actors }: World): readonly string[] =>
  plan.signers.map((key) => (key === actors[who].keyHash ? actors.stranger.keyHash : key));

const signatureForgeries = (who: ActorName): readonly Attack[] => [
  {
    name: "act without the holder's signature",
    rule: "holder_signs",
    change: (plan, { actors }) => ({
      ...plan,
      signers: plan.signers.filter((key) => key !== actors[who].keyHash),
    }),
  },
  {
    name: "act with a stranger's signature",
    rule: "holder_signs",
    change: (plan, world) => ({ ...plan, signers: strangerFor(who, plan, world) }),
  },
];

const referring = (plan: TxPlan, old: Utxo, replacement: Utxo): TxPlan => ({
  ...plan,
  referenceInputs: plan.referenceInputs.map((utxo) => (sameOutRef(utxo, old) ? replacement : utxo)),
});

/** The stranger acts with an attestation of his own making, under a policy that anyone may use. */
export const counterfeitOf = (who: ActorName): Attack => ({
  name: "act with a counterfeit attestation under another policy",
  rule: NO_SUCH_REFERENCE,
  change: async (plan, world) => {
    const real = await world.attestation(who);
    const datum = decodeAttestationDatum(real.utxo.datum ?? "");
    const forged = encodeAttestationDatum({
      ...datum,
      extra: { ...datum.extra, holder: world.actors.stranger.keyHash },
    });
    const fake = await counterfeitAttestation(world, real.name, forged);
    return { ...referring(plan, real.utxo, fake), signers: strangerFor(who, plan, world) };
  },
});

export const withoutAttestation = (who: ActorName): Attack => ({
  name: "act without any attestation",
  rule: NO_SUCH_REFERENCE,
  change: async (plan, world) => {
    const { utxo } = await world.attestation(who);
    return {
      ...plan,
      referenceInputs: plan.referenceInputs.filter((other) => !sameOutRef(other, utxo)),
    };
  },
});

/** Instead of the attestation, what else its holder has: the badge, beside a datum that says what the attestation says. */
export const badgeInstead = (who: ActorName): Attack => ({
  name: "show the badge in place of the attestation",
  rule: NO_SUCH_REFERENCE,
  change: async (plan, world) => {
    const { utxo } = await world.attestation(who);
    const badge = await world.badge(who);
    const holder = world.actors[who];
    const outputs = [{ address: holder.address, assets: badge.assets, datum: utxo.datum ?? "" }];
    const { hash } = await world.accept({ ...emptyPlan, inputs: [{ utxo: badge }], outputs }, holder);
    const [shown] = await world.ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]);
    if (shown === undefined) throw new Error("the badge is not on the ledger");
    return referring(plan, utxo, shown);
  },
});

export const otherInstead = (who: ActorName, other: ActorName): Attack => ({
  name: `show the attestation of the ${other} in place of the ${who}'s`,
  rule: NO_SUCH_REFERENCE,
  change: async (plan, world) =>
    referring(plan, (await world.attestation(who)).utxo, (await world.attestation(other)).utxo),
});
