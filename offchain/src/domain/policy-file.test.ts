import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PRESETS, resolvePolicy } from "../policies/presets.js";
import { parsePolicy } from "./policy-file.js";

const sound = () => ({
  name: "my-policy",
  version: 1,
  title: "Mine",
  categories: { lamp: "Lamp" } as Record<string, unknown>,
  missingMandatory: "refuse" as unknown,
  groups: [
    { name: "public", access: "public", roles: [] as unknown[] },
    { name: "service", access: "direct", roles: ["REPAIRER"] as unknown[] },
  ],
  elements: [
    {
      id: "lamp.power",
      group: "public",
      shape: { type: "decimal", unit: "W", min: "0" } as Record<string, unknown>,
      label: "Power",
      applicability: { lamp: "mandatory" } as Record<string, unknown>,
    },
  ],
});

type Sound = ReturnType<typeof sound>;
const element = (policy: Sound) => policy.elements[0] as Sound["elements"][0];

describe("a policy file", () => {
  it.each(Object.values(PRESETS))("can say what the preset $name says", (preset) => {
    expect(parsePolicy(JSON.parse(JSON.stringify(preset)))).toEqual(preset);
  });

  it("fills in what may be left out", () => {
    expect(parsePolicy(sound()).elements[0]).toMatchObject({
      lifecycle: "static",
      source: null,
      number: null,
    });
  });

  it.each<[string, (policy: Sound) => void]>([
    ["", (it) => Object.assign(it, { extra: 1 })],
    ["/name", (it) => Object.assign(it, { name: "My" })],
    ["/version", (it) => Object.assign(it, { version: 0 })],
    ["/categories", (it) => Object.assign(it, { categories: {} })],
    ["/missingMandatory", (it) => Object.assign(it, { missingMandatory: "maybe" })],
    ["/groups", (it) => it.groups.push({ name: "public", access: "public", roles: [] })],
    ["/groups/0/roles", (it) => it.groups[0]?.roles.push("AUTHORITY")],
    ["/groups/1/roles/1", (it) => it.groups[1]?.roles.push("KING")],
    ["/groups/1/roles", (it) => it.groups[1]?.roles.push("REPAIRER")],
    ["/groups/1/access", (it) => Object.assign(it.groups[1] ?? {}, { access: "secret" })],
    ["/elements/0/group", (it) => Object.assign(element(it), { group: "nowhere" })],
    ["/elements/0/id", (it) => Object.assign(element(it), { id: "Lamp" })],
    ["/elements", (it) => it.elements.push(element(it))],
    [
      "/elements/0/applicability/shoe",
      (it) => Object.assign(element(it).applicability, { shoe: "mandatory" }),
    ],
    ["/elements/0/applicability/lamp", (it) => Object.assign(element(it).applicability, { lamp: "perhaps" })],
    ["/elements/0/shape/type", (it) => Object.assign(element(it).shape, { type: "float" })],
    ["/elements/0/shape/unit", (it) => Object.assign(element(it).shape, { unit: "W W" })],
    ["/elements/0/shape/min", (it) => Object.assign(element(it).shape, { min: 0 })],
    ["/elements/0/shape", (it) => Object.assign(element(it).shape, { oneOf: ["1"] })],
    [
      "/elements/0/shape/items/type",
      (it) => Object.assign(element(it), { shape: { type: "list", items: {} } }),
    ],
    [
      "/elements/0/shape/fields",
      (it) => Object.assign(element(it), { shape: { type: "object", fields: {} } }),
    ],
    [
      "/elements/0/shape/fields/A",
      (it) => Object.assign(element(it), { shape: { type: "object", fields: { A: { type: "string" } } } }),
    ],
  ])("is refused at %j", (path, change) => {
    const policy = sound();
    change(policy);
    expect(() => parsePolicy(policy)).toThrow(
      expect.objectContaining({
        code: "policy/malformed",
        details: { path: expect.stringMatching(`^${path}`) },
      }),
    );
  });

  it("is refused when shapes nest without end", () => {
    const deep = (levels: number): unknown =>
      levels === 0 ? { type: "string" } : { type: "list", items: deep(levels - 1) };
    const policy = sound();
    Object.assign(element(policy), { shape: deep(6) });
    expect(() => parsePolicy(policy)).toThrow(expect.objectContaining({ code: "policy/malformed" }));
  });

  it("throws nothing but a named error on any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(() => parsePolicy(json)).toThrow(expect.objectContaining({ code: "policy/malformed" }));
      }),
    );
  });
});

describe("finding a policy", () => {
  it("knows the presets by name", () => {
    expect(resolvePolicy("eu-battery").elements).toHaveLength(71);
    expect(() => resolvePolicy("toString")).toThrow(expect.objectContaining({ code: "policy/unknown" }));
  });

  it("takes a policy of one's own, but not under a preset's name", () => {
    expect(resolvePolicy(sound()).name).toBe("my-policy");
    expect(() => resolvePolicy({ ...sound(), name: "ladder" })).toThrow(
      expect.objectContaining({ code: "policy/reserved-name" }),
    );
  });
});
