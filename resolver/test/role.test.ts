/** Reading with a role: what is granted, what is refused, and every way to pretend. */
import { encodeAddressBytes, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { decodeKeyring } from "@cardano-dpp/offchain/codec/keyring";
import { openKeyring } from "@cardano-dpp/offchain/crypto/keyring";
import { fromBase64url, toHex, utf8 } from "@cardano-dpp/offchain/domain/bytes";
import type { Element } from "@cardano-dpp/offchain/domain/element";
import { userUnit } from "@cardano-dpp/offchain/domain/tokens";
import { verifyDisclosure } from "@cardano-dpp/offchain/merkle/disclosure";
import { actor } from "@cardano-dpp/offchain/testing/actors";
import { revokePassport } from "@cardano-dpp/offchain/usecases/passports";
import { revokeRole, rotateKeys, suspendRole } from "@cardano-dpp/offchain/usecases/roles";
import { openPassport } from "@cardano-dpp/offchain/usecases/seal-open";
import { submitPlan } from "@cardano-dpp/offchain/usecases/submit";
import { Value } from "@sinclair/typebox/value";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import type { PassportAnswer } from "../src/passport/answer.js";
import { type ReadLogEntry, verifyReadLog } from "../src/ports/read-log.js";
import { DisclosedElement, PassportAnswer as Schema } from "../src/schemas/passport.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { type ActorName, makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { post, prove, read, tokenOf } from "./wallet.js";

const ORIGIN = "https://passports.example";
const makeWorld = () => makeTestWorld([productFile("A1")], [TEST_POLICY]);
const first = (world: TestWorld) => {
  const [passport] = world.passports;
  if (passport === undefined) throw new Error("no passport");
  return passport;
};
type ReadAnswer = PassportAnswer & { reading: NonNullable<PassportAnswer["reading"]> };
const escrow = (answer: ReadAnswer): Record<string, Element[]> =>
  Object.fromEntries(
    answer.reading.groups.flatMap((group) =>
      group.access === "escrow"
        ? [[group.name, group.elements.map((json) => verifyDisclosure(answer.passport.dataRoot, json))]]
        : [],
    ),
  );

describe("a proven role", () => {
  let world: TestWorld;
  let app: App;
  let parts: ReturnType<TestWorld["parts"]>;
  const logged: string[] = [];
  beforeAll(async () => {
    world = await makeWorld();
    parts = world.parts(ORIGIN);
    app = await buildApp({ ...parts, log: { write: (line) => logged.push(line) } });
  });
  const readAs = async (name: ActorName, more = ""): Promise<ReadAnswer> =>
    (await read(app, world.qr(first(world)) + more, await tokenOf(app, world.actors[name]))).json();

  it("reads the groups of a repairer, each element proven, and is refused the authority's report", async () => {
    const answer = await readAs("repairer");
    expect(Value.Check(Schema, [DisclosedElement], answer)).toBe(true);
    expect(escrow(answer).dismantling).toMatchObject([{ id: "device.screws", value: "Six of type T5" }]);
    expect(answer.reading.groups.map(({ name, access }) => [name, access])).toEqual([
      ["dismantling", "escrow"],
      ["use", "direct"],
    ]);
    expect(answer.reading.refused).toMatchObject([{ name: "reports", code: "access/not-granted" }]);
    expect(answer.reading.refused[0]?.message).toContain("AUTHORITY");
  });

  it("is a lattice: the authority reads the report and not the direct group of repairers", async () => {
    const answer = await readAs("authority");
    expect(Object.keys(escrow(answer))).toEqual(["dismantling", "reports"]);
    expect(escrow(answer).reports).toMatchObject([{ value: "Passed with remarks" }]);
    expect(answer.reading.refused.map(({ name }) => name)).toEqual(["use"]);
  });

  it("gets a direct group sealed, which only its own reading key opens", async () => {
    const answer = await readAs("repairer");
    const [excerpt, ...more] = answer.reading.keyrings;
    expect(more).toEqual([]);
    const keyring = decodeKeyring(fromBase64url(excerpt?.keyring ?? ""));
    const bytes = await world.content.get(answer.passport.content);
    if (bytes === null) throw new Error("no document");
    const expected = {
      config: answer.deployment.configPolicy,
      issuer: world.role("maker"),
      dataRoot: answer.passport.dataRoot,
    };
    const open = async (name: ActorName, as: ActorName) =>
      openPassport(
        bytes,
        expected,
        await openKeyring(keyring, { name: world.role(as), secretKey: world.readingKeys[name].secretKey }),
      );
    const opened = await open("repairer", "repairer");
    expect(opened.groups.get("use")?.map(({ element }) => element.value)).toEqual(["Ninety-one percent"]);
    await expect(open("recycler", "repairer")).rejects.toMatchObject({
      code: expect.stringMatching(/^keyring\//),
    });
    await expect(open("authority", "authority")).rejects.toMatchObject({ code: "keyring/not-a-recipient" });
    // The envelope in the answer is the document's.
    const group = answer.reading.groups.find(({ name }) => name === "use");
    const stored = opened.document.groups.find(({ name }) => name === "use");
    expect(group).toMatchObject({ sealed: Buffer.from(stored?.sealed ?? []).toString("base64url") });
  });

  it("may ask for one group, and gets a plain refusal for one that it does not grant", async () => {
    expect(Object.keys(escrow(await readAs("repairer", "&group=dismantling")))).toEqual(["dismantling"]);
    const token = await tokenOf(app, world.actors.repairer);
    const refused = await read(app, `${world.qr(first(world))}&group=reports`, token);
    expect([refused.statusCode, refused.json().title]).toEqual([403, "access/not-granted"]);
    const unknown = await read(app, `${world.qr(first(world))}&group=nothing`, token);
    expect([unknown.statusCode, unknown.json().title]).toEqual([404, "access/unknown-group"]);
    const nobody = await read(app, `${world.qr(first(world))}&group=reports`);
    expect([nobody.statusCode, nobody.json().title]).toEqual([401, "auth/token-missing"]);
  });

  it("leaves an entry in the log of reads: who, what, when; no group handed over, no entry", async () => {
    const before = (await verifyReadLog(parts.readLog)).length;
    await readAs("recycler");
    await read(app, `${world.qr(first(world))}&group=reports`, await tokenOf(app, world.actors.recycler));
    expect((await verifyReadLog(parts.readLog)).length).toBe(before + 1);
    const entries: ReadLogEntry[] = [];
    for await (const entry of parts.readLog.entries(before)) entries.push(entry);
    expect(entries).toMatchObject([
      {
        attestations: [world.role("recycler")],
        passport: first(world).id,
        groups: ["dismantling"],
        time: world.clock.now(),
      },
    ]);
  });

  it("is not served when the read cannot be logged", async () => {
    const readLog = { ...parts.readLog, append: async () => Promise.reject(new Error("disk full")) };
    const closed = await buildApp({ ...parts, readLog });
    const answer = await read(closed, world.qr(first(world)), await tokenOf(closed, world.actors.repairer));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("T5");
  });

  it("never lands in a shared cache", async () => {
    const response = await read(app, world.qr(first(world)), await tokenOf(app, world.actors.repairer));
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers.vary).toContain("Authorization");
    expect(response.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("leaves no token, nonce, signature or sealed data in the log of the server", async () => {
    const proof = await prove(app, world.actors.repairer);
    const { token } = (await post(app, "/auth/verify", proof)).json();
    await read(app, world.qr(first(world)), token);
    await read(app, world.qr(first(world)), `${token}x`);
    const text = logged.join("\n");
    for (const secret of [proof.nonce, proof.signature, proof.key, token, "T5", "screws"])
      expect(text).not.toContain(secret);
  });
});

describe("a role cannot be had", () => {
  let world: TestWorld;
  let app: App;
  beforeAll(async () => {
    world = await makeWorld();
    app = await buildApp({ ...world.parts(ORIGIN), limits: { auth: { burst: 1000, perMinute: 1000 } } });
  });
  const verify = async (proof: unknown, target = app) => {
    const response = await post(target, "/auth/verify", proof);
    return [response.statusCode, response.json().title];
  };

  it("by a wallet without one", async () => {
    expect(await verify(await prove(app, world.actors.stranger))).toEqual([403, "access/no-role"]);
  });

  it("twice with one challenge", async () => {
    const proof = await prove(app, world.actors.repairer);
    expect((await post(app, "/auth/verify", proof)).statusCode).toBe(200);
    expect(await verify(proof)).toEqual([401, "auth/nonce-used"]);
  });

  it("by two equal answers at once", async () => {
    const proof = await prove(app, world.actors.repairer);
    const answers = await Promise.all([1, 2, 3].map(() => post(app, "/auth/verify", proof)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401, 401]);
  });

  it("with an expired challenge", async () => {
    const proof = await prove(app, world.actors.repairer);
    world.clock.advance(5 * 60_000);
    expect(await verify(proof)).toEqual([401, "auth/nonce-expired"]);
  });

  it("with another server's challenge, or one for another address", async () => {
    const elsewhere = await buildApp(world.parts("https://other.example"));
    expect(await verify(await prove(elsewhere, world.actors.repairer))).toEqual([401, "auth/nonce-foreign"]);
    const proof = await prove(app, world.actors.repairer);
    expect(await verify({ ...proof, address: world.actors.recycler.address })).toEqual([
      401,
      "auth/nonce-foreign",
    ]);
  });

  it("with a forged key or another's signature", async () => {
    const proof = await prove(app, world.actors.repairer);
    const message = "anything";
    const forged = await world.actors.stranger.signData(world.actors.stranger.address, toHex(utf8(message)));
    expect(await verify({ ...proof, ...forged })).toEqual([401, "cip8/address-mismatch"]);
    expect(await verify({ ...proof, key: forged.key })).toEqual([401, "cip8/key-mismatch"]);
    expect(await verify({ ...proof, signature: `${proof.signature.slice(0, -2)}00` })).toEqual([
      401,
      "cip8/bad-signature",
    ]);
    expect(await verify({ ...proof, signature: "a0" })).toEqual([400, "cose/malformed"]);
    // None of these used the challenge up.
    expect((await post(app, "/auth/verify", proof)).statusCode).toBe(200);
  });

  it("on another network", async () => {
    const mainnet = toBech32Address(
      encodeAddressBytes({
        kind: "enterprise",
        networkId: 1,
        payment: { kind: "key", hash: world.actors.repairer.keyHash },
        stake: null,
      }),
    );
    const byAddress = await post(app, "/auth/challenge", { address: mainnet });
    expect([byAddress.statusCode, byAddress.json().title]).toEqual([401, "cip8/network"]);
    const byWallet = await post(app, "/auth/challenge", {
      address: world.actors.repairer.address,
      networkId: 1,
    });
    expect([byWallet.statusCode, byWallet.json().title]).toEqual([401, "auth/network"]);
  });

  it("with a token that was changed, or is old", async () => {
    const token = await tokenOf(app, world.actors.repairer);
    const ask = async (value: string) => {
      const response = await read(app, world.qr(first(world)), value);
      return [response.statusCode, response.json().title];
    };
    expect(await ask(`${token}A`)).toEqual([401, "auth/token-invalid"]);
    expect(await ask("x y")).toEqual([401, "auth/token-invalid"]);
    world.clock.advance(10 * 60_000);
    expect(await ask(token)).toEqual([401, "auth/token-expired"]);
  });

  it("by trying again and again", async () => {
    const limited = await buildApp({ ...world.parts(ORIGIN), limits: { auth: { burst: 2, perMinute: 1 } } });
    const ask = () => post(limited, "/auth/challenge", { address: world.actors.repairer.address });
    expect([(await ask()).statusCode, (await ask()).statusCode, (await ask()).statusCode]).toEqual([
      200, 200, 429,
    ]);
    // Asking which keys hold a role costs a look at the ledger as well.
    const holders = await post(limited, "/auth/holders", { keys: [world.actors.repairer.keyHash] });
    expect([holders.statusCode, holders.json().title]).toEqual([429, "request/rate-limited"]);
  });
});

describe("a role ends for a running token", () => {
  let world: TestWorld;
  let app: App;
  let token: string;
  beforeEach(async () => {
    world = await makeWorld();
    app = await buildApp(world.parts(ORIGIN));
    token = await tokenOf(app, world.actors.repairer);
    expect((await read(app, world.qr(first(world)), token)).statusCode).toBe(200);
  });
  const refused = async () => {
    const response = await read(app, world.qr(first(world)), token);
    expect(response.body).not.toContain("T5");
    return [response.statusCode, response.json().title];
  };

  it("with the block that suspends it, the badge still held", async () => {
    await suspendRole(world.context, [world.actors.freezer], world.role("repairer"));
    expect(await refused()).toEqual([403, "access/suspended"]);
    const again = await post(app, "/auth/verify", await prove(app, world.actors.repairer));
    expect([again.statusCode, again.json().title]).toEqual([403, "access/suspended"]);
  });

  it("with the block that revokes it", async () => {
    await revokeRole(world.context, [world.actors.member1, world.actors.member2], world.role("repairer"));
    expect(await refused()).toEqual([403, "access/revoked"]);
  });

  it("with the badge's going to another wallet, which does not get the role either", async () => {
    const { context, actors } = world;
    const badge = userUnit(context.contracts.roles.hash, world.role("repairer"));
    await submitPlan(context, [actors.repairer], async () => ({
      inputs: [],
      referenceInputs: [],
      mints: [],
      outputs: [{ address: actors.stranger.address, assets: { lovelace: 2_000_000n, [badge]: 1n } }],
      signers: [],
      scripts: [],
    }));
    expect(await refused()).toEqual([403, "access/badge-elsewhere"]);
    const buyer = await post(app, "/auth/verify", await prove(app, actors.stranger));
    expect([buyer.statusCode, buyer.json().title]).toEqual([403, "access/no-role"]);
  });

  it("with the change of the holder's key", async () => {
    const { context, actors, readingKeys } = world;
    const successor = actor("the repairer's new key");
    await rotateKeys(context, [actors.repairer, successor], world.role("repairer"), {
      holder: successor.keyHash,
      alg: 0,
      pk: "",
      encPk: toHex(readingKeys.repairer.publicKey),
    });
    expect(await refused()).toEqual([403, "access/not-holder"]);
  });

  it("with its last day", async () => {
    // Tokens live for minutes, so a fresh one is taken on the last day.
    world.clock.advance(365 * 86_400_000 - 60_000);
    token = await tokenOf(app, world.actors.repairer);
    world.clock.advance(120_000);
    expect(await refused()).toEqual([403, "access/expired"]);
  });
});

describe("the public answer", () => {
  it("shows revocation and the issuer's suspension with their blocks", async () => {
    const world = await makeWorld();
    const app = await buildApp(world.parts(ORIGIN));
    const answer = async () => (await read(app, world.qr(first(world)))).json() as PassportAnswer;
    expect((await answer()).passport.status).toBe("Active");
    await suspendRole(world.context, [world.actors.freezer], world.role("maker"));
    expect((await answer()).issuer).toMatchObject({ status: "Suspended", live: false });
    await revokePassport(world.context, [world.actors.authority], world.role("authority"), first(world).id);
    expect((await answer()).passport.status).toBe("Revoked");
  });

  it("shows that the issuer's accreditation ended, which needs no block", async () => {
    const world = await makeWorld();
    const app = await buildApp(world.parts(ORIGIN));
    const live = async () =>
      ((await read(app, world.qr(first(world)))).json() as PassportAnswer).issuer?.live;
    expect(await live()).toBe(true);
    world.clock.advance(366 * 86_400_000);
    expect(await live()).toBe(false);
  });
});
