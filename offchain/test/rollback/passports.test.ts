/** Passports through lost blocks, rivals and outages: what was issued is there once, pending in between, or reported. */
import { beforeEach, describe, expect, it } from "vitest";
import { lucidBuilder } from "../../src/adapters/lucid/builder.js";
import { generateKeyPair } from "../../src/crypto/x25519.js";
import type { DppError } from "../../src/domain/errors.js";
import { type RollbackWorld, rollbackWorld } from "../../src/testing/rollback-world.js";
import { seededRandom } from "../../src/testing/seeded-random.js";
import { payment, signedTx } from "../../src/testing/transact.js";
import { planPay } from "../../src/tx/pay.js";
import { listPassports, readPassport } from "../../src/usecases/resolve.js";
import { isLost, settle, survey } from "../../src/usecases/settle.js";
import { showPassport } from "../../src/usecases/show.js";
import { submitPlan } from "../../src/usecases/submit.js";
import { verifyPassport } from "../../src/usecases/verify.js";

const DEPTH = 4;
const TIMES = { conflict: 5_000, resend: 3_000, wait: 30_000, attempts: 3 };

let world: RollbackWorld;
beforeEach(async () => {
  world = await rollbackWorld(DEPTH, TIMES);
});
const failure = (work: Promise<unknown>): Promise<DppError> =>
  work.then(
    () => expect.fail("it succeeded"),
    (error: DppError) => error,
  );
const statuses = async () =>
  (await survey(world.ledger.submissions)).map(({ status, confirmations }) => [status, confirmations]);
const first = async (work: ReturnType<RollbackWorld["issue"]>) => (await work).passports[0]?.id ?? "";
/** Spends a coin of the manufacturer's that a pending transaction spends, too. */
async function rivalOf(hash: string): Promise<string> {
  const [entry] = (await world.pending.list()).filter((candidate) => candidate.hash === hash);
  const { node, maker } = world;
  const coins = await node.utxosAt(maker.address);
  const coin = coins.find(({ txHash, outputIndex }) =>
    entry?.spends.some((ref) => ref.txHash === txHash && ref.outputIndex === outputIndex),
  );
  const plan = {
    ...payment(maker.address, 2_000_000n),
    inputs: [{ utxo: coin ?? expect.fail("no coin") }],
  };
  return (await signedTx(lucidBuilder(node), plan, [maker])).cbor;
}

describe("a passport in a block that is lost", () => {
  it("is pending, is sent again as it was, and settles", async () => {
    const id = await first(world.issue("A1"));
    expect((await showPassport(world.context, id)).depth).toEqual({
      confirmations: 1,
      needed: DEPTH,
      settled: false,
    });
    expect(await statuses()).toEqual(
      [
        ["settled", expect.any(Number)],
        ["shallow", 1],
      ].slice(-1),
    );

    world.node.reorganise(1);
    expect(await statuses()).toEqual([["waiting", 0]]);
    expect(await failure(showPassport(world.context, id))).toMatchObject({ code: "passport/pending" });
    expect(await failure(verifyPassport(world.context, id))).toMatchObject({ code: "passport/pending" });
    expect(await readPassport(world.context, id)).toBeNull();

    await settle(world.ledger.submissions);
    for (let block = 0; block < DEPTH; block++) world.node.block();
    expect((await showPassport(world.context, id)).depth).toMatchObject({ settled: true });
    expect((await verifyPassport(world.context, id)).checks[0]?.detail).toMatch(/4 blocks deep, settled/);
    expect((await settle(world.ledger.submissions)).map(({ status }) => status)).toEqual(["settled"]);
    expect(await world.pending.list()).toEqual([]);
    expect(await listPassports(world.context)).toEqual([id]);
  });

  it("is not issued a second time while it is pending", async () => {
    await world.issue("A1");
    world.node.reorganise(1);
    expect(await failure(world.issue("A1"))).toMatchObject({ code: "passport/pending" });
    // Any other act sends it again first.
    await world.issue("A2");
    expect(await listPassports(world.context)).toHaveLength(2);
    expect(await failure(world.issue("A1"))).toMatchObject({ code: "passport/exists" });
  });

  it("comes back with the update that stood on it, in order", async () => {
    const id = await first(world.issue("A1"));
    await world.update("A1", "Model Y");
    world.node.reorganise(2);
    expect(await statuses()).toEqual([
      ["waiting", 0],
      ["waiting", 0],
    ]);
    await settle(world.ledger.submissions);
    world.node.block();
    expect(await readPassport(world.context, id)).toMatchObject({ revision: 1 });
  });

  it("is reported when another transaction took its coin, and can be issued again once that is settled", async () => {
    const { submitted } = await world.issue("A1");
    const lost = await world.index.find("09506000134352", "A1");
    world.node.reorganise(1);
    const rival = await rivalOf(submitted.txHash);
    await world.node.submit(rival);
    world.node.block();

    const [standing] = await settle(world.ledger.submissions);
    expect(standing).toMatchObject({
      status: "superseded",
      transaction: { trouble: { rival: world.pending.read(rival).hash, final: false } },
    });
    expect(await failure(world.issue("A1"))).toMatchObject({ code: "passport/pending" });
    for (let block = 1; block < DEPTH; block++) world.node.block();
    expect((await settle(world.ledger.submissions)).filter(isLost)).toHaveLength(1);

    const id = await first(world.issue("A1"));
    expect(id).not.toBe(lost?.id);
    expect(await listPassports(world.context)).toEqual([id]);
    expect(await world.index.find("09506000134352", "A1")).toMatchObject({ id });
    // It stays on the list until somebody has seen it.
    expect((await world.pending.find(submitted.txHash))?.trouble?.final).toBe(true);
  });

  it("stays with a rival that is lost in turn", async () => {
    const { submitted } = await world.issue("A1");
    world.node.reorganise(1);
    await world.node.submit(await rivalOf(submitted.txHash));
    world.node.block();
    await settle(world.ledger.submissions);
    world.node.reorganise(1);
    await settle(world.ledger.submissions);
    world.node.block();
    expect(await statuses()).toEqual([["shallow", 1]]);
    expect((await world.pending.find(submitted.txHash))?.trouble).toBeNull();
  });
});

describe("a node that fails in the middle", () => {
  it("keeps what it never got, and the next act delivers it", async () => {
    world.meanwhile = () => {};
    const id = async () => (await world.index.find("09506000134352", "A1"))?.id ?? "";
    let calls = 0;
    const { submit } = world.node;
    world.node.submit = async (cbor) => {
      calls += 1;
      world.node.fail("down");
      return submit.call(world.node, cbor);
    };
    expect(await failure(world.issue("A1"))).toMatchObject({
      code: "ledger/unavailable",
      message: expect.stringMatching(/kept and will be sent again/),
    });
    expect(calls).toBe(1);
    world.node.submit = submit;
    world.node.fail(null);
    world.meanwhile = () => world.node.block();
    await world.issue("A2");
    expect(await readPassport(world.context, await id())).toMatchObject({ revision: 0 });
    expect(await listPassports(world.context)).toHaveLength(2);
  });

  it("is asked again until it answers, and takes a transaction once", async () => {
    let sent = 0;
    const { submit } = world.node;
    world.node.submit = async (cbor) => {
      sent += 1;
      world.node.fail(sent === 1 ? "deaf" : null);
      return submit.call(world.node, cbor);
    };
    const id = await first(world.issue("A1"));
    expect(await listPassports(world.context)).toEqual([id]);
  });

  it("finds again what its mempool forgot", async () => {
    let waits = 0;
    world.meanwhile = () => {
      waits += 1;
      if (waits === 1) world.node.loseMempool();
      world.node.block();
    };
    const id = await first(world.issue("A1"));
    expect(await readPassport(world.context, id)).not.toBeNull();
  });
});

describe("two processes of one home", () => {
  it("change one passport in turn: one wins, the other looks at the fresh state", async () => {
    await world.issue("A1");
    const other = world.desk();
    const results = await Promise.allSettled([world.update("A1", "Model Y"), other.update("A1", "Model Z")]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(results.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "passport/changed" },
    });
  });

  it("refresh one keyring, and neither refresh undoes the other", async () => {
    const keys = ["one", "two"].map((name) => generateKeyPair(seededRandom(name)).publicKey);
    const desks = [world, world.desk()];
    const both = await Promise.all(desks.map((desk, at) => desk.refreshKeyring(keys.slice(at, at + 1))));
    // The later one begins from the earlier one's keyring, where its reader stands whom it does not name.
    expect(both.map(({ change }) => change).toSorted()).toEqual(["epoch", "extended"]);
  });

  it("issue side by side from one wallet", async () => {
    const other = world.desk();
    await Promise.all([world.issue("A1"), other.issue("A2")]);
    expect(await listPassports(world.context)).toHaveLength(2);
  });
});

describe("two acts in a row without waiting", () => {
  it("do not spend the same coin: the second leaves out what the first spends", async () => {
    const { ledger, maker, node } = world;
    const builder = lucidBuilder(ledger);
    const spent: string[] = [];
    for (let act = 0; act < 3; act++) {
      const { cbor } = await signedTx(builder, payment(maker.address, 2_000_000n), [maker]);
      await ledger.submit(cbor);
      spent.push(...world.pending.read(cbor).spends.map((ref) => `${ref.txHash}#${ref.outputIndex}`));
    }
    expect(new Set(spent).size).toBe(spent.length);
    expect((await node.utxosAt(maker.address)).length).toBeGreaterThan(
      (await ledger.utxosAt(maker.address)).length,
    );
  });

  it("wait for the change of the first when there is no other coin", async () => {
    const { ledger, maker, node } = world;
    const { address } = maker;
    const all = (await node.utxosAt(address)).filter(({ assets }) => Object.keys(assets).length === 1);
    // One transaction spends every coin.
    const plan = { ...payment(address, 2_000_000n), inputs: all.map((utxo) => ({ utxo })) };
    const { cbor } = await signedTx(lucidBuilder(node), plan, [maker]);
    await ledger.submit(cbor);
    expect((await ledger.utxosAt(address)).filter(({ assets }) => Object.keys(assets).length === 1)).toEqual(
      [],
    );
    expect(await listPassports(world.context)).toEqual([]);
    await world.issue("A1");
    expect(await listPassports(world.context)).toHaveLength(1);
  });
});

it("says what each transaction is for", async () => {
  const latest = async () => (await world.pending.list()).at(-1)?.purpose;
  await world.issue("A1", "A2");
  expect(await latest()).toBe("issue /01/09506000134352/21/A1 and 1 more");
  await world.update("A1", "Model Y");
  expect(await latest()).toBe("update /01/09506000134352/21/A1 to revision 1");
  await world.refreshKeyring([generateKeyPair(seededRandom("resolver")).publicKey]);
  expect(await latest()).toBe(`publish the keyring of attestation ${world.issuer.attestation}`);
  const { address } = world.maker;
  await submitPlan(world.context, [world.maker], async () => planPay(address, 2_000_000n));
  expect(await latest()).toBe("payment");
});

it("seals again when the keyring was replaced between sealing and sending", async () => {
  const { put } = world.index;
  const salts: string[] = [];
  world.index.put = async (gtin, serial, entry) => {
    // The first plan is made by now, on a state of the manufacturer's that moves on, with another keyring.
    if (salts.length === 0)
      await world.desk().refreshKeyring([generateKeyPair(seededRandom("resolver")).publicKey]);
    salts.push(entry.salt);
    return put.call(world.index, gtin, serial, entry);
  };
  const id = await first(world.issue("A1"));
  // Salts are drawn when a document is sealed.
  expect([salts.length, new Set(salts).size]).toEqual([2, 2]);
  const reader = { name: world.issuer.attestation, secretKey: world.readingKey.secretKey };
  const { groups, locked } = await showPassport(world.context, id, reader);
  expect([groups.map(({ name }) => name), locked]).toEqual([["public", "repair"], []]);
});
