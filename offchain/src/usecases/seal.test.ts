import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openKeyring } from "../crypto/keyring.js";
import { checkElements, parsePassportFile } from "../domain/document-input.js";
import type { Element } from "../domain/element.js";
import { groupsOfRole } from "../domain/policy.js";
import type { Role } from "../domain/role.js";
import { EU_BATTERY } from "../policies/eu-battery.js";
import { resolvePolicy } from "../policies/presets.js";
import {
  type Actor,
  CONFIG,
  headerOf,
  type SealedWorld,
  sealedWorld,
  sealIn,
} from "../testing/sealed-world.js";
import { sealPassport } from "./seal.js";
import { openPassport } from "./seal-open.js";

const example = (name: string) => {
  const file = parsePassportFile(readFileSync(new URL(`../../../examples/${name}.json`, import.meta.url)));
  const policy = resolvePolicy(file.policy);
  return { file, policy, ...checkElements(policy, file) };
};

let world: SealedWorld;
let elements: readonly Element[];
beforeAll(async () => {
  world = await sealedWorld("seal", [EU_BATTERY]);
  elements = example("ev-battery").elements;
});

const visibleTo = async (actor: Actor): Promise<readonly string[]> => {
  const { bytes, expected } = await sealIn(world, EU_BATTERY, elements);
  const opened = openPassport(bytes, expected, await openKeyring(world.keyring, actor));
  return [...opened.groups.keys()].sort();
};

describe("the examples", () => {
  it.each([
    ["ev-battery", 71],
    ["lmt-battery", 71],
    ["cotton-shirt", 23],
  ])("%s states all %i elements, without a warning", (name, count) => {
    const { elements, warnings } = example(name);
    expect(elements).toHaveLength(count);
    expect(warnings).toEqual([]);
  });
});

describe("a sealed battery passport", () => {
  it.each(["repairer", "recycler", "authority"] as const)(
    "shows the %s the groups of the role, and no more",
    async (who) => {
      const role = who.toUpperCase() as Role;
      expect(await visibleTo(world[who])).toEqual([...groupsOfRole(EU_BATTERY, role)].sort());
    },
  );

  it("lets neither the authority read what is in use nor the repairer the test reports", async () => {
    expect(await visibleTo(world.authority)).not.toContain("use");
    expect(await visibleTo(world.repairer)).not.toContain("reports");
  });

  it("shows the resolver the escrow groups, never a direct one", async () => {
    const { bytes, expected } = await sealIn(world, EU_BATTERY, elements);
    const opened = openPassport(bytes, expected, await openKeyring(world.keyring, world.resolver));
    expect([...opened.groups.keys()].sort()).toEqual(["composition", "dismantling", "public", "reports"]);
    expect(opened.locked).toEqual([{ name: "use", access: "direct", epoch: 0 }]);
  });

  it("shows the issuer everything that it sealed", async () => {
    const { bytes, expected } = await sealIn(world, EU_BATTERY, elements);
    const opened = openPassport(bytes, expected, await openKeyring(world.keyring, world.manufacturer));
    const all = [...opened.groups.values()].flat().sort((a, b) => a.index - b.index);
    expect(all.map(({ element }) => element)).toEqual([...elements].sort((a, b) => (a.id < b.id ? -1 : 1)));
    expect(opened.locked).toEqual([]);
  });

  it("holds no sealed value in clear", async () => {
    const { bytes } = await sealIn(world, EU_BATTERY, elements);
    const text = Buffer.from(bytes).toString("latin1");
    expect(text).toContain("battery.design.weight");
    expect(text).not.toContain("battery.use.cycles");
    expect(text).not.toContain("EX-BMU-4");
    expect(text).not.toContain("Example Test House");
  });

  it("is different in every byte that could be compared when the same is sealed again", async () => {
    const [a, b] = [await sealIn(world, EU_BATTERY, elements), await sealIn(world, EU_BATTERY, elements)];
    expect(a.root).not.toBe(b.root);
    const leaves = new Set(a.document.leaves.map(String));
    expect(b.document.leaves.some((leaf) => leaves.has(String(leaf)))).toBe(false);
  });
});

describe("sealing refuses", () => {
  const seal = async (changes: Partial<Parameters<typeof sealPassport>[0]>) => {
    const keys = await openKeyring(world.keyring, world.manufacturer);
    const header = headerOf(world, "ev");
    return sealPassport({
      config: CONFIG,
      policy: EU_BATTERY,
      header,
      elements,
      keys,
      random: world.random,
      ...changes,
    });
  };
  const first = () => elements[0] as Element;

  it("an element that the policy does not have", async () => {
    await expect(seal({ elements: [{ ...first(), id: "battery.unheardOf" }] })).rejects.toMatchObject({
      code: "document/unknown-element",
    });
  });

  it("an element twice", async () => {
    await expect(seal({ elements: [first(), first()] })).rejects.toMatchObject({
      code: "document/duplicate-element",
    });
  });

  it("more elements than a passport may have", async () => {
    await expect(seal({ elements: Array.from({ length: 1001 }, first) })).rejects.toMatchObject({
      code: "document/too-many-elements",
    });
  });

  it("a category that the policy does not have", async () => {
    await expect(seal({ header: headerOf(world, "textile") })).rejects.toMatchObject({
      code: "document/category",
    });
  });

  it("a name that does not fit the ledger's metadata", async () => {
    await expect(seal({ header: { ...headerOf(world, "ev"), name: "é".repeat(33) } })).rejects.toMatchObject({
      code: "document/header",
    });
  });

  it("group keys of another manufacturer or deployment", async () => {
    const other = await sealedWorld("another manufacturer", [EU_BATTERY]);
    const foreign = await openKeyring(other.keyring, other.manufacturer);
    await expect(seal({ keys: foreign })).rejects.toMatchObject({ code: "seal/foreign-keys" });
    await expect(seal({ config: "ab".repeat(28) })).rejects.toMatchObject({ code: "seal/foreign-keys" });
  });

  it("a group that the keyring has no key for", async () => {
    const keys = await openKeyring(world.keyring, world.repairer);
    await expect(seal({ keys })).rejects.toMatchObject({ code: "keyring/no-key" });
  });
});
