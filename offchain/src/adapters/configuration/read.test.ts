import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDppError } from "../../domain/errors.js";
import type { Fault } from "./faults.js";
import { type Environment, examineConfiguration, readConfiguration } from "./read.js";
import { showConfiguration } from "./show.js";

const faultsOf = (file: unknown, env: Environment = {}): readonly Fault[] =>
  examineConfiguration(file, env).faults;
const placesOf = (file: unknown, env: Environment = {}): string[] =>
  faultsOf(file, env).map(({ path, code }) => `${path} (${code})`);

const NODE = { kind: "utxorpc", network: "devnet", url: "http://127.0.0.1:9090" };

describe("a configuration", () => {
  it("is the embedded one when nothing is configured", () => {
    expect(readConfiguration(undefined, {}).configuration).toEqual({
      ledger: { kind: "embedded" },
      confirmations: undefined,
      content: { kind: "embedded" },
      events: { kind: "embedded" },
      resolver: { host: "127.0.0.1", port: 8080, publicUrl: undefined, trustProxy: undefined },
      log: { level: undefined, format: "json" },
    });
  });

  it("takes a node and an IPFS cluster from the file", () => {
    const { configuration } = readConfiguration(
      {
        ledger: { ...NODE, headers: { "dmtr-api-key": "k e y" } },
        confirmations: 12,
        content: { kind: "ipfs", nodes: ["http://127.0.0.1:5001/"], gateways: ["https://ipfs.example"] },
      },
      {},
    );
    expect(configuration.ledger).toMatchObject({ ...NODE, timeoutMs: 15_000 });
    expect(configuration.confirmations).toBe(12);
    expect(configuration.content).toMatchObject({
      kind: "ipfs",
      nodes: ["http://127.0.0.1:5001"],
      gateways: ["https://ipfs.example"],
    });
    const { ledger } = configuration;
    expect(ledger.kind === "utxorpc" && ledger.headers?.["dmtr-api-key"]?.reveal()).toBe("k e y");
  });

  it("takes everything from the environment, too", () => {
    const { configuration, sources } = readConfiguration(undefined, {
      DPP_LEDGER_KIND: "blockfrost",
      DPP_LEDGER_NETWORK: "preview",
      DPP_LEDGER_PROJECT_ID: "previewAbc",
      DPP_CONFIRMATIONS: "3",
      DPP_CONTENT_KIND: "ipfs",
      DPP_CONTENT_NODES: "http://a.example:5001, http://b.example:5001",
      PORT: "0",
      HOST: "0.0.0.0",
      PUBLIC_URL: "https://passports.example",
      DPP_LOG_LEVEL: "warn",
      DPP_HOME: "/somewhere",
      DPP_PASSPHRASE: "secret",
    });
    expect(configuration).toMatchObject({
      ledger: { kind: "blockfrost", network: "preview" },
      confirmations: 3,
      content: { nodes: ["http://a.example:5001", "http://b.example:5001"], gateways: [] },
      resolver: { port: 0, host: "0.0.0.0", publicUrl: "https://passports.example" },
      log: { level: "warn" },
    });
    expect(sources.get("resolver.port")).toBe("environment PORT");
  });

  it("lets the environment go before the file, and the key's own variable before its older name", () => {
    const file = { ledger: { ...NODE, url: "no url" }, resolver: { port: 1 } };
    const env = { DPP_LEDGER_URL: "http://node.example:9090", PORT: "2", DPP_RESOLVER_PORT: "3" };
    const { configuration } = readConfiguration(file, env);
    expect(configuration).toMatchObject({
      ledger: { url: "http://node.example:9090" },
      resolver: { port: 3 },
    });
  });

  it("takes an empty variable for none", () => {
    expect(faultsOf(undefined, { PORT: "", DPP_LEDGER_URL: "", DPP_LEDGER_KIND: "" })).toEqual([]);
  });
});

describe("a configuration is refused", () => {
  it("with all its faults at once, each by its path and its source", () => {
    const file = {
      ledger: { kind: "utxorpc", netwrok: "preview", url: "ftp://node", timeoutMs: 5 },
      confirmations: "many",
      content: { kind: "ipfs", nodes: ["http://127.0.0.1:5001", 7] },
      colour: "blue",
    };
    expect(placesOf(file, { PORT: "70000", DPP_LOG_LEVEL: "loud" }).sort()).toEqual(
      [
        "config.json: ledger.netwrok (unknown-key)",
        "config.json: ledger.network (missing)",
        "config.json: ledger.url (not-allowed)",
        "config.json: ledger.timeoutMs (out-of-bounds)",
        "config.json: confirmations (wrong-type)",
        "config.json: content.nodes[1] (wrong-type)",
        "config.json: colour (unknown-key)",
        "environment PORT (out-of-bounds)",
        "environment DPP_LOG_LEVEL (not-allowed)",
      ].sort(),
    );
    expect(() => readConfiguration(file, {})).toThrow(
      expect.objectContaining({ code: "home/configuration" }),
    );
  });

  const near: [unknown, Environment, string][] = [
    [{ ledgr: {} }, {}, 'did you mean "ledger"?'],
    [
      { ledger: { kind: "blockfrost", network: "preview", project_id: "x" } },
      {},
      'did you mean "projectId"?',
    ],
    [{ ledger: { ...NODE, network: "preveiw" } }, {}, 'did you mean "preview"?'],
    [{ ledger: { kind: "blockforst" } }, {}, 'did you mean "blockfrost"?'],
    [undefined, { DPP_LEDGER_KNID: "embedded" }, "did you mean DPP_LEDGER_KIND?"],
    [undefined, { DPP_CONFRIMATIONS: "1" }, "did you mean DPP_CONFIRMATIONS?"],
    [undefined, { DPP_PASPHRASE: "x" }, "did you mean DPP_PASSPHRASE?"],
  ];
  it.each(near)("%j %j and says what was meant", (file, env, hint) => {
    expect(faultsOf(file, env).map(({ message }) => message)).toContainEqual(expect.stringContaining(hint));
  });

  it("when a variable of a section has no setting; variables of others stay out of it", () => {
    expect(placesOf(undefined, { DPP_CONTENT_SOMETHING_ELSE: "1" })).toEqual([
      "environment DPP_CONTENT_SOMETHING_ELSE (unknown-key)",
    ]);
    expect(placesOf(undefined, { DPP_TEST_SEED: "1", DPP_REAL_IPFS: "/bin/ipfs", OTHER: "1" })).toEqual([]);
  });

  it("when a key belongs to a part that is not chosen", () => {
    const [fault, ...more] = faultsOf({ ledger: { url: "http://127.0.0.1:9090" } });
    expect(more).toEqual([]);
    expect(fault?.message).toBe(
      'belongs to "utxorpc" and "blockfrost", but ledger.kind is "embedded" (default)',
    );
    expect(
      placesOf({ content: { kind: "ipfs", nodes: ["http://a"] } }, { DPP_CONTENT_KIND: "embedded" }),
    ).toEqual(["config.json: content.nodes (contradiction)"]);
    for (const name of ["DPP_LEDGER_PROJECT_ID", "DPP_BLOCKFROST_PROJECT_ID"])
      expect(placesOf(undefined, { [name]: "preview1" })).toEqual([`environment ${name} (contradiction)`]);
  });

  const urls = [
    "",
    "node",
    "http://",
    "ws://a",
    "http://u:p@a",
    "http://a?key=1",
    "http://a#b",
    `http://${"a".repeat(3000)}`,
    7,
    null,
  ];
  it.each(urls)("with the URL %j", (url) => {
    expect(placesOf({ ledger: { ...NODE, url } })).toHaveLength(1);
  });

  it.each(["https://a.example/path", "https://a.example?x", "a.example"])(
    "with the public URL %s",
    (publicUrl) => {
      expect(placesOf({ resolver: { publicUrl } })).toEqual([
        "config.json: resolver.publicUrl (not-allowed)",
      ]);
    },
  );

  it.each([[], "text", 7, null])("when the file holds %j", (file) => {
    expect(placesOf(file)).toEqual(["config.json (wrong-type)"]);
  });

  it.each([-1, 0, 1.5, 2161, "3", Number.NaN])("with %j confirmations", (confirmations) => {
    expect(placesOf({ confirmations })).toHaveLength(1);
  });

  it.each(["1e2", "0x10", "-1", "1.5", "9".repeat(20)])("with PORT=%s", (PORT) => {
    expect(faultsOf(undefined, { PORT })).toHaveLength(1);
  });

  const contradictions: [string, unknown, string][] = [
    ["Blockfrost without a project id", { kind: "blockfrost", network: "preview" }, "ledger.projectId"],
    [
      "a project id twice",
      { kind: "blockfrost", network: "preview", projectId: "p", projectIdFile: "f" },
      "ledger.projectIdFile",
    ],
    ["a devnet at Blockfrost", { kind: "blockfrost", network: "devnet" }, "ledger.url"],
    [
      "another network's project id",
      { kind: "blockfrost", network: "preview", projectId: "mainnetX" },
      "ledger.projectId",
    ],
    ["another network's magic", { ...NODE, network: "preprod", networkMagic: 2 }, "ledger.networkMagic"],
    [
      "headers sent in clear",
      { ...NODE, url: "http://node.example:9090", headers: { "x-key": "k" } },
      "ledger.url",
    ],
    [
      "a project id sent in clear",
      { kind: "blockfrost", network: "preview", projectId: "p", url: "http://node.example" },
      "ledger.url",
    ],
    ["a public magic on a devnet", { ...NODE, networkMagic: 1 }, "ledger.networkMagic"],
  ];
  it.each(contradictions)("with %s", (_name, ledger, path) => {
    expect(faultsOf({ ledger }).map((fault) => fault.path)).toEqual([`config.json: ${path}`]);
  });

  it("when a server of one's own needs no project id: that is none", () => {
    const url = "http://127.0.0.1:3100/api/v0";
    expect(placesOf({ ledger: { kind: "blockfrost", network: "devnet", url } })).toEqual([]);
  });
});

describe("a secret", () => {
  const PROJECT = "previewA1b2C3d4secret";
  const HEADER = "utxorpc-key-secret";
  const blockfrost = { ledger: { kind: "blockfrost", network: "preview", projectId: PROJECT } };
  const utxorpc = { ledger: { ...NODE, headers: { "x-key": HEADER } } };

  it("is not printed by accident", () => {
    for (const [file, secret] of [
      [blockfrost, PROJECT],
      [utxorpc, HEADER],
    ] as const) {
      const read = readConfiguration(file, {});
      const { ledger } = read.configuration;
      const printed = [
        JSON.stringify(read),
        inspect(read, { depth: 10, showHidden: true }),
        String((ledger as { projectId?: unknown }).projectId),
        `${Object.values((ledger as { headers?: object }).headers ?? {})}`,
        JSON.stringify({
          ...read.configuration,
          ledger: structuredClone({ ...ledger, projectId: {}, headers: {} }),
        }),
        JSON.stringify(showConfiguration(read)),
      ].join("\n");
      expect(printed).not.toContain(secret);
      expect(printed).toContain("[secret]");
    }
  });

  it("is not in a fault, wherever it was put", () => {
    const wrong = [
      { ledger: { ...blockfrost.ledger, network: PROJECT } },
      { ledger: { ...blockfrost.ledger, url: PROJECT } },
      { ledger: { ...blockfrost.ledger, url: `https://x.example?project_id=${PROJECT}` } },
      { ledger: { ...blockfrost.ledger, projectId: `${PROJECT} ` } },
      { ledger: { ...NODE, headers: { "x-key": `${PROJECT}\n` } } },
      { ledger: { ...NODE, headers: PROJECT } },
      { resolver: { host: `${PROJECT} ` } },
      { ledger: { ...blockfrost.ledger, network: "mainnet" } },
    ];
    for (const file of wrong) {
      expect(faultsOf(file)).not.toEqual([]);
      expect(JSON.stringify(faultsOf(file))).not.toContain(PROJECT);
    }
    const headers = { DPP_LEDGER_KIND: "utxorpc", DPP_LEDGER_NETWORK: "devnet", DPP_LEDGER_URL: NODE.url };
    const faults = faultsOf(undefined, { ...headers, DPP_LEDGER_HEADERS: PROJECT });
    expect(JSON.stringify(faults)).toContain("DPP_LEDGER_HEADERS");
    expect(JSON.stringify(faults)).not.toContain(PROJECT);
  });

  it("is shown as a mask beside the place it comes from", () => {
    const shown = showConfiguration(readConfiguration(blockfrost, { DPP_LEDGER_PROJECT_ID: PROJECT }));
    expect(shown).toContainEqual({
      key: "ledger.projectId",
      value: "[secret]",
      source: "environment DPP_LEDGER_PROJECT_ID",
    });
    expect(shown).toContainEqual({ key: "ledger.network", value: "preview", source: "config.json" });
    expect(shown).toContainEqual({ key: "confirmations", value: null, source: "default" });
  });
});

it("reads or refuses whatever JSON stands in the file, by name", () => {
  const keys = fc.constantFrom(
    "ledger",
    "content",
    "resolver",
    "log",
    "confirmations",
    "kind",
    "url",
    "nodes",
    "__proto__",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("embedded", "utxorpc", "ipfs", "devnet", 1, null, true),
      fc.string(),
      fc.double(),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keys, fc.string()), tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (file) => {
      try {
        const { configuration } = readConfiguration(file, {});
        expect(["embedded", "utxorpc", "blockfrost"]).toContain(configuration.ledger.kind);
      } catch (error) {
        if (!isDppError(error, "home/configuration")) throw error;
      }
    }),
  );
});
