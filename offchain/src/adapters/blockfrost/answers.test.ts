import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as answers from "./answers.js";

const { Misfit } = answers;
const readers = {
  utxo: answers.utxo,
  block: answers.block,
  genesis: answers.genesis,
  eras: answers.eras,
  transaction: answers.transaction,
  transactionCbor: answers.transactionCbor,
  transactionUtxos: answers.transactionUtxos,
  holder: answers.holder,
  moved: answers.moved,
  policyAsset: answers.policyAsset,
  parameters: answers.parameters,
} satisfies Record<string, answers.Reader<unknown>>;

const utxo = {
  tx_hash: "00".repeat(32),
  output_index: 0,
  address: "addr_test1x",
  amount: [{ unit: "lovelace", quantity: "18446744073709551615" }],
  data_hash: null,
  inline_datum: "d87980",
  reference_script_hash: null,
};

describe("reading an answer", () => {
  it.each(Object.entries(readers))("%s: any JSON is read or refused, and nothing else happens", (_, read) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          (read as answers.Reader<unknown>)(value, "answer");
        } catch (error) {
          expect(error).toBeInstanceOf(Misfit);
        }
      }),
    );
  });

  it("keeps quantities beyond 2^53 exact", () => {
    expect(answers.utxo(utxo, "answer").amount).toEqual({ lovelace: 18_446_744_073_709_551_615n });
  });

  it("ignores what it does not need, and takes a missing optional part for none", () => {
    const { data_hash: _, ...less } = { ...utxo, block: "whatever" };
    expect(answers.utxo(less, "answer")).toMatchObject({ data_hash: null, inline_datum: "d87980" });
  });

  it("refuses an output with any one part changed to something else", () => {
    const wrong = fc.constantFrom<unknown>({}, true, 1.5, -1, "", "G/".repeat(32), [null], 1e300);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(utxo)), wrong, (name, value) => {
        expect(() => answers.utxo({ ...utxo, [name]: value }, "answer")).toThrow(Misfit);
      }),
    );
  });

  it("says where the answer differs", () => {
    expect(() => answers.utxo({ ...utxo, amount: [{ unit: "lovelace", quantity: "x" }] }, "answer")).toThrow(
      "answer.amount[0].quantity: expected a quantity as text",
    );
  });
});
