import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventSigner } from "../src/testing/event-world.js";
import { productFile, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);
const code = ({ status, json }: Ran) => [status, json.error?.code];
const text = (value: unknown): string => value as string;

/** A new passport owned by `owner`; answers its id. */
async function issue(serial: string, owner = "owner"): Promise<string> {
  const path = await command.file(productFile(serial));
  const { status, json } = await dpp("passport", "issue", path, "--as", "maker", "--owner", owner);
  expect(status).toBe(0);
  return (json.passports as unknown as [{ id: string }])[0].id;
}

const statusOf = async (id: string): Promise<string> =>
  ((await dpp("passport", "show", id)).json.state as unknown as { status: string }).status;

async function linkOf(id: string): Promise<string> {
  const listed = (await dpp("passport", "list")).json as unknown as { id: string; link: string }[];
  return listed.find((entry) => entry.id === id)?.link ?? "";
}

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  for (const [key, role] of [
    ["maker", "MANUFACTURER"],
    ["maker2", "MANUFACTURER"],
    ["recycler", "RECYCLER"],
    ["authority", "AUTHORITY"],
  ] as const) {
    await command.accredit(key, role);
  }
  await command.key("owner");
  for (const maker of ["maker", "maker2"]) await dpp("keyring", "refresh", "--as", maker);
});
afterAll(() => command.remove());

describe("the end of a life", () => {
  it("is retired by a recycler with its owner, and only then erased", async () => {
    const id = await issue("END-1");
    expect(code(await dpp("passport", "retire", id, "--as", "recycler"))).toEqual([1, "passport/not-owner"]);
    expect(code(await dpp("passport", "erase", id, "--as", "authority"))).toEqual([1, "passport/status"]);
    expect((await dpp("passport", "retire", id, "--as", "recycler", "--owner", "owner")).status).toBe(0);
    expect(await statusOf(id)).toBe("Retired");
    expect(code(await dpp("passport", "revoke", id, "--as", "authority"))).toEqual([1, "passport/status"]);
    const erased = await dpp("passport", "erase", id, "--as", "authority", "--owner", "owner");
    expect(erased.status).toBe(0);
    expect(code(await dpp("passport", "show", id))).toEqual([1, "passport/erased"]);
  });

  it("is retired by a recycler with an authority when the owner is gone", async () => {
    const id = await issue("END-2");
    const retired = await dpp("passport", "retire", id, "--as", "recycler", "--authority", "authority");
    expect(retired.status).toBe(0);
    expect(await statusOf(id)).toBe("Retired");
  });

  it("is not retired by a recycler who was suspended today", async () => {
    const id = await issue("END-3");
    const suspended = await dpp("role", "suspend", "recycler", "--reason", "under-investigation");
    expect([suspended.status, suspended.json.reason]).toEqual([0, 7]);
    expect(code(await dpp("passport", "retire", id, "--as", "recycler", "--owner", "owner"))).toEqual([
      1,
      "role/not-live",
    ]);
    expect(await statusOf(id)).toBe("Active");
    expect((await dpp("role", "renew", "recycler")).status).toBe(0);
  });
});

describe("a second life", () => {
  it("names its predecessor, which is Repurposed", async () => {
    const id = await issue("LIFE-1");
    const path = await command.file(productFile("LIFE-1B"));
    const args = ["--as", "recycler", "--issuer", "maker2", "--owner", "owner"];
    const made = await dpp("passport", "succeed", id, path, ...args);
    expect(made.status).toBe(0);
    const successor = text((made.json.passport as unknown as { id: string }).id);
    const shown = (await dpp("passport", "show", successor)).json.state as unknown as { predecessor: string };
    expect(shown.predecessor).toBe(id);
    expect(await statusOf(id)).toBe("Repurposed");
    expect((await dpp("passport", "show", id)).json).toMatchObject({ predecessor: null, successor });
    expect((await dpp("passport", "show", successor)).json).toMatchObject({
      predecessor: id,
      successor: null,
    });
    expect((await dpp("passport", "verify", successor)).status).toBe(0);
    expect(code(await dpp("passport", "succeed", id, path, ...args))).toEqual([1, "passport/status"]);
  });

  it("keeps the printed numbers, which lead to the new passport", async () => {
    const id = await issue("LIFE-2");
    const path = await command.file(productFile("LIFE-2"));
    const made = await dpp(
      "passport",
      "succeed",
      id,
      path,
      "--as",
      "maker",
      "--issuer",
      "maker",
      "--owner",
      "owner",
    );
    expect(made.status).toBe(0);
    const found = await dpp("passport", "show", "01/09506000134376/21/LIFE-2");
    expect((found.json.state as unknown as { predecessor: string }).predecessor).toBe(id);
  });

  it("is not begun by who does not own the product", async () => {
    const id = await issue("LIFE-3");
    const path = await command.file(productFile("LIFE-3B"));
    const made = await dpp("passport", "succeed", id, path, "--as", "maker2", "--issuer", "maker2");
    expect(code(made)).toEqual([1, "passport/not-owner"]);
    expect(await statusOf(id)).toBe("Active");
  });
});

describe("a new label", () => {
  it("opens, and the old one does not", async () => {
    const id = await issue("LABEL-1");
    const old = await linkOf(id);
    const amended = await dpp("passport", "amend", old, "--as", "maker", "--authority", "authority");
    expect(amended.status).toBe(0);
    expect((await dpp("passport", "verify", text(amended.json.link))).status).toBe(0);
    expect((await dpp("passport", "verify", old)).status).toBe(1);
  });
});

describe("another issuer", () => {
  it("takes over, and updates what he answers for", async () => {
    const id = await issue("HEIR-1");
    const link = await linkOf(id);
    const update = await command.file(productFile("HEIR-1"));
    expect(code(await dpp("passport", "update", link, update, "--as", "maker2"))).toEqual([
      1,
      "passport/not-issuer",
    ]);
    expect((await dpp("passport", "reassign", id, "--to", "maker2", "--authority", "authority")).status).toBe(
      0,
    );
    // What the old issuer sealed stays readable and provable.
    expect((await dpp("passport", "show", id)).status).toBe(0);
    expect((await dpp("passport", "verify", link)).json.ok).toBe(true);
    expect((await dpp("passport", "update", link, update, "--as", "maker2")).status).toBe(0);
    expect((await dpp("passport", "verify", link)).json.ok).toBe(true);
    expect(code(await dpp("passport", "update", link, update, "--as", "maker"))).toEqual([
      1,
      "passport/not-issuer",
    ]);
  });
});

describe("every role", () => {
  it.each([
    ["INTERMEDIARY", []],
    ["SUPERVISOR", ["--event-key", "11".repeat(32), "--max-delay", "336"]],
    ["STATION", ["--event-key", "22".repeat(32), "--place", "8a1fb46622dffff0"]],
    ["GATEWAY", ["--event-key", "33".repeat(32), "--max-delay", "24"]],
    ["LAB", ["--event-key", eventSigner("lab").publicKey]],
    ["REPAIRER", []],
  ])("%s is accredited, suspended and renewed", async (role, options) => {
    const key = `key-${role.toLowerCase()}`;
    await command.key(key);
    const operator = ["--operator", "gln:9506000134307"];
    const issued = await dpp("role", "issue", "--role", role, "--key", key, ...operator, ...options);
    expect(issued.status).toBe(0);
    expect((await dpp("role", "suspend", key, "--reason", "1")).status).toBe(0);
    expect((await dpp("role", "renew", key)).status).toBe(0);
    const [listed] = (await dpp("role", "list", "--role", role)).json as unknown as [Record<string, unknown>];
    expect(listed).toMatchObject({ role, status: "Active", live: true });
  });
});

describe("lost keys", () => {
  it("are replaced by the consortium, with a new badge", async () => {
    await command.accredit("inspector", "AUTHORITY");
    await command.key("inspector2");
    const id = await issue("LOST-1");
    const recovered = await dpp("role", "recover", "inspector", "--key", "inspector2");
    expect([recovered.status, recovered.json.keyEpoch]).toEqual([0, 1]);
    expect(code(await dpp("passport", "revoke", id, "--as", "inspector"))).toEqual([1, "role/unknown"]);
    expect(
      (await dpp("passport", "revoke", id, "--as", "inspector2", "--reason", "counterfeit")).status,
    ).toBe(0);
    const name = text(recovered.json.attestation);
    expect((await dpp("role", "revoke", name, "--reason", "3")).status).toBe(0);
    expect((await dpp("role", "burn-badge", name, "--as", "inspector2")).status).toBe(0);
    expect(code(await dpp("role", "burn-badge", name, "--as", "inspector2"))).toEqual([1, "role/no-badge"]);
  });
});

describe("another consortium", () => {
  it("rotates members and names a successor for good", async () => {
    await command.key("newcomer");
    const policy = "ab".repeat(28);
    const members = ["--member", "member-1", "newcomer", "--threshold", "2"];
    const rotated = await dpp("consortium", "rotate", ...members);
    expect(rotated.status).toBe(0);
    expect((rotated.json.members as unknown as string[]).length).toBe(2);
    expect((await dpp("consortium", "rotate", "--successor", policy)).status).toBe(0);
    const again = await dpp("consortium", "rotate", "--successor", "cd".repeat(28));
    expect(code(again)).toEqual([1, "consortium/successor"]);
    expect(code(await dpp("consortium", "rotate", "--threshold", "3"))).toEqual([1, "consortium/config"]);
    expect((await dpp("consortium", "show")).json.successor).toBe(policy);
  });
});
