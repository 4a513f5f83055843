import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../domain/bytes.js";
import { isDppError } from "../../domain/errors.js";
import { actor } from "../../testing/actors.js";
import { array, bytestring, map, syntheticTx, tag, uint } from "../../testing/synthetic-tx.js";
import { bindsRedeemers, languageView } from "./script-data.js";
import { mintRedeemer, readSigned, spendRedeemer, withdrawalRedeemer } from "./signed.js";
import { readWitnessSet } from "./witnesses.js";

const who = actor("signer of tests");
const ref = (byte: string, outputIndex = 0) => ({ txHash: byte.repeat(32), outputIndex });
const [A, B] = ["a1".repeat(28), "b2".repeat(28)];
const VIEW = languageView([1, 2, 3]);
const INPUTS = [ref("cc", 1), ref("cc", 0), ref("0a", 7)];

const made = (form: "list" | "map", more: object = {}) =>
  syntheticTx(
    {
      inputs: INPUTS,
      outputs: [{ address: who.address, assets: { [`${A}01`]: 1 }, datum: "d87980" }],
      referenceInputs: [ref("dd")],
      mint: { [`${B}02`]: -1, [`${A}01`]: 1 },
      withdrawals: { [B]: 0, [A]: 0 },
      registrations: [B],
      validity: [10, 20],
      required: [who.keyHash],
      redeemers: [
        { purpose: "spend", index: 0, data: "01" },
        { purpose: "spend", index: 2, data: "03" },
        { purpose: "mint", index: 1, data: "182a" },
        { purpose: "reward", index: 1, data: "182c" },
      ],
      form,
      view: VIEW,
      ...more,
    },
    [who],
  );

describe.each(["list", "map"] as const)("a signed transaction with its redeemers as a %s", (form) => {
  it("says with which redeemer an input was spent, counted in the ledger's order", async () => {
    const signed = readSigned((await made(form)).cbor);
    expect(signed.spent).toEqual([ref("0a", 7), ref("cc", 0), ref("cc", 1)]);
    expect(INPUTS.map((input) => spendRedeemer(signed, input))).toEqual(["03", null, "01"]);
    expect(spendRedeemer(signed, ref("ee"))).toBeNull();
  });

  it("says with which redeemer a policy was called, counted among the sorted policies", async () => {
    const signed = readSigned((await made(form)).cbor);
    expect([mintRedeemer(signed, A), mintRedeemer(signed, B), mintRedeemer(signed, "ee".repeat(28))]).toEqual(
      [null, "182a", null],
    );
  });

  it("says with which redeemer a script was run as a withdrawal, counted among the sorted accounts", async () => {
    const signed = readSigned((await made(form)).cbor);
    expect(signed).toMatchObject({ registrations: [B], withdrawals: [{ hash: A }, { hash: B }] });
    expect([A, B, "ee".repeat(28)].map((script) => withdrawalRedeemer(signed, script))).toEqual([
      null,
      "182c",
      null,
    ]);
  });

  it("has the signers, the validity and what was minted", async () => {
    const { hash, cbor } = await made(form);
    const signed = readSigned(cbor);
    expect(signed).toMatchObject({
      hash,
      mint: { [`${B}02`]: -1n, [`${A}01`]: 1n },
      requiredSigners: [who.keyHash],
      validity: { from: 10, until: 20 },
      referenceInputs: [ref("dd")],
    });
    expect(signed.witnesses.vkeys).toHaveLength(1);
    expect(signed.outputs).toMatchObject([{ address: who.address, datum: "d87980", outputIndex: 0 }]);
  });

  it("binds its redeemers by the body, under the right view alone", async () => {
    const { cbor } = await made(form);
    expect(bindsRedeemers(readSigned(cbor), VIEW)).toBe(true);
    expect(bindsRedeemers(readSigned(cbor), languageView([1, 2, 4]))).toBe(false);
    const other = cbor.replace("182a", "182b");
    expect(readSigned(other).hash).toBe(readSigned(cbor).hash);
    expect(bindsRedeemers(readSigned(other), VIEW)).toBe(false);
  });
});

describe("a signed transaction", () => {
  it("whose script failed spent its collateral, made the collateral's change and minted nothing", async () => {
    const { cbor } = await made("map", {
      isValid: false,
      collateral: [ref("99")],
      collateralReturn: { address: who.address, assets: { [`${A}07`]: 1 } },
    });
    const signed = readSigned(cbor);
    expect(signed.spent).toEqual([ref("99")]);
    expect(signed).toMatchObject({ mint: {}, withdrawals: [], registrations: [] });
    expect(signed.outputs).toMatchObject([{ outputIndex: 1, assets: { [`${A}07`]: 1n } }]);
  });

  it("runs no script when it has neither redeemers nor a hash of them, and is bound then by any view", async () => {
    const { cbor } = await syntheticTx({ inputs: INPUTS, outputs: [] }, [who]);
    const signed = readSigned(cbor);
    expect(signed).toMatchObject({ scriptDataHash: null, validity: { from: null, until: null }, mint: {} });
    expect(bindsRedeemers(signed, VIEW)).toBe(true);
  });

  it("is refused with two redeemers for one script, or with witnesses of other lengths", async () => {
    const units = array(uint(1), uint(1));
    const redeemer = array(uint(0), uint(0), uint(5), units);
    for (const set of [
      map([uint(5), array(redeemer, redeemer)]),
      map([uint(5), array(array(uint(9), uint(0), uint(5), units))]),
      map([uint(5), array(array(uint(0), uint(0), uint(5)))]),
      map([uint(0), array(array(bytestring(new Uint8Array(31)), bytestring(new Uint8Array(64))))]),
      map([uint(0), tag(258, array(array(bytestring(new Uint8Array(32)), bytestring(new Uint8Array(63)))))]),
    ])
      expect(() => readWitnessSet(set)).toThrow(expect.objectContaining({ code: "cbor/malformed" }));
  });

  it("never throws anything unnamed, whatever byte is changed", async () => {
    const bytes = fromHex((await made("map")).cbor);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const forged = Uint8Array.from(bytes);
        forged[at] = (forged[at] ?? 0) ^ change;
        try {
          readSigned(forged);
        } catch (error) {
          expect(isDppError(error), toHex(forged)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
