import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blueprint } from "../../adapters/blueprint.gen.js";
import { nodeEd25519 } from "../../adapters/ed25519-node.js";
import { decodeReceipt, encodeReceipt, receiptBytes, receiptToText } from "../../codec/receipt.js";
import { keyVerifier, verifyKey } from "../../crypto/event-signature.js";
import { utf8 } from "../../domain/bytes.js";
import type { TrustRoot } from "../../domain/trust-root.js";
import {
  anchorEvents,
  type ReceiptWorld,
  receiptWorld,
  rotateConfig,
  rotateEventKey,
} from "../../testing/receipt-world.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { syntheticReceipt } from "../../testing/synthetic-receipt.js";
import { makeWorld } from "../../testing/world.js";
import { planRenew } from "../../tx/roles.js";
import { readTrustRoot } from "../trust-root.js";
import { makeReceipt } from "./receipt-make.js";
import { verifyReceipt } from "./receipt-verify.js";

/** A receipt with every part that a receipt can have. */
let here: ReceiptWorld;
let root: TrustRoot;
let receipt: Uint8Array;
beforeAll(async () => {
  here = await receiptWorld((await makeWorld(blueprint)).fork());
  const { world } = here;
  root = await readTrustRoot(world);
  const { member1, member2, member3 } = world.actors;
  await anchorEvents(here, "supervisor", 1);
  await rotateConfig(world, { members: [member2.keyHash, member3.keyHash, member1.keyHash] });
  await rotateEventKey(world, "supervisor", "second key");
  const { utxo } = await world.attestation("supervisor");
  const dates = { validFrom: world.clock.now() - 1_000_000, validTo: world.clock.now() + 10_000_000 };
  const quorum = [member2.keyHash, member3.keyHash];
  await world.accept(planRenew(world.contracts, await world.deployment(), utxo, dates, quorum), member2);
  const events = await anchorEvents(here, "supervisor", 3, "second key");
  await anchorEvents(here, "supervisor", 1, "second key");
  receipt = (await makeReceipt(here.context, events[1]?.id ?? "")).bytes;
});
afterAll(() => here.store.close());

/** One byte after the other, each changed otherwise, or every `step`th. Places where the receipt still verifies. */
function takenAnywhere(bytes: Uint8Array, trusted: TrustRoot, seed: string, step = 1): readonly number[] {
  const random = seededRandom(seed);
  return Array.from(bytes.keys()).filter((at) => {
    if (at % step !== 0) return false;
    const mask = 1 + ((random.bytes(1)[0] ?? 0) % 255);
    return verifyReceipt(changed(bytes, at, mask), trusted, {}, fast).ok;
  });
}

/** As strict as the portable one, and fast enough for every byte. */
const fast = keyVerifier(nodeEd25519());
const isVerified = (bytes: Uint8Array, verify = fast): boolean => verifyReceipt(bytes, root, {}, verify).ok;

const changed = (bytes: Uint8Array, at: number, mask: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};

describe("a receipt in which one byte differs", () => {
  it("has every part, and verifies as it is", () => {
    expect(isVerified(receipt, verifyKey)).toBe(true);
    expect(verifyReceipt(receipt, root).checks.filter(({ ok }) => ok !== true)).toMatchObject([
      { name: "ledger", ok: null },
    ]);
    const { attestations, rotations, state, payload } = decodeReceipt(receipt);
    expect([
      attestations[0]?.transactions.length,
      rotations.length,
      state !== null,
      payload !== null,
    ]).toEqual([3, 1, true, true]);
  });

  it("is refused, wherever it is", { timeout: 300_000 }, () => {
    expect(takenAnywhere(receipt, root, "receipt flips")).toEqual([]);
  });

  it("is refused with parties whose keys are of all forms, at every third place", {
    timeout: 300_000,
  }, async () => {
    const made = await syntheticReceipt(3, ["Ed25519", "P-256", "WebAuthn"]);
    const bytes = encodeReceipt(made.receipt);
    expect(verifyReceipt(bytes, made.root, {}, fast).ok).toBe(true);
    expect(takenAnywhere(bytes, made.root, "joint receipt flips", 3)).toEqual([]);
  });

  it("is refused, whichever bit it is", { timeout: 300_000 }, () => {
    const random = seededRandom("receipt bits");
    const taken: string[] = [];
    for (let sample = 0; sample < 100; sample++) {
      const at = new DataView(random.bytes(4).buffer).getUint32(0) % receipt.length;
      for (let bit = 0; bit < 8; bit++)
        if (isVerified(changed(receipt, at, 1 << bit))) taken.push(`${at}.${bit}`);
    }
    expect(taken).toEqual([]);
  });

  it("is refused as text as well, its end of line included", () => {
    const text = utf8(`${receiptToText(receipt)}\n`);
    const verified = (bytes: Uint8Array): boolean => {
      try {
        return isVerified(receiptBytes(bytes));
      } catch {
        return false;
      }
    };
    expect(verified(text)).toBe(true);
    const random = seededRandom("receipt text");
    const places = Array.from(
      { length: 200 },
      () => new DataView(random.bytes(4).buffer).getUint32(0) % text.length,
    );
    for (const at of [0, 1, 2, 7, 8, text.length - 2, text.length - 1, ...places])
      expect(verified(changed(text, at, 1 << ((random.bytes(1)[0] ?? 0) % 8))), `${at}`).toBe(false);
  });
});
