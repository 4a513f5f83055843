/** Sale with a wallet over HTTP: what the server builds, what the page must refuse to have signed, what the server takes back. */
import { addWitnesses } from "@cardano-dpp/offchain/adapters/lucid/witnesses";
import { encodeAddressBytes, toBech32Address } from "@cardano-dpp/offchain/codec/address";
import { splitTransaction } from "@cardano-dpp/offchain/codec/ledger-cbor/transaction";
import { encodeReceiveRequest } from "@cardano-dpp/offchain/codec/receive-request";
import { ownerKey } from "@cardano-dpp/offchain/crypto/owner-key";
import { fromHex, toHex } from "@cardano-dpp/offchain/domain/bytes";
import { cidFromHex } from "@cardano-dpp/offchain/domain/cid";
import { userUnit } from "@cardano-dpp/offchain/domain/tokens";
import type { Signer } from "@cardano-dpp/offchain/ports/signer";
import { seededRandom } from "@cardano-dpp/offchain/testing/seeded-random";
import { sealAction } from "@cardano-dpp/offchain/usecases/actions/seal";
import { readOwnership } from "@cardano-dpp/offchain/usecases/ownership/read";
import { checkReceipt } from "@cardano-dpp/offchain/usecases/ownership/receipt";
import {
  bodyHashOf,
  judgeSale,
  type SaleTerms,
  smallCid,
} from "@cardano-dpp/offchain/usecases/ownership/sale";
import { revokePassport } from "@cardano-dpp/offchain/usecases/passports";
import { submitPlan } from "@cardano-dpp/offchain/usecases/submit";
import { decode, encode, Tagged } from "cborg";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildApp } from "../src/app.js";
import type { App } from "../src/app-types.js";
import { productFile, TEST_POLICY } from "../src/testing/product.js";
import { makeTestWorld, type TestWorld } from "../src/testing/world.js";
import { addresses, hexOf } from "./cip30-wallet.js";
import { post } from "./wallet.js";

let world: TestWorld;
let app: App;
let passport: string;
let seller: Signer;
let buyer: Signer;

/** A world of its own for what changes it. */
async function anew(): Promise<void> {
  world = await makeTestWorld([productFile("A1"), productFile("A2")], [TEST_POLICY]);
  const parts = { ...world.parts("https://passports.example"), builder: world.context.builder };
  app = await buildApp({ ...parts, limits: { auth: { burst: 500, perMinute: 500 } } });
  passport = world.passports[0]?.id ?? "";
  ({ maker: seller, stranger: buyer } = world.actors);
}

/** What the page makes in the browser: the record, with the seller's owner key for the buyer. */
async function record(changes: { readonly previous?: string; readonly type?: "transfer" | "loss" } = {}) {
  const { state } = await readOwnership(world.context, passport);
  const config = world.context.contracts.config.hash;
  const { type = "transfer", previous = state.actionHead } = changes;
  const keys = [ownerKey(world.readingKeys.maker.secretKey, { config, passport })];
  const { bytes } = await sealAction(
    {
      config,
      passport,
      previous,
      type,
      at: world.clock.now(),
      actor: null,
      elements: [],
      sections: [],
      handOver: type === "transfer" ? { buyer: world.readingKeys.stranger.publicKey, keys } : null,
    },
    seededRandom("record"),
  );
  return toHex(bytes);
}
const request = (to = buyer) =>
  encodeReceiveRequest({
    network: "embedded",
    address: to.address,
    readingKey: toHex(world.readingKeys.stranger.publicKey),
    passport,
  });
const plan = async (changes: object = {}) => {
  const body = {
    passport,
    request: request(),
    addresses: [hexOf(seller.address)],
    record: await record(),
    ...changes,
  };
  return { ...(await post(app, "/transfers", body)).json(), record: body.record };
};
/** A wallet signs the bytes of the body as they came. */
const witnessesOf = async (signer: Signer, tx: string): Promise<string> => {
  const { publicKey, signature } = await signer.signTx(bodyHashOf(tx));
  return toHex(encode(new Map([[0, [[fromHex(publicKey), fromHex(signature)]]]])));
};
const submit = async (body: object) => {
  const answer = await post(app, "/transfers/submit", { passport, ...body });
  return { status: answer.statusCode, body: answer.json() };
};
const terms = async (changes: Partial<SaleTerms> = {}, ofRecord?: string): Promise<SaleTerms> => {
  const { state } = await readOwnership(world.context, passport);
  const { txHash, outputIndex, assets } = state.utxo;
  return {
    passport,
    policy: world.context.contracts.passport.hash,
    networkId: 0,
    state: { txHash, outputIndex, lovelace: assets.lovelace ?? 0n, datum: state.datum },
    buyer: buyer.address,
    own: [seller.address],
    record: smallCid(fromHex(ofRecord ?? (await record()))),
    ...changes,
  };
};

describe("a sale", () => {
  beforeEach(anew);

  it("is built unsigned, judged, signed by the wallet and submitted; the buyer has product and keys", async () => {
    const planned = await plan();
    const facts = judgeSale(planned.tx, await terms({}, planned.record));
    expect(facts.txHash).toBe(planned.txHash);
    expect(facts.fee).toBe(BigInt(planned.fee));
    expect(facts.withToken).toBeGreaterThan(0n);
    const before = await world.context.ledger.utxosAt(seller.address);
    const { status, body } = await submit({
      tx: planned.tx,
      witnesses: await witnessesOf(seller, planned.tx),
      record: planned.record,
    });
    expect([status, body]).toEqual([
      200,
      { txHash: planned.txHash, record: cidFromHex(smallCid(fromHex(planned.record))) },
    ]);
    const receipt = await checkReceipt(world.context, passport, {
      keyHash: buyer.keyHash,
      readingSecret: world.readingKeys.stranger.secretKey,
    });
    expect(receipt).toMatchObject({
      yours: true,
      arrival: "Transfer",
      keys: 1,
      marked: 0,
      verification: { ok: true },
    });
    const { records } = (await app.inject({ url: `/ownership/${passport}/records` })).json();
    expect(records).toEqual([body.record]);
    // Read once and kept, and counted as histories are.
    let asked = 0;
    const parts = world.parts("https://passports.example");
    const ledger = new Proxy(parts.ledger, {
      get(from, name) {
        if (name === "transactionsOf") asked++;
        const value = Reflect.get(from, name) as unknown;
        return typeof value === "function" ? value.bind(from) : value;
      },
    });
    const limited = await buildApp({
      ...parts,
      ledger,
      builder: world.context.builder,
      limits: { auth: { burst: 1, perMinute: 1 }, history: { burst: 3, perMinute: 1 } },
    });
    const list = () => limited.inject({ url: `/ownership/${passport}/records` });
    expect((await list()).json()).toEqual({ records });
    const once = asked;
    expect(once).toBeGreaterThan(0);
    expect([(await list()).json(), (await list()).statusCode]).toEqual([{ records }, 200]);
    expect(asked).toBe(once);
    expect((await list()).statusCode).toBe(429);
    // What left the seller: the token, the fee, and the ADA that lies beside the token. The other product stayed.
    const sum = (utxos: typeof before, unit: string) =>
      utxos.reduce((all, { assets }) => all + (assets[unit] ?? 0n), 0n);
    const after = await world.context.ledger.utxosAt(seller.address);
    expect(sum(before, "lovelace") - sum(after, "lovelace")).toBeLessThanOrEqual(facts.fee + facts.withToken);
    const second = userUnit(world.context.contracts.passport.hash, world.passports[1]?.id ?? "");
    expect([sum(before, second), sum(after, second)]).toEqual([1n, 1n]);
  });

  it("is paid from another of the wallet's addresses when the one with the product holds too little", async () => {
    const unit = userUnit(world.context.contracts.passport.hash, passport);
    const poor = addresses.base(seller.keyHash, seller.keyHash);
    await submitPlan(world.context, [seller], async () => ({
      inputs: [],
      referenceInputs: [],
      mints: [],
      outputs: [{ address: poor, assets: { [unit]: 1n } }],
      signers: [],
      scripts: [],
    }));
    expect((await plan({ addresses: [poor] })).title).toBe("tx/insufficient-funds");
    const { tx, record: made } = await plan({ addresses: [poor, seller.address] });
    const asked = await terms({ own: [poor, seller.address] }, made);
    expect(judgeSale(tx, asked).fee).toBeGreaterThan(0n);
    expect((await submit({ tx, witnesses: await witnessesOf(seller, tx), record: made })).status).toBe(200);
    expect((await readOwnership(world.context, passport)).address).toBe(buyer.address);
  });
});

describe("before it is built", () => {
  beforeEach(anew);

  const refused = async (changes: object): Promise<readonly [number, string]> => {
    const { status, title } = await plan(changes);
    return [status, title];
  };

  it("refuses a wallet that does not hold the product", async () => {
    expect(await refused({ addresses: [buyer.address] })).toEqual([403, "transfer/not-owner"]);
  });

  it("refuses a receiver by name: himself, a script, another network, no request", async () => {
    expect(await refused({ request: request(seller) })).toEqual([422, "transfer/to-self"]);
    expect(await refused({ request: addresses.script("55".repeat(28)) })).toEqual([422, "transfer/script"]);
    expect(await refused({ request: addresses.enterprise("55".repeat(28), 1) })).toEqual([
      422,
      "transfer/network",
    ]);
    expect(await refused({ request: addresses.reward("55".repeat(28)) })).toEqual([422, "transfer/address"]);
    expect(await refused({ request: "dpp_receive1x" })).toEqual([422, "transfer/request"]);
  });

  it("refuses a record that is none, of another type, or for another place", async () => {
    expect(await refused({ record: "00" })).toEqual([422, "transfer/record"]);
    expect(await refused({ record: await record({ type: "loss" }) })).toEqual([422, "transfer/record"]);
    expect(await refused({ record: await record({ previous: "ab".repeat(32) }) })).toEqual([
      409,
      "transfer/record-place",
    ]);
    expect(await refused({ record: "00".repeat(4097) })).toEqual([400, "request/invalid"]);
  });

  it("refuses a revoked passport", async () => {
    const { authority } = world.actors;
    await revokePassport(world.context, [authority], world.role("authority"), passport);
    expect(await refused({})).toEqual([409, "passport/status"]);
  });
});

describe("when it comes back signed", () => {
  beforeEach(anew);

  it("is refused without the owner's signature, and nothing is stored", async () => {
    const { tx, record: made } = await plan();
    for (const witnesses of ["a0", await witnessesOf(buyer, tx)]) {
      const { status, body } = await submit({ tx, witnesses, record: made });
      expect([status, body.title]).toEqual([422, "transfer/not-signed"]);
    }
    const other = await witnessesOf(seller, (await plan({ request: request(world.actors.repairer) })).tx);
    expect((await submit({ tx, witnesses: other, record: made })).body.title).toBe("transfer/not-signed");
    expect(await world.content.has(cidFromHex(smallCid(fromHex(made))))).toBe(false);
  });

  it("is refused with another record than it names, and for another passport", async () => {
    const { tx } = await plan();
    const witnesses = await witnessesOf(seller, tx);
    world.clock.advance(1000);
    expect((await submit({ tx, witnesses, record: await record() })).body.title).toBe("transfer/not-this");
    const made = await record();
    expect(
      (await submit({ tx, witnesses, record: made, passport: world.passports[1]?.id })).body.title,
    ).toMatch(/^transfer\//);
    expect((await submit({ tx: "00", witnesses, record: made })).body.title).toBe("ledger/bad-transaction");
  });

  it("is refused when the passport was revoked meanwhile", async () => {
    const { tx, record: made } = await plan();
    const { authority } = world.actors;
    await revokePassport(world.context, [authority], world.role("authority"), passport);
    const answer = await submit({ tx, witnesses: await witnessesOf(seller, tx), record: made });
    expect([answer.status, answer.body.title]).toEqual([409, "transfer/record-place"]);
  });

  it("is taken once", async () => {
    const { tx, record: made } = await plan();
    const signed = { tx, witnesses: await witnessesOf(seller, tx), record: made };
    expect((await submit(signed)).status).toBe(200);
    expect((await submit(signed)).status).toBe(409);
  });
});

/** The body as a map that a forger may change; the other parts stay byte for byte. */
const forge = (tx: string, change: (body: Map<number, unknown>) => void): string => {
  const tags = Object.fromEntries([24, 258].map((tag) => [tag, Tagged.decoder(tag)]));
  const { body, witnesses } = splitTransaction(tx);
  const fields = decode(body, { useMaps: true, tags }) as Map<number, unknown>;
  change(fields);
  return `84${toHex(encode(fields))}${toHex(witnesses)}f5f6`;
};
/** Outputs come as maps or as lists. */
type Output = Map<number, unknown> | unknown[];
const part = (output: Output | undefined, at: number): unknown =>
  output instanceof Map ? output.get(at) : output?.[at];
function setPart(output: Output | undefined, at: number, value: unknown): void {
  if (output instanceof Map) output.set(at, value);
  else if (output !== undefined) output[at] = value;
}

describe("the page refuses to have signed", () => {
  const unsafe = expect.objectContaining({ code: "transfer/unsafe" });
  const evil = toBech32Address(
    encodeAddressBytes({
      kind: "enterprise",
      networkId: 0,
      payment: { kind: "key", hash: "66".repeat(28) },
      stake: null,
    }),
  );
  const outputs = (body: Map<number, unknown>) => body.get(1) as Output[];
  const add = (value: bigint | number) => (old: unknown) =>
    Array.isArray(old) ? [Number(old[0]) + Number(value), old[1]] : Number(old) + Number(value);

  let tx: string;
  let made: string;
  let asked: SaleTerms;
  beforeAll(async () => {
    await anew();
    ({ tx, record: made } = await plan());
    asked = await terms({}, made);
  });

  it.each<[string, (body: Map<number, unknown>) => void]>([
    ["a product for somebody else", (body) => setPart(outputs(body)[1], 0, fromHex(hexOf(evil)))],
    ["change for somebody else", (body) => setPart(outputs(body).at(-1), 0, fromHex(hexOf(evil)))],
    [
      "one output more",
      (body) =>
        outputs(body).push(
          new Map<number, unknown>([
            [0, fromHex(hexOf(evil))],
            [1, 1_000_000],
          ]),
        ),
    ],
    ["a state at another address", (body) => setPart(outputs(body)[0], 0, fromHex(hexOf(evil)))],
    [
      "a state that keeps ADA",
      (body) => setPart(outputs(body)[0], 1, add(5_000_000)(part(outputs(body)[0], 1))),
    ],
    ["ADA for the buyer", (body) => setPart(outputs(body)[1], 1, add(9_000_000)(part(outputs(body)[1], 1)))],
    ["no product at all", (body) => outputs(body).splice(1, 1)],
    ["no state at all", (body) => outputs(body).splice(0, 1)],
    ["a large fee", (body) => body.set(2, 20_000_000)],
    ["a withdrawal", (body) => body.set(5, new Map([[fromHex(`e0${"66".repeat(28)}`), 1]]))],
    ["a certificate", (body) => body.set(4, [])],
    ["a mint", (body) => body.set(9, new Map([[fromHex("66".repeat(28)), new Map([[fromHex("00"), -1]])]]))],
    ["a donation", (body) => body.set(22, 1_000_000)],
    ["collateral without a bound", (body) => body.delete(17)],
    ["collateral for somebody else", (body) => setPart(body.get(16) as Output, 0, fromHex(hexOf(evil)))],
  ])("%s", (_, change) => {
    expect(
      judgeSale(
        forge(tx, () => {}),
        asked,
      ).fee,
    ).toBeGreaterThan(0n);
    expect(() => judgeSale(forge(tx, change), asked)).toThrow(unsafe);
  });

  it("another buyer, record or passport than were asked for, and what is marked as failed", () => {
    for (const change of [
      { buyer: evil },
      { record: smallCid(fromHex("00")) },
      { passport: world.passports[1]?.id ?? "" },
      { own: [evil] },
    ])
      expect(() => judgeSale(tx, { ...asked, ...change })).toThrow(unsafe);
    expect(() => judgeSale(tx.replace(/f5f6$/, "f4f6"), asked)).toThrow(unsafe);
  });

  it("a transaction that was signed already by somebody else is judged like any", async () => {
    const { publicKey, signature } = await buyer.signTx(bodyHashOf(tx));
    expect(judgeSale(addWitnesses(tx, [{ publicKey, signature }]), asked).txHash).toBe(bodyHashOf(tx));
  });
});
