import { decode, encode, Tagged } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, toHex, utf8 } from "../domain/bytes.js";
import { DppError } from "../domain/errors.js";
import type { SignatureForm } from "../domain/event-key.js";
import { bytesOf, flipped } from "../testing/arbitraries.js";
import { eventLeaf } from "../testing/arbitraries-event.js";
import { encodeLeaf } from "./event.js";
import {
  algFits,
  algOf,
  decodeSignedEvent,
  EVENT_ALGS,
  type EventAlg,
  encodeSignedEvent,
  leafOf,
  toBeSigned,
} from "./signed-event.js";

const leafBytes = eventLeaf.map(encodeLeaf);
const alg = fc.constantFrom(...EVENT_ALGS);
const CONFIG = "c0".repeat(28);

describe("a signed event", () => {
  it("comes back as it went, and its leaf out of both forms", () => {
    fc.assert(
      fc.property(leafBytes, bytesOf(64), alg, (leaf, signature, alg) => {
        const bytes = encodeSignedEvent(leaf, signature, alg);
        expect(decodeSignedEvent(bytes)).toEqual({ alg, leaf, signature });
        expect(leafOf(bytes)).toEqual(leaf);
        expect(leafOf(leaf)).toEqual(leaf);
      }),
    );
  });

  it("is what a general COSE encoder makes", () => {
    fc.assert(
      fc.property(leafBytes, bytesOf(64), alg, (leaf, signature, alg) => {
        const header = encode(new Map([[1, alg]]));
        const tagged = new Tagged(18, [header, new Map(), leaf, signature]);
        expect(toHex(encodeSignedEvent(leaf, signature, alg))).toBe(toHex(encode(tagged)));
        const aad = concat(utf8("dpp/event/1"), new Uint8Array(28).fill(0xc0));
        expect(decode(toBeSigned(CONFIG, leaf, alg))).toEqual(["Signature1", header, aad, leaf]);
      }),
    );
  });

  it("is refused, or another, with any bit flipped", () => {
    fc.assert(
      fc.property(leafBytes, bytesOf(64), fc.nat(), fc.nat(), (leaf, signature, position, mask) => {
        const whole = encodeSignedEvent(leaf, signature);
        const at = position % whole.length;
        const work = () => decodeSignedEvent(flipped(whole, at, mask));
        const inFrame = at < 10 || (at >= 9 + leaf.length && at < 11 + leaf.length);
        // The name of another algorithm, which is signed along.
        const isAlg = at === 5 && EVENT_ALGS.some((alg) => flipped(whole, at, mask)[5] === 0x1f - alg);
        if (isAlg) expect(work().alg).not.toBe(-8);
        else if (inFrame) expect(work).toThrow(expect.objectContaining({ code: "event/malformed" }));
        else expect(work()).not.toEqual({ alg: -8, leaf, signature });
      }),
      { numRuns: 1000 },
    );
  });

  it("is refused when cut, or with bytes behind it", () => {
    fc.assert(
      fc.property(
        leafBytes,
        bytesOf(64),
        fc.nat(),
        fc.uint8Array({ minLength: 1 }),
        (leaf, signature, cut, more) => {
          const bytes = encodeSignedEvent(leaf, signature);
          expect(() => decodeSignedEvent(bytes.subarray(0, cut % bytes.length))).toThrow(DppError);
          expect(() => decodeSignedEvent(concat(bytes, more))).toThrow(DppError);
        },
      ),
    );
  });

  const leaf = concat(Uint8Array.of(0x8e), new Uint8Array(99));

  it("is not made of other lengths", () => {
    const signature = new Uint8Array(64);
    expect(() => encodeSignedEvent(leaf, signature)).not.toThrow();
    for (const [wrongLeaf, wrongSignature, path] of [
      [leaf.subarray(0, 23), signature, "/leaf"],
      [concat(leaf, new Uint8Array(156)), signature, "/leaf"],
      [new Uint8Array(100), signature, "/leaf"],
      [leaf, signature.subarray(1), "/signature"],
      [leaf, new Uint8Array(65), "/signature"],
    ] as const)
      expect(() => encodeSignedEvent(wrongLeaf, wrongSignature)).toThrow(
        expect.objectContaining({ code: "event/malformed", details: { path } }),
      );
  });

  it("is measured before it is read", () => {
    const long = concat(encodeSignedEvent(leaf, new Uint8Array(64)), new Uint8Array(300));
    for (const read of [decodeSignedEvent, leafOf])
      expect(() => read(long)).toThrow(expect.objectContaining({ code: "event/too-large" }));
  });

  it("is refused with a leaf so short that its head would be one byte", () => {
    const start = encodeSignedEvent(leaf, new Uint8Array(64)).subarray(0, 8);
    const framed = (length: number) =>
      concat(
        start,
        Uint8Array.of(length),
        leaf.subarray(0, length),
        Uint8Array.of(0x58, 64),
        new Uint8Array(64),
      );
    expect(decodeSignedEvent(framed(24)).leaf).toHaveLength(24);
    for (const length of [0, 1, 23])
      expect(() => decodeSignedEvent(framed(length))).toThrow(
        expect.objectContaining({ code: "event/malformed", details: { path: "/leaf" } }),
      );
  });

  it.each<[EventAlg, SignatureForm | null, boolean]>([
    [-8, "Ed25519", true],
    [-19, "Ed25519", true],
    [-7, "P-256", true],
    [-9, "P-256", true],
    [-7, "Ed25519", false],
    [-8, "P-256", false],
    [-7, "WebAuthn", false],
    [-8, "none", false],
    [-8, null, false],
  ])("with alg %d by a key of the form %s: %s", (alg, form, fits) => {
    expect(algFits(alg, form)).toBe(fits);
  });

  it("is written with the older name of its key's algorithm", () => {
    expect(
      ["Ed25519", "P-256", "WebAuthn", "none", null].map((form) => algOf(form as SignatureForm)),
    ).toEqual([-8, -7, null, null, null]);
    const start = (alg: EventAlg) => toHex(encodeSignedEvent(leaf, new Uint8Array(64), alg).subarray(0, 8));
    expect([start(-7), start(-9)]).toEqual(["d28443a10126a058", "d28443a10128a058"]);
  });

  it("signs the deployment along", () => {
    expect(toBeSigned("c1".repeat(28), leaf)).not.toEqual(toBeSigned(CONFIG, leaf));
    expect(() => toBeSigned("c0".repeat(27), leaf)).toThrow(
      expect.objectContaining({ code: "event/malformed", details: { path: "/config" } }),
    );
  });
});

describe("what is neither signed nor bare", () => {
  it.each([
    ["nothing", new Uint8Array(), "event/malformed"],
    ["an untagged list", Uint8Array.of(0x84, 0x43), "event/malformed"],
    ["a long leaf", concat(Uint8Array.of(0x8e), new Uint8Array(256)), "event/too-large"],
  ])("is refused: %s", (_, bytes, code) => {
    expect(() => leafOf(bytes)).toThrow(expect.objectContaining({ code }));
  });
});
