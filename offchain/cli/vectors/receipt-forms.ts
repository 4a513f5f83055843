/** Vectors of receipts under P-256 and WebAuthn keys, and of a joint pack. */
import { packDigest } from "../../src/codec/pack.js";
import { decodeParties, encodeParties, type PartySignature } from "../../src/codec/parties.js";
import { encodeReceipt } from "../../src/codec/receipt.js";
import { encodeAssertion } from "../../src/codec/webauthn.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { POINT_BYTES } from "../../src/domain/event-key.js";
import type { Receipt } from "../../src/domain/receipt.js";
import type { TrustRoot } from "../../src/domain/trust-root.js";
import { type AssertionChanges, authenticator, p256Signer } from "../../src/testing/key-signers.js";
import { changing } from "../../src/testing/synthetic-forged.js";
import { syntheticReceipt } from "../../src/testing/synthetic-receipt.js";
import { outputOf, rotatedConfig } from "../../src/testing/synthetic-receipt-tx.js";
import { type SyntheticSigning, syntheticSigners } from "../../src/testing/synthetic-signers.js";
import { refText } from "../../src/usecases/events/receipt-chain.js";
import { verifyReceipt } from "../../src/usecases/events/receipt-verify.js";
import { refused } from "./receipt-verdict.js";

const JOINT: SyntheticSigning = ["Ed25519", "P-256", "WebAuthn"];

export const acceptedForms = () =>
  Promise.all([accepted("p-256", "P-256"), accepted("webauthn", "WebAuthn"), accepted("joint", JOINT)]);

/** Under the same trust root. */
async function accepted(reason: string, signing: SyntheticSigning) {
  const { receipt, root, state } = await syntheticReceipt(2, signing);
  const bytes = encodeReceipt(receipt);
  const { facts, checks } = verifyReceipt(bytes, root, { state });
  if (facts === null) throw new Error(`${reason} does not verify: ${JSON.stringify(checks)}`);
  return {
    reason,
    receipt: toHex(bytes),
    state: refText(state),
    facts: { ...facts, state: refText(facts.state) },
  };
}

export async function refusedForms() {
  const { receipt, root } = await syntheticReceipt(2, "WebAuthn");
  const [attestation] = receipt.attestations as [Receipt["attestations"][0]];
  const { source, digest } = sealed(receipt, root);
  const { assert } = authenticator("source of synthetic receipts");
  const asserted = (reason: string, changes: AssertionChanges, over = digest) => {
    const signature = toHex(encodeAssertion(assert(over, changes)));
    return refused(reason, encodeReceipt({ ...receipt, pack: { ...receipt.pack, signature } }), root);
  };
  const other = p256Signer("another").key.pk.slice(2 * POINT_BYTES);
  const mixed = await syntheticReceipt(2, "P-256", {
    signers: changing("P-256", (signer) => ({
      attestation: { ...signer.attestation, pk: signer.attestation.pk.slice(0, 2 * POINT_BYTES) + other },
    })),
  });
  const element = await syntheticReceipt(2, "P-256");
  const configs = element.receipt.rotations.map((rotation) => ({
    ...rotatedConfig(),
    output: outputOf(rotation),
  }));
  const unrotated = encodeReceipt({ ...element.receipt, rotations: [] });
  return [
    asserted("webauthn-not-present", { flags: 0x04 }),
    asserted("webauthn-not-verified", { flags: 0x01 }),
    asserted("webauthn-origin", { origin: "https://example.org" }),
    asserted("webauthn-rp-id", { rpId: "example.org" }),
    asserted("webauthn-challenge", {}, new Uint8Array(32)),
    refused("key-table", encodeReceipt(mixed.receipt), mixed.root),
    refused("p256-not-checked", unrotated, { ...element.root, configs, p256: null }),
    refused(
      "attestations-other-name",
      encodeReceipt({ ...receipt, attestations: [{ ...attestation, name: `${source.slice(0, -2)}00` }] }),
      root,
    ),
  ];
}

/** What the source of a receipt signed. */
function sealed({ pack, attestations }: Receipt, { config }: TrustRoot) {
  const source = attestations[0]?.name ?? "";
  return { source, digest: packDigest({ ...pack, config, source, tier: "INDIVIDUAL_SIGNED" }) };
}

export async function refusedJoint() {
  const { receipt, root } = await syntheticReceipt(2, JOINT);
  const { pack, attestations } = receipt;
  const parties = decodeParties(fromHex(pack.signature));
  const otherwise = (reason: string, list: readonly PartySignature[], of = attestations) => {
    const signature = toHex(encodeParties(list));
    return refused(
      reason,
      encodeReceipt({ ...receipt, attestations: of, pack: { ...pack, signature } }),
      root,
    );
  };
  const [one, two, three] = parties as [PartySignature, PartySignature, PartySignature];
  const swapped = [{ ...one, signature: two.signature }, { ...two, signature: one.signature }, three];
  const alike = changing(JOINT, (signer, at) => {
    const holder = syntheticSigners(JOINT).all[0]?.attestation.holder ?? "";
    return at === 1 ? { attestation: { ...signer.attestation, holder } } : {};
  });
  const same = await syntheticReceipt(2, JOINT, { signers: alike });
  return [
    otherwise("joint-party-left-out", [one, three], attestations.toSpliced(1, 1)),
    otherwise("joint-signature-left-out", [one, three]),
    otherwise("joint-signature-empty", [one, { ...two, signature: "" }, three]),
    otherwise("joint-signatures-swapped", swapped),
    otherwise("joint-one-party", parties, attestations.slice(0, 1)),
    refused("joint-same-holder", encodeReceipt(same.receipt), same.root),
  ];
}
