/** Proof of ownership over HTTP: who is the owner, what is refused and by which name. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import { userUnit } from "@cardano-dpp/offchain/domain/tokens";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { testClock } from "@cardano-dpp/offchain/testing/actors";
import { submitPlan } from "@cardano-dpp/offchain/usecases/submit";
import { beforeAll, describe, expect, it } from "vitest";
import { buildApp, type ResolverParts } from "../src/app.js";
import type { App } from "../src/app-types.js";
import { OWNERSHIP_LIFETIME_MS } from "../src/auth/ownership.js";
import {
  createDiskAnswers,
  createMemoryAnswers,
  type OwnershipAnswer,
} from "../src/auth/ownership-answers.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { addresses } from "./cip30-wallet.js";
import { post, prove } from "./wallet.js";

const ORIGIN = "https://passports.example";
let world: TestWorld;
let parts: ResolverParts;
let app: App;
let passport: string;
let other: string;

beforeAll(async () => {
  world = await makeTestWorld([productFile("A1"), productFile("A2")], [TEST_POLICY]);
  parts = { ...world.parts(ORIGIN), limits: { auth: { burst: 500, perMinute: 500 } } };
  app = await buildApp(parts);
  [passport = "", other = ""] = world.passports.map(({ id }) => id);
});

interface Challenge {
  readonly nonce: string;
  readonly message: string;
  readonly expires: number;
}
const challenge = async (of = passport, from = app): Promise<Challenge> => {
  const answer = await post(from, "/ownership/challenge", { passport: of });
  expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
  return answer.json();
};
const sign = async (
  signer: Signer,
  { nonce, message }: Challenge,
  address = signer.address,
  of = passport,
) => {
  const { signature, key } = await signer.signData(address, toHex(utf8(message)));
  return { passport: of, address, nonce, signature, key };
};
const verify = async (proof: object, to = app) => {
  const answer = await post(to, "/ownership/verify", proof);
  return { status: answer.statusCode, body: answer.json() };
};
const refused = async (proof: object, to = app) => {
  const { status, body } = await verify(proof, to);
  return [status, body.title];
};
const answered = async (nonce: string, of = passport) =>
  (await post(app, "/ownership/answer", { passport: of, nonce })).json().answer;

describe("the owner", () => {
  it("proves it once; the asker's screen learns of it with the proof itself", async () => {
    const { maker } = world.actors;
    const asked = await challenge();
    expect(asked.message).toContain(`passport: ${passport}`);
    expect(asked.message).toContain("verifier: passports.example");
    expect(await answered(asked.nonce)).toBeNull();
    const proof = await sign(maker, asked);
    const { status, body } = await verify(proof);
    expect([status, body.owner, body.address, body.status]).toEqual([200, true, maker.address, "Active"]);
    expect(body.txHash).toMatch(/^[0-9a-f]{64}$/);
    const { signature, key } = proof;
    expect(await answered(asked.nonce)).toEqual({
      address: maker.address,
      signature,
      key,
      status: "Active",
      since: body.since,
      txHash: body.txHash,
    });
    expect(await refused(proof)).toEqual([401, "auth/nonce-used"]);
  });

  it("is told to everybody, as the ledger has it", async () => {
    const answer = await app.inject({ url: `/ownership/${passport}` });
    expect(answer.json()).toMatchObject({
      passport,
      name: "Example device A1",
      network: "embedded",
      deployment: world.context.contracts.config.hash,
      owner: { address: world.actors.maker.address },
      refused: null,
    });
    expect((await app.inject({ url: "/ownership/deployment" })).json()).toEqual({
      network: "embedded",
      deployment: world.context.contracts.config.hash,
    });
  });
});

describe("whoever is not the owner", () => {
  it("is refused, and does not spoil the challenge for him who is", async () => {
    const asked = await challenge();
    expect(await refused(await sign(world.actors.stranger, asked))).toEqual([403, "ownership/not-owner"]);
    expect((await verify(await sign(world.actors.maker, asked))).status).toBe(200);
  });

  it("proves nothing by a stake key", async () => {
    const { stranger } = world.actors;
    const asked = await challenge();
    const proof = await sign(stranger, asked, addresses.reward(stranger.keyHash));
    expect(await refused(proof)).toEqual([401, "ownership/stake-key"]);
  });

  it("is he who has sold it meanwhile; the buyer is the owner at once", async () => {
    const { maker, stranger } = world.actors;
    const unit = userUnit(world.context.contracts.passport.hash, other);
    const asked = await challenge(other);
    await submitPlan(world.context, [maker], async () => {
      const owned = await world.context.ledger.utxoByUnit(unit);
      if (owned === null) throw new Error("no token");
      const { lovelace: _, [unit]: __, ...more } = owned.assets;
      const left = Object.keys(more).length === 0 ? [] : [{ address: maker.address, assets: more }];
      return {
        inputs: [{ utxo: owned }],
        referenceInputs: [],
        mints: [],
        outputs: [{ address: stranger.address, assets: { [unit]: 1n } }, ...left],
        signers: [maker.keyHash],
        scripts: [],
      };
    });
    expect(await refused(await sign(maker, asked, maker.address, other))).toEqual([
      403,
      "ownership/not-owner",
    ]);
    expect((await verify(await sign(stranger, asked, stranger.address, other))).status).toBe(200);
  });
});

describe("a challenge", () => {
  it("is foreign for another passport, host and secret, and is no role's nonce", async () => {
    const { maker } = world.actors;
    const asked = await challenge();
    const proof = await sign(maker, asked);
    expect(await refused({ ...proof, passport: other })).toEqual([401, "auth/nonce-foreign"]);
    const elsewhere = await buildApp({ ...parts, publicUrl: "https://evil.example" });
    expect(await refused(proof, elsewhere)).toEqual([401, "auth/nonce-foreign"]);
    const renewed = await buildApp({ ...parts, serverSecret: new Uint8Array(32) });
    expect(await refused(proof, renewed)).toEqual([401, "auth/nonce-foreign"]);
    const role = await prove(app, maker);
    expect(await refused({ passport, ...role })).toEqual([401, "auth/nonce-foreign"]);
    const { passport: _, ...asRole } = proof;
    expect((await post(app, "/auth/verify", asRole)).json().title).toBe("auth/nonce-foreign");
    expect((await verify(proof)).status).toBe(200);
  });

  it("has to be signed word for word", async () => {
    const asked = await challenge();
    const changed = { ...asked, message: asked.message.replace("no funds", "all funds") };
    expect(await refused(await sign(world.actors.maker, changed))).toEqual([401, "cip8/payload-mismatch"]);
  });

  it("expires after fifteen minutes, and so does its answer", async () => {
    const asked = await challenge();
    const early = await challenge();
    await verify(await sign(world.actors.maker, early));
    const proof = await sign(world.actors.maker, asked);
    world.clock.advance(OWNERSHIP_LIFETIME_MS);
    expect(await refused(proof)).toEqual([401, "auth/nonce-expired"]);
    expect((await post(app, "/ownership/answer", { passport, nonce: early.nonce })).statusCode).toBe(401);
  });

  it("is not made for an unknown passport, nor for what is none", async () => {
    const answer = await post(app, "/ownership/challenge", { passport: "77".repeat(28) });
    expect([answer.statusCode, answer.json().title]).toEqual([404, "passport/unknown"]);
    expect((await post(app, "/ownership/challenge", { passport: "77" })).statusCode).toBe(400);
    expect((await app.inject({ url: `/ownership/${"77".repeat(28)}` })).statusCode).toBe(404);
    expect((await app.inject({ url: "/ownership/challenge" })).statusCode).toBe(400);
  });

  it("costs what a role proof costs: too many are refused", async () => {
    const strict = await buildApp({ ...parts, limits: { auth: { burst: 1, perMinute: 1 } } });
    await challenge(passport, strict);
    const answer = await post(strict, "/ownership/challenge", { passport });
    expect([answer.statusCode, answer.json().title]).toEqual([429, "request/rate-limited"]);
  });

  it("stands in the OpenAPI document with its answers", async () => {
    const { paths } = (await app.inject({ url: "/openapi.json" })).json();
    for (const path of ["/ownership/challenge", "/ownership/verify", "/ownership/answer"])
      expect(Object.keys(paths[path].post.responses)).toEqual(expect.arrayContaining(["200", "4XX"]));
  });
});

describe("the demo's wallets", () => {
  it("sign this host's ownership challenges, and no other host's", async () => {
    const { maker } = world.actors;
    const wallets = [{ id: "demo", title: "Demo", signer: maker }];
    const demo = await buildApp({ ...parts, demo: { wallets, passports: async () => [] } });
    const ask = async (message: string) =>
      demo.inject({
        method: "POST",
        url: "/demo/sign",
        headers: { origin: ORIGIN },
        payload: { wallet: "demo", address: maker.address, payload: toHex(utf8(message)) },
      });
    const asked = await challenge(passport, demo);
    const signed = await ask(asked.message);
    expect(signed.statusCode).toBe(200);
    const proof = { passport, address: maker.address, nonce: asked.nonce, ...signed.json() };
    expect((await verify(proof, demo)).status).toBe(200);
    const foreign = asked.message.replace("verifier: passports", "verifier: evil");
    expect((await ask(foreign)).statusCode).toBe(400);
  });
});

describe.each(["memory", "disk"] as const)("answers kept in %s", (kind) => {
  const answer: OwnershipAnswer = {
    address: "a",
    signature: "b",
    key: "c",
    status: "Active",
    since: 1,
    txHash: "d",
  };
  it("are found until they expire, and the first one stays", async () => {
    const clock = testClock();
    const folder = await mkdtemp(join(tmpdir(), "dpp-answers-"));
    try {
      const store =
        kind === "memory" ? createMemoryAnswers(clock) : createDiskAnswers(join(folder, "new"), clock);
      const expires = clock.now() + 60_000;
      const id = "ab".repeat(16);
      expect(await store.get(id, expires)).toBeNull();
      await store.put(id, expires, answer);
      await store.put(id, expires, { ...answer, address: "other" });
      expect(await store.get(id, expires)).toEqual(answer);
      clock.advance(60_000);
      expect(await store.get(id, expires)).toBeNull();
      await store.put("cd".repeat(16), clock.now() + 60_000, answer);
      expect(await store.get("cd".repeat(16), clock.now() + 60_000)).toEqual(answer);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
