import { describe, expect, it } from "vitest";
import type { TrustRoot } from "../domain/trust-root.js";
import { parseTrustRoot, trustFingerprint, trustRootJson } from "./trust-root.js";

const key = (byte: string): string => byte.repeat(28);
const ROOT: TrustRoot = {
  network: "preprod",
  config: key("01"),
  roles: key("02"),
  anchor: key("03"),
  joint: key("04"),
  p256: key("05"),
  slots: { zeroTime: 1_655_769_600_000, zeroSlot: 86_400, slotLength: 1000 },
  configs: [
    {
      output: { txHash: "aa".repeat(32), outputIndex: 0 },
      members: [key("11")],
      threshold: 1,
      freezeKeys: [key("22")],
    },
    {
      output: { txHash: "bb".repeat(32), outputIndex: 3 },
      members: [key("11"), key("12")],
      threshold: 2,
      freezeKeys: [key("22")],
    },
  ],
};

const codeOf = (text: string): string => {
  try {
    parseTrustRoot(text);
    return "none";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

describe("a trust root", () => {
  it("comes back from its text", () => {
    expect(parseTrustRoot(trustRootJson(ROOT))).toEqual(ROOT);
    const old = { ...ROOT, joint: null, p256: null };
    expect(parseTrustRoot(trustRootJson(old))).toEqual(old);
  });

  it("has a fingerprint of eight groups of five digits, another for every change", () => {
    const fingerprint = trustFingerprint(ROOT);
    expect(fingerprint).toMatch(/^\d{5}( \d{5}){7}$/);
    const [first, last] = ROOT.configs as [TrustRoot["configs"][0], TrustRoot["configs"][0]];
    const others: readonly TrustRoot[] = [
      { ...ROOT, network: "preview" },
      { ...ROOT, config: key("09") },
      { ...ROOT, roles: key("09") },
      { ...ROOT, anchor: key("09") },
      { ...ROOT, joint: key("09") },
      { ...ROOT, joint: null },
      { ...ROOT, p256: key("09") },
      { ...ROOT, p256: null },
      { ...ROOT, joint: null, p256: null },
      { ...ROOT, joint: key("05"), p256: key("04") },
      { ...ROOT, slots: { ...ROOT.slots, zeroTime: 0 } },
      { ...ROOT, configs: [last] },
      { ...ROOT, configs: [last, first] },
      { ...ROOT, configs: [first, { ...last, threshold: 1 }] },
      { ...ROOT, configs: [first, { ...last, members: [key("11"), key("13")] }] },
      { ...ROOT, configs: [first, { ...last, freezeKeys: [key("23")] }] },
      { ...ROOT, configs: [first, { ...last, output: { ...last.output, outputIndex: 4 } }] },
    ];
    expect(new Set([fingerprint, ...others.map(trustFingerprint)]).size).toBe(others.length + 1);
  });

  it("is refused by name", () => {
    const json = JSON.parse(trustRootJson(ROOT));
    const [first] = json.configs;
    const changed = (changes: object): string => codeOf(JSON.stringify({ ...json, ...changes }));
    expect(codeOf("{")).toBe("trust-root/malformed-json");
    expect(codeOf(`{"kind":1,"kind":2}`)).toBe("trust-root/duplicate-key");
    expect(codeOf(" ".repeat(300_000))).toBe("trust-root/too-large");
    expect(changed({ slots: [0, 0, 1000] })).toBe("trust-root/slots");
    for (const changes of [
      { kind: "dpp/trust-root/1" },
      { kind: "dpp/trust-root/3" },
      { joint: "" },
      { joint: undefined },
      { p256: "05" },
      { p256: false },
      { network: "moon" },
      { more: 1 },
      { config: key("01").toUpperCase().replace("0", "A") },
      { roles: "01" },
      { slots: [0, 0] },
      { slots: [0, 0, 0], network: "devnet" },
      { configs: [] },
      { configs: [first, first] },
      { configs: [{ ...first, output: "aa#0" }] },
      { configs: [{ ...first, output: `${"aa".repeat(32)}#01` }] },
      { configs: [{ ...first, threshold: 2 }] },
      { configs: [{ ...first, members: [key("11"), key("11")] }] },
      { configs: [{ ...first, freezeKeys: [] }] },
    ])
      expect(changed(changes), JSON.stringify(changes)).toBe("trust-root/malformed");
  });
});
