import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeEd25519 } from "../../src/adapters/ed25519-node.js";
import { decodeLeaf, encodeLeaf, eventHash, eventId } from "../../src/codec/event.js";
import { decodeSignedEvent, toBeSigned } from "../../src/codec/signed-event.js";
import { isWeakKey, verifyEd25519 } from "../../src/crypto/ed25519.js";
import { fromHex, toHex } from "../../src/domain/bytes.js";
import { CLOCKS, EVENT_TYPES, type EventLeaf, TIERS } from "../../src/domain/event.js";
import { ROLES } from "../../src/domain/role.js";
import { eventVectors } from "./event.js";

const text = readFileSync(new URL("../../../vectors/event.json", import.meta.url), "utf8");
const vectors = JSON.parse(text);
const publicKey = fromHex(vectors.publicKey);
const outcome = (work: () => unknown): unknown => {
  try {
    work();
    return "accepted";
  } catch (error) {
    const { code, details } = error as { code: string; details: { path?: string } };
    return { code, ...(details.path === undefined ? {} : { path: details.path }) };
  }
};

describe("the committed vectors of events", () => {
  it("are what the code makes today", () => {
    expect(`${JSON.stringify(eventVectors(), null, 2)}\n`).toBe(text);
  });

  it("hold the leaves that their fields give, with hash, id and signature", () => {
    expect(vectors.accepted.length).toBeGreaterThan(80);
    for (const {
      name,
      leaf,
      hash,
      id,
      toBeSigned: message,
      signature,
      signed,
      ...fields
    } of vectors.accepted) {
      const expected = {
        ...fields,
        type: EVENT_TYPES[fields.type],
        role: ROLES[fields.role],
        tier: TIERS[fields.tier],
        clock: CLOCKS[fields.clock],
      } as EventLeaf;
      const bytes = fromHex(leaf);
      expect(decodeLeaf(bytes), name).toEqual(expected);
      expect(toHex(encodeLeaf(expected)), name).toBe(leaf);
      expect(toHex(eventHash(bytes)), name).toBe(hash);
      expect(eventId(vectors.config, expected.source, expected.counter), name).toBe(id);
      expect(toHex(toBeSigned(vectors.config, bytes)), name).toBe(message);
      expect(nodeEd25519()(publicKey, fromHex(message), fromHex(signature)), name).toBe(true);
      const read = decodeSignedEvent(fromHex(signed));
      expect([read.alg, toHex(read.leaf), toHex(read.signature)], name).toEqual([-8, leaf, signature]);
    }
  });

  it("hold both algorithms", () => {
    for (const { alg, leaf, toBeSigned: message, signature, signed } of vectors.algorithms) {
      expect(decodeSignedEvent(fromHex(signed)).alg).toBe(alg);
      expect(toHex(toBeSigned(vectors.config, fromHex(leaf), alg))).toBe(message);
      expect(verifyEd25519(publicKey, fromHex(message), fromHex(signature))).toBe(true);
    }
  });

  it("hold what is refused, as it is refused", () => {
    for (const { reason, leaf, ...refusal } of vectors.refused)
      expect(
        outcome(() => decodeLeaf(fromHex(leaf))),
        reason,
      ).toEqual(refusal);
    for (const { reason, signed, ...refusal } of vectors.refusedSigned)
      expect(
        outcome(() => decodeSignedEvent(fromHex(signed))),
        reason,
      ).toEqual(refusal);
  });

  it("hold signatures and keys that both verifiers judge as they say", () => {
    const node = nodeEd25519();
    for (const { reason, publicKey, message, signature, valid } of vectors.ed25519)
      for (const verify of [verifyEd25519, node])
        expect(verify(fromHex(publicKey), fromHex(message), fromHex(signature)), reason).toBe(valid);
    for (const { reason, publicKey, weak } of vectors.keys)
      expect(isWeakKey(fromHex(publicKey)), reason).toBe(weak);
  });
});
