import { describe, expect, it } from "vitest";
import type { KeyFields } from "../../codec/event-key.js";
import { decodePack, encodePack, packDigest } from "../../codec/pack.js";
import { type EventAlg, encodeSignedEvent, toBeSigned } from "../../codec/signed-event.js";
import { encodeAssertion } from "../../codec/webauthn.js";
import { verifyKey } from "../../crypto/event-signature.js";
import { toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { Pack } from "../../domain/pack.js";
import { packWith } from "../../testing/event-packs.js";
import { eventSigner } from "../../testing/event-world.js";
import { type AssertionChanges, authenticator, p256Signer } from "../../testing/key-signers.js";
import { checkEvent, checkPack, type EventRules } from "./check.js";

const NOW = Date.UTC(2027, 2, 1);
const CONFIG = "c0".repeat(28);
const signer = eventSigner("tablet");
const source = { name: "aa".repeat(16), role: "SUPERVISOR", kind: "Individual" } as const;
const rules: EventRules = {
  config: CONFIG,
  source: { ...source, alg: 1, pk: signer.publicKey },
  verify: verifyKey,
  now: NOW,
};
/** Sealed by a key of Ed25519. */
const honest = (count = 3): Promise<Pack> =>
  packWith({ config: CONFIG, source, signer, captured: NOW - 3_600_000, count });

function codeOf(work: () => unknown): string {
  try {
    work();
    return "taken";
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
}
const verdict = (pack: Pack, changed: Partial<EventRules>): string =>
  codeOf(() => checkPack(pack, { ...rules, ...changed }, ""));

/** Its events signed one by one, too, by the key of Ed25519. */
async function signedEvents(pack: Pack): Promise<Pack> {
  const events = await Promise.all(
    pack.events.map(async ({ signed, payload }) => ({
      signed: encodeSignedEvent(signed, await signer.sign(toBeSigned(CONFIG, signed))),
      payload,
    })),
  );
  return { ...pack, events };
}

describe("a source whose key is of P-256", () => {
  const element = p256Signer("station");
  const tablet = authenticator("tablet");
  const sealed = (pack: Pack, sign: (digest: Uint8Array) => Uint8Array): Pack => ({
    ...pack,
    signature: toHex(sign(packDigest(pack))),
  });
  const withKey = (key: KeyFields): Partial<EventRules> => ({ source: { ...rules.source, ...key } });

  it("seals its packs, with a secure element or an authenticator", async () => {
    const pack = await honest();
    expect(verdict(sealed(pack, element.sign), withKey(element.key))).toBe("taken");
    expect(verdict(sealed(pack, tablet.sign), withKey(tablet.key))).toBe("taken");
    const read = decodePack(encodePack(sealed(pack, tablet.sign)));
    expect(verdict(read, withKey(tablet.key))).toBe("taken");
  });

  it("is not believed when the seal is another's, or of another form", async () => {
    const pack = await honest();
    expect(verdict(pack, withKey(element.key))).toBe("pack/signature");
    expect(verdict(sealed(pack, p256Signer("another").sign), withKey(element.key))).toBe("pack/signature");
    expect(verdict(sealed(pack, tablet.sign), withKey(element.key))).toBe("pack/signature");
    expect(verdict(pack, withKey(tablet.key))).toBe("webauthn/malformed");
    expect(verdict(sealed({ ...pack, cmax: pack.cmax + 1 }, element.sign), withKey(element.key))).toBe(
      "pack/times",
    );
  });

  it.each<[string, AssertionChanges]>([
    ["webauthn/origin", { origin: "https://example.com" }],
    ["webauthn/not-verified", { flags: 1 }],
  ])("is told %s of its assertion", async (code, changes) => {
    const pack = sealed(await honest(), (digest) => encodeAssertion(tablet.assert(digest, changes)));
    expect(verdict(pack, withKey(tablet.key))).toBe(code);
  });

  it("is not believed under the table of another key", async () => {
    const pk = element.key.pk.slice(0, 66) + p256Signer("another").key.pk.slice(66);
    expect(verdict(sealed(await honest(), element.sign), withKey({ alg: 2, pk }))).toBe("key/table");
  });

  it("signs its events under the names of its own algorithm alone", async () => {
    const signedAs = async (alg: EventAlg): Promise<string> => {
      const pack = await honest(1);
      const { signed } = pack.events[0] as Pack["events"][number];
      const one = encodeSignedEvent(signed, element.sign(toBeSigned(CONFIG, signed, alg)), alg);
      return codeOf(() => checkEvent(one, { ...rules, ...withKey(element.key) }));
    };
    expect(await Promise.all(([-7, -9, -8, -19] as const).map(signedAs))).toEqual([
      "taken",
      "taken",
      "event/signature",
      "event/signature",
    ]);
  });

  it("may have signed events with a key of before, of another form", async () => {
    const pack = sealed(await signedEvents(await honest()), element.sign);
    expect(verdict(pack, withKey(element.key))).toBe("event/signature");
    expect(verdict(pack, { ...withKey(element.key), earlier: [signer.publicKey] })).toBe("taken");
  });
});
