/**
 * Vectors of docs/spec/receipt.md: a trust root, a receipt with every part, one under each other form of signature, one of a joint pack, and the checks that fail after
 * one part is another. Their transactions are synthetic: real bytes, hashes and signatures, which no ledger took; the keys are made from published seeds.
 */
import { encodeReceipt, receiptToText } from "../../src/codec/receipt.js";
import { trustFingerprint, trustRootJson } from "../../src/codec/trust-root.js";
import { toHex } from "../../src/domain/bytes.js";
import type { OutRef } from "../../src/domain/out-ref.js";
import type { Receipt } from "../../src/domain/receipt.js";
import type { TrustRoot } from "../../src/domain/trust-root.js";
import { syntheticReceipt } from "../../src/testing/synthetic-receipt.js";
import { refText } from "../../src/usecases/events/receipt-chain.js";
import { verifyReceipt } from "../../src/usecases/events/receipt-verify.js";
import { acceptedForms, refusedForms, refusedJoint } from "./receipt-forms.js";
import { refused } from "./receipt-verdict.js";

export async function receiptVectors() {
  const { receipt, root, state } = await syntheticReceipt(3);
  const bytes = encodeReceipt(receipt);
  const { facts, checks } = verifyReceipt(bytes, root, { state });
  if (facts === null) throw new Error(`the receipt does not verify: ${JSON.stringify(checks)}`);
  const [config] = root.configs as [TrustRoot["configs"][0]];
  const [attestation] = receipt.attestations as [Receipt["attestations"][0]];
  const nowhere: OutRef = { txHash: "00".repeat(32), outputIndex: 0 };
  const otherwise = (change: Partial<Receipt>): Uint8Array => encodeReceipt({ ...receipt, ...change });
  const pack = (change: Partial<Receipt["pack"]>): Uint8Array =>
    otherwise({ pack: { ...receipt.pack, ...change } });
  return {
    spec: "docs/spec/receipt.md",
    note: "Byte strings are hex. 'open': checks that are null without a state. The receipt verifies under 'trust', and with 'state' nothing stays open; so does each of 'others'.",
    trust: JSON.parse(trustRootJson(root)),
    fingerprint: trustFingerprint(root),
    receipt: toHex(bytes),
    text: receiptToText(bytes),
    state: refText(state),
    open: verifyReceipt(bytes, root)
      .checks.filter(({ ok }) => ok === null)
      .map(({ name }) => name),
    facts: { ...facts, state: refText(facts.state) },
    others: await acceptedForms(),
    refused: [
      refused("trust-other-deployment", bytes, { ...root, config: "11".repeat(28) }),
      refused("trust-other-network", bytes, { ...root, network: "devnet" }),
      refused("trust-other-consortium", bytes, {
        ...root,
        configs: [{ ...config, members: ["11".repeat(28)], threshold: 1 }],
      }),
      refused("trust-other-slots", bytes, { ...root, slots: { ...root.slots, zeroTime: 0 } }),
      refused("truncated", bytes.subarray(0, -1), root),
      refused("not-canonical", new Uint8Array([...bytes, 0]), root),
      refused("path-missing", otherwise({ path: [] }), root),
      refused("path-order", otherwise({ path: receipt.path.toReversed() }), root),
      refused("signature", pack({ signature: "11".repeat(64) }), root),
      refused("mark", pack({ late: true }), root),
      refused("peaks", pack({ peaks: ["11".repeat(32)] }), root),
      refused("rotation-missing", otherwise({ rotations: [] }), root),
      refused(
        "attestation-other",
        otherwise({ attestations: [{ ...attestation, transactions: receipt.rotations }] }),
        root,
      ),
      refused("append-other", otherwise({ append: receipt.state?.transaction ?? receipt.append }), root),
      refused(
        "append-signature",
        otherwise({
          append: {
            ...receipt.append,
            signatures: attestation.transactions[0]?.signatures.slice(0, 1) ?? [],
          },
        }),
        root,
      ),
      refused("state-proof", otherwise({ state: receipt.state && { ...receipt.state, path: [] } }), root),
      refused("payload-element", otherwise({ payload: altered(receipt) }), root),
      refused("state-elsewhere", bytes, root, { state: nowhere }),
      ...(await refusedForms()),
      ...(await refusedJoint()),
    ],
  };
}

function altered({ payload }: Receipt): Receipt["payload"] {
  return (
    payload && {
      ...payload,
      elements: payload.elements.map((shown) => ({ ...shown, element: { ...shown.element, value: "sea" } })),
    }
  );
}
