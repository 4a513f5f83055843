/** Receipts under every form of signature: what they say, and what is refused. Of joint packs: `receipt-joint.test.ts`; what contracts took: `receipt-anchored.test.ts`. */
import { describe, expect, it } from "vitest";
import { nodeEd25519 } from "../../adapters/ed25519-node.js";
import { packDigest } from "../../codec/pack.js";
import { encodeReceipt } from "../../codec/receipt.js";
import { encodeAssertion } from "../../codec/webauthn.js";
import { keyVerifier } from "../../crypto/event-signature.js";
import { fromHex, toHex } from "../../domain/bytes.js";
import { POINT_BYTES, TABLE_HASH_BYTES } from "../../domain/event-key.js";
import type { PackHeader } from "../../domain/pack.js";
import type { Receipt } from "../../domain/receipt.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import { type AssertionChanges, authenticator, p256Signer } from "../../testing/key-signers.js";
import { changing, failed, failedFrom, failedUnder, verified } from "../../testing/synthetic-forged.js";
import { syntheticReceipt } from "../../testing/synthetic-receipt.js";
import { verifyReceipt } from "./receipt-verify.js";

/** As strict as the portable one. */
const fast = keyVerifier(nodeEd25519());
const THREE = ["Ed25519", "P-256", "WebAuthn"] as const;

/** What the source of a receipt signed. */
function digestOf({ pack, attestations }: Receipt, { config }: TrustRoot): Uint8Array {
  const header: PackHeader = {
    ...pack,
    config,
    source: attestations[0]?.name ?? "",
    tier: "INDIVIDUAL_SIGNED",
  };
  return packDigest(header);
}

describe("a receipt of a source", () => {
  it.each([
    ["Ed25519", /by Ed25519, for/],
    ["P-256", /by P-256 \(form of secure elements\), for/],
    ["WebAuthn", /by WebAuthn \(user verified\) at https:\/\/capture\.example\.org, for/],
  ] as const)("under %s verifies, and says so", async (form, says) => {
    const { receipt, root, state } = await syntheticReceipt(3, form);
    const { ok, checks, facts } = verifyReceipt(encodeReceipt(receipt), root, { state });
    expect(checks.filter((check) => check.ok !== true)).toEqual([]);
    expect(ok).toBe(true);
    expect(facts?.signers).toMatchObject([{ role: "SUPERVISOR", form, operator: "gln:9506000134352" }]);
    expect(checks.find(({ name }) => name === "signature")?.says).toMatch(says);
  });

  it("under P-256 has a twin, and no other", async () => {
    const { receipt, root } = await syntheticReceipt(2, "P-256");
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const { signature } = receipt.pack;
    const s = BigInt(`0x${signature.slice(64)}`);
    const withS = (value: bigint) => {
      const twin = signature.slice(0, 64) + value.toString(16).padStart(64, "0");
      return failed({ ...receipt, pack: { ...receipt.pack, signature: twin } }, root);
    };
    expect(withS(order - s)).toEqual([]);
    expect(withS(s + 1n)).toEqual(["signature"]);
    expect(withS(0n)).toEqual(["signature"]);
  });

  it("is refused under a key whose table is not that of its point, though the quorum accredited it", async () => {
    for (const form of ["P-256", "WebAuthn"] as const) {
      const other = p256Signer("another").key.pk.slice(2 * POINT_BYTES);
      const mixed = changing(form, ({ attestation }) => {
        const rest = attestation.pk.slice(2 * (POINT_BYTES + TABLE_HASH_BYTES));
        return {
          attestation: { ...attestation, pk: attestation.pk.slice(0, 2 * POINT_BYTES) + other + rest },
        };
      });
      expect(await failedFrom(form, { signers: mixed })).toEqual(["key", "signature"]);
    }
  });

  it("is refused under a form that is not that of the key", async () => {
    for (const [form, alg] of [
      ["Ed25519", 2],
      ["P-256", 1],
      ["P-256", 3],
      ["WebAuthn", 2],
      ["P-256", 0],
      ["P-256", 4],
    ] as const) {
      const other = changing(form, ({ attestation }) => ({ attestation: { ...attestation, alg } }));
      expect(await failedFrom(form, { signers: other }), `${form} as ${alg}`).toEqual(["key", "signature"]);
    }
  });

  it("is refused under P-256 where the ledger checks no such keys", async () => {
    for (const form of ["P-256", "WebAuthn"] as const)
      expect(failedUnder(await syntheticReceipt(2, form), { p256: null })).toEqual(["key"]);
    expect(failedUnder(await syntheticReceipt(2, "Ed25519"), { p256: null })).toEqual([]);
    // A rotation changes no script.
    const { receipt, root } = await syntheticReceipt(2, "P-256");
    expect(failed(receipt, { ...root, p256: null })).toEqual(["consortium"]);
    expect(failed(receipt, { ...root, joint: null })).toEqual(["consortium"]);
  });

  it("is refused with an assertion over anything else, or by a user who was not verified", async () => {
    const { receipt, root } = await syntheticReceipt(2, "WebAuthn");
    const digest = digestOf(receipt, root);
    const { assert } = authenticator("source of synthetic receipts");
    const asserted = (changes: AssertionChanges, over: Uint8Array = digest) =>
      verified(
        { ...receipt, pack: { ...receipt.pack, signature: toHex(encodeAssertion(assert(over, changes))) } },
        root,
      ).checks.flatMap(({ name, ok, says }) => (ok === false ? [name, says] : []));
    expect(asserted({})).toEqual([]);
    expect(asserted({ extensions: "00ff" })).toEqual([]);
    for (const [changes, says] of [
      [{ flags: 0x04 }, /did not see that somebody was there/],
      [{ flags: 0x01 }, /did not verify its user/],
      [{ flags: 0x00 }, /did not see/],
      [{ origin: "https://capture.example.org.evil.example" }, /at another origin/],
      [{ origin: "https://example.org" }, /at another origin/],
      [{ rpId: "example.org" }, /for another relying party/],
      [{ type: "webauthn.create" }, /does not begin/],
      [{ challenge: "A".repeat(43) }, /over something else/],
    ] as const) {
      const [name, said, ...more] = asserted(changes);
      expect([name, more]).toEqual(["signature", []]);
      expect(said).toMatch(says);
    }
    expect(asserted({}, new Uint8Array(32))[0]).toBe("signature");
  });

  it("is refused with a signature in which one byte differs", async () => {
    for (const form of ["P-256", "WebAuthn"] as const) {
      const { receipt, root } = await syntheticReceipt(2, form);
      const bytes = fromHex(receipt.pack.signature);
      for (const at of bytes.keys()) {
        const signature = toHex(bytes.map((byte, place) => (place === at ? byte ^ 1 : byte)));
        const forged = encodeReceipt({ ...receipt, pack: { ...receipt.pack, signature } });
        const { checks } = verifyReceipt(forged, root, {}, fast);
        expect(
          checks.flatMap(({ name, ok }) => (ok === false ? [name] : [])),
          `${form} ${at}`,
        ).toEqual(["signature"]);
      }
    }
  });

  it("is refused with a signature in the form of another key", async () => {
    const all = await Promise.all(THREE.map((form) => syntheticReceipt(2, form)));
    for (const { receipt, root } of all)
      for (const other of all) {
        const { signature } = other.receipt.pack;
        const expected = signature === receipt.pack.signature ? [] : ["signature"];
        expect(failed({ ...receipt, pack: { ...receipt.pack, signature } }, root)).toEqual(expected);
      }
  });

  it("is refused with attestations that are not its source's alone", async () => {
    const { receipt, root } = await syntheticReceipt(2, "Ed25519");
    const [own] = receipt.attestations as [Receipt["attestations"][0]];
    const { receipt: joint } = await syntheticReceipt(2, THREE);
    const [authority, lab] = joint.attestations as [typeof own, typeof own];
    expect(failed({ ...receipt, attestations: [authority, own] }, root)).toEqual(["authority"]);
    expect(failed({ ...receipt, attestations: [authority, lab] }, root)).toEqual(["authority"]);
    expect(failed({ ...receipt, attestations: [lab] }, root)).toEqual(["authority"]);
    expect(failed({ ...receipt, attestations: [{ ...own, name: lab.name }] }, root)).toEqual(["authority"]);
    expect(failed({ ...receipt, attestations: [{ ...lab, name: own.name }] }, root)).toEqual(["authority"]);
  });
});
