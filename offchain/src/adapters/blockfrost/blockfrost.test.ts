import { afterAll, describe, expect, it } from "vitest";
import { actor } from "../../testing/actors.js";
import { closeHarnesses, harness, payer } from "../../testing/blockfrost-harness.js";
import { ALWAYS, ledgerContract } from "../../testing/ledger-contract.js";
import { emptyPlan, payment, transact } from "../../testing/transact.js";
import { lucidBuilder } from "../lucid/builder.js";
import { MAX_PAGES } from "./listing.js";

afterAll(closeHarnesses);

ledgerContract("the ledger behind Blockfrost's API", async () => {
  const { open } = await harness();
  return { ledger: await open(), payer };
});

const other = actor("other");
const POLICY_REDEEMER = "d87980";

/** A payment, sent through the server. */
async function paid(made: Awaited<ReturnType<typeof harness>>) {
  const ledger = await made.open();
  const { hash } = await transact(ledger, lucidBuilder(ledger), payment(other.address, 5_000_000n), [payer]);
  return { ledger, hash };
}

describe("a list of several pages", () => {
  it("is read to its end", async () => {
    const { open, chain } = await harness({}, 250);
    const utxos = await (await open()).utxosAt(payer.address);
    expect(utxos).toHaveLength(250);
    expect(new Set(utxos.map(({ outputIndex }) => outputIndex)).size).toBe(250);
    expect(utxos).toEqual(await chain.utxosAt(payer.address));
  });

  it("misses nothing when an output before the rest is spent between two pages", async () => {
    let spent = false;
    const made = await harness({}, 150);
    const all = await made.chain.utxosAt(payer.address);
    const listed = (page: number) => {
      const now = spent ? all.slice(1) : all;
      return now.slice((page - 1) * 100, page * 100).map(({ txHash, outputIndex, address, assets }) => ({
        tx_hash: txHash,
        output_index: outputIndex,
        address,
        amount: [{ unit: "lovelace", quantity: String(assets.lovelace) }],
        data_hash: null,
        inline_datum: null,
        reference_script_hash: null,
      }));
    };
    made.server.behave({
      fault({ path }) {
        if (!path.startsWith("/addresses/")) return null;
        const page = Number(new URL(path, "http://localhost").searchParams.get("page"));
        const body = listed(page);
        // After the first page was read, its first output is spent, and the 101st moves to it.
        if (page === 1) spent = true;
        return { kind: "answer", status: 200, body };
      },
    });
    const utxos = await (await made.open()).utxosAt(payer.address);
    expect(utxos.map(({ outputIndex }) => outputIndex)).toEqual(
      all.slice(1).map(({ outputIndex }) => outputIndex),
    );
  });

  it("is refused when it has no end, rather than cut", async () => {
    let last = 0;
    const { open, asked } = await harness({
      fault: ({ path }) =>
        path.startsWith("/assets/policy/")
          ? {
              kind: "answer",
              status: 200,
              body: Array.from({ length: 100 }, () => ({
                asset: "ab".repeat(28) + (last++).toString(16).padStart(8, "0"),
                quantity: "1",
              })),
            }
          : null,
    });
    await expect((await open()).unitsOf("ab".repeat(28))).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "too-many" },
    });
    expect(asked("/assets/policy/")).toBe(MAX_PAGES);
  });

  it("is refused when it never holds still", async () => {
    let last = 0;
    const { open } = await harness({
      fault: ({ path }) =>
        path.startsWith("/assets/")
          ? {
              kind: "answer",
              status: 200,
              body: Array.from({ length: path.includes("page=1&") ? 100 : 1 }, () => ({
                address: `addr_test1${last++}`,
                quantity: "1",
              })),
            }
          : null,
    });
    await expect((await open()).utxosWithUnit("ab".repeat(30))).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "busy" },
    });
  });
});

describe("a server that lists for an address whatever has its payment credential", () => {
  it("is not believed: what lies elsewhere is left out", async () => {
    const made = await harness();
    const ledger = await made.open();
    const plan = {
      ...emptyPlan,
      outputs: [{ address: other.address, assets: { lovelace: 3_000_000n }, datum: POLICY_REDEEMER }],
    };
    const { hash } = await transact(ledger, lucidBuilder(ledger), plan, [payer]);
    const [there] = await ledger.utxosByOutRef([{ txHash: hash, outputIndex: 0 }]);
    expect(there?.address).toBe(other.address);
    const row = (address: string) => ({
      ...{ tx_hash: hash, output_index: 0, address, data_hash: null, reference_script_hash: null },
      amount: [{ unit: "lovelace", quantity: "3000000" }],
      inline_datum: POLICY_REDEEMER,
    });
    made.server.behave({
      fault: ({ path }) =>
        path.startsWith(`/addresses/${payer.address}/utxos`)
          ? { kind: "answer", status: 200, body: [row(payer.address)] }
          : null,
    });
    expect(await ledger.utxosAt(payer.address)).toEqual([]);
    expect(await ledger.utxosAt(other.address)).toMatchObject([{ txHash: hash, datum: POLICY_REDEEMER }]);
  });
});

describe("a server that leaves routes out", () => {
  const unsupported = (route: string) => ({ code: "ledger/unsupported", details: { route } });

  it("is told from one that does not know the asset", async () => {
    const { open } = await harness({
      without: ["/assets/*/transactions", "/assets/*/history", "/assets/policy/*"],
    });
    const ledger = await open();
    await expect(ledger.unitsOf("ab".repeat(28))).rejects.toMatchObject(
      unsupported("/assets/policy/{policy_id}"),
    );
    await expect(ledger.transactionsOf("ab".repeat(30))).rejects.toMatchObject({
      code: "ledger/unsupported",
    });
    const whole = await (await harness()).open();
    expect(await whole.unitsOf("ab".repeat(28))).toEqual([]);
    expect(await whole.transactionsOf("ab".repeat(30))).toEqual([]);
  });

  it("lists the outputs of an address, and the ones with the unit are picked", async () => {
    const made = await harness({ without: ["/addresses/*/utxos/*"] });
    const ledger = await made.open();
    const unit = `${(await minted(ledger)).policy}61`;
    expect(await ledger.utxoByUnit(unit)).toMatchObject({ assets: { [unit]: 1n } });
    expect(await ledger.utxosAt(payer.address)).not.toHaveLength(1);
  });

  it("is not believed when it takes a credential for an address where nothing lies", async () => {
    const { open } = await harness({
      fault: ({ path }) =>
        /^\/addresses\/(addr_vkh|script)1/.test(path)
          ? path.includes("addr_vkh1qqqqqqqqqq")
            ? { kind: "answer", status: 400, body: { status_code: 400, error: "Bad Request", message: "no" } }
            : { kind: "answer", status: 200, body: [] }
          : null,
    });
    await expect((await open()).utxosByCredential(payer.keyHash)).rejects.toMatchObject(
      unsupported("/addresses/{payment credential}/utxos"),
    );
  });

  /** Two payments, the second from the first's change. */
  const chained = async (made: Awaited<ReturnType<typeof harness>>) => {
    const { ledger, hash } = await paid(made);
    const change = { txHash: hash, outputIndex: 1 };
    const [coin] = await ledger.utxosByOutRef([change]);
    if (coin === undefined) expect.fail("no change");
    const plan = { ...payment(other.address, 6_000_000n), inputs: [{ utxo: coin }] };
    const second = await transact(ledger, lucidBuilder(ledger), plan, [payer]);
    return {
      ledger,
      change,
      kept: { txHash: hash, outputIndex: 0 },
      next: { txHash: second.hash, outputIndex: 0 },
    };
  };

  it("does not pass spent outputs off as unspent by leaving `consumed_by_tx` empty", async () => {
    const { ledger, change, kept, next } = await chained(await harness({ tellsSpending: false }));
    // The second payment's input shows that this server does not fill the field in.
    expect(await ledger.utxosByOutRef([next, kept])).toMatchObject([next, kept]);
    expect(await ledger.utxosByOutRef([change])).toEqual([]);
    expect(await ledger.utxosByOutRef([kept, change, next])).toMatchObject([kept, next]);
  });

  it("is believed about spent outputs once it has shown that it fills the field in", async () => {
    const made = await harness();
    const { ledger, change, kept, next } = await chained(made);
    expect(await ledger.utxosByOutRef([next])).toMatchObject([next]);
    const before = made.asked("/addresses/");
    expect(await ledger.utxosByOutRef([kept, change, next])).toMatchObject([kept, next]);
    expect(made.asked("/addresses/")).toBe(before);
  });

  it.each([
    [true, [0]],
    [false, [1]],
  ])(
    "lists the collateral's return, which exists only when scripts failed (valid: %s)",
    async (valid, exist) => {
      const made = await harness();
      const { ledger, hash } = await paid(made);
      const read = async (path: string) =>
        (await fetch(`${made.server.url}${path}`)).json() as Promise<never>;
      const content: object = await read(`/txs/${hash}`);
      const { inputs, outputs }: { inputs: object[]; outputs: object[] } = await read(`/txs/${hash}/utxos`);
      const utxos = {
        inputs: inputs.flatMap((input) => [input, { ...input, collateral: true }]),
        outputs: outputs.map((output, index) => ({ ...output, collateral: index === 1 })),
      };
      made.server.behave({
        fault({ path }) {
          if (path === `/txs/${hash}`)
            return { kind: "answer", status: 200, body: { ...content, valid_contract: valid } };
          return path === `/txs/${hash}/utxos` ? { kind: "answer", status: 200, body: utxos } : null;
        },
      });
      const found = await ledger.utxosByOutRef([0, 1].map((outputIndex) => ({ txHash: hash, outputIndex })));
      expect(found.map(({ outputIndex }) => outputIndex)).toEqual(exist);
    },
  );
});

describe("what the server says of a transaction", () => {
  it("is checked against its hash", async () => {
    const made = await harness();
    const { ledger, hash } = await paid(made);
    const { cbor } = (await ledger.transaction(hash)) ?? expect.fail("not found");
    const forged = cbor.replace("1a004c4b40", "1a004c4b41");
    expect(forged).not.toBe(cbor);
    for (const body of [{ cbor: forged }, { cbor: "80" }, { cbor: "ff" }]) {
      made.server.behave({
        fault: ({ path }) => (path.endsWith("/cbor") ? { kind: "answer", status: 200, body } : null),
      });
      await expect(ledger.transaction(hash)).rejects.toMatchObject({
        code: "ledger/unavailable",
        details: { route: "/txs/{hash}/cbor", reason: "undocumented" },
      });
    }
  });

  it("counts for nothing when its scripts failed", async () => {
    const made = await harness();
    const { ledger, hash } = await paid(made);
    const said = await (await fetch(`${made.server.url}/txs/${hash}`)).json();
    made.server.behave({
      fault: ({ path }) =>
        path === `/txs/${hash}`
          ? { kind: "answer", status: 200, body: { ...(said as object), valid_contract: false } }
          : null,
    });
    expect(await ledger.transaction(hash)).toBeNull();
    await expect(ledger.awaitTx(hash)).rejects.toMatchObject({
      code: "ledger/refused",
      details: { rule: "PlutusScript" },
    });
  });

  it("is asked for once when many outputs came from it", async () => {
    const made = await harness();
    const ledger = await made.open();
    const outputs = Array.from({ length: 20 }, () => ({
      address: other.address,
      assets: { lovelace: 3_000_000n },
      datum: "d87980",
    }));
    await transact(ledger, lucidBuilder(ledger), { ...emptyPlan, outputs }, [payer]);
    expect(await ledger.utxosAt(other.address)).toHaveLength(20);
    expect(await ledger.utxosAt(other.address)).toHaveLength(20);
    expect(made.server.asked.filter(({ path }) => path.endsWith("/cbor"))).toHaveLength(1);
  });
});

describe("a unit that moves while it is looked for", () => {
  it("is found where it went", async () => {
    const made = await harness();
    const ledger = await made.open();
    const unit = `${(await minted(ledger)).policy}61`;
    let answered = false;
    made.server.behave({
      fault({ path }) {
        if (answered || !path.includes(`/utxos/${unit}`)) return null;
        answered = true;
        return { kind: "answer", status: 200, body: [] };
      },
    });
    expect(await ledger.utxoByUnit(unit)).toMatchObject({ assets: { [unit]: 1n } });
  });

  it("is not said to be nowhere when it never rests", async () => {
    const made = await harness();
    const ledger = await made.open();
    const unit = `${(await minted(ledger)).policy}61`;
    made.server.behave({
      fault: ({ path }) =>
        path.includes(`/utxos/${unit}`) ? { kind: "answer", status: 200, body: [] } : null,
    });
    await expect(ledger.utxoByUnit(unit)).rejects.toMatchObject({
      code: "ledger/unavailable",
      details: { reason: "busy" },
    });
  });
});

describe("awaiting a transaction", () => {
  it("ends when it stands", async () => {
    const made = await harness();
    const { hash, ledger } = await paid(made);
    let looks = 0;
    made.server.behave({
      fault: ({ path }) =>
        path === `/txs/${hash}` && ++looks < 4
          ? { kind: "answer", status: 404, body: { status_code: 404, error: "Not Found", message: "" } }
          : null,
    });
    await ledger.awaitTx(hash, 10_000);
    expect(made.waits).toEqual([500, 500, 500]);
  });

  it("ends when the time is over, by a clock that moves and by one that stands still", async () => {
    const made = await harness();
    const missing = "00".repeat(32);
    await expect((await made.open()).awaitTx(missing, 2_000)).rejects.toMatchObject({
      code: "ledger/timeout",
    });
    expect(made.waits).toEqual([500, 500, 500, 500]);
    const still = await made.open({ wait: async () => {} });
    await expect(still.awaitTx(missing, 2_000)).rejects.toMatchObject({ code: "ledger/timeout" });
  });
});

describe("what cannot be on the ledger", () => {
  it("is not asked for", async () => {
    const made = await harness();
    const ledger = await made.open();
    const before = made.server.asked.length;
    for (const text of ["", "..", "../../genesis", "addr_test1x/../y", "zz", "%2e%2e"]) {
      expect(await ledger.utxosAt(text)).toEqual([]);
      expect(await ledger.utxosByCredential(text)).toEqual([]);
      expect(await ledger.utxosWithUnit(text)).toEqual([]);
      expect(await ledger.utxosByOutRef([{ txHash: text, outputIndex: 0 }])).toEqual([]);
      expect(await ledger.transaction(text)).toBeNull();
      expect(await ledger.transactionsOf(text)).toEqual([]);
      expect(await ledger.unitsOf(text)).toEqual([]);
    }
    const mainnet = "addr1v9g2pruegs9n253guc6ml0qqefwvgwzhuemssk8sxgp005gujeup9";
    expect(await ledger.utxosAt(mainnet)).toEqual([]);
    expect(made.server.asked.length).toBe(before);
  });
});

async function minted(ledger: Awaited<ReturnType<Awaited<ReturnType<typeof harness>>["open"]>>) {
  const { validatorToScriptHash } = await import("@lucid-evolution/lucid");
  const policy = validatorToScriptHash(ALWAYS);
  await transact(
    ledger,
    lucidBuilder(ledger),
    {
      ...emptyPlan,
      mints: [{ policy, assets: { "61": 1n }, redeemer: POLICY_REDEEMER }],
      outputs: [{ address: payer.address, assets: { [`${policy}61`]: 1n } }],
      scripts: [ALWAYS],
    },
    [payer],
  );
  return { policy };
}
