/**
 * Every key of the configuration: what it may be, what it is otherwise, what for. The types, the checks, the environment variables and the table of
 * docs/configuration.md follow from this one.
 */
import { headers, httpUrl, listOf, networks, oneOf, secret, text, wholeNumber } from "./kinds.js";
import { postgresUrl } from "./postgres-url.js";
import type { Secret } from "./secret.js";
import { byKind, optional, required, type ValueOf, withDefault } from "./shape.js";

const timeoutMs = (about: string) =>
  withDefault<number>(wholeNumber(100, 600_000, "milliseconds"), 15_000, { about });

const remote = {
  network: required<"mainnet" | "preprod" | "preview" | "devnet">(
    oneOf("mainnet", "preprod", "preview", "devnet"),
    { about: "the network; a devnet is a local one with a genesis of its own" },
  ),
  networkMagic: optional<number>(wholeNumber(0, 4_294_967_295), {
    about: "the network's magic, compared with what the ledger states",
    defaultText: "that of the public network; not compared on a devnet",
  }),
  timeoutMs: timeoutMs("for one request to the ledger"),
};

export const TABLE = {
  ledger: byKind("where the ledger is", {
    embedded: {},
    utxorpc: {
      ...remote,
      url: required<string>(httpUrl("base"), { about: "the node's UTxO RPC server (gRPC)" }),
      parametersUrl: optional<string>(httpUrl("base"), {
        about:
          "the same node's Blockfrost routes, for protocol parameters that its UTxO RPC does not state in full",
        defaultText: "the parameters come over UTxO RPC",
      }),
      headers: optional<Readonly<Record<string, Secret>>>(headers, {
        about: "sent with every call, such as a hosted node's key; secret",
      }),
    },
    blockfrost: {
      ...remote,
      url: optional<string>(httpUrl("base"), {
        about: "a server with Blockfrost's API, up to and with /api/v0",
        defaultText: "Blockfrost's own server for the network",
      }),
      projectId: optional<Secret>(secret, {
        about: "Blockfrost's project id; secret",
        variables: ["DPP_BLOCKFROST_PROJECT_ID"],
      }),
      projectIdFile: optional<string>(text("a path of up to 1024 characters", /^[^\0]{1,1024}$/), {
        about: "a file that holds the project id; a relative path starts at the home directory",
      }),
    },
  }),
  confirmations: optional<number>(wholeNumber(1, 2160), {
    about: "blocks, the transaction's own included, after which what was sent counts as settled",
    defaultText: "10; 1 on the embedded ledger",
  }),
  content: byKind("where sealed documents and keyrings lie", {
    embedded: {},
    ipfs: {
      nodes: required<readonly string[]>(listOf(httpUrl("base"), 1, 16), {
        about: "RPC addresses of IPFS nodes (Kubo), in the order in which they are asked",
        variables: ["DPP_IPFS_NODES"],
      }),
      gateways: withDefault<readonly string[]>(listOf(httpUrl("base"), 0, 16), [], {
        about: "IPFS gateways, asked for what the nodes do not have",
        variables: ["DPP_IPFS_GATEWAYS"],
      }),
      timeoutMs: timeoutMs("for one request to a node or gateway"),
    },
  }),
  events: byKind("where events and packs lie", {
    embedded: {},
    postgres: {
      url: required<Secret>(postgresUrl, { about: "a PostgreSQL database, version 15 or newer; secret" }),
    },
  }),
  resolver: {
    host: withDefault<string>(
      text("a host name or address to listen on", /^[A-Za-z0-9.:_-]{1,253}$/),
      "127.0.0.1",
      {
        about: "where the resolver listens",
        variables: ["HOST"],
      },
    ),
    port: withDefault<number>(wholeNumber(0, 65_535), 8080, {
      about: "0 takes a free one",
      variables: ["PORT"],
    }),
    publicUrl: optional<string>(httpUrl("origin"), {
      about: "the origin that readers see, when it is not this machine's",
      variables: ["PUBLIC_URL"],
      defaultText: "http://localhost:{port}",
    }),
    trustProxy: optional<string>(networks, {
      about: "reverse proxies whose X-Forwarded-For is believed",
    }),
  },
  log: {
    level: optional<"fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent">(
      oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent"),
      {
        about: "what the resolver logs to standard output",
        defaultText: "info; silent under `npm start`",
      },
    ),
    format: withDefault<"json" | "text">(oneOf("json", "text"), "json", {
      about: "one JSON document or one line for people per record",
    }),
  },
} as const;

export type Configuration = ValueOf<typeof TABLE>;
export type LedgerSettings = Configuration["ledger"];
export type ContentSettings = Configuration["content"];
export type EventSettings = Configuration["events"];

/** Environment variables beside the table, known so that a slip in their names is found. */
export const OTHER_VARIABLES = ["DPP_HOME", "DPP_PASSPHRASE", "DPP_DEBUG"] as const;
