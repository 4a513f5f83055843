import { describe, expect, it } from "vitest";
import { formOf, formOfLength, SIGNATURE_FORMS, type SignatureForm } from "./event-key.js";

describe("the form of a key", () => {
  it("is told by the length of its bytes, and by no other length", () => {
    const forms = Array.from({ length: 200 }, (_, length) => [length, formOfLength(length)] as const);
    const lengthsOf = (form: SignatureForm | null) => forms.flatMap(([n, it]) => (it === form ? [n] : []));
    expect(lengthsOf("none")).toEqual([0]);
    expect(lengthsOf("Ed25519")).toEqual([32]);
    expect(lengthsOf("P-256")).toEqual([61]);
    expect(lengthsOf("WebAuthn")).toEqual(Array.from({ length: 67 }, (_, at) => 94 + at));
  });

  it("is that of alg, when the key has its length", () => {
    const lengths = [0, 32, 61, 94];
    for (const alg of [-1, 0, 1, 2, 3, 4, 15])
      for (const [at, length] of lengths.entries())
        expect(formOf(alg, "00".repeat(length))).toBe(alg === at ? SIGNATURE_FORMS[alg] : null);
    expect(formOf(3, "00".repeat(161))).toBeNull();
    expect(formOf(1, "0".repeat(63))).toBeNull();
  });
});
