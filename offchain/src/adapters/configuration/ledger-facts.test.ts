import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { homePaths } from "../home.js";
import { type LedgerFacts, readLedgerFacts } from "./ledger-facts.js";
import { Secret } from "./secret.js";

const PROJECT = "previewA1b2C3d4secret";
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
} | null;

/** `null`: never answers. */
async function factsFrom(
  answer: (request: IncomingMessage) => Answer,
  timeoutMs = 5000,
): Promise<LedgerFacts> {
  const server = createServer((request, response) => {
    const found = answer(request);
    if (found === null) return;
    response.writeHead(found.status ?? 200, found.headers);
    response.end(found.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v0`;
  const settings = {
    kind: "blockfrost",
    network: "preview",
    networkMagic: undefined,
    timeoutMs,
    url,
    projectId: new Secret(PROJECT),
    projectIdFile: undefined,
  } as const;
  return readLedgerFacts(settings, homePaths(tmpdir()));
}
const ROUTES: Readonly<Record<string, object>> = {
  "/api/v0/genesis": { network_magic: 2 },
  "/api/v0/epochs/latest/parameters": { protocol_major_ver: 10 },
};
const whole = ({ url = "" }: IncomingMessage): Answer => ({ body: JSON.stringify(ROUTES[url] ?? {}) });

describe("what a Blockfrost server states", () => {
  it("is read with the project id in its header", async () => {
    const seen = new Set<unknown>();
    const facts = await factsFrom((request) => {
      seen.add(request.headers.project_id);
      return whole(request);
    });
    expect(facts).toEqual({ networkMagic: 2, protocolVersion: 10 });
    expect([...seen]).toEqual([PROJECT]);
  });

  const refused: [string, (request: IncomingMessage) => Answer, RegExp][] = [
    ["another project's", () => ({ status: 403, body: PROJECT }), /refuses the project id/],
    ["a failure", () => ({ status: 500, body: PROJECT }), /answers 500/],
    ["no JSON", () => ({ body: `<html>${PROJECT}` }), /no JSON object/],
    ["a list", () => ({ body: "[]" }), /no JSON object/],
    ["facts of another type", () => ({ body: '{"network_magic":"2"}' }), /states neither/],
    ["too much", () => ({ body: " ".repeat(300_000) }), /too long/],
    [
      "a redirect, which the key must not follow",
      () => ({ status: 302, headers: { location: "/" }, body: "" }),
      /cannot be reached/,
    ],
  ];
  it.each(refused)("is refused when it is %s", async (_name, answer, message) => {
    const error = await factsFrom(answer).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ledger/unavailable", message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain(PROJECT);
  });

  it("is not waited for longer than the limit", async () => {
    await expect(factsFrom(() => null, 50)).rejects.toThrow("did not answer in time");
  });
});
