import { describe, expect, it } from "vitest";
import type { Attestation } from "../../domain/attestation.js";
import { type AttestationState, authoritiesFor, authorityOf } from "./receipt-authority.js";

const BEFORE: Attestation = {
  role: "STATION",
  kind: "Device",
  holder: "0a".repeat(28),
  alg: 1,
  pk: "0b".repeat(32),
  encPk: "0c".repeat(32),
  operator: "gln:9506000134352",
  place: "",
  status: "Active",
  validFrom: 1_000,
  validTo: 10_000_000,
  maxDelay: 0,
  keyring: "",
  keyEpoch: 0,
};
const CONSORTIUM = { members: ["m1", "m2", "m3"], threshold: 2, freezeKeys: ["f"] };
const state = (extra: Partial<Attestation> = {}, name = "Example"): AttestationState => ({
  metadata: { name, image: "ipfs://a" },
  extra: { ...BEFORE, ...extra },
});
const after = (change: Partial<Attestation>, old: Partial<Attestation> = {}, name?: string) =>
  authoritiesFor(state(old), state({ ...old, ...change }, name));

describe("a change of an attestation", () => {
  it("is allowed to those whom the contract lets make it", () => {
    expect(after({ pk: "0d".repeat(32), keyEpoch: 1 })).toEqual(["holder", "quorum"]);
    expect(after({ keyring: "01551220" })).toEqual(["holder"]);
    expect(after({ validTo: 20_000_000 })).toEqual(["quorum"]);
    expect(after({}, {}, "Another name")).toEqual(["quorum"]);
    expect(after({ status: "Suspended" })).toEqual(["freeze key"]);
    expect(after({ status: "Active", validTo: 20_000_000 }, { status: "Suspended" })).toEqual(["quorum"]);
    expect(after({ status: "Revoked" })).toEqual(["quorum"]);
  });

  it("is allowed to nobody where no act makes it", () => {
    expect(after({ kind: "Gateway" })).toEqual([]);
    expect(after({ role: "GATEWAY" })).toEqual([]);
    expect(after({ operator: "gln:1" })).toEqual([]);
    expect(after({ maxDelay: 1 })).toEqual([]);
    expect(after({ pk: "0d".repeat(32) })).toEqual([]);
    expect(after({ pk: "0d".repeat(32), keyEpoch: 2 })).toEqual([]);
    expect(after({ pk: "0d".repeat(32), keyEpoch: 1, keyring: "01551220" })).toEqual([]);
    expect(after({ status: "Suspended", validTo: 1 })).toEqual([]);
    expect(after({ status: "Active" }, { status: "Revoked" })).toEqual([]);
    expect(after({ keyring: "01551220" }, {}, "Another name")).toEqual([]);
  });

  it("counts once enough of them signed, the holder inside the attestation's dates alone", () => {
    const next = state({ pk: "0d".repeat(32), keyEpoch: 1 });
    const range = { from: 1_000, until: 2_000 };
    const by = (signers: readonly string[], at = range, consortium: typeof CONSORTIUM | null = CONSORTIUM) =>
      authorityOf(state(), next, new Set(signers), at, consortium);
    expect(by([BEFORE.holder])).toBe("holder");
    expect(by(["m1", "m3"])).toBe("quorum");
    expect(by(["m1", "m3"], range, null)).toBeNull();
    expect(by(["m1", "f"])).toBeNull();
    expect(by([BEFORE.holder], { from: 999, until: 2_000 })).toBeNull();
    expect(by([BEFORE.holder], { from: 1_000, until: 3_601_001 })).toBeNull();
    const endless = { from: 1_000, until: null };
    expect(authorityOf(state(), next, new Set([BEFORE.holder]), endless, CONSORTIUM)).toBeNull();
    expect(authorityOf(null, state(), new Set(["m1", "m2"]), endless, CONSORTIUM)).toBe("quorum");
    expect(authorityOf(null, state(), new Set([BEFORE.holder]), range, CONSORTIUM)).toBeNull();
    const frozen = state({ status: "Suspended" });
    expect(authorityOf(state(), frozen, new Set(["f"]), endless, CONSORTIUM)).toBe("freeze key");
    expect(authorityOf(state(), frozen, new Set(["m1", "m2"]), endless, CONSORTIUM)).toBeNull();
  });
});
