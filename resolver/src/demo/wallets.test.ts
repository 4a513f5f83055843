import { verifySignData } from "@cardano-dpp/offchain/crypto/cip8";
import { fromHex, toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { actor } from "@cardano-dpp/offchain/testing/actors";
import Fastify from "fastify";
import { beforeEach, describe, expect, it } from "vitest";
import type { App } from "../app-types.js";
import { CHALLENGE_PREFIX } from "../auth/challenge.js";
import { registerProblems } from "../plugins/problems.js";
import { registerDemoWallets, WALLETS_SCRIPT } from "./wallets.js";

const origin = "http://localhost:8080";
const signer = actor("repairer");
const payload = toHex(utf8(`${CHALLENGE_PREFIX}\nhost: localhost:8080\nnonce: x`));
let app: App;
beforeEach(() => {
  app = Fastify() as unknown as App;
  registerProblems(app);
  registerDemoWallets(app, [{ id: "demoRepairer", title: "Example Repairs", signer }], origin);
});

const sign = (body: Record<string, unknown>, from: string | undefined = origin) =>
  app.inject({
    method: "POST",
    url: "/demo/sign",
    headers: from === undefined ? {} : { origin: from },
    payload: { wallet: "demoRepairer", address: signer.address, payload, ...body },
  });

describe("a demo wallet", () => {
  it("signs a challenge as CIP-8 does", async () => {
    const answer = await sign({});
    expect(answer.statusCode).toBe(200);
    const proven = verifySignData({
      ...answer.json(),
      address: signer.address,
      message: fromHex(payload),
      networkId: 0,
    });
    expect(proven.keyHash).toBe(signer.keyHash);
  });

  it("does not sign for another origin, nor for none", async () => {
    expect((await sign({}, "https://evil.example")).statusCode).toBe(403);
    const bare = await app.inject({
      method: "POST",
      url: "/demo/sign",
      payload: { wallet: "demoRepairer", address: signer.address, payload },
    });
    expect(bare.statusCode).toBe(403);
  });

  it("signs nothing but challenges of this server", async () => {
    expect((await sign({ payload: toHex(utf8("I owe you a million")) })).statusCode).toBe(400);
    expect(
      (await sign({ payload: toHex(utf8(`${CHALLENGE_PREFIX}\nhost: other.example\n`)) })).statusCode,
    ).toBe(400);
    expect((await sign({ payload: "ff" })).statusCode).toBe(400);
  });

  it("signs for no address but its own", async () => {
    expect((await sign({ address: actor("stranger").address })).statusCode).toBeGreaterThanOrEqual(400);
  });

  it("offers itself by a script without its key", async () => {
    const { body } = await app.inject({ url: WALLETS_SCRIPT });
    expect(body).toContain("demoRepairer");
    expect(body).toContain("its key lies on this server");
  });
});
