import { afterAll, describe, expect, it } from "vitest";
import { actor } from "../../testing/actors.js";
import { closeHarnesses, harness, payer } from "../../testing/blockfrost-harness.js";
import { problem } from "../../testing/blockfrost-routes.js";
import type { Asked, Fault } from "../../testing/blockfrost-server.js";
import { payment, transact } from "../../testing/transact.js";
import { lucidBuilder } from "../lucid/builder.js";

afterAll(closeHarnesses);

const answer = (status: number): Fault => ({
  kind: "answer",
  status,
  body: problem(status, "Error", `status ${status}`),
});

describe("a submission", () => {
  const other = actor("other");
  const signed = async (made: Awaited<ReturnType<typeof harness>>, options = {}) => {
    const ledger = await made.open(options);
    const builder = lucidBuilder(ledger);
    const built = await builder.build(payment(other.address, 5_000_000n), payer);
    const cbor = builder.sign(built.cbor, [await payer.signTx(built.bodyHash)]);
    return { ledger, cbor, hash: built.bodyHash };
  };
  const onSubmit =
    (fault: (nth: number) => Fault | null) =>
    (counter = { n: 0 }) =>
    ({ path }: Asked) =>
      path === "/tx/submit" ? fault(++counter.n) : null;

  it("is not sent again when its answer was lost but it stands", async () => {
    const made = await harness();
    const { ledger, cbor, hash } = await signed(made);
    made.server.behave({ fault: onSubmit((nth) => (nth === 1 ? { kind: "lose" } : null))() });
    expect(await ledger.submit(cbor)).toBe(hash);
    expect(made.asked("/tx/submit")).toBe(1);
    expect(await made.chain.transaction(hash)).not.toBeNull();
  });

  it.each<[string, Fault]>([
    ["the connection broke before it was taken", { kind: "cut" }],
    ["the server failed", answer(502)],
    ["nothing came in time", { kind: "hang" }],
    ["the mempool was full", answer(425)],
    ["there were too many requests", answer(429)],
  ])("is sent again when %s", async (_, fault) => {
    const made = await harness();
    const { ledger, cbor, hash } = await signed(made, { timeoutMs: 200 });
    made.server.behave({ fault: onSubmit((nth) => (nth === 1 ? fault : null))() });
    expect(await ledger.submit(cbor)).toBe(hash);
    expect(made.asked("/tx/submit")).toBe(2);
  });

  it("that may have been accepted is not called a conflict", async () => {
    const made = await harness();
    const { ledger, cbor, hash } = await signed(made);
    // It was taken, nobody heard, and it cannot be seen yet; to the node the second sending's inputs are spent.
    made.server.behave({
      without: ["/txs/*", "/mempool/*"],
      fault: onSubmit((nth) => (nth === 1 ? { kind: "lose" } : null))(),
    });
    await expect(ledger.submit(cbor)).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { hash, accepted: "unknown" },
    });
  });

  it("that may have been accepted is not called refused when the server goes away", async () => {
    const made = await harness();
    const { ledger, cbor, hash } = await signed(made, { attempts: 2 });
    made.server.behave({ fault: () => ({ kind: "lose" }) });
    await expect(ledger.submit(cbor)).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { hash, accepted: "unknown" },
    });
  });

  it("that never left is not called uncertain", async () => {
    const made = await harness();
    const { ledger, cbor } = await signed(made, { attempts: 2 });
    await made.server.close();
    // Over a connection that was open before, nobody could tell how far it came.
    await ledger.tip().catch(() => null);
    const error: unknown = await ledger.submit(cbor).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "ledger/unavailable", details: { reason: "unreachable" } });
    expect(error).not.toMatchObject({ details: { accepted: "unknown" } });
  });

  it("is a conflict when an input is spent, though the server does not say why it refuses", async () => {
    const made = await harness();
    const { ledger, hash } = await signed(made).then(async ({ ledger, cbor }) => ({
      ledger,
      hash: await ledger.submit(cbor),
    }));
    const [coin] = await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 1 }]);
    if (coin === undefined) expect.fail("no change");
    const spending = { ...payment(other.address, 3_000_000n), inputs: [{ utxo: coin }] };
    const builder = lucidBuilder(ledger);
    const second = await builder.build(
      { ...spending, ...{ outputs: [{ address: other.address, assets: { lovelace: 4_000_000n } }] } },
      payer,
    );
    const late = builder.sign(second.cbor, [await payer.signTx(second.bodyHash)]);
    await transact(ledger, builder, spending, [payer]);
    made.server.behave({ refusal: "Invalid transaction CBOR." });
    await expect(ledger.submit(late)).rejects.toMatchObject({ code: "ledger/conflict" });
    const fresh = await signed(made);
    await expect(ledger.submit(fresh.cbor)).rejects.toMatchObject({
      code: "ledger/refused",
      details: { rule: "Other", message: "Invalid transaction CBOR." },
    });
  });

  it("of bytes that are no transaction does not reach the server", async () => {
    const made = await harness();
    const { ledger, cbor } = await signed(made);
    for (const bytes of ["", "80", cbor.slice(2), `${cbor}00`])
      await expect(ledger.submit(bytes)).rejects.toMatchObject({ code: "ledger/bad-transaction" });
    expect(made.asked("/tx/submit")).toBe(0);
  });

  it("answered with another hash is not taken for done", async () => {
    const made = await harness();
    const { ledger, cbor, hash } = await signed(made);
    made.server.behave({ fault: onSubmit(() => ({ kind: "answer", status: 200, body: "ab".repeat(32) }))() });
    await expect(ledger.submit(cbor)).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { hash, accepted: "unknown" },
    });
  });
});
