/** Who signed a pack, in which form, and whether that verifies here: the page's own look at signatures of each form, single and joint. */
import { jointDigest, packDigest } from "@cardano-dpp/offchain/codec/pack";
import { encodeParties } from "@cardano-dpp/offchain/codec/parties";
import type { Attestation } from "@cardano-dpp/offchain/domain/attestation";
import { toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { JOINT_PREFIX } from "@cardano-dpp/offchain/domain/joint";
import type { PackHeader } from "@cardano-dpp/offchain/domain/pack";
import { eventSigner } from "@cardano-dpp/offchain/testing/event-world";
import { keySigner } from "@cardano-dpp/offchain/testing/p256-world";
import { describe, expect, it } from "vitest";
import type { EventFacts } from "./event-facts.js";
import { type Seal, sealWaiting, sealWritten } from "./event-seal.js";

const nameOf = (role: string, serial: string): string => toHex(utf8(`DPP_${role}`)) + serial.repeat(12);
const STATION = nameOf("STATION", "01");
const SUPERVISOR = nameOf("SUPERVISOR", "02");
const LAB = nameOf("LAB", "03");
const JOINT = JOINT_PREFIX + "04".repeat(12);
const config = "aa".repeat(28);

const SIGNERS = {
  [STATION]: keySigner("meter"),
  [SUPERVISOR]: keySigner("tablet"),
  [LAB]: eventSigner("lab"),
};
const attestation = (name: string, operator: string): Attestation => ({
  ...{ role: "LAB", kind: "Device", holder: "bb".repeat(28), encPk: "", place: "", status: "Active" },
  ...{ validFrom: 0, validTo: 9e12, maxDelay: 0, keyring: "", keyEpoch: 0 },
  operator,
  alg: SIGNERS[name]?.alg ?? 0,
  pk: SIGNERS[name]?.publicKey ?? "",
});
const factsOf = (operators: Readonly<Record<string, string>>, checksP256 = true): EventFacts => ({
  sources: new Map(),
  parties: new Map(Object.entries(operators).map(([name, operator]) => [name, attestation(name, operator)])),
  checksP256,
});
const FACTS = factsOf({ [STATION]: "gln:1", [SUPERVISOR]: "gln:2", [LAB]: "gln:3" });

const pack = { lo: 0, hi: 2, root: "cc".repeat(32), cmin: 1, cmax: 2, tier: "DEVICE_SIGNED" } as const;
const headerOf = (source: string): PackHeader => ({ ...pack, config, source });
const signedBy = async (name: string): Promise<string> =>
  toHex((await SIGNERS[name]?.sign(packDigest(headerOf(name)))) ?? new Uint8Array());
const written = (name: string, signature: string, pk = SIGNERS[name]?.publicKey ?? ""): Seal =>
  sealWritten(
    { kind: "append", ...pack, late: false, until: 3, pk },
    { config, source: name },
    signature,
    FACTS,
  );
const flipped = (hex: string, at = hex.length - 1): string =>
  `${hex.slice(0, at)}${hex[at] === "0" ? "1" : "0"}${hex.slice(at + 1)}`;

describe.each([
  [STATION, "P-256"],
  [SUPERVISOR, "WebAuthn"],
  [LAB, "Ed25519"],
])("the pack of %s", (name, form) => {
  it(`is known as signed in the form ${form}, which the ledger checked and this page checks again`, async () => {
    const seal = written(name, await signedBy(name));
    expect(seal).toMatchObject({ by: "ledger", verifies: true, shared: [] });
    expect(seal.signers).toMatchObject([{ name, form }]);
  });

  it("is not good with another signature, or none of this key, of this deployment, or of these events", async () => {
    const good = await signedBy(name);
    expect(written(name, flipped(good)).verifies).toBe(false);
    expect(written(name, "").verifies).toBeNull();
    const other = sealWritten(
      { kind: "append", ...pack, late: false, until: 3, pk: SIGNERS[name]?.publicKey ?? "" },
      { config: "ab".repeat(28), source: name },
      good,
      FACTS,
    );
    expect(other.verifies).toBe(false);
    const [key = ""] = Object.values(SIGNERS).flatMap(({ publicKey }) =>
      publicKey === SIGNERS[name]?.publicKey ? [] : [publicKey],
    );
    expect(written(name, good, key).verifies).toBe(false);
  });
});

it("is not good under a key with another table than its point's", async () => {
  const pk = SIGNERS[STATION]?.publicKey ?? "";
  // 33 bytes of the point, then the hash of its table.
  expect(written(STATION, await signedBy(STATION), flipped(pk, 66)).verifies).toBe(false);
});

describe("a pack that waits", () => {
  const waiting = async (facts: EventFacts) =>
    sealWaiting(
      { ...pack, signature: await signedBy(STATION), sealedAt: 3 },
      { config, source: STATION },
      [STATION],
      facts,
    );

  it("is checked by the page alone", async () => {
    expect(await waiting(FACTS)).toMatchObject({ by: "page", verifies: true });
  });

  it("is told as never checked by the ledger of a deployment without the script", async () => {
    const without = await waiting(factsOf({ [STATION]: "gln:1" }, false));
    expect(without.by).toBe("not-here");
    const strange = new Map([[STATION, { ...attestation(STATION, "gln:1"), alg: 9 }]]);
    expect(await waiting({ ...FACTS, parties: strange })).toMatchObject({
      by: "not-here",
      signers: [{ form: null }],
    });
  });

  it("of somebody whom the ledger does not know is checked by nobody", async () => {
    expect(await waiting(factsOf({}))).toMatchObject({
      by: "nobody",
      verifies: false,
      signers: [{ form: null, operator: null }],
    });
  });
});

describe("a joint pack", () => {
  const names = [STATION, SUPERVISOR, LAB].toSorted();
  const joint = { ...pack, tier: "MULTI_PARTY_SIGNED" } as const;
  const digest = jointDigest({ ...joint, config, source: JOINT }, names);
  const signatures = async () =>
    Promise.all(
      names.map(async (name) => ({
        name,
        signature: toHex((await SIGNERS[name]?.sign(digest)) ?? new Uint8Array()),
      })),
    );
  const seal = (signature: string, facts = FACTS): Seal =>
    sealWritten(
      {
        kind: "co-append",
        ...joint,
        late: false,
        until: 3,
        parties: names.map((name) => ({ name, pk: SIGNERS[name]?.publicKey ?? "" })),
      },
      { config, source: JOINT },
      signature,
      facts,
    );

  it("is good when each party signed, each in its own form", async () => {
    const good = seal(toHex(encodeParties(await signatures())));
    expect(good).toMatchObject({ by: "ledger", verifies: true, shared: [] });
    expect(good.signers.map(({ form }) => form).toSorted()).toEqual(["Ed25519", "P-256", "WebAuthn"]);
    expect(good.signers.map(({ role }) => role).toSorted()).toEqual(["LAB", "STATION", "SUPERVISOR"]);
  });

  it.each([0, 1, 2])("is not good when party %i signed something else", async (at) => {
    const all = (await signatures()).map((party, index) =>
      index === at ? { ...party, signature: flipped(party.signature) } : party,
    );
    expect(seal(toHex(encodeParties(all))).verifies).toBe(false);
  });

  it("is not good with other parties, and not judged where a signature is not shown", async () => {
    const all = await signatures();
    expect(seal(toHex(encodeParties(all.slice(1)))).verifies).toBe(false);
    const blank = all.map((party, at) => (at === 1 ? { ...party, signature: "" } : party));
    expect(seal(toHex(encodeParties(blank))).verifies).toBeNull();
  });

  it("names the company that stands behind two of them", async () => {
    const facts = factsOf({ [STATION]: "gln:1", [SUPERVISOR]: "gln:2", [LAB]: "gln:1" });
    expect(seal(toHex(encodeParties(await signatures())), facts).shared).toEqual(["gln:1"]);
  });
});
