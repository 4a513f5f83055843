import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { encodeLeaf, eventHash } from "../../codec/event.js";
import { decodePack, encodePack, jointDigest } from "../../codec/pack.js";
import { encodeParties } from "../../codec/parties.js";
import { encodeSignedEvent } from "../../codec/signed-event.js";
import { verifyKey } from "../../crypto/event-signature.js";
import { toHex, utf8 } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import type { EventLeaf } from "../../domain/event.js";
import { JOINT_PREFIX } from "../../domain/joint.js";
import type { Pack, PackHeader, SealedPack } from "../../domain/pack.js";
import { packRoot } from "../../merkle/pack.js";
import { authenticator, p256Signer } from "../../testing/key-signers.js";
import { checkJointPack, checkJointSeal, type PartyFacts, readJointSeal } from "./check-joint.js";

const HEADER: PackHeader = {
  config: "c0".repeat(28),
  source: JOINT_PREFIX + "ab".repeat(12),
  tier: "MULTI_PARTY_SIGNED",
  lo: 3,
  hi: 5,
  root: "44".repeat(32),
  cmin: 1000,
  cmax: 2000,
};
const secret = new Uint8Array(32).fill(5);
const element = p256Signer("lab");
const tablet = authenticator("supervisor");

interface Party extends PartyFacts {
  readonly sign: (digest: Uint8Array) => Uint8Array;
}
const nameOf = (role: string): string => toHex(utf8(`DPP_${role}`)) + "12".repeat(12);
const PARTIES: readonly Party[] = [
  {
    name: nameOf("AUTHORITY"),
    role: "AUTHORITY",
    holder: "01".repeat(28),
    alg: 1,
    pk: toHex(ed25519.getPublicKey(secret)),
    sign: (digest) => ed25519.sign(digest, secret),
  },
  { name: nameOf("LAB"), role: "LAB", holder: "02".repeat(28), ...element.key, sign: element.sign },
  {
    name: nameOf("SUPERVISOR"),
    role: "SUPERVISOR",
    holder: "03".repeat(28),
    ...tablet.key,
    sign: tablet.sign,
  },
];

/** Signed by those of the parties that `signs` names, over what all of them are named in. */
function sealed(
  parties: readonly Party[],
  signs: (at: number) => boolean = () => true,
  change: Partial<PackHeader> = {},
): SealedPack {
  const header = { ...HEADER, ...change };
  const names = parties.map(({ name }) => name);
  const digest = jointDigest(header, names);
  const signatures = parties.map(({ name, sign }, at) => ({
    name,
    signature: signs(at) ? toHex(sign(digest)) : "",
  }));
  return { ...header, signature: toHex(encodeParties(signatures)) };
}

function verdict(pack: SealedPack, parties: readonly PartyFacts[] = PARTIES): string {
  try {
    checkJointSeal(pack, parties, verifyKey);
    return "taken";
  } catch (error) {
    if (isDppError(error)) return error.code;
    throw error;
  }
}
const changed = (at: number, change: Partial<PartyFacts>): readonly PartyFacts[] =>
  PARTIES.map((party, index) => (index === at ? { ...party, ...change } : party));

describe("a joint pack", () => {
  it("is taken when every party signed it, each in the form of its key", () => {
    expect(verdict(sealed(PARTIES))).toBe("taken");
    expect(verdict(sealed(PARTIES.slice(1)))).toBe("taken");
    expect(readJointSeal(sealed(PARTIES)).parties.map(({ name }) => name)).toEqual(
      PARTIES.map(({ name }) => name),
    );
  });

  it("is not taken while one has not signed, and says who", () => {
    const pack = sealed(PARTIES, (at) => at !== 1);
    expect(verdict(pack)).toBe("pack/unsigned");
    expect(() => checkJointSeal(pack, PARTIES, verifyKey)).toThrow(PARTIES[1]?.name);
  });

  it("is not taken when a party is left out of, or added to, what the others signed", () => {
    const { parties } = readJointSeal(sealed(PARTIES));
    const without = { ...HEADER, signature: toHex(encodeParties(parties.slice(1))) };
    expect(verdict(without)).toBe("pack/signature");
    const two = readJointSeal(sealed(PARTIES.slice(0, 2))).parties;
    const added = { ...HEADER, signature: toHex(encodeParties([...two, ...parties.slice(2)])) };
    expect(verdict(added)).toBe("pack/signature");
  });

  it("is not taken when its header was altered", () => {
    for (const change of [{ lo: 2 }, { root: "45".repeat(32) }, { cmax: 2001 }, { config: "c1".repeat(28) }])
      expect(verdict({ ...sealed(PARTIES), ...change })).toBe("pack/signature");
  });

  it.each<[string, readonly PartyFacts[], string]>([
    ["two of one role", changed(2, { role: "LAB" }), "pack/party-role"],
    ["two of one holder", changed(2, { holder: "01".repeat(28) }), "pack/party-holder"],
    ["two with one key", changed(2, { alg: 1, pk: PARTIES[0]?.pk as string }), "pack/party-key"],
    ["one that nobody knows", PARTIES.slice(1), "role/unknown"],
    ["one whose key was replaced", changed(1, p256Signer("new").key), "pack/signature"],
    ["one without a key", changed(1, { alg: 0, pk: "" }), "key/form"],
    ["one whose key is of no form", changed(1, { alg: 4, pk: element.key.pk }), "key/form"],
    [
      "one bound to another origin",
      changed(2, authenticator("supervisor", { rpId: "example.org", origin: "https://example.org" }).key),
      "webauthn/origin",
    ],
  ])("is not taken with %s", (_, parties, code) => {
    expect(verdict(sealed(PARTIES), parties)).toBe(code);
  });

  it("is none on a source's thread, or with a signature of one", () => {
    expect(verdict({ ...sealed(PARTIES), source: nameOf("LAB") })).toBe("pack/malformed");
    expect(verdict({ ...HEADER, signature: "55".repeat(64) })).toBe("pack/parties");
  });
});

describe("the events of a joint pack", () => {
  const NOW = 5000;
  const LEAF: EventLeaf = {
    source: HEADER.source,
    counter: 3,
    device: "0190163d8694439b8f00000000000001",
    type: "grade",
    subject: "",
    role: "LAB",
    tier: "MULTI_PARTY_SIGNED",
    payload: "77".repeat(32),
    previous: "",
    captured: 1000,
    clock: "network",
    uptime: 1,
    boot: 1,
  };
  /** Two events, with what is changed of the second. */
  function packOf(change: Partial<EventLeaf> = {}, wrap = (leaf: Uint8Array) => leaf): Pack {
    const first = encodeLeaf(LEAF);
    const previous = toHex(eventHash(first));
    const second = encodeLeaf({ ...LEAF, counter: 4, captured: 2000, previous, ...change });
    const root = toHex(packRoot([first, second].map((leaf) => eventHash(leaf))));
    const events = [first, wrap(second)].map((signed) => ({ signed, payload: null }));
    return { ...sealed(PARTIES, undefined, { root }), events };
  }
  const outcome = (pack: Pack, config = HEADER.config): string => {
    try {
      checkJointPack(pack, { config, parties: PARTIES, verify: verifyKey, now: NOW }, "");
      return "taken";
    } catch (error) {
      if (isDppError(error)) return error.code;
      throw error;
    }
  };

  it("are taken with the role of any of its parties", () => {
    expect(outcome(packOf())).toBe("taken");
    expect(outcome(packOf({ role: "SUPERVISOR" }))).toBe("taken");
    expect(outcome(decodePack(encodePack(packOf())))).toBe("taken");
  });

  it.each<[string, Partial<EventLeaf>]>([
    ["pack/role", { role: "MANUFACTURER" }],
    ["pack/tier", { tier: "DEVICE_SIGNED" }],
    ["pack/foreign-leaf", { source: nameOf("LAB") }],
    ["pack/chain", { previous: "" }],
    ["pack/gap", { counter: 5 }],
    ["pack/times", { captured: 1999 }],
  ])("are refused: %s", (code, change) => {
    expect(outcome(packOf(change))).toBe(code);
  });

  it("bear no signatures of their own, and are of this deployment", () => {
    const signed = packOf({}, (leaf) => encodeSignedEvent(leaf, new Uint8Array(64)));
    expect(outcome(signed)).toBe("event/signature");
    expect(outcome(packOf(), "c1".repeat(28))).toBe("pack/deployment");
    expect(outcome({ ...packOf(), root: "00".repeat(32) })).toBe("pack/signature");
  });
});
