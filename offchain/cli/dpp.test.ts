import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./program.js";
import { productFile, type Ran, type TestCommand, testCommand } from "./testing/command.js";

let command: TestCommand;
const dpp = (...args: string[]): Promise<Ran> => command.dpp(...args);
const file = (content: unknown): Promise<string> => command.file(content);
const product = (changes: Record<string, unknown> = {}) => productFile("SHIRT-1", changes);

const REFERENCE = "01/09506000134376/21/SHIRT-1";

beforeAll(async () => {
  command = await testCommand();
  await command.found();
  for (const [key, role] of [
    ["maker", "MANUFACTURER"],
    ["repairer", "REPAIRER"],
    ["authority", "AUTHORITY"],
  ] as const) {
    await command.accredit(key, role);
  }
});
afterAll(() => command.remove());

describe("before anything was founded", () => {
  it("says what to run, as misuse", async () => {
    const status = await runCommand(
      ["role", "list", "--home", join(command.directory, "empty")],
      { out: () => 0, err: () => 0 },
      {},
    );
    expect(status).toBe(2);
  });

  it("cannot found twice in one directory", async () => {
    const { status, json } = await dpp("consortium", "init");
    expect([status, json.error?.code]).toEqual([2, "home/founded"]);
  });
});

describe("a passport from the command line", () => {
  it("cannot be sealed before there is a keyring", async () => {
    const { status, json } = await dpp("passport", "issue", await file(product()), "--as", "maker");
    expect([status, json.error?.code]).toEqual([1, "keyring/none"]);
  });

  it("is issued, shown and verified", async () => {
    expect((await dpp("keyring", "refresh", "--as", "maker")).json.change).toBe("created");
    const issued = await dpp("passport", "issue", await file(product()), "--as", "maker");
    expect(issued.status).toBe(0);
    const shown = await dpp("passport", "show", REFERENCE);
    const groups = shown.json.groups as unknown as { name: string }[];
    expect(groups.map(({ name }) => name)).toEqual(["public"]);
    const verified = await dpp("passport", "verify", REFERENCE);
    expect([verified.status, verified.json.ok]).toEqual([0, true]);
  });

  it("is named by its link and by its id too", async () => {
    const [listed] = (await dpp("passport", "list")).json as unknown as [{ link: string; id: string }];
    expect((await dpp("passport", "verify", listed.link)).status).toBe(0);
    expect((await dpp("passport", "verify", listed.id)).status).toBe(0);
  });

  it("shows a repairer the supply chain's group and nothing more", async () => {
    const { json } = await dpp("passport", "show", REFERENCE, "--as", "repairer");
    const groups = json.groups as unknown as { name: string }[];
    const locked = json.locked as unknown as { name: string }[];
    expect(groups.map(({ name }) => name).sort()).toEqual(["public", "supplyChain"]);
    expect(locked.map(({ name }) => name)).toEqual(["authority"]);
  });

  it("fails to verify with a link whose salt is another's", async () => {
    const [{ link }] = (await dpp("passport", "list")).json as unknown as [{ link: string }];
    const other = link.replace(/s=.{4}/, "s=AAAA");
    const { status, json } = await dpp("passport", "verify", other);
    expect([status, json.ok]).toEqual([1, false]);
  });

  it("cannot be issued twice", async () => {
    const { status, json } = await dpp("passport", "issue", await file(product()), "--as", "maker");
    expect([status, json.error?.code]).toEqual([1, "passport/exists"]);
  });

  it("is updated by its issuer, under the next revision", async () => {
    const next = product({
      elements: [{ id: "textile.product.description", value: "White shirt, second text" }],
    });
    const { status, json } = await dpp("passport", "update", REFERENCE, await file(next), "--as", "maker");
    expect([status, json.revision]).toEqual([0, 1]);
    expect((await dpp("passport", "verify", REFERENCE)).status).toBe(0);
  });

  it("cannot be updated with another product's file, or by another actor", async () => {
    const other = product({ identifier: { gtin: "09506000134376", serial: "SHIRT-2" } });
    const wrong = await dpp("passport", "update", REFERENCE, await file(other), "--as", "maker");
    expect(wrong.json.error?.code).toBe("passport/other-product");
    const stranger = await dpp("passport", "update", REFERENCE, await file(product()), "--as", "repairer");
    expect([stranger.status, stranger.json.error?.code]).toEqual([1, "passport/not-manufacturer"]);
  });

  it("cannot be revoked by a repairer", async () => {
    const { json } = await dpp("passport", "revoke", REFERENCE, "--as", "repairer");
    expect(json.error?.code).toBe("passport/not-authority");
  });

  it("is revoked by an authority, and then neither verified nor updated", async () => {
    expect((await dpp("passport", "revoke", REFERENCE, "--as", "authority")).status).toBe(0);
    expect((await dpp("passport", "verify", REFERENCE)).status).toBe(1);
    const { json } = await dpp("passport", "update", REFERENCE, await file(product()), "--as", "maker");
    expect(json.error?.code).toBe("passport/status");
  });
});

describe("bad product files are refused by name, and nothing is written", () => {
  const fresh = (serial: string, changes: Record<string, unknown> = {}) =>
    product({ identifier: { gtin: "09506000134376", serial }, ...changes });

  it.each<[string, unknown, number, string]>([
    ["malformed JSON", "{", 1, "document/malformed-json"],
    [
      "an unknown element",
      fresh("A", { elements: [{ id: "textile.product.smell", value: "x" }] }),
      1,
      "document/unknown-element",
    ],
    [
      "a wrong check digit",
      fresh("B", { identifier: { gtin: "09506000134377", serial: "B" } }),
      1,
      "identifier/gtin-check-digit",
    ],
    ["an unknown policy", fresh("C", { policy: "nope" }), 1, "policy/unknown"],
    ["2 MiB", `"${"x".repeat(2 * 1024 * 1024)}"`, 2, "input/too-large"],
    [
      "a value of the wrong type",
      fresh("D", { elements: [{ id: "textile.product.description", value: 7 }] }),
      1,
      "document/wrong-type",
    ],
  ])("%s", async (_, content, status, code) => {
    const before = await readdir(join(command.home, "products", "09506000134376"));
    const ran = await dpp("passport", "issue", await file(content), "--as", "maker");
    expect([ran.status, ran.json.error?.code]).toEqual([status, code]);
    expect(ran.err + ran.out).not.toMatch(/\bat .*\.(ts|js):\d+/);
    expect(await readdir(join(command.home, "products", "09506000134376"))).toEqual(before);
  });

  it("one product in three requests at once: one passport", async () => {
    const path = await file(fresh("R"));
    const ran = await Promise.all([1, 2, 3].map(() => dpp("passport", "issue", path, "--as", "maker")));
    expect(ran.map(({ status }) => status).toSorted()).toEqual([0, 1, 1]);
    expect(ran.flatMap(({ json }) => json.error?.code ?? [])).toEqual(["passport/exists", "passport/exists"]);
  });

  it("one product twice in a request", async () => {
    const path = await file(fresh("E"));
    const { json } = await dpp("passport", "issue", path, path, "--as", "maker");
    expect(json.error?.code).toBe("passport/duplicate");
  });
});

describe("roles from the command line", () => {
  it("a suspended manufacturer cannot issue; renewed, he can again", async () => {
    expect((await dpp("role", "suspend", "maker")).status).toBe(0);
    const path = await file(product({ identifier: { gtin: "09506000134376", serial: "S-9" } }));
    expect((await dpp("passport", "issue", path, "--as", "maker")).json.error?.code).toBe("role/not-live");
    expect((await dpp("role", "renew", "maker")).status).toBe(0);
    expect((await dpp("passport", "issue", path, "--as", "maker")).status).toBe(0);
  });

  it("suspending a reader opens a new epoch at the next refresh, and he reads nothing sealed after it", async () => {
    expect((await dpp("role", "suspend", "repairer")).status).toBe(0);
    expect((await dpp("keyring", "refresh", "--as", "maker")).json.change).toBe("epoch");
    const path = await file(product({ identifier: { gtin: "09506000134376", serial: "S-10" } }));
    expect((await dpp("passport", "issue", path, "--as", "maker")).status).toBe(0);
    const { json } = await dpp("passport", "show", "09506000134376/S-10", "--as", "repairer");
    expect(json.error?.code).toBe("keyring/not-a-recipient");
  });

  it("keys are replaced under a new key epoch, and the old key holds nothing any more", async () => {
    expect((await dpp("key", "new", "authority-2")).status).toBe(0);
    const { json } = await dpp("role", "keys", "authority", "--key", "authority-2");
    expect(json.keyEpoch).toBe(1);
    expect((await dpp("role", "revoke", "authority")).json.error?.code).toBe("role/unknown");
  });

  it("a revoked role stays in the list, and cannot be renewed", async () => {
    const views = (await dpp("role", "list", "--role", "authority")).json as unknown as { name: string }[];
    const name = views[0]?.name ?? "";
    expect((await dpp("role", "revoke", name)).status).toBe(0);
    expect((await dpp("role", "renew", name)).json.error?.code).toBe("role/status");
    const after = (await dpp("role", "list", "--role", "authority")).json as unknown as { status: string }[];
    expect(after[0]?.status).toBe("Revoked");
  });
});

describe("an actor whose wallet is elsewhere", () => {
  // Base address of the Cardano test vectors (CIP-19) on a test network, its mainnet twin, and its stake address.
  const BASE =
    "addr_test1qz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgs68faae";
  const MAINNET =
    "addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x";
  const STAKE = "stake_test1uqehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gssrtvn";
  const issue = (...extra: string[]) =>
    dpp(
      "role",
      "issue",
      "--role",
      "RECYCLER",
      "--operator",
      "gln:9506000140308",
      "--reading-key",
      "07".repeat(32),
      ...extra,
    );

  it("is accredited by address and public reading key", async () => {
    const { status, json } = await issue("--holder", BASE);
    expect(status).toBe(0);
    const views = (await dpp("role", "list", "--role", "RECYCLER")).json as unknown as Record<
      string,
      string
    >[];
    const view = views.find(({ name }) => name === (json.attestation as unknown as string));
    expect(view?.holder).toBe("9493315cd92eb5d8c4304e67b7e16ae36d61d34502694657811a2c8e");
  });

  it("is accredited by his stake key when a wallet for the badge is named", async () => {
    expect((await issue("--holder", STAKE)).json.error?.code).toBe("usage/address");
    expect((await issue("--holder", STAKE, "--badge-to", BASE)).status).toBe(0);
  });

  it("is not accredited by a script's address, which cannot sign", async () => {
    // CIP-19's type 7 on a test network, and a stake script.
    for (const script of [
      "addr_test1wrphkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcl6szpr",
      "stake_test17rphkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcljw6kf",
    ]) {
      const { status, json } = await issue("--holder", script, "--badge-to", BASE);
      expect(status).not.toBe(0);
      expect(json.error).toMatchObject({
        code: "usage/address",
        message: expect.stringMatching(/a script cannot sign.*use an address whose/),
      });
    }
  });

  it("is not accredited by an address of another network, or by half of what is needed", async () => {
    expect((await issue("--holder", MAINNET)).json.error?.code).toBe("usage/address");
    expect((await issue()).json.error?.code).toBe("usage/arguments");
  });

  it("does not receive a passport on another network", async () => {
    const path = await file(product({ identifier: { gtin: "09506000134376", serial: "S-11" } }));
    const { json } = await dpp("passport", "issue", path, "--as", "maker", "--owner", MAINNET);
    expect(json.error?.code).toBe("usage/address");
  });
});

describe("misuse", () => {
  it.each([
    [["nonsense"]],
    [["role", "issue", "--role", "KING", "--key", "maker", "--operator", "x"]],
    [["passport", "issue", "--as", "maker"]],
    [["role", "keys", "maker"]],
    [["key", "fund", "nobody"]],
    [["key", "new", "../escape"]],
    [["consortium", "init", "--members", "0"]],
  ])("%j exits 2 with a code", async (args) => {
    const { status, json } = await dpp(...args);
    expect(status).toBe(2);
    expect(json.error?.code).toMatch(/^(usage|key|keystore)\//);
  });

  it("prints help with exit 0 for every verb", async () => {
    for (const verb of [
      [],
      ["role"],
      ["role", "issue"],
      ["passport", "verify"],
      ["keyring", "refresh"],
      ["key", "new"],
    ]) {
      let out = "";
      const write = {
        out: (text: string) => {
          out += text;
        },
        err: () => 0,
      };
      expect(await runCommand([...verb, "--help"], write, {})).toBe(0);
      expect(out).toContain("Usage: dpp");
    }
  });
});

it("leaves no secret in the files that others may read", async () => {
  const keys = await readdir(join(command.home, "keys"));
  const secrets = await Promise.all(
    keys.map(async (name) => JSON.parse(await readFile(join(command.home, "keys", name), "utf8"))),
  );
  const known = JSON.stringify(secrets).match(/[0-9a-f]{64}/g) ?? [];
  expect(known.length).toBeGreaterThan(0);
  const deployment = await readFile(join(command.home, "deployment.json"), "utf8");
  expect(known.some((hex) => deployment.includes(hex))).toBe(false);
});

describe("a policy of one's own", () => {
  const policy = {
    name: "lamps",
    version: 1,
    title: "Lamps",
    categories: { lamp: "Lamp" },
    missingMandatory: "warn",
    groups: [
      { name: "public", access: "public", roles: [] },
      { name: "service", access: "escrow", roles: ["REPAIRER"] },
    ],
    elements: [
      {
        id: "lamp.power",
        group: "public",
        shape: { type: "decimal", unit: "W" },
        label: "Power",
        source: null,
        number: null,
        lifecycle: "static",
        applicability: {},
      },
      {
        id: "lamp.screws",
        group: "service",
        shape: { type: "string" },
        label: "Screws",
        source: null,
        number: null,
        lifecycle: "static",
        applicability: {},
      },
    ],
  };
  const lamp = {
    policy: "lamps",
    identifier: { gtin: "09506000134376", serial: "LAMP-1" },
    product: { name: "Example lamp", image: "https://example.com/lamp.png", category: "lamp" },
    elements: [
      { id: "lamp.power", value: "7.5", unit: "W" },
      { id: "lamp.screws", value: "four" },
    ],
  };

  it("is added, wrapped by the next refresh, and then named by product files", async () => {
    const path = await file(lamp);
    expect((await dpp("passport", "issue", path, "--as", "maker")).json.error?.code).toBe("policy/unknown");
    expect((await dpp("policy", "add", await file(policy))).status).toBe(0);
    expect((await dpp("passport", "issue", path, "--as", "maker")).json.error?.code).toBe("keyring/no-key");
    expect((await dpp("keyring", "refresh", "--as", "maker")).status).toBe(0);
    expect((await dpp("passport", "issue", path, "--as", "maker")).status).toBe(0);
    expect((await dpp("passport", "verify", "09506000134376/LAMP-1")).status).toBe(0);
  });
});

describe("what the ledger would take and no actor could use", () => {
  it.each([
    [["--operator", "gln:9506000134308"], "role/operator"],
    [["--operator", "ünï"], "role/operator"],
    [["--operator", "lei:x", "--from", "2027-01-01", "--to", "2026-01-01"], "role/dates"],
  ])("an attestation with %j is refused by name", async (options, code) => {
    const { json } = await dpp("role", "issue", "--role", "RECYCLER", "--key", "maker", ...options);
    expect(json.error?.code).toBe(code);
  });

  it("a reading key of small order", async () => {
    const { json } = await dpp("role", "keys", "maker", "--reading-key", "00".repeat(32));
    expect(json.error?.code).toBe("role/reading-key");
  });

  it("a day that no calendar has", async () => {
    const { status } = await dpp("role", "renew", "maker", "--from", "2026-02-31");
    expect(status).toBe(2);
  });
});

describe("damaged files of a home", () => {
  it("one that is no key does not stand in the way of the others", async () => {
    await writeFile(join(command.home, "keys", "backup.json"), "{}");
    expect((await dpp("key", "list")).status).toBe(0);
    expect((await dpp("role", "list")).status).toBe(0);
    expect((await dpp("key", "export", "backup")).json.error?.code).toBe("keystore/corrupt");
    await rm(join(command.home, "keys", "backup.json"));
  });

  it("content that was changed fails the check, with the others still shown", async () => {
    const { json } = await dpp("passport", "show", "09506000134376/LAMP-1");
    const { content } = json.state as unknown as { content: string };
    const found = (await readdir(join(command.home, "content"), { recursive: true })).find((name) =>
      name.endsWith(`${content}.data`),
    );
    if (found === undefined) throw new Error("the store names blocks by CID");
    const path = join(command.home, "content", found);
    const bytes = await readFile(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const verified = await dpp("passport", "verify", "09506000134376/LAMP-1");
    const failed = (verified.json.checks as unknown as { name: string; ok: boolean }[]).filter(
      ({ ok }) => !ok,
    );
    expect([verified.status, failed.map(({ name }) => name)]).toEqual([1, ["content"]]);
  });
});
