/**
 * The ledger refuses what a Cardano node refuses: transactions written by hand, each with one fault. A builder's own emulator is known to accept all
 * of these. The rules' names: `adapters/embedded-ledger/refusal.ts`. `npm run test:real` puts the same to an independent node.
 */
import { CML, validatorToScriptHash } from "@lucid-evolution/lucid";
import { encode } from "cborg";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { memoryLedger } from "../src/adapters/embedded-ledger/ledger.js";
import { asInt } from "../src/adapters/ledger-cbor/output.js";
import { arrayItems, mapEntries } from "../src/adapters/ledger-cbor/span.js";
import { readTransaction } from "../src/adapters/ledger-cbor/transaction.js";
import { declaredCosts, lucidBuilder } from "../src/adapters/lucid/builder.js";
import { addWitnesses } from "../src/adapters/lucid/witnesses.js";
import { encodeAddressBytes, parseAddress } from "../src/codec/address.js";
import { concat, fromHex, toHex } from "../src/domain/bytes.js";
import type { Ledger, Utxo } from "../src/ports/ledger.js";
import { actor, testClock } from "../src/testing/actors.js";
import { devnetLedger, freshKey, fund } from "../src/testing/devnet.js";
import { ALWAYS } from "../src/testing/ledger-contract.js";
import { emptyPlan } from "../src/testing/transact.js";

/** The node that judges in place of the embedded ledger. */
const onNode = process.env.DPP_REAL_UTXORPC !== undefined;
/** What the embedded ledger leaves out and refuses by name; a node has it. */
const LEFT_OUT = [
  "a key's registration",
  "a registration that states its deposit",
  "the end of a script's registration",
  "a withdrawal from a key's account",
];
/** Rules that the node does not keep (docs/judges.md). */
const NOT_KEPT = ["an end that has passed"];

const payer = onNode ? freshKey() : actor("payer");
const other = onNode ? freshKey() : actor("other");
const COIN = 100_000_000n;
const FEE = 200_000n;

type Body = Map<number, unknown>;

const addressBytes = (address: string): Uint8Array => parseAddress(address).bytes;
const mainnet = (address: string): Uint8Array =>
  encodeAddressBytes({ ...parseAddress(address).address, networkId: 1 });
const output = (address: Uint8Array, value: unknown): Map<number, unknown> =>
  new Map<number, unknown>([
    [0, address],
    [1, value],
  ]);

describe(onNode ? "an independent node's rules" : "the embedded ledger's rules", () => {
  let ledger: Ledger;
  let coin: Utxo;
  let coins: readonly Utxo[] = [];
  if (onNode) {
    beforeAll(async () => {
      ledger = await devnetLedger();
      await fund(ledger, [payer.address], 8, COIN);
    });
  }
  beforeEach(async () => {
    if (!onNode) {
      const funds = Array.from({ length: 8 }, () => ({ address: payer.address, lovelace: COIN }));
      ledger = memoryLedger({ funds }, testClock());
    }
    coins = (await ledger.utxosAt(payer.address))
      .filter(({ assets }) => assets.lovelace === COIN)
      .slice(0, 5);
    const [first] = coins;
    coin = first ?? expect.fail("no coin");
  });

  const refOf = ({ txHash, outputIndex }: Utxo): unknown => [fromHex(txHash), outputIndex];
  const ref = (): unknown => refOf(coin);
  /** A payment of 10 ADA that is right in everything. */
  const payment = (): Body =>
    new Map<number, unknown>([
      [0, [ref()]],
      [
        1,
        [
          output(addressBytes(other.address), 10_000_000n),
          output(addressBytes(payer.address), COIN - 10_000_000n - FEE),
        ],
      ],
      [2, FEE],
    ]);
  const outputs = (to: Uint8Array, value: bigint): Body =>
    payment().set(1, [output(to, value), output(addressBytes(payer.address), COIN - value - FEE)]);

  /** Balanced and paid for: its length is its only fault. */
  const huge = (): Body => {
    const [fee, each, many] = [2_000_000n, 1_000_000n, 430];
    const small = Array.from({ length: many }, () => output(addressBytes(other.address), each));
    return payment()
      .set(0, coins.map(refOf))
      .set(1, [
        ...small,
        output(addressBytes(payer.address), BigInt(coins.length) * COIN - fee - BigInt(many) * each),
      ])
      .set(2, fee);
  };

  const submit = async (
    body: Body,
    { isValid = true, witnesses = new Map() as Map<number, unknown> } = {},
  ) => {
    const unsigned = toHex(encode([body, witnesses, isValid, null]));
    return ledger.submit(addWitnesses(unsigned, [await payer.signTx(readTransaction(unsigned).hash)]));
  };
  /** A node goes on after the first rule that fails, and names them all. */
  const refusedBy = (rule: string) => ({
    code: "ledger/refused",
    details: onNode ? { rules: expect.arrayContaining([rule]) } : { rule },
  });

  it("accept the payment that the faults are made from", async () => {
    await ledger.awaitTx(await submit(payment()));
    expect(await ledger.utxosAt(other.address)).toMatchObject([{ assets: { lovelace: 10_000_000n } }]);
  });

  const faults: readonly [string, string, () => Body][] = [
    [
      "a fee below the least",
      "FeesOk",
      () =>
        payment()
          .set(2, 100_000n)
          .set(1, [output(addressBytes(other.address), COIN - 100_000n)]),
    ],
    [
      "more out than in",
      "ValueNotConserved",
      () => payment().set(1, [output(addressBytes(other.address), COIN)]),
    ],
    [
      "less out than in",
      "ValueNotConserved",
      () => payment().set(1, [output(addressBytes(other.address), 10_000_000n)]),
    ],
    [
      "tokens from nowhere",
      "ValueNotConserved",
      () =>
        payment().set(1, [
          output(addressBytes(other.address), [
            COIN - FEE,
            new Map([[new Uint8Array(28), new Map([[new Uint8Array(3), 1n]])]]),
          ]),
        ]),
    ],
    ["an output below the least ADA", "OutputTooSmall", () => outputs(addressBytes(other.address), 500_000n)],
    ["an address of another network", "WrongNetwork", () => outputs(mainnet(other.address), 10_000_000n)],
    ["another network's number", "WrongNetwork", () => payment().set(15, 1)],
    ["an end that has passed", "OutsideValidityInterval", () => payment().set(3, 5)],
    ["a beginning that has not come", "OutsideValidityInterval", () => payment().set(8, 10_000_000)],
    ["a signer who did not sign", "MissingKeyHashes", () => payment().set(14, [fromHex(other.keyHash)])],
    [
      "a mint without its script",
      "MissingOrExtraScriptHashes",
      () =>
        payment()
          .set(9, new Map([[new Uint8Array(28), new Map([[new Uint8Array(3), 1n]])]]))
          .set(1, [
            output(addressBytes(other.address), [
              COIN - FEE,
              new Map([[new Uint8Array(28), new Map([[new Uint8Array(3), 1n]])]]),
            ]),
          ]),
    ],
    ["an input that it also refers to", "NonDisjointReferenceInputs", () => payment().set(18, [ref()])],
    ["more bytes than the ledger takes", "TransactionSize", huge],
    ["a key's registration", "unsupported", () => payment().set(4, [[0, [0, fromHex(payer.keyHash)]]])],
    [
      "a registration that states its deposit",
      "unsupported",
      () => payment().set(4, [[7, [1, new Uint8Array(28)], 2_000_000]]),
    ],
    [
      "the end of a script's registration",
      "unsupported",
      () => payment().set(4, [[1, [1, new Uint8Array(28)]]]),
    ],
    [
      "a withdrawal from a key's account",
      "unsupported",
      () => payment().set(5, new Map([[concat(Uint8Array.of(0xe0), fromHex(payer.keyHash)), 0]])),
    ],
  ];
  it.each(faults.filter(([name]) => !onNode || ![...LEFT_OUT, ...NOT_KEPT].includes(name)))(
    "refuse %s",
    async (_, rule, body) => {
      await expect(submit(body())).rejects.toMatchObject(refusedBy(rule));
      expect(await ledger.utxosByOutRef([coin])).toHaveLength(1);
    },
  );
  if (onNode) {
    it.each(faults.filter(([name]) => NOT_KEPT.includes(name)))(
      "do not refuse %s, which is wrong",
      async (_, _rule, body) => {
        await ledger.awaitTx(await submit(body()));
      },
    );
  }

  it("refuse a transaction without inputs", async () => {
    // Scalus does not even read it.
    const refused = onNode ? refusedBy("EmptyInputs") : { code: "ledger/bad-transaction" };
    await expect(submit(payment().set(0, []))).rejects.toMatchObject(refused);
  });

  it.skipIf(onNode)("refuse a transaction that is marked as having failed", async () => {
    await expect(submit(payment(), { isValid: false })).rejects.toMatchObject(refusedBy("unsupported"));
  });

  describe("for scripts", () => {
    const policy = validatorToScriptHash(ALWAYS);
    const minting = {
      ...emptyPlan,
      mints: [{ policy, assets: { "61": 1n }, redeemer: "d87980" }],
      outputs: [{ address: other.address, assets: { [`${policy}61`]: 1n } }],
      scripts: [ALWAYS],
    };
    /** The built mint with one body field changed. */
    const changed = async (change: (fields: [number, Uint8Array][]) => [number, Uint8Array][]) => {
      const { cbor } = await lucidBuilder(ledger).build(minting, payer);
      const [body, ...rest] = arrayItems(fromHex(cbor));
      const fields = change(
        mapEntries(body ?? new Uint8Array()).map(([key, value]) => [Number(asInt(key)), value]),
      );
      const again = concat(
        Uint8Array.of(0xa0 | fields.length),
        ...fields.flatMap(([key, value]) => [Uint8Array.of(key), value]),
      );
      const unsigned = toHex(concat(Uint8Array.of(0x84), again, ...rest));
      return ledger.submit(addWitnesses(unsigned, [await payer.signTx(readTransaction(unsigned).hash)]));
    };
    const SCRIPT_DATA_HASH = 11;
    const COLLATERAL = 13;

    it("accept the mint that the faults are made from", async () => {
      await ledger.awaitTx(await changed((fields) => fields));
    });

    it("refuse a script without collateral", async () => {
      await expect(
        changed((fields) => fields.filter(([key]) => ![COLLATERAL, 16, 17].includes(key))),
      ).rejects.toMatchObject(refusedBy("FeesOk"));
    });

    it("refuse a wrong script data hash", async () => {
      await expect(
        changed((fields) =>
          fields.map(([key, value]) => [key, key === SCRIPT_DATA_HASH ? encode(new Uint8Array(32)) : value]),
        ),
      ).rejects.toMatchObject(refusedBy("ScriptDataHash"));
    });

    it("refuse more execution units than a transaction may use", async () => {
      const greedy = lucidBuilder(ledger, {
        evaluate: (cbor) =>
          declaredCosts(CML.Transaction.from_cbor_hex(cbor)).map((cost) => ({
            ...cost,
            mem: 16_500_001,
            steps: 1_000_000_000,
          })),
      });
      const { cbor, bodyHash } = await greedy.build(minting, payer);
      const signed = greedy.sign(cbor, [await payer.signTx(bodyHash)]);
      await expect(ledger.submit(signed)).rejects.toMatchObject(refusedBy("ExUnitsExceedMax"));
    });

    it("refuse a script that is given too few execution units", async () => {
      const stingy = lucidBuilder(ledger, {
        evaluate: (cbor) =>
          declaredCosts(CML.Transaction.from_cbor_hex(cbor)).map((cost) => ({ ...cost, mem: 10, steps: 10 })),
      });
      const { cbor, bodyHash } = await stingy.build(minting, payer);
      const signed = stingy.sign(cbor, [await payer.signTx(bodyHash)]);
      await expect(ledger.submit(signed)).rejects.toMatchObject({ ...refusedBy("PlutusScript") });
    });
  });
});
