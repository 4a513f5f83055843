/** The server's side of `reads.ts`, in a thread of its own: the resolver over a whole deployment in memory, and a bare Fastify route with the same bytes. */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";
import { toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { parsePassportFile } from "@cardano-dpp/offchain/domain/document-input";
import { resolvePolicy } from "@cardano-dpp/offchain/policies/presets";
import Fastify from "fastify";
import { buildApp } from "../app.js";
import { makeTestWorld } from "../testing/world.js";

export interface ReadsServer {
  readonly resolverPort: number;
  readonly barePort: number;
  /** Path and query of the QR. */
  readonly path: string;
  readonly token: string;
  readonly bytes: number;
}

const LISTEN = { host: "127.0.0.1", port: 0 };
const NO_LIMIT = { burst: 1e9, perMinute: 1e9 };

async function serve(): Promise<ReadsServer> {
  const file = parsePassportFile(
    readFileSync(new URL("../../../examples/ev-battery.json", import.meta.url), "utf8"),
  );
  const policy = resolvePolicy(file.policy);
  const world = await makeTestWorld([{ file, policy }], [policy]);
  const limits = { auth: NO_LIMIT, index: NO_LIMIT, roleReads: NO_LIMIT };
  const app = await buildApp({ ...world.parts("http://localhost"), limits });
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport was issued");
  const path = world.qr(passport);
  const { rawPayload } = await app.inject({ url: path, headers: { accept: "application/json" } });

  const { repairer } = world.actors;
  const post = async (url: string, payload: object) =>
    (await app.inject({ method: "POST", url, payload })).json();
  const { nonce, message } = await post("/auth/challenge", { address: repairer.address });
  const signed = await repairer.signData(repairer.address, toHex(utf8(message)));
  const { token } = await post("/auth/verify", { address: repairer.address, nonce, ...signed });

  const bare = Fastify();
  bare.get("/*", (_request, reply) => reply.type("application/json; charset=utf-8").send(rawPayload));
  await app.listen(LISTEN);
  await bare.listen(LISTEN);
  const portOf = (server: typeof bare.server): number => (server.address() as AddressInfo).port;
  return {
    resolverPort: portOf(app.server),
    barePort: portOf(bare.server),
    path,
    token,
    bytes: rawPayload.length,
  };
}

parentPort?.postMessage(await serve());
