/** Attacks on who speaks in a thread: the source's key, under the tier of its kind, in its deployment. Rules: docs/spec/anchor.md "Append", "Pack". */
import { describe, expect, it } from "vitest";
import { decodeAttestationDatum } from "../../src/codec/datum.js";
import { fromHex } from "../../src/domain/bytes.js";
import { appending, eventSigner } from "../../src/testing/event-world.js";
import { HOUR } from "../../src/testing/world.js";
import { planAppend } from "../../src/tx/append.js";
import { packAttack, packAttempt, rotated } from "./anchor-attempts.js";
import { digestOf } from "./anchor-claim.js";
import { attacks, worldOf } from "./attack.js";
import { bytes } from "./attestation-datum.js";
import { signatureForgeries } from "./event-signatures.js";
import { AFTERWARDS } from "./pack-forgeries.js";
import {
  BUILTIN_HALTS,
  badgeInstead,
  counterfeitOf,
  NO_PROOFS,
  otherInstead,
  withoutAttestation,
} from "./standing.js";

const refuser = { script: "anchor", purpose: "spend" } as const;
const [ofSupervisor, ofStation, ofGateway] = [
  packAttack("supervisor"),
  packAttack("station"),
  packAttack("gateway"),
];

describe("a claim that changes nothing", () => {
  it("is the product's own plan, byte for byte", async () => {
    const world = await worldOf("deployed");
    const options = { captured: world.clock.now() - HOUR };
    const { plan } = await packAttempt(world, "station", () => ({}), options);
    const validity = { from: plan.validity?.from ?? 0, to: plan.validity?.to ?? 0 };
    const own = planAppend(
      world.contracts,
      await world.deployment(),
      [await appending(world, "station", options)],
      validity,
    );
    expect(plan.inputs).toEqual(own.plan.inputs);
    expect(plan.outputs).toEqual(own.plan.outputs);
  });
});

attacks("appending a pack of a supervisor", refuser, (world) => packAttempt(world, "supervisor"), [
  ofSupervisor("sign with a gateway's key", "is_signed", () => ({ signer: eventSigner("gateway") })),
  ofSupervisor("sign with a gateway's key, as a gateway", "is_signed", () => ({
    signer: eventSigner("gateway"),
    tier: 0,
  })),
  ofSupervisor("sign with a stranger's key", "is_signed", () => ({ signer: eventSigner("stranger") })),
  ofSupervisor("write another key into the history", "is_delta_allowed", () => ({
    pk: fromHex(eventSigner("gateway").publicKey),
  })),
  ofSupervisor("claim DEVICE_SIGNED", "is_signed", () => ({ tier: 2 })),
  ofSupervisor("claim MULTI_PARTY_SIGNED", "is_signed", () => ({ tier: 3 })),
  ofSupervisor("write DEVICE_SIGNED into the history", "is_delta_allowed", () => ({ entryTier: 2 })),
  otherInstead("supervisor", "gateway"),
  otherInstead("supervisor", "station"),
  counterfeitOf("supervisor"),
  withoutAttestation("supervisor"),
  badgeInstead("supervisor"),
  ofSupervisor("sign for another deployment or network", "is_signed", () => ({ config: bytes(28) })),
  ofSupervisor("sign for another source", "is_signed", () => ({
    source: fromHex(`${"44".repeat(14)}${"55".repeat(12)}`),
  })),
  ...signatureForgeries.map(({ name, rule, alter }) => ofSupervisor(name, rule, () => ({ alter }))),
  ...AFTERWARDS.map((change) =>
    ofSupervisor(`change ${Object.keys(change)[0]} after the source has signed`, "is_signed", (honest) => ({
      ...change,
      alter: () => honest.signer.sign(digestOf(honest)),
    })),
  ),
]);

attacks("appending a pack of a gateway", refuser, (world) => packAttempt(world, "gateway"), [
  ofGateway("claim INDIVIDUAL_SIGNED", "is_signed", () => ({ tier: 1 })),
  ofGateway("claim DEVICE_SIGNED", "is_signed", () => ({ tier: 2 })),
  ofGateway("claim MULTI_PARTY_SIGNED", "is_signed", () => ({ tier: 3 })),
  ofGateway("claim DEVICE_SIGNED, and write it into the history", "is_signed", () => ({
    tier: 2,
    entryTier: 2,
  })),
  ofGateway("write INDIVIDUAL_SIGNED into the history", "is_delta_allowed", () => ({ entryTier: 1 })),
  ofGateway("write MULTI_PARTY_SIGNED into the history", "is_delta_allowed", () => ({ entryTier: 3 })),
  ofGateway("sign with a supervisor's key", "is_signed", () => ({ signer: eventSigner("supervisor") })),
]);

attacks("appending a pack of a station", refuser, (world) => packAttempt(world, "station"), [
  ofStation("claim MULTI_PARTY_SIGNED", "is_signed", () => ({ tier: 3 })),
  ofStation("claim GATEWAY_SIGNED", "is_signed", () => ({ tier: 0 })),
  {
    name: "append a valid pack of the station to the supervisor's thread",
    rule: "is_signed",
    change: async (_, world) => {
      const station = await world.attestation("station");
      const foreign = { source: fromHex(station.name), tier: 2, signer: eventSigner("station") };
      return (await packAttempt(world, "supervisor", () => foreign)).plan;
    },
  },
]);

const newKey = eventSigner("supervisor's next");

attacks(
  "appending under a rotated key",
  refuser,
  async (world) => {
    const { utxo } = await world.attestation("supervisor");
    const isOld = decodeAttestationDatum(utxo.datum ?? "").extra.keyEpoch === 0;
    if (isOld) await rotated("supervisor", 1, newKey.publicKey)(world);
    return packAttempt(world, "supervisor", () => ({ signer: newKey }));
  },
  [
    ofSupervisor("sign with the key that was replaced", "is_signed", () => ({})),
    ofSupervisor("write the replaced key into the history", "is_delta_allowed", () => ({
      signer: newKey,
      pk: fromHex(eventSigner("supervisor").publicKey),
    })),
  ],
);

attacks("appending under another signature form", refuser, (world) => packAttempt(world, "supervisor"), [
  {
    name: "append when the form is 2, with a good Ed25519 signature",
    rule: NO_PROOFS,
    before: rotated("supervisor", 2, eventSigner("supervisor").publicKey),
    change: (plan) => plan,
  },
  {
    name: "append when there is no form and no key",
    rule: NO_PROOFS,
    before: rotated("supervisor", 0, ""),
    change: (plan) => plan,
  },
  {
    name: "append when the key has 33 bytes",
    rule: BUILTIN_HALTS,
    before: rotated("supervisor", 1, `02${eventSigner("supervisor").publicKey}`),
    change: (plan) => plan,
  },
]);
