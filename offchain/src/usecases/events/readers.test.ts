import { describe, expect, it } from "vitest";
import { toHex } from "../../domain/bytes.js";
import { SEALED_GROUPS, type SealedEventGroup } from "../../domain/event-fields.js";
import { ROLES } from "../../domain/role.js";
import { type Actor, actor } from "../../testing/sealed-world.js";
import { seededRandom } from "../../testing/seeded-random.js";
import { eventReaders } from "./readers.js";

const random = seededRandom("event-readers");
const actors = ROLES.map((role) => actor(role, random));
const view = ({ name, role, publicKey }: Actor, live = true) => ({
  name,
  role,
  live,
  encPk: toHex(publicKey),
});
const all = actors.map((it) => view(it));
const source = actors.find(({ role }) => role === "GATEWAY") as Actor;

const rolesOf = (views: readonly ReturnType<typeof view>[], group: SealedEventGroup, by = source.name) => {
  const keys = eventReaders(views, by).keys[group].map(toHex);
  return keys.map((key) => actors.find(({ publicKey }) => toHex(publicKey) === key)?.role).sort();
};

describe("the readers of an event", () => {
  it.each<[SealedEventGroup, readonly string[]]>([
    ["trade", ["AUTHORITY", "GATEWAY", "INTERMEDIARY", "LAB", "MANUFACTURER"]],
    ["origin", ["AUTHORITY", "GATEWAY", "INTERMEDIARY", "MANUFACTURER", "SUPERVISOR"]],
    ["person", ["AUTHORITY", "GATEWAY", "SUPERVISOR"]],
  ])("of the group %s are the live attestations of its roles, and the source", (group, roles) => {
    expect(rolesOf(all, group)).toEqual(roles);
  });

  it("have the source once, when its role reads the group anyway", () => {
    const supervisor = actors.find(({ role }) => role === "SUPERVISOR") as Actor;
    expect(rolesOf(all, "person", supervisor.name)).toEqual(["AUTHORITY", "SUPERVISOR"]);
  });

  it("are never who is suspended or expired, not even as the source", () => {
    const views = actors.map((it) => view(it, it.role !== "AUTHORITY" && it.role !== "GATEWAY"));
    expect(rolesOf(views, "person")).toEqual(["SUPERVISOR"]);
  });

  it("leave out, by name, whose key nothing can be sealed to, if he would read anything", () => {
    const views = all.map((it) =>
      ["AUTHORITY", "REPAIRER"].includes(it.role) ? { ...it, encPk: "00".repeat(32) } : it,
    );
    const { keys, unusable } = eventReaders(views, source.name);
    expect(unusable).toEqual([all.find(({ role }) => role === "AUTHORITY")?.name]);
    for (const group of SEALED_GROUPS) expect(keys[group].map(toHex)).not.toContain("00".repeat(32));
  });
});
