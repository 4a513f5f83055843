import { describe, expect, it } from "vitest";
import { policyReference } from "../../codec/policy.js";
import { toHex } from "../../domain/bytes.js";
import type { Role } from "../../domain/role.js";
import { EU_BATTERY } from "../../policies/eu-battery.js";
import { LADDER } from "../../policies/ladder.js";
import { type ActionWorld, actionWorld } from "../../testing/action-world.js";
import type { Actor } from "../../testing/sealed-world.js";
import type { AttestationView } from "../resolve.js";
import { groupLabel, knownPolicy, readersOfGroup } from "./readers.js";

const world: ActionWorld = actionWorld("readers");
const view = ({ name, role, publicKey }: Actor, changes: Partial<AttestationView> = {}): AttestationView =>
  ({ name, role, encPk: toHex(publicKey), live: true, status: "Active", ...changes }) as AttestationView;

const group = EU_BATTERY.groups.find(
  ({ access, roles }) => access !== "public" && roles.includes("REPAIRER") && !roles.includes("AUTHORITY"),
);
const label = groupLabel(EU_BATTERY, group?.name ?? "");
const all = [world.manufacturer, world.repairer, world.authority, world.stranger].map((it) => view(it));
const nobody = { issuer: "", actor: null, owner: null };
const names = (keys: readonly Uint8Array[]): string[] => keys.map(toHex).toSorted();
const of = (...who: readonly Actor[]): string[] => names(who.map(({ publicKey }) => publicKey));

describe("the readers of a group's section", () => {
  const entitled = [world.manufacturer, world.repairer, world.authority, world.stranger].filter(({ role }) =>
    group?.roles.includes(role as Role),
  );

  it("are the live attestations of its roles", () => {
    expect(entitled).toContain(world.repairer);
    expect(entitled).not.toContain(world.authority);
    expect(names(readersOfGroup(EU_BATTERY, label, all, nobody).keys)).toEqual(of(...entitled));
  });

  it("and the issuer, the actor and the owner, each once", () => {
    const [owner] = world.owners;
    const also = { issuer: world.manufacturer.name, actor: world.authority.name, owner: owner.publicKey };
    const { keys } = readersOfGroup(EU_BATTERY, label, all, also);
    const expected = new Set([...entitled, world.manufacturer, world.authority]);
    expect(names(keys)).toEqual(names([...[...expected].map(({ publicKey }) => publicKey), owner.publicKey]));
  });

  it("never who is suspended or expired, not even as issuer or actor", () => {
    const gone = all.map((it) =>
      it.role === "REPAIRER" || it.role === "MANUFACTURER" ? { ...it, live: false } : it,
    );
    const also = { issuer: world.manufacturer.name, actor: world.repairer.name, owner: null };
    const { keys } = readersOfGroup(EU_BATTERY, label, gone, also);
    for (const { publicKey } of [world.repairer, world.manufacturer])
      expect(names(keys)).not.toContain(toHex(publicKey));
  });

  it("leave out, by name, whose key nothing can be sealed to", () => {
    const broken = all.map((it) =>
      it.name === world.repairer.name ? { ...it, encPk: "00".repeat(32) } : it,
    );
    const { keys, unusable } = readersOfGroup(EU_BATTERY, label, broken, nobody);
    expect(unusable).toEqual([world.repairer.name]);
    expect(names(keys)).not.toContain("00".repeat(32));
  });
});

describe("a group", () => {
  it("must be one of the policy, and sealed", () => {
    const open = EU_BATTERY.groups.find(({ access }) => access === "public")?.name ?? "";
    for (const name of ["nothing", open])
      expect(() => groupLabel(EU_BATTERY, name)).toThrow(
        expect.objectContaining({ code: "action/unknown-group" }),
      );
  });

  it("is looked up in the policy of that hash, whatever its name", () => {
    const reference = policyReference(EU_BATTERY);
    expect(knownPolicy({ ...reference, name: "other" }, [LADDER, EU_BATTERY])).toBe(EU_BATTERY);
    expect(() => knownPolicy(reference, [LADDER])).toThrow(
      expect.objectContaining({ code: "action/unknown-policy" }),
    );
  });
});
